"""The agreement cone of the figure is the one that the engine decides on, and gains are shares of the best."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nashcore.bargaining import bargain
from ui.geometry.scenes import POWERS, PRESETS, Scene, agreement_cone, solve

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
