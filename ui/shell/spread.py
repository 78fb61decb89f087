"""Means over the seeds and their spread, as numbers and as text, and gaps beside what they would be by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from nashcore.metrics import Metric
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


def interval_cell(mean: float | None, low: float | None, high: float | None) -> str:
    """A mean with the ends of its interval, as far as they exist."""
    if mean is None:
        return "–"
    return f"{mean:.3f}" if low is None or high is None else f"{mean:.3f} [{low:.3f}, {high:.3f}]"


NOT_TOLD = "ᶜ"
"""The mark of a gap that equal groups would show as well."""

MARKS = f"{NOT_TOLD}: not told from chance."
"""What the mark means."""


def gap_cells(
    metric: Metric, numbers: Mapping[str, float | None], chance: Mapping[str, Any] | None, *, alone: bool
) -> dict[str, str]:
    """A gap's mean and spread, marked where it is not told from chance, and the mean gap of equal groups with what 95% stay within.

    Args:
        metric: the gap.
        numbers: "mean" and "std".
        chance: what `nashcore.learning.summarise` calls so; None where it is not known.
        alone: whether the table holds no other gap.
    """
    mark = f" {NOT_TOLD}" if chance and not chance["told"] else ""
    beside = f"{chance['mean']:.3f} (95%: {chance['high']:.3f})" if chance else "–"
    return {
        metric.heading: f"{cell(numbers)}{mark}",
        "By chance" if alone else f"{metric.short} by chance": beside,
    }


def difference_cell(row: Mapping[Any, Any]) -> str:
    """A mean difference with its interval, as far as they exist."""
    if row["mean"] is None or np.isnan(row["mean"]):
        return "–"
    if row["low"] is None or np.isnan(row["low"]):
        return f"{row['mean'] + 0.0:+.4f}, no interval"
    return f"{row['mean']:+.4f} [{row['low']:+.4f}, {row['high']:+.4f}]"


def told_cell(row: Mapping[Any, Any]) -> str:
    """Whether a difference can be told from zero among all that are shown, with Holm's p-value."""
    if row["told"] is None or row["p_holm"] is None or np.isnan(row["p_holm"]):
        return "–"
    p = "p < 0.0001" if row["p_holm"] < 1e-4 else f"p = {row['p_holm']:.4f}"
    return f"{'yes' if row['told'] else 'no'} ({p})"


def difference_columns(
    rows: Sequence[Mapping[Any, Any]], counted: Mapping[str, Sequence[int]]
) -> dict[str, Sequence[Any]]:
    """Paired differences as people read them; ``counted`` says what they are over, by the column's heading."""
    several = "Splits" in counted
    columns: dict[str, Sequence[Any]] = {
        "Mean and 95% interval": [difference_cell(row) for row in rows],
        "Told from zero": [told_cell(row) for row in rows],
        **counted,
        ("Test rows a split" if several else "Test rows"): [rows_cell(row, several=several) for row in rows],
    }
    if any(isinstance(row["reason"], str) for row in rows):
        columns["Why there is no interval"] = [
            row["reason"] if isinstance(row["reason"], str) else "" for row in rows
        ]
    return columns


def rows_cell(row: Mapping[Any, Any], *, several: bool = False) -> str:
    """How many test rows a difference rests on; on several splits, how many are distinct at least."""
    distinct = row["test_distinct"]
    known = distinct is not None and not np.isnan(distinct)
    least = "≥ " if several else ""
    return f"{row['test_rows']} ({least}{distinct:.0f} distinct)" if known else str(row["test_rows"])


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
