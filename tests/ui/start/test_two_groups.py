"""The start page's games by hand."""

from __future__ import annotations

import math

import pytest

from ui.start.two_groups import games


def test_a_right_angle() -> None:
    game = games()[90]
    assert game["agreement"]
    assert game["nash_gains"] == pytest.approx([math.sqrt(0.5)] * 2)
    assert game["mean_gains"] == pytest.approx([1 / math.sqrt(5), 2 / math.sqrt(5)])


def test_the_mean_hurts_the_quiet_group_beyond_120_degrees() -> None:
    assert games()[119]["mean_gains"][0] > 0
    assert games()[121]["mean_gains"][0] < 0
    assert "worse off" in games()[121]["says"]


def test_exactly_opposite_groups_have_no_agreement() -> None:
    assert [game["agreement"] for game in games()] == [True] * 180 + [False]
    assert games()[180]["nash"] == [0, 0]
