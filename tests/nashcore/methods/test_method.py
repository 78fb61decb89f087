"""Methods: what fits together, and what is refused."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from nashcore.methods import BASELINES, GOALS, Method, continuous, make_method, two_stage


def test_options_that_stand_anyway_are_left_out_so_that_equal_methods_are_equal() -> None:
    assert make_method("ltr", "cagrad", continuous(), {"c": 0.5}) == make_method(
        "ltr", "cagrad", continuous()
    )
    assert make_method(None, "gm", continuous(), {"power": -2}).options == (("power", -2),)


def test_a_goal_alone_and_a_baseline_never_bargain() -> None:
    for name in (*GOALS, *BASELINES):
        method = Method(name)
        assert not method.bargains
        assert method.followed == name
        assert (method.kind == "meta") == (name in GOALS)


def test_a_rule_alone_falls_back_to_the_mean_loss() -> None:
    assert Method(None, "nash", (), continuous()).followed == "ltr"


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            ("best",),
            "The goal of a method should be one of ltr, forml, meta_gdro, baseline, dro. Found 'best'.",
        ),
        ((["ltr"], "nash", (), continuous()), "The goal of a method should be one of ltr, "),
        (("ltr", "nash", (), None), "The schedule of a method should be a Schedule. Found None."),
        (
            ("ltr", "nash", (), "continuous"),
            "The schedule of a method should be a Schedule. Found 'continuous'.",
        ),
        ((None,), "A method without a rule should have a goal, no options and the one-stage schedule."),
        (("ltr", None, (), two_stage(3)), "A method without a rule should have a goal, no options"),
        (("dro", "nash", (), continuous()), "Method 'dro' plays no game, so it takes no rule. Found 'nash'."),
        (("ltr", "best", (), continuous()), "Rule should be one of nash, "),
        (("ltr", "cagrad", (("d", 1),), continuous()), "Rule 'cagrad' has no option 'd'."),
        (("ltr", "cagrad", (("c", -1),), continuous()), "Option 'c' of rule 'cagrad' should be a number"),
    ],
)
def test_what_does_not_fit_together_is_refused(parts: tuple, says: str) -> None:
    with pytest.raises(InputError) as caught:
        Method(*parts)
    assert str(caught.value).startswith(says)
