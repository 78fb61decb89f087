"""From compared runs to what figures and tables on the page take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nashcore.methods.method import METHODS
from nashcore.metrics import KINDS, METRICS, metric_title
from ui.compare.selection import Side
from ui.figures.base import Figure
from ui.figures.compare import Panel, dots, panels_of_curves
from ui.figures.style import Theme
from ui.train.tables import cell, means_and_spreads

TIED = "\u00a0·\u00a0"
"""Between an arm's label and its run's letter, so that no line ends between them."""


def shown_table(table: pd.DataFrame, kind: str, epoch: str, letters: dict[str, str]) -> pd.DataFrame:
    """`nashcore.runs.results.compare.paper_table` as people read it: mean ± standard deviation."""
    shown = pd.DataFrame({"Run": table["run"].map(letters), "Method": table["label"]})
    if epoch == "best":
        shown["Best epoch"] = ["–" if pd.isna(at) else str(at) for at in table["epoch"]]
    for metric in KINDS[kind].metrics:
        shown[METRICS[metric].heading] = [
            cell({"mean": _number(mean), "std": _number(std)})
            for mean, std in zip(table[f"{metric}_mean"], table[f"{metric}_std"], strict=True)
        ]
    return shown.assign(Seeds=table["seeds"])


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value


def dot_figure(table: pd.DataFrame, kind: str, side: Side, theme: Theme) -> Figure:
    """The table's means with one standard deviation, the same method of all runs together."""
    rows = _by_method(table)
    several = rows["run"].nunique() > 1
    labels = [
        f"{label}{TIED}{side.letters[run]}" if several else str(label)
        for label, run in zip(rows["label"], rows["run"], strict=True)
    ]
    panels = []
    for metric in KINDS[kind].metrics:
        mean, std = rows[f"{metric}_mean"].to_numpy(float), rows[f"{metric}_std"].to_numpy(float)
        panels.append(Panel(METRICS[metric].heading, mean, mean - std, mean + std))
    return dots(labels, rows["method"].tolist(), panels, f"{KINDS[kind].title}, side by side", theme)


def difference_figure(table: pd.DataFrame, kind: str, theme: Theme) -> Figure:
    """Paired differences with their intervals: the table has the columns of `differences`."""
    rows = _by_method(table.drop_duplicates(["run", "arm"]))
    panels = []
    for metric in KINDS[kind].metrics:
        found = rows[["run", "arm"]].merge(table[table["metric"] == metric], how="left", on=["run", "arm"])
        panels.append(
            Panel(METRICS[metric].heading, *(found[part].to_numpy(float) for part in ("mean", "low", "high")))
        )
    return dots(
        rows["row"].tolist(), rows["method"].tolist(), panels, "Differences seed by seed", theme, zero=True
    )


def _by_method(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of the methods, and within a method in the order of the runs."""
    place = table["method"].map({name: number for number, name in enumerate(METHODS)})
    return table.assign(place=place).sort_values("place", kind="stable").reset_index(drop=True)


def curve_figure(side: Side, metric: str, theme: Theme) -> Figure:
    """A metric's means over the epochs, a run a panel."""
    called: dict[str, list[str]] = {}
    for run in side.runs:
        for arm in run.result.arms:
            called.setdefault(arm, []).append(side.labels[run.id, arm])
    order = sorted(called, key=lambda arm: list(METHODS).index(arm.partition("@")[0]))
    return panels_of_curves(
        [
            (side.name(run, 90), run.result.arms, means_and_spreads(run.result.metrics[metric])[0])
            for run in side.runs
        ],
        {arm: " / ".join(dict.fromkeys(called[arm])) for arm in order},
        metric_title(metric),
        max(run.run.config.epochs for run in side.runs),
        theme,
    )


def curve_numbers(side: Side, metrics: Sequence[str]) -> pd.DataFrame:
    """Every number behind the curves: a run, arm, seed and epoch a row."""
    parts = []
    for run in side.runs:
        result = run.result
        index = pd.MultiIndex.from_product(
            [[run.id], [run.run.title], result.arms, result.seeds, range(1, result.epochs + 1)],
            names=["run", "title", "method", "seed", "epoch"],
        )
        flat = {metric: result.metrics[metric].ravel() for metric in metrics}
        parts.append(pd.DataFrame(flat, index=index).reset_index())
    return pd.concat(parts, ignore_index=True)
