"""How things look under the engine's names: one colour a goal, one dash a schedule, a style for every registered name."""

from __future__ import annotations

from itertools import combinations

import pytest

from nashcore.bargaining import RULES
from nashcore.errors import InputError
from nashcore.methods import BASELINES, GOALS, SCHEDULES, arms_of, parse_method
from ui.figures import style
from ui.shell.styles import arm_styles, bargained_style, goal_style, rule_style, schedule_style, written_style


def test_every_registered_name_has_a_style_of_its_own() -> None:
    assert set(style.RULES) == set(RULES)
    assert set(style.GOALS) == {*BASELINES, *GOALS}
    assert set(style.SCHEDULES) == set(SCHEDULES)
    assert set(style.GOAL_DASH) == set(GOALS)


def test_a_name_without_a_style_of_its_own_gets_a_spare_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "RULES", {})
    found = {rule_style(rule) for rule in RULES}
    assert len(found) == len(RULES)
    assert rule_style("nash") == style.SPARE[0].titled("Nash")


def test_a_rule_keeps_its_style_whatever_its_number() -> None:
    plain, with_number = rule_style("loss_gm"), written_style("loss_gm:-2")
    assert with_number == plain.titled("GM (losses, p = −2)")
    assert plain.title == "GM (losses)"


def test_a_goal_keeps_its_colour_after_bargaining_and_is_filled() -> None:
    for goal in GOALS:
        alone, after = goal_style(goal), bargained_style(goal)
        assert (alone.light, alone.dark) == (after.light, after.dark)
        assert alone.marker == f"{after.marker}-open"
        assert after.dash == "solid"


def test_a_method_has_its_goals_colour_and_its_schedules_dash() -> None:
    found = written_style("forml-nash@two_stage:100")
    assert (found.light, found.marker) == (style.GOALS["forml"].light, bargained_style("forml").marker)
    assert (found.dash, found.width) == (
        style.SCHEDULES["two_stage"].dash,
        style.SCHEDULES["two_stage"].width,
    )
    assert found.title == "FORML + Nash, T = 100"
    assert written_style("forml-nash").dash == style.SCHEDULES["continuous"].dash
    assert written_style("ltr-cagrad:0.4@every_nth:3").dash == style.SCHEDULES["every_nth"].dash
    assert written_style("ltr-loss_gm:-2@bargain_last:7").title == "LtR + GM (losses, p = −2), after 7"
    assert written_style("forml-nash@one_stage").dash == style.SCHEDULES["one_stage"].dash
    assert written_style("dro") == goal_style("dro")
    with pytest.raises(InputError, match="something else"):
        written_style("something else")


def test_methods_of_one_goal_are_told_apart_by_their_schedule() -> None:
    texts = ("forml-nash", "forml-nash@two_stage:100", "forml-nash@bargain_last:7", "forml-nash@every_nth:3")
    styles = [schedule_style(parse_method(text)) for text in texts]
    assert [style.title for style in styles] == [
        "FORML + Nash, throughout",
        "FORML + Nash, T = 100",
        "FORML + Nash, after 7",
        "FORML + Nash, one in 3",
    ]
    for one, other in combinations(styles, 2):
        assert (one.light, one.dash) != (other.light, other.dash)


def test_arms_of_one_published_method_differ_in_their_dash() -> None:
    schedules = dict.fromkeys(("nash_ltr", "nash_forml"), ("two_stage:0", "two_stage:5", "continuous"))
    arms = arms_of(("ltr", "nash_ltr", "nash_forml"), schedules, "pcgrad")
    styles = arm_styles(arms)
    assert list(styles) == [arm.name for arm in arms]
    assert [styles[arm.name].title for arm in arms] == [arm.title for arm in arms]
    swept = [styles[arm.name] for arm in arms if arm.published == "nash_ltr"]
    assert len({style.dash for style in swept}) == 3
    assert {style.light for style in swept} == {styles["ltr"].light}
    assert styles["nash_forml@5"].light == style.GOALS["forml"].light
    alone = arm_styles(arms_of(("nash_ltr",), {"nash_ltr": ("two_stage:5",)}))["nash_ltr"]
    assert alone == bargained_style("ltr").titled("LtR + Nash, T = 5")
