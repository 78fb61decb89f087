"""The answer compares the first T of two rules."""

from __future__ import annotations

import pytest

from ui.schedules.questions import QUESTIONS, compared

OPTIONS = QUESTIONS["Two stages"].options


@pytest.mark.parametrize(
    ("before", "after", "option"),
    [
        (205, 100, "From an earlier T"),
        (205, 205, "From the same T"),
        (205, 206, "From a later T"),
        (205, None, "At no T"),
        (None, None, "At no T"),
        (None, 7, "From an earlier T"),
        (205, 0, "From an earlier T"),
    ],
)
def test_first_switches_are_compared(before: int | None, after: int | None, option: str) -> None:
    answer = compared(before, after)
    assert answer.option is not None
    assert OPTIONS[answer.option] == option
    assert ("at no T" if after is None else f"T = {after}.") in answer.says
