"""Schedules: which steps bargain, one by one and as a batch, and their names."""

from __future__ import annotations

import pytest
import torch

from nashcore.errors import InputError
from nashcore.methods import (
    SCHEDULES,
    Schedule,
    bargain_last,
    continuous,
    every_nth,
    in_conflict,
    one_stage,
    parse_schedule,
    schedule_text,
    two_stage,
    while_in_conflict,
)

STEPS = 7
CASES = {
    "two_stage:3": (two_stage(3), "YYYnnnn"),
    "two_stage:0": (two_stage(0), "nnnnnnn"),
    "one_stage": (one_stage(), "nnnnnnn"),
    "continuous": (continuous(), "YYYYYYY"),
    "bargain_last:4": (bargain_last(4), "nnnnYYY"),
    "every_nth:3": (every_nth(3), "YnnYnnY"),
    "while_in_conflict": (while_in_conflict(), "YYYYYYY"),
}


@pytest.mark.parametrize("text", CASES)
def test_steps_of_each_kind(text: str) -> None:
    schedule, steps = CASES[text]
    assert "".join("Y" if schedule.bargains(step) else "n" for step in range(STEPS)) == steps
    assert parse_schedule(text) == schedule
    assert text.partition(":")[0] in SCHEDULES
    assert parse_schedule(schedule_text(schedule)) == schedule


def test_players_conflict_when_an_inner_product_is_negative() -> None:
    gramians = torch.tensor([[[1.0, -0.1], [-0.1, 1.0]], [[1.0, 0.0], [0.0, 1.0]]])
    assert in_conflict(gramians).tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"first": -1}, "Schedule parameter 'first' should be a whole number of at least 0. Found -1."),
        ({"every": 0}, "Schedule parameter 'every' should be a whole number of at least 1. Found 0."),
        ({"last": 2.5}, "Schedule parameter 'last' should be a whole number of at least 0. Found 2.5."),
        ({"last": True}, "Schedule parameter 'last' should be a whole number of at least 0. Found True."),
    ],
)
def test_bad_step_numbers_are_refused(values: dict[str, int], says: str) -> None:
    with pytest.raises(InputError) as caught:
        Schedule(**values)
    assert str(caught.value) == says
