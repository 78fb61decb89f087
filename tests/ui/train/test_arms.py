"""Arms are called by the rule that bargained, and marked where they change their stage."""

from __future__ import annotations

from nashcore.runs.results.stored_result import StoredResult
from tests.nashcore.runs.quick_config import quick_config
from tests.ui.train.trained import run_of
from ui.figures.curves import Switch
from ui.train.arms import styles, switches


def test_each_arm_that_changes_its_stage_once_is_marked() -> None:
    schedules = ("two_stage:0", "two_stage:2", "continuous", "bargain_last:1", "every_nth:2")
    config = quick_config(methods="ltr,nash_ltr", schedules=schedules)
    marks = {"nash_ltr@2": Switch(2), "nash_ltr@bargain_last:1": Switch(1, begins=True)}
    assert switches(StoredResult(run_of(config), None)) == marks
    assert switches(StoredResult(run_of(quick_config(schedules="two_stage:2")), None)) == {
        "nash_ltr": Switch(2)
    }


def test_an_arm_is_called_by_the_rule_that_bargained_and_kept_by_its_own_name() -> None:
    config = quick_config(methods="ltr,nash_ltr", rule="pcgrad", schedules="two_stage:2")
    found = styles(StoredResult(run_of(config), None))
    assert {name: style.title for name, style in found.items()} == {
        "ltr": "LtR",
        "nash_ltr": "LtR + PCGrad, T = 2",
    }
