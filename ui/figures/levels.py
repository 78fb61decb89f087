"""Level lines of a function on a grid: which levels to draw, and where they run."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def even_levels(values: Array, most: int = 14) -> Array:
    """At most ``most`` round numbers, evenly spaced over the middle 96 % of ``values``.

    The outermost values are left out: a pit or a wall of the function would take all the levels for itself.
    """
    low, high = (float(edge) for edge in np.quantile(values[np.isfinite(values)], (0.02, 0.98)))
    if not high > low:
        return np.empty(0)
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first, last = math.ceil(low / step), math.floor(high / step)
    levels: Array = np.arange(first, last + 1, dtype=np.float64) * step
    return levels


def level_segments(x: Array, y: Array, values: Array, levels: Array) -> Array:
    """Straight pieces of the level lines, found by marching over the grid's triangles.

    Every cell is cut into two triangles, in each of which the function counts as flat; a level then crosses a triangle
    along one piece or not at all, so that no case is ambiguous.

    Args:
        x: [X], rising.
        y: [Y], rising.
        values: [Y, X].
        levels: [L].

    Returns:
        [N, 2, 2]: N pieces, their two ends, (x, y) of each.
    """
    across, up = np.meshgrid(x, y)
    points = np.stack([across, up, values], -1).astype(np.float64)
    a, b, c, d = points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]
    triangles = np.concatenate([np.stack(three, -2).reshape(-1, 3, 3) for three in ((a, b, c), (a, c, d))])
    pieces = [_cut(triangles, float(level)) for level in levels]
    return np.concatenate(pieces) if pieces else np.empty((0, 2, 2))


def _cut(triangles: Array, level: float) -> Array:
    """Triangles [T, 3 corners, (x, y, value)] -> the pieces [N, 2, 2] at which they have the level."""
    above = triangles[..., 2] > level
    mixed = (above.sum(-1) % 3) != 0
    corners, above = triangles[mixed], above[mixed]
    # The corner that stands alone on its side of the level: both cut edges meet in it.
    alone = np.where(above.sum(-1) == 1, above.argmax(-1), (~above).argmax(-1))
    rows = np.arange(len(corners))
    tip = corners[rows, alone]
    ends = []
    for other in (1, 2):
        far = corners[rows, (alone + other) % 3]
        share = (level - tip[:, 2]) / (far[:, 2] - tip[:, 2])
        ends.append(tip[:, :2] + share[:, None] * (far[:, :2] - tip[:, :2]))
    return np.stack(ends, 1)
