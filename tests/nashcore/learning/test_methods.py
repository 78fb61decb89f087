"""Methods and arms: names, twins and sweeps."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from nashcore.fairness.goals import GOALS
from nashcore.learning.methods import METHODS, Arm, arms_of, get_method, method_names
from nashcore.learning.schedule import continuous


def test_every_bargaining_method_has_a_twin_with_the_same_goal() -> None:
    for method in METHODS.values():
        assert (method.goal in GOALS) == (method.kind == "meta")
        assert (method.twin is not None) == method.bargains
        if method.twin:
            twin = get_method(method.twin)
            assert (twin.goal, twin.bargains) == (method.goal, False)


def test_names_are_read_from_texts_and_sequences_each_once() -> None:
    assert method_names("all") == tuple(METHODS)
    assert method_names("nash_ltr, ltr,nash_ltr") == ("nash_ltr", "ltr")
    assert method_names(["dro"]) == ("dro",)


def test_only_methods_that_bargain_have_a_bargaining_schedule() -> None:
    with pytest.raises(InputError) as caught:
        Arm("ltr", METHODS["ltr"], continuous())
    assert str(caught.value) == "Schedule of arm 'ltr' should be one-stage: method 'ltr' does not bargain."


@pytest.mark.parametrize("schedules", [{}, {"nash_ltr": []}, {"nash_ltr": ["continuous", "continuous"]}])
def test_a_bargaining_method_needs_its_schedules_each_once(schedules: dict[str, list[str]]) -> None:
    with pytest.raises(InputError, match="Schedules of 'nash_ltr' should be one or more, each once"):
        arms_of(("nash_ltr",), schedules)
