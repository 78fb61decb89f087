"""From compared runs to what figures and tables on the page take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nashcore.learning import means_by_unit
from nashcore.methods import PUBLISHED, Arm
from nashcore.metrics import KINDS, METRICS, metric_title
from nashcore.runs.results import chance_columns, difference_columns, shown_natural, shown_table
from ui.compare.selection import Comparison
from ui.figures.base import Figure
from ui.figures.compare import Panel, dots, panels_of_curves
from ui.figures.style import Theme
from ui.shell.spread import means_and_spreads
from ui.shell.styles import arm_styles
from ui.shell.verdict import published_styles

Array = NDArray[np.float64]

__all__ = [
    "curve_figure",
    "curve_numbers",
    "difference_figure",
    "dot_figure",
    "shown_differences",
    "shown_natural",
    "shown_table",
]

TIED = "\u00a0·\u00a0"
"""Between an arm's label and its run's letter, so that no line ends between them."""


def dot_figure(table: pd.DataFrame, kind: str, comparison: Comparison, theme: Theme) -> Figure:
    """The table's means with one standard deviation, the same method of all runs together."""
    rows = _by_method(table)
    several = rows["run"].nunique() > 1
    labels = [
        f"{label}{TIED}{comparison.letters[run]}" if several else str(label)
        for label, run in zip(rows["label"], rows["run"], strict=True)
    ]
    panels = []
    for metric in KINDS[kind].metrics:
        mean, std = rows[f"{metric}_mean"].to_numpy(float), rows[f"{metric}_std"].to_numpy(float)
        panels.append(
            Panel(METRICS[metric].heading, mean, mean - std, mean + std, chance_columns(rows, metric))
        )
    return dots(labels, published_styles(rows), panels, f"{KINDS[kind].title}, side by side", theme)


def difference_figure(table: pd.DataFrame, kind: str, theme: Theme) -> Figure:
    """Paired differences with their intervals: the table has the columns of `differences`."""
    rows = _by_method(table.drop_duplicates(["run", "arm"]))
    panels = []
    for metric in KINDS[kind].metrics:
        found = rows[["run", "arm"]].merge(table[table["metric"] == metric], how="left", on=["run", "arm"])
        mean, low, high = (found[part].to_numpy(float) for part in ("mean", "low", "high"))
        notes = [str(reason) for reason in found["reason"]]
        panels.append(Panel(METRICS[metric].heading, mean, low, high, notes=notes))
    return dots(rows["row"].tolist(), published_styles(rows), panels, "Paired differences", theme, zero=True)


def shown_differences(table: pd.DataFrame) -> pd.DataFrame:
    """Paired differences as people read them, a metric of an arm a row."""
    splits = {"Splits": table["splits"].tolist()} if (table["unit"] == "split").any() else {}
    return pd.DataFrame(
        {
            "Difference": table["row"].str.replace("\u00a0", " "),
            "Difference in": [METRICS[metric].short for metric in table["metric"]],
            **difference_columns(table.to_dict("records"), {**splits, "Seeds": table["seeds"].tolist()}),
        }
    )


def _by_method(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of the methods, and within a method in the order of the runs."""
    place = table["method"].map({name: number for number, name in enumerate(PUBLISHED)})
    return table.assign(place=place).sort_values("place", kind="stable").reset_index(drop=True)


def curve_figure(comparison: Comparison, metric: str, theme: Theme) -> Figure:
    """A metric's means over the epochs, a run a panel."""
    arms: dict[str, list[Arm]] = {}
    for run in comparison.runs:
        for name, arm in run.arms.items():
            arms.setdefault(name, []).append(arm)
    order = sorted(arms, key=lambda name: list(PUBLISHED).index(arms[name][0].published))
    styles = arm_styles([arms[name][0] for name in order])
    return panels_of_curves(
        [
            (
                comparison.name(run, 90),
                run.result.arms,
                means_and_spreads(means_by_unit(run.result.metrics[metric], run.result))[0],
            )
            for run in comparison.runs
        ],
        {
            name: style.titled(" / ".join(dict.fromkeys(arm.title for arm in arms[name])))
            for name, style in styles.items()
        },
        metric_title(metric),
        max(run.run.config.epochs for run in comparison.runs),
        theme,
    )


def curve_numbers(comparison: Comparison, metrics: Sequence[str]) -> pd.DataFrame:
    """Every number behind the curves: a run, arm, split, seed and epoch a row."""
    parts = []
    for run in comparison.runs:
        result = run.result
        index = pd.MultiIndex.from_product(
            [
                [run.id],
                [run.run.title],
                result.arms,
                range(len(result.replicates)),
                range(1, result.epochs + 1),
            ],
            names=["run", "title", "method", "seed", "epoch"],
        )
        flat = {metric: result.metrics[metric].ravel() for metric in metrics}
        part = pd.DataFrame(flat, index=index).reset_index()
        places = part["seed"].to_numpy(int)
        part["seed"] = np.array([one.seed for one in result.replicates])[places]
        part.insert(3, "split", np.array([one.split for one in result.replicates])[places])
        part.insert(3, "label", part["method"].map({name: arm.title for name, arm in run.arms.items()}))
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
