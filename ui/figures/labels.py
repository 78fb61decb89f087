"""Where words stand beside points, so that they cover neither a point nor each other, whether on a wide screen or on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SIZES = np.array([(700.0, 330.0), (280.0, 250.0)])
"""Of a plot in pixels: on a wide screen and on a phone."""

LETTER, LINE = 3.6, 7.5
"""Half the width of a letter, and half the height of a line, in pixels."""

CLEAR = 1.0
"""Pixels around a word: more makes it no better."""

CROSSED = 0.2
"""What a pixel of a word over a bar costs, where one over a point or another word costs one."""


@dataclass
class Room:
    """What is taken of a plot.

    Attributes:
        low, high: the ends of both axes.
        middles: of what stands there, as shares of the plot from the lower left [N, 2].
        halves: half the width and height of each [N, 2], in pixels.
        shifts: how far each stands from its middle [N, 2], in pixels.
        lines: the ends of bars [B, 2, 2], as shares of the plot: words may cross one where all else is worse.
    """

    low: Array
    high: Array
    middles: list[Array] = field(default_factory=list)
    halves: list[tuple[float, float]] = field(default_factory=list)
    shifts: list[tuple[float, float]] = field(default_factory=list)
    lines: list[Array] = field(default_factory=list)

    def take(
        self, at: Sequence[float], half: tuple[float, float], shift: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        """Something stands at a point, or beside it."""
        self.middles.append((np.asarray(at, dtype=np.float64) - self.low) / (self.high - self.low))
        self.halves.append(half)
        self.shifts.append(shift)

    def cross(self, *ends: Sequence[float]) -> None:
        """A bar goes from one point to another, along an axis."""
        self.lines.append((np.asarray(ends, dtype=np.float64) - self.low) / (self.high - self.low))

    def place(self, at: Sequence[float], text: str, choices: Sequence[tuple[float, float]]) -> int:
        """Put a word beside a point; which of the choices leaves most room: pixels to the right and up, the first where equal."""
        share = (np.asarray(at, dtype=np.float64) - self.low) / (self.high - self.low)
        half = (LETTER * len(text), LINE)
        rooms = [self._room(share, half, shift) for shift in choices]
        best = int(np.argmax(rooms))
        self.take(at, half, choices[best])
        return best

    def _room(self, share: Array, half: tuple[float, float], shift: tuple[float, float]) -> float:
        """Pixels between a word and what is nearest to it, less than zero where it covers that; at most `CLEAR` for each size."""
        found = 0.0
        lines = np.array(self.lines).reshape(-1, 2, 2)
        for size in SIZES:
            here = share * size + shift
            edge = np.minimum(here, size - here) - half
            there = np.array(self.middles).reshape(-1, 2) * size + np.array(self.shifts).reshape(-1, 2)
            apart = np.abs(there - here) - np.array(self.halves).reshape(-1, 2) - half
            beside = (
                np.abs(lines.mean(axis=1) * size - here)
                - np.abs(np.diff(lines, axis=1)[:, 0]) / 2 * size
                - half
            )
            found += min(CLEAR, float(edge.min()), *apart.max(axis=1).tolist())
            found += CROSSED * min(0.0, *beside.max(axis=1).tolist(), 0.0)
        return found
