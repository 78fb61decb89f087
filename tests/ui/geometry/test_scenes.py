"""Scenes are solved by the engine, told in words, and set only by what is a setting."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nashcore.bargaining import RULES, bargain
from nashcore.methods import rule_title
from ui.geometry.scenes import (
    LENGTHS,
    MOST_GROUPS,
    POWERS,
    PRESETS,
    Scene,
    agreement_cone,
    available_rules,
    degrees,
    meetings,
    power_mean,
    settings_from,
    solve,
    verdict,
)

TITLES = {name: rule_title(name) for name in available_rules()}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=8,
)
ANGLES = st.lists(st.integers(0, 359), min_size=2, max_size=5)


def unit(angles: list[int]) -> np.ndarray:
    """Unit gradients [K, 2] at these angles in degrees."""
    turn = np.deg2rad(angles)
    return np.stack([np.cos(turn), np.sin(turn)], -1)


@settings(deadline=None)
@given(ANGLES)
def test_a_cone_is_drawn_exactly_when_the_engine_finds_an_agreement(angles: list[int]) -> None:
    gradients = unit(angles)
    exact = torch.tensor(gradients)
    cone = agreement_cone(gradients)
    assume(cone is None or cone[1] - cone[0] > 1e-6)
    assert (cone is not None) == bool(bargain(exact @ exact.T).agreement)


@settings(deadline=None)
@given(ANGLES, st.floats(0.01, 0.99))
def test_everybody_gains_inside_the_cone_and_somebody_loses_outside(angles: list[int], share: float) -> None:
    gradients = unit(angles)
    cone = agreement_cone(gradients)
    assume(cone is not None and cone[1] - cone[0] > 1e-6)
    assert cone is not None
    inside = cone[0] + share * (cone[1] - cone[0])
    assert (gradients @ [math.cos(inside), math.sin(inside)] > 0).all()
    for outside in (cone[0] - 1e-3, cone[1] + 1e-3):
        assert (gradients @ [math.cos(outside), math.sin(outside)] < 0).any()


def test_two_orthogonal_groups_by_hand() -> None:
    solved = solve(Scene((0.0, 90.0), (1.0, 5.0)), ("nash", "mean"), -1.0)
    assert solved.shares["nash"] == pytest.approx([math.sqrt(0.5)] * 2)
    assert solved.shares["mean"] == pytest.approx([1 / math.sqrt(26), 5 / math.sqrt(26)])
    assert solved.curve[POWERS.index(0.0)] == pytest.approx(solved.shares["nash"])


def test_the_presets_are_what_they_are_called() -> None:
    agreed = {name: bool(solve(scene, ("nash",), 0.0).nash.agreement) for name, scene in PRESETS.items()}
    assert agreed == {name: name != "no agreement" for name in PRESETS}
    shouts = solve(PRESETS["one shouts"], ("mean",), 0.0)
    assert shouts.shares["mean"].min() < 0


def test_no_agreement_gives_no_direction_for_nash() -> None:
    solved = solve(PRESETS["no agreement"], ("nash", "mean"), -1.0)
    assert solved.directions["nash"] is None
    assert solved.directions["mean"] is None
    assert np.isnan(solved.curve).all()


def test_a_report_becomes_widget_values() -> None:
    settings = {"turn": 3, "groups": 3, "angles": [1, 2, 360, 4, 5], "lengths": [1, 0.01, 100], "power": 15}
    assert settings_from(settings) == {
        "groups": 3,
        "p": -math.inf,
        **{"angle1": 1, "angle2": 2, "angle3": 360},
        **{"length1": 1.0, "length2": 0.01, "length3": 100.0},
    }


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(("groups", "angles", "lengths", "power")), ANYTHING) | ANYTHING)
def test_nothing_but_settings_gets_through(settings: object) -> None:
    found = settings_from(settings)
    for key, value in found.items():
        if key == "groups":
            assert 2 <= value <= MOST_GROUPS
        elif key == "p":
            assert value in POWERS
        elif key.startswith("angle"):
            assert 0 <= value <= 360
        else:
            assert value in LENGTHS


def test_the_verdict_names_who_loses() -> None:
    shouts = solve(PRESETS["one shouts"], ("nash", "mean"), 0.0)
    assert (
        verdict(shouts, TITLES)
        == "All groups gain from the directions in an arc of 70°. Mean takes from group 2."
    )
    aligned = solve(PRESETS["aligned"], ("nash", "mean"), 0.0)
    assert verdict(aligned, TITLES).endswith("No rule drawn here makes a group lose.")
    nobody = solve(PRESETS["no agreement"], ("nash",), 0.0)
    assert verdict(nobody, TITLES).startswith("No direction helps all groups")


def test_power_means_by_hand() -> None:
    gains = np.array([1.0, 4.0])
    assert power_mean(gains, 1.0) == pytest.approx(2.5)
    assert power_mean(gains, 0.0) == pytest.approx(2.0)
    assert power_mean(gains, -1.0) == pytest.approx(1.6)
    assert power_mean(gains, -math.inf) == 1.0
    assert power_mean(np.array([0.0, 2.0]), 1.0) == pytest.approx(1.0)


def test_the_chosen_direction_has_the_largest_mean() -> None:
    scene = Scene((20.0, 130.0, 95.0), (10.0, 1.0, 0.2))
    turns = np.deg2rad(np.linspace(40, 110, 2001))
    around = np.stack([np.cos(turns), np.sin(turns)], -1)
    for power in (0.5, 0.0, -1.0, -math.inf):
        solved = solve(scene, ("nash",), power)
        others = around @ solved.gradients.T
        best = max(power_mean(gains, power) for gains in others if gains.min() > 0)
        assert power_mean(solved.gains, power) >= best - 1e-12


def test_directions_are_told_in_degrees() -> None:
    assert degrees(np.array([0.0, -1.0])) == pytest.approx(270)


def test_everybody_meets_everybody_once() -> None:
    for groups, order in enumerate(meetings(), 2):
        assert [sorted(row) for row in order] == [list(range(groups))] * groups


def test_a_step_that_is_rounding_is_none() -> None:
    flat = solve(Scene((0.0, 90.0, 180.0), (1.0, 2.0, 3.0)), ("mgda", "mean"), 0.0)
    assert flat.directions["mgda"] is None
    assert flat.directions["mean"] is not None


def test_rules_on_losses_are_left_out() -> None:
    assert set(RULES) - set(available_rules()) == {name for name, rule in RULES.items() if rule.needs_losses}


def test_the_gramian_is_that_of_the_drawn_gradients() -> None:
    solved = solve(Scene((20.0, 130.0), (10.0, 1.0)), ("nash",), 0.0)
    np.testing.assert_allclose(solved.gramian, solved.gradients @ solved.gradients.T, rtol=1e-14)
