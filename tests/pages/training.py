"""Training on pages without a browser, with the worker in the same process."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from nashcore.runs.run import Run
from nashcore.runs.store import Store
from nashcore.runs.worker import serve
from ui.shell import turn
from ui.train import submit


def fine(app: AppTest) -> AppTest:
    """Nothing went wrong on the page."""
    assert not app.exception
    assert [error.value for error in app.error] == []
    return app


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever waits is trained before the page goes on."""
    for module in (submit, turn):
        monkeypatch.setattr(module, "ensure_worker", _serve)


def _serve(store: Store) -> None:
    serve(store)


def train(app: AppTest) -> AppTest:
    """Press the button; the result is there."""
    fine(app.button(key="start").click().run())
    assert run_of(app).state == "finished"
    return app


def run_of(app: AppTest) -> Run:
    """The run that the page shows."""
    assert app.session_state["run"] in app.query_params["run"]
    return Store().get(app.session_state["run"])
