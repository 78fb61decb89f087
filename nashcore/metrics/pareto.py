"""Which methods no other beats on both axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIGITS = 3
"""Means are compared as they are printed, so that equal ones tie."""


def pareto_efficient(
    performance: NDArray[np.float64], disparity: NDArray[np.float64], digits: int = DIGITS
) -> NDArray[np.bool_]:
    """Who has no other that is at least as good on both axes and better on one.

    Args:
        performance: [A], more is better.
        disparity: [A], less is better.
        digits: to which both are rounded first.

    Returns:
        [A]; who has no number on an axis is not efficient and beats nobody.
    """
    good, bad = performance.round(digits), disparity.round(digits)
    as_good = (good[:, None] >= good) & (bad[:, None] <= bad)
    better = (good[:, None] > good) | (bad[:, None] < bad)
    beaten = (as_good & better).any(axis=0)
    found: NDArray[np.bool_] = ~beaten & np.isfinite(good) & np.isfinite(bad)
    return found


def tied(
    performance: NDArray[np.float64], disparity: NDArray[np.float64], digits: int = DIGITS
) -> list[list[int]]:
    """The places that show the same numbers on both axes, two or more each."""
    places: dict[tuple[float, float], list[int]] = {}
    for place, point in enumerate(zip(performance.round(digits), disparity.round(digits), strict=True)):
        if np.isfinite(point).all():
            places.setdefault((point[0] + 0.0, point[1] + 0.0), []).append(place)
    return [found for found in places.values() if len(found) > 1]
