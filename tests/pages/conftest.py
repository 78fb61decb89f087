"""Pages run by Streamlit's own test harness, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from ui.figures.base import Figure
from ui.shell import waiting
from ui.shell.ready_figure import ReadyFigure

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nobody_takes_up_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page starts a process of its own accord."""
    monkeypatch.setattr(waiting, "_look", lambda: None)


@pytest.fixture(autouse=True)
def figures_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a page draws is a figure that Plotly knows."""
    made = ReadyFigure.__init__

    def make(self: ReadyFigure, figure: Figure) -> None:
        go.Figure(figure)
        made(self, figure)

    monkeypatch.setattr(ReadyFigure, "__init__", make)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., AppTest]:
    """Opens a page as a visitor with this address would: ``opened("pages/2_Loss_plane.py", steps="9")``.

    The data home is empty, so that the page shows the copies that the project carries wherever the tests run.
    """
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NASH_DATA_HOME", str(tmp_path))

    def run(path: str, **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        for name, value in query.items():
            app.query_params[name] = value
        if path != "app.py":
            app.switch_page(path)
        return app.run()

    return run
