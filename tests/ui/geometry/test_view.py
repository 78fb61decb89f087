"""What the conflict-geometry page hands to the browser, and what it believes of what the browser reports."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.figures.style import look
from ui.geometry import view
from ui.geometry.scenes import (
    LENGTHS,
    MOST_GROUPS,
    POWERS,
    PRESETS,
    Scene,
    available_rules,
    degrees,
    meetings,
    power_mean,
    settings_from,
    solve,
    verdict,
)

TITLES = {name: look(name).title for name in available_rules()}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=8,
)


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_sent_is_strict_json(name: str) -> None:
    scene = PRESETS[name]
    solved = solve(scene, available_rules(), -math.inf)
    sent = view.data(scene, -math.inf, solved, "dark", 7)
    again = json.loads(json.dumps(sent, allow_nan=False))
    assert again["turn"] == 7
    assert (again["curve"] is None) == (again["cone"] is None) == (name == "no agreement")
    for rule in again["rules"]:
        assert rule["shares"] == solved.shares[rule["name"]].tolist()


def test_a_report_becomes_widget_values() -> None:
    told = {"turn": 3, "groups": 3, "angles": [1, 2, 360, 4, 5], "lengths": [1, 0.01, 100], "power": 15}
    assert settings_from(told) == {
        "groups": 3,
        "p": -math.inf,
        **{"angle1": 1, "angle2": 2, "angle3": 360},
        **{"length1": 1.0, "length2": 0.01, "length3": 100.0},
    }


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(("groups", "angles", "lengths", "power")), ANYTHING) | ANYTHING)
def test_nothing_but_settings_gets_through(told: object) -> None:
    found = settings_from(told)
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
