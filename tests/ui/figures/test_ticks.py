"""Ticks where there is little room: two labels are always there, and none meets the next."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ui.figures.ticks import few, spaced


@pytest.mark.parametrize("low", [-0.25, -0.013, 0.0, 0.41, 0.7461, -3.0])
@pytest.mark.parametrize("span", [0.0, 1e-4, 0.007, 0.03, 0.11, 0.34, 0.999])
@pytest.mark.parametrize("zero", [False, True])
def test_an_axis_has_two_labels_within_its_range(low: float, span: float, zero: bool) -> None:
    made = few(np.array([low, math.nan, low + span]), zero=zero)
    left, right = made["range"]
    assert left < low <= low + span < right
    step = made["dtick"] * made.get("ticklabelstep", 1)
    assert left < made["tick0"] < made["tick0"] + step < right + 1e-12
    assert made["tick0"] + 2 * step > right - made["dtick"]
    if zero:
        assert left < 0 < right


def test_nothing_to_be_seen_has_an_axis_all_the_same() -> None:
    assert few(np.array([math.nan]))["range"] == pytest.approx([-0.07, 1.07])


def test_a_word_that_stands_too_near_to_the_last_one_is_left_out() -> None:
    assert spaced([0.0, 0.1, 0.2, 1.0], ["a", "b", "c", "d"], 0.15) == ["a", "", "c", "d"]
    assert spaced([0.5], ["a"], 0.15) == ["a"]
