"""Means over the seeds and their spread, and the choice of the spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from nashcore.options import ShownOptions, declared

Array = NDArray[np.float64]


def means_and_spreads(values: Array, ddof: int = 1) -> tuple[Array, Array]:
    """Mean and standard deviation over the seeds [A, N, ...] -> [A, ...]; what no seed has is NaN."""
    known = ~np.isnan(values)
    count = known.sum(1)
    mean = np.where(count > 0, np.where(known, values, 0.0).sum(1) / np.maximum(count, 1), np.nan)
    squares = np.where(known, (values - np.expand_dims(mean, 1)) ** 2, 0.0).sum(1)
    spread = np.where(count > 1, np.sqrt(squares / np.maximum(count - ddof, 1)), np.nan)
    return mean, spread


(SPREAD,) = declared(ShownOptions)
"""The option that says which standard deviation stands behind a mean."""


def spread_control(where: DeltaGenerator) -> ShownOptions:
    """The choice of the spread, bound to its word in the address."""
    chosen = where.segmented_control(
        SPREAD.label,
        list(SPREAD.option.titles),
        default=SPREAD.default,
        required=True,
        format_func=SPREAD.option.titles.__getitem__,
        key=str(SPREAD.option.key),
        bind="query-params",
        help=SPREAD.option.help,
    )
    return ShownOptions(spread=chosen)
