"""Numbers as people read them in a table: the same on every page and in every report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nashcore.learning import verdict_words
from nashcore.metrics import KINDS, METRICS, Metric

Array = NDArray[np.float64]


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


def comparison_table(summary: Mapping[str, Any], kind: str) -> pd.DataFrame:
    """Everything that a run's verdict compares (see `nashcore.learning.verdict`), as people read it; ``kind`` has a verdict."""
    found = summary["verdict"][kind]
    titles = {arm: figures["title"] for arm, figures in summary["methods"].items()}
    table = pd.DataFrame(
        [
            {
                "Method": titles[row["arm"]],
                "Minus": titles[row["minus"]],
                "Difference in": METRICS[row["metric"]].heading,
                "Mean and 95% interval": difference_cell(row),
                "Told from zero": told_cell(row),
                "Would take": _would_take(row["needed"], found["unit"]) if not row["told"] else "",
                "Why there is no interval": row["reason"] or "",
            }
            for row in found["comparisons"]
        ]
    )
    return table.loc[:, [name for name in table if table[name].astype(bool).any()]]


def _would_take(needed: Mapping[str, Any] | None, unit: str) -> str:
    """The units and test rows that would tell a difference of this size."""
    if needed is None:
        return "–"
    rows = "" if needed["rows"] is None else f", {verdict_words.rounded(needed['rows'])} test rows"
    return f"{verdict_words.rounded(needed['units'])} {unit}s{rows}"


def rows_cell(row: Mapping[Any, Any], *, several: bool = False) -> str:
    """How many test rows a difference rests on; on several splits, how many are distinct at least."""
    distinct = row["test_distinct"]
    known = distinct is not None and not np.isnan(distinct)
    least = "≥ " if several else ""
    return f"{row['test_rows']} ({least}{distinct:.0f} distinct)" if known else str(row["test_rows"])


def shown_table(table: pd.DataFrame, kind: str, epoch: str, letters: Mapping[str, str]) -> pd.DataFrame:
    """`nashcore.runs.results.compare.paper_table` as people read it: mean ± standard deviation."""
    shown = pd.DataFrame({"Run": table["run"].map(letters), "Method": table["label"]})
    if epoch == "best":
        shown["Best epoch"] = ["–" if pd.isna(at) else str(at) for at in table["epoch"]]
    for metric in KINDS[kind].metrics:
        numbers = [
            {"mean": _number(mean), "std": _number(std)}
            for mean, std in zip(table[f"{metric}_mean"], table[f"{metric}_std"], strict=True)
        ]
        if (chance := chance_columns(table, metric)) is None:
            shown[METRICS[metric].heading] = [cell(one) for one in numbers]
            continue
        by_chance = [
            None if np.isnan(high) else {"mean": mean, "high": high, "told": told}
            for mean, high, told in zip(*chance, table[f"{metric}_chance_told"], strict=True)
        ]
        cells = [
            gap_cells(METRICS[metric], one, other, alone=kind != "gaps")
            for one, other in zip(numbers, by_chance, strict=True)
        ]
        shown = pd.concat([shown, pd.DataFrame(cells)], axis=1)
    if (table["of_splits"] > 1).any():
        shown["Splits"] = table["splits"]
    return shown.assign(Seeds=table["seeds"])


def shown_natural(table: pd.DataFrame, kind: str, letters: Mapping[str, str]) -> pd.DataFrame:
    """`nashcore.runs.results.natural.natural_table` as people read it: mean [interval]."""
    shown = pd.DataFrame({"Run": table["run"].map(letters), "Method": table["label"]})
    for metric in KINDS[kind].metrics:
        ends = (table[f"{metric}_{part}"] for part in ("mean", "low", "high"))
        shown[METRICS[metric].heading] = [
            interval_cell(*map(_number, figures)) for figures in zip(*ends, strict=True)
        ]
    return shown.assign(Rows=table["rows"], **{"After epoch": table["epoch"], "Interval over": table["over"]})


def chance_columns(table: pd.DataFrame, metric: str) -> tuple[Array, Array] | None:
    """A gap's means and 95% quantiles by chance; None for what is no gap, or where no row has them."""
    if f"{metric}_chance_high" not in table or table[f"{metric}_chance_high"].isna().all():
        return None
    mean, high = (table[f"{metric}_chance_{part}"].to_numpy(float) for part in ("mean", "high"))
    return mean, high


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
