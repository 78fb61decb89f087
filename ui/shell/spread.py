"""Means over the seeds and their spread, as numbers and as text, and gaps beside what they would be by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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


def cell(numbers: Mapping[str, float | None]) -> str:
    """Mean and standard deviation, as far as they exist."""
    mean, std = numbers["mean"], numbers["std"]
    if mean is None:
        return "–"
    return f"{mean:.3f}" if std is None else f"{mean:.3f} ± {std:.3f}"


NOT_TOLD = "not told from chance"
"""What stands beside a gap that equal groups would show as well."""


def chance_cell(chance: Mapping[str, Any] | None) -> str:
    """What equal groups would show: the mean gap, what 95% of the gaps stay within, and whether the gap found is told from it."""
    if not chance:
        return "–"
    beside = "" if chance["told"] else f": {NOT_TOLD}"
    return f"{chance['mean']:.3f}, 95% ≤ {chance['high']:.3f}{beside}"


def difference_cell(row: Mapping[Any, Any]) -> str:
    """A mean difference with its interval, or why it has none."""
    if row["mean"] is None or np.isnan(row["mean"]):
        return str(row["reason"])
    if row["low"] is None or np.isnan(row["low"]):
        return f"{row['mean'] + 0.0:+.4f}; {row['reason']}"
    return f"{row['mean']:+.4f} [{row['low']:+.4f}, {row['high']:+.4f}]"


def told_cell(row: Mapping[Any, Any]) -> str:
    """Whether a difference can be told from zero among all that are shown, with Holm's p-value."""
    if row["told"] is None or row["p_holm"] is None or np.isnan(row["p_holm"]):
        return "–"
    p = "p < 0.0001" if row["p_holm"] < 1e-4 else f"p = {row['p_holm']:.4f}"
    return f"{'yes' if row['told'] else 'no'} ({p})"


def rows_cell(row: Mapping[Any, Any]) -> str:
    """How many test rows a difference rests on."""
    distinct = row["test_distinct"]
    known = distinct is not None and not np.isnan(distinct)
    return f"{row['test_rows']} ({distinct:.0f} distinct)" if known else str(row["test_rows"])


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
