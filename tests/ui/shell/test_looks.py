"""How things look under the engine's names: one colour a goal, one dash a schedule, a look for every registered name."""

from __future__ import annotations

from itertools import combinations

import pytest

from nashcore.bargaining import RULES
from nashcore.errors import InputError
from nashcore.methods import BASELINES, GOALS, SCHEDULES, arms_of, parse_method
from ui.figures import style
from ui.shell.looks import arm_looks, bargained_look, goal_look, rule_look, schedule_look, written_look


def test_every_registered_name_has_a_look_of_its_own() -> None:
    assert set(style.RULES) == set(RULES)
    assert set(style.GOALS) == {*BASELINES, *GOALS}
    assert set(style.SCHEDULES) == set(SCHEDULES)
    assert set(style.GOAL_DASH) == set(GOALS)


def test_a_name_without_a_look_of_its_own_gets_a_spare_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "RULES", {})
    found = {rule_look(rule) for rule in RULES}
    assert len(found) == len(RULES)
    assert rule_look("nash") == style.SPARE[0].titled("Nash")


def test_a_rule_keeps_its_look_whatever_its_number() -> None:
    plain, told = rule_look("loss_gm"), written_look("loss_gm:-2")
    assert told == plain.titled("GM (losses, p = −2)")
    assert plain.title == "GM (losses)"


def test_a_goal_keeps_its_colour_after_bargaining_and_is_filled() -> None:
    for goal in GOALS:
        alone, after = goal_look(goal), bargained_look(goal)
        assert (alone.light, alone.dark) == (after.light, after.dark)
        assert alone.marker == f"{after.marker}-open"
        assert after.dash == "solid"


def test_a_method_has_its_goals_colour_and_its_schedules_dash() -> None:
    found = written_look("forml-nash@two_stage:100")
    assert (found.light, found.marker) == (style.GOALS["forml"].light, bargained_look("forml").marker)
    assert (found.dash, found.width) == (
        style.SCHEDULES["two_stage"].dash,
        style.SCHEDULES["two_stage"].width,
    )
    assert found.title == "FORML + Nash, T = 100"
    assert written_look("forml-nash").dash == style.SCHEDULES["continuous"].dash
    assert written_look("ltr-cagrad:0.4@every_nth:3").dash == style.SCHEDULES["every_nth"].dash
    assert written_look("ltr-loss_gm:-2@bargain_last:7").title == "LtR + GM (losses, p = −2), after 7"
    assert written_look("forml-nash@one_stage").dash == style.SCHEDULES["one_stage"].dash
    assert written_look("dro") == goal_look("dro")
    with pytest.raises(InputError, match="something else"):
        written_look("something else")


def test_methods_of_one_goal_are_told_apart_by_their_schedule() -> None:
    texts = ("forml-nash", "forml-nash@two_stage:100", "forml-nash@bargain_last:7", "forml-nash@every_nth:3")
    looks = [schedule_look(parse_method(text)) for text in texts]
    assert [look.title for look in looks] == [
        "Continuous",
        "Two-stage, T = 100",
        "Bargain last, after 7",
        "Every n-th, one in 3",
    ]
    for one, other in combinations(looks, 2):
        assert (one.light, one.dash) != (other.light, other.dash)


def test_arms_of_one_published_method_differ_in_their_dash() -> None:
    schedules = dict.fromkeys(("nash_ltr", "nash_forml"), ("two_stage:0", "two_stage:5", "continuous"))
    arms = arms_of(("ltr", "nash_ltr", "nash_forml"), schedules, "pcgrad")
    looks = arm_looks(arms)
    assert list(looks) == [arm.name for arm in arms]
    assert [looks[arm.name].title for arm in arms] == [arm.title for arm in arms]
    swept = [looks[arm.name] for arm in arms if arm.published == "nash_ltr"]
    assert len({look.dash for look in swept}) == 3
    assert {look.light for look in swept} == {looks["ltr"].light}
    assert looks["nash_forml@5"].light == style.GOALS["forml"].light
    alone = arm_looks(arms_of(("nash_ltr",), {"nash_ltr": ("two_stage:5",)}))["nash_ltr"]
    assert alone == bargained_look("ltr").titled("LtR + Nash, T = 5")
