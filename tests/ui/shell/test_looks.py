"""Names of the engine get their looks: the goal's colour, the schedule's dash, and the engine's own words."""

from __future__ import annotations

from nashcore.methods import arms_of, parse_method, title
from ui.figures.style import GOALS, RULES, SCHEDULES, bargained
from ui.shell.looks import arm_looks, goal_look, rule_look, schedule_look, written_look


def test_a_run_of_the_plane_has_its_goals_colour_and_its_schedules_dash() -> None:
    found = written_look("forml-nash@two_stage:100")
    assert (found.light, found.marker) == (GOALS["forml"].light, bargained(GOALS["forml"]).marker)
    assert found.dash == SCHEDULES["two_stage"].dash
    assert written_look("forml-nash").dash == SCHEDULES["continuous"].dash
    assert written_look("ltr-cagrad:0.4@every_nth:3").dash == SCHEDULES["every_nth"].dash


def test_a_look_carries_the_engines_words() -> None:
    for text in ("nash", "ltr", "loss_gm:-0.5", "forml-nash@two_stage:100", "ltr-loss_gm@bargain_last:7"):
        assert written_look(text).title == title(parse_method(text))


def test_a_rule_with_a_number_keeps_the_rules_look() -> None:
    assert written_look("loss_gm:0.5").light == RULES["loss_gm"].light
    assert rule_look("cagrad", {"c": 0.3}).title == "CAGrad (c = 0.3)"


def test_methods_that_share_a_goal_are_told_apart_by_their_schedules() -> None:
    found = [schedule_look(parse_method(f"ltr-nash@{when}")) for when in ("two_stage:5", "every_nth:3")]
    assert [look.dash for look in found] == [SCHEDULES[name].dash for name in ("two_stage", "every_nth")]


def test_arms_of_one_published_method_differ_in_their_dash_alone() -> None:
    arms = arms_of(("dro", "nash_ltr"), {"nash_ltr": ("two_stage:1", "two_stage:5")})
    looks = arm_looks(arms)
    assert list(looks) == [arm.name for arm in arms]
    one, other = (looks[arm.name] for arm in arms if arm.published == "nash_ltr")
    assert (one.light, one.marker) == (other.light, other.marker)
    assert one.dash != other.dash
    assert looks["dro"] == goal_look("dro")
