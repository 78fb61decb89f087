"""Numbers that change little from one moment to the next, as few bytes for the browser (series.js) and without loss."""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEVEL = 6
"""Of zlib: above it, a tenth less takes ten times as long."""


def folded(values: NDArray[Any], order: int) -> bytes:
    """A series of numbers with 2 or 4 bytes each, to be read by ``unfolded`` in series.js.

    Every series [R] of its own becomes differences of its bit patterns, ``order`` times over, each with its sign in the lowest
    bit; all lowest bytes stand first, then the next ones, and so on, so that they deflate well.

    Args:
        values: [R, ...]: integers, or floating-point numbers, whose bits are taken for integers.
        order: 0 where neighbours have nothing to do with each other, 1 for what changes little, 2 for what moves evenly.
    """
    whole = np.ascontiguousarray(values).view(f"<u{values.dtype.itemsize}").reshape(len(values), -1).T
    for _ in range(order):
        whole = np.diff(whole, axis=1, prepend=whole.dtype.type(0))
    signed = np.ascontiguousarray(whole).view(f"<i{whole.itemsize}")
    zigzag = np.ascontiguousarray((signed << 1) ^ (signed >> (8 * whole.itemsize - 1)))
    planes = zigzag.view(np.uint8).reshape(-1, whole.itemsize).T
    return zlib.compress(np.ascontiguousarray(planes).tobytes(), _LEVEL)


def folded_text(values: NDArray[Any], order: int) -> str:
    """The same as text (base64), for data that travel as JSON."""
    return base64.b64encode(folded(values, order)).decode("ascii")
