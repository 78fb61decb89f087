"""Arms are called by the rule that bargained, and marked where they change their stage."""

from __future__ import annotations

from nashcore.runs.results.stored_result import StoredResult
from tests.nashcore.runs.quick_config import quick
from tests.ui.train.trained import run_of, trained
from ui.figures.curves import Switch
from ui.train.arms import shown_result, switches


def test_each_arm_that_changes_its_stage_once_is_marked() -> None:
    schedules = ("two_stage:0", "two_stage:2", "continuous", "bargain_last:1", "every_nth:2")
    config = quick(methods="ltr,nash_ltr", schedules=schedules)
    marks = {"nash_ltr@2": Switch(2), "nash_ltr@bargain_last:1": Switch(1, begins=True)}
    assert switches(StoredResult(run_of(config), None)) == marks
    assert switches(StoredResult(run_of(quick(schedules="two_stage:2")), None)) == {"nash_ltr": Switch(2)}


def test_a_run_is_shown_by_the_rule_that_bargained_and_kept_by_its_arms_names() -> None:
    run = trained(rule="pcgrad")
    shown = shown_result(run)
    assert (run.result.arms, shown.arms) == (("ltr", "nash_ltr"), ("ltr", "nash_ltr+pcgrad"))
    assert set(switches(run)) == {"nash_ltr+pcgrad"}
    assert shown.best_epoch(1) == run.result.best_epoch(1)
