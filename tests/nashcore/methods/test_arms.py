"""The published methods and arms: names, twins and sweeps."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from nashcore.methods import (
    GOALS,
    PUBLISHED,
    arms_of,
    get_published,
    method_names,
    never_switching,
)


def test_every_bargaining_method_has_a_twin_with_the_same_goal() -> None:
    for method in PUBLISHED.values():
        assert (method.goal in GOALS) == (method.kind == "meta")
        assert (method.twin is not None) == method.bargains
        if method.twin:
            twin = get_published(method.twin)
            assert (twin.goal, twin.bargains) == (method.goal, False)


def test_names_are_read_from_texts_and_sequences_each_once() -> None:
    assert method_names("all") == tuple(PUBLISHED)
    assert method_names("nash_ltr, ltr,nash_ltr") == ("nash_ltr", "ltr")
    assert method_names(["dro"]) == ("dro",)


@pytest.mark.parametrize("schedules", [{}, {"nash_ltr": []}, {"nash_ltr": ["continuous", "continuous"]}])
def test_a_bargaining_method_needs_its_schedules_each_once(schedules: dict[str, list[str]]) -> None:
    with pytest.raises(InputError, match="Schedules of 'nash_ltr' should be one or more, each once"):
        arms_of(("nash_ltr",), schedules)


def test_a_stage_that_never_comes_is_told() -> None:
    schedules = [
        "two_stage:9",
        "two_stage:5",
        "bargain_last:5",
        "bargain_last:4",
        "continuous",
        "every_nth:7",
    ]
    assert never_switching(arms_of(["ltr", "nash_ltr"], {"nash_ltr": schedules}), 5) == (
        "LtR + Nash, T = 9: in 5 epochs it bargains throughout and never follows its goal.",
        "LtR + Nash, after 5: in 5 epochs it follows its goal throughout and never bargains.",
    )
    (sentence,) = never_switching(arms_of(["nash_ltr"], {"nash_ltr": ["two_stage:9"]}), 1)
    assert "in 1 epoch it bargains throughout" in sentence
