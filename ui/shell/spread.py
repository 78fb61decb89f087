"""Means over the seeds and their spread, as numbers and as text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def means_and_spreads(values: Array) -> tuple[Array, Array]:
    """Mean and standard deviation over the seeds [A, N, ...] -> [A, ...]; what no seed has is NaN."""
    known = ~np.isnan(values)
    count = known.sum(1)
    mean = np.where(count > 0, np.where(known, values, 0.0).sum(1) / np.maximum(count, 1), np.nan)
    squares = np.where(known, (values - np.expand_dims(mean, 1)) ** 2, 0.0).sum(1)
    spread = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
    return mean, spread


def cell(numbers: dict[str, float | None]) -> str:
    """Mean and standard deviation, as far as they exist."""
    mean, std = numbers["mean"], numbers["std"]
    if mean is None:
        return "–"
    return f"{mean:.3f}" if std is None else f"{mean:.3f} ± {std:.3f}"


def interval_cell(mean: float | None, low: float | None, high: float | None) -> str:
    """A mean with the ends of its interval, as far as they exist."""
    if mean is None:
        return "–"
    return f"{mean:.3f}" if low is None or high is None else f"{mean:.3f} [{low:.3f}, {high:.3f}]"
