"""Decisions at a threshold and a single row's score, on the pages of a result and of scoring."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import quick_config
from tests.pages.test_compare import Opened
from tests.pages.training import fine
from ui.shell import scored
from ui.shell.pages import COMPARE, TRAIN


def kept(**changes: object) -> str:
    store = Store()
    with store.begin(quick_config(**changes)) as run:
        carry_out(store, run)
    return run.id


def table(app: AppTest, column: str) -> list[list[str]]:
    """The rows of the table on the page that has this column."""
    (found,) = [one.value for one in app.dataframe if column in one.value]
    return [list(map(str, row)) for row in found.to_numpy()]


def opened_box(opened: Opened, run: str) -> AppTest:
    app = fine(opened(TRAIN.path, run=run))
    app.session_state["threshold_box"] = True
    return fine(app.run())


def test_a_result_is_counted_by_group_at_a_threshold_that_moves(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = kept(natural_test_share=0.2)
    scored._own.clear()  # type: ignore[attr-defined]
    app = opened_box(opened, run)
    before = table(app, "Selection rate")
    assert [row[0] for row in before] == ["female", "male", "all groups"]
    assert all(" of " in row[3] for row in before)
    monkeypatch.setattr(scored, "own_rows", None)  # no model is asked again
    app.slider(key="threshold_common").set_value(0.9)
    after = table(fine(app.run()), "Selection rate")
    hits = [[int(row[3].split("] ")[1].split(" of ")[0]) for row in rows] for rows in (before, after)]
    assert all(now <= then for then, now in zip(*hits, strict=True))
    assert not [one for one in app.info if "made-up" in one.value]
    for view, column in (
        ("confusion", "Is survived, given survived (TP)"),
        ("calibration", "Mean score"),
        ("methods", "TPR gap"),
    ):
        app.segmented_control(key="threshold_view").set_value(view)
        assert table(fine(app.run()), column)


def test_thresholds_of_groups_say_what_they_cost_and_that_they_may_not_be_allowed(opened: Opened) -> None:
    app = opened_box(opened, kept(natural_test_share=0.2))
    app.toggle(key="threshold_own").set_value(True)
    app = fine(app.run())
    assert not [one for one in app.warning if "common threshold" in one.value]
    app.slider(key="threshold_of_1").set_value(0.1)
    (said,) = [one.value for one in fine(app.run()).warning if "common threshold" in one.value]
    assert "at the moment of the decision" in said
    assert table(app, "Selection rate")[1][1] == "0.1"
    assert any("--threshold-of male=0.1" in str(one) for one in _commands(app))


def _commands(app: AppTest) -> list[str]:
    for name in ("threshold_curves_box",):
        app.session_state[name] = True
    return [one.value for one in fine(app.run()).code]


def test_a_balanced_test_set_says_that_its_shares_are_made_up(opened: Opened) -> None:
    app = opened_box(opened, kept())
    assert any("made-up mix" in one.value.replace("\\", "") for one in app.info)


def test_a_single_test_row_is_explained(opened: Opened) -> None:
    app = opened_box(opened, kept())
    app.session_state["threshold_one"] = True
    app = fine(app.run())
    (said,) = [one.value for one in app.markdown if one.value.startswith("Score ")]
    app.number_input(key="threshold_row").set_value(2)
    (other,) = [one.value for one in fine(app.run()).markdown if one.value.startswith("Score ")]
    assert said != other


def test_a_file_with_labels_is_counted_by_group_and_one_without_says_what_it_lacks(opened: Opened) -> None:
    run = kept()
    app = fine(opened(COMPARE.path, runs=run))
    frame = quick_config().task().table.head(40)
    app.file_uploader(key="score_rows").upload(
        "new.csv", frame.to_csv(index=False).encode(), "text/csv"
    ).run()
    assert [row[0] for row in table(fine(app), "Selection rate")] == ["female", "male", "all groups"]
    app.session_state["score_one"] = True
    app = fine(app.run())
    assert any(one.value.startswith("Score ") for one in app.markdown)
    without = frame.drop(columns="survived").to_csv(index=False).encode()
    app.file_uploader(key="score_rows").upload("bare.csv", without, "text/csv").run()
    assert any("With survived in the file" in one.value.replace("\\", "") for one in fine(app).caption)
