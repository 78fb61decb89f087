"""A result opens with its verdict, on the training page and where runs stand side by side, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from nashcore.runs.results import stored_result
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import quick_config
from tests.pages.training import fine
from ui.shell.pages import COMPARE, TRAIN

Opened = Callable[..., AppTest]


def kept(title: str = "", **changes: object) -> str:
    """A finished run."""
    store = Store()
    with store.begin(quick_config(**changes), title) as run:
        carry_out(store, run)
    return run.id


def sentences(app: AppTest) -> list[str]:
    """The paragraphs on the page, as people read them."""
    return [each.value.replace("\\", "").replace("*", "") for each in app.markdown]


def figures(app: AppTest) -> list[str]:
    """The titles of the figures, from the top."""
    return [json.loads(chart.proto.spec)["layout"]["title"]["text"] for chart in app.get("plotly_chart")]


def test_a_result_opens_with_its_verdict_and_one_picture(opened: Opened) -> None:
    run = kept()
    app = fine(opened(TRAIN.path, run=run))
    says = stored_result(Store(), run).summary["verdict"]["hard"]["says"]
    found = sentences(app)
    assert [one for one in found if one in says] == says
    assert says[0].startswith("Whether anything beats Baseline or its one-stage twin")
    assert "Max-gAUCD against Overall AUC" in figures(app)
    app.segmented_control(key="kind").set_value("scores").run()
    fine(app)
    scores = stored_result(Store(), run).summary["verdict"]["scores"]["says"]
    assert set(scores) <= set(sentences(app))


def test_runs_side_by_side_have_one_verdict(opened: Opened) -> None:
    one, other = kept("One"), kept("Other", rule="mean")
    app = fine(opened(COMPARE.path, runs=f"{one},{other}"))
    found = sentences(app)
    assert any(
        sentence.startswith("No method can be told to do better or worse than in run A.")
        for sentence in found
    )
    assert any(sentence.startswith("Run B: Whether anything beats") for sentence in found)
    assert figures(app).count("Max-gAUCD against Overall AUC") == 1


def test_the_tables_of_runs_on_other_rows_come_with_verdicts_of_their_own(opened: Opened) -> None:
    app = fine(opened(COMPARE.path, runs=f"{kept()},{kept(split_seed=1, rule='mean')}"))
    assert figures(app).count("Max-gAUCD against Overall AUC") == 2
    assert {"titanic, by sex (A)", "titanic, by sex (B)"} <= set(sentences(app))
