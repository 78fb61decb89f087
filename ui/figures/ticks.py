"""Ticks where there is little room: of panels beside each other, and of values that were tried."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

MARGIN = 0.07
"""Of a panel's span, kept free at both ends, so that labels of neighbours do not meet."""


def few(*values: NDArray[np.float64], zero: bool = False) -> dict[str, Any]:
    """An axis over values whose ticks have two labels: more would meet on a phone, and one alone says nothing of the scale.

    Args:
        values: what is to be seen; NaN is nothing.
        zero: whether zero is to be seen as well.
    """
    known = np.concatenate([*(each.ravel() for each in values), [0.0] if zero else []])
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    room = MARGIN * (high - low) or 0.1 * abs(low) or 0.1
    free = 0.0 if high > low else room / 2
    step, first, last = _largest_step(low - free, high + free)
    made: dict[str, Any] = {
        "range": [low - room, high + room],
        "autorange": False,
        "tickmode": "linear",
        "tick0": first * step,
        "dtick": step,
    }
    return made | ({"ticklabelstep": last - first} if last - first > 1 else {})


def _largest_step(low: float, high: float) -> tuple[float, int, int]:
    """The largest round step of which two multiples or more lie within a range, and the first and the last of them."""
    power = math.ceil(math.log10(high - low))
    while True:
        for factor in (10.0, 5.0, 2.5, 2.0, 1.0):
            step = factor * 10.0**power
            first, last = math.ceil(low / step), math.floor(high / step)
            if last > first:
                return step, first, last
        power -= 1


def spaced(places: Sequence[float], words: Sequence[str], apart: float) -> list[str]:
    """The words of marks, in their order; empty for one that stands too near to the last one that is written.

    Args:
        places: where the marks stand.
        words: what is written there.
        apart: least distance, as a share of all.
    """
    least, last = apart * (places[-1] - places[0]), -math.inf
    shown = []
    for place, word in zip(places, words, strict=True):
        near = place - last < least
        shown.append("" if near else word)
        last = last if near else place
    return shown
