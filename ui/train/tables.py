"""A run's numbers as tables. Hard-label and score-based metrics never share one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nashcore.learning import Result, means_by_unit
from nashcore.methods import PUBLISHED, unscheduled_title
from nashcore.metrics import KINDS, METRICS
from nashcore.runs import TrainingConfig
from nashcore.runs.results import StoredResult, cell, difference_columns, gap_cells, interval_cell
from ui.figures.style import Style
from ui.shell.spread import means_and_spreads
from ui.shell.styles import bargained_style, goal_style

Array = NDArray[np.float64]


def result_table(summary: dict[str, Any], kind: str, epoch: str) -> pd.DataFrame:
    """A method a row, a metric a column; epoch is "last" or "best"."""
    rows = []
    for found in summary["methods"].values():
        row = {"Method": found["title"]}
        if epoch == "best":
            row["Best epoch"] = "–" if found["best_epoch"] is None else str(found["best_epoch"])
        for name in KINDS[kind].metrics:
            chance = found["chance"][epoch]
            if METRICS[name].is_gap and chance:
                row |= gap_cells(METRICS[name], found[epoch][name], chance.get(name), alone=kind != "gaps")
            else:
                row[METRICS[name].heading] = cell(found[epoch][name])
        rows.append(row)
    return pd.DataFrame(rows)


def difference_table(summary: dict[str, Any], metric: str) -> pd.DataFrame:
    """The paired difference of every two-stage arm to its one-stage twin at the last epoch, with a 95% interval."""
    rows = [
        {
            "method": arm,
            "label": summary["methods"][arm]["title"],
            "minus": found["twin"],
            **found["last"][metric],
            "test_rows": sum(summary["test_rows"].values()),
            "test_distinct": sum(distinct.values()) if (distinct := summary["test_distinct"]) else None,
        }
        for arm, found in summary["differences"].items()
    ]
    numbers = ["mean", "low", "high", "p", "p_holm"]
    more = ["told", "count", "distinct", "above", "below", "reason", "test_rows", "test_distinct"]
    table = pd.DataFrame(rows, columns=["method", "label", "minus", *numbers, *more])
    return table.astype(dict.fromkeys([*numbers, "test_distinct"], float))


def chance_highs(summary: dict[str, Any], metric: str) -> Array:
    """What 95% of the gaps of equal groups stay within, of every arm at the last epoch [A]; NaN where there is none."""
    found = [figures["chance"]["last"].get(metric) for figures in summary["methods"].values()]
    return np.array([np.nan if chance is None else chance["high"] for chance in found])


def shown_differences(table: pd.DataFrame, titles: dict[str, str], unit: str = "seed") -> pd.DataFrame:
    """`difference_table` as people read it; ``unit``, what its differences are counted in."""
    rows = table.to_dict("records")
    return pd.DataFrame(
        {
            "Method": table["label"],
            "Minus": table["minus"].map(titles),
            **difference_columns(rows, {f"{unit.capitalize()}s": table["count"].tolist()}),
        }
    )


def natural_table(summary: dict[str, Any], kind: str) -> pd.DataFrame:
    """The natural test part: a method a row, a metric a column, with intervals."""
    found = summary["natural_test"]["methods"]
    return pd.DataFrame(
        [
            {"Method": summary["methods"][arm]["title"]}
            | {METRICS[name].heading: interval_cell(**figures[name]) for name in KINDS[kind].metrics}
            for arm, figures in found.items()
        ]
    )


def tested_rows(result: Result) -> pd.DataFrame:
    """The test rows of every cell on each split, with how many of them are distinct (at least) where that was noted down."""
    distinct, several = result.test_distinct, len(result.splits) > 1
    least = "≥ " if several else ""
    rows = [
        str(count) if distinct is None else f"{count} ({least}{distinct[cell]} distinct)"
        for cell, count in result.test_rows.items()
    ]
    heading = "Rows a split" if several else "Test rows"
    return pd.DataFrame({"Group, label": list(result.test_rows), heading: rows})


def rows_of_cells(rows: Mapping[str, int], title: str) -> pd.DataFrame:
    """Rows of every cell, by "group, label"."""
    return pd.DataFrame({title: list(rows.values()), "Group, label": list(rows)})


def swept_arms(config: TrainingConfig) -> dict[str, list[int]]:
    """By method, the places of its arms that bargain for the first T epochs, in rising T; methods with two of them or more.

    Other schedules (every n-th epoch, bargaining last) have no T to be drawn at.
    """
    places: dict[str, list[int]] = {}
    arms = config.arms()
    for place, arm in enumerate(arms):
        if arm.method.bargains and arm.method.schedule.switch is not None:
            places.setdefault(arm.published, []).append(place)
    return {
        name: sorted(found, key=lambda place: arms[place].method.schedule.last)
        for name, found in places.items()
        if len(found) > 1
    }


def sweep_lines(
    result: Result, config: TrainingConfig, metric: str, ddof: int = 1
) -> tuple[dict[str, tuple[Array, Array, Array]], dict[str, float]]:
    """A metric at the last epoch over the number of bargaining epochs, and the one-stage twins' means.

    Returns:
        By method, T [n] with mean and spread over the units [n], for methods with two T or more; by method, its
        twin's mean, where the run holds it.
    """
    mean, spread = means_and_spreads(means_by_unit(result.metrics[metric][:, :, -1], result), ddof)
    lines: dict[str, tuple[Array, Array, Array]] = {}
    twins: dict[str, float] = {}
    arms = config.arms()
    for name, places in swept_arms(config).items():
        when = [min(arms[place].method.schedule.last, config.epochs) for place in places]
        lines[name] = (np.array(when, dtype=np.float64), mean[places], spread[places])
        if (twin := PUBLISHED[name].twin) in result.arms:
            twins[name] = float(mean[result.arms.index(str(twin))])
    return lines, twins


def sweep_styles(config: TrainingConfig) -> dict[str, tuple[Style, Style]]:
    """By method that is swept over T, how it and its twin are drawn: by goal and rule, whatever the schedule."""
    arms = config.arms()
    styles = {}
    for name, places in swept_arms(config).items():
        method = arms[places[0]].method
        style = bargained_style(method.followed).titled(unscheduled_title(method))
        styles[name] = (style, goal_style(method.followed))
    return styles


def sweep_table(
    lines: dict[str, tuple[Array, Array, Array]], styles: dict[str, tuple[Style, Style]]
) -> pd.DataFrame:
    """The numbers behind the curves over T; ``styles`` as `sweep_styles` gives them."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "method": name,
                    "label": styles[name][0].title,
                    "T": when.astype(int),
                    "mean": mean,
                    "std": spread,
                }
            )
            for name, (when, mean, spread) in lines.items()
        ],
        ignore_index=True,
    )


def one_group_metric(run: StoredResult, metric: str, ddof: int = 1) -> pd.DataFrame:
    """A metric at every epoch: a method, epoch and group a row, with mean and spread over the units."""
    result = run.result
    mean, spread = means_and_spreads(means_by_unit(result.group_metrics[metric], result), ddof)
    index = pd.MultiIndex.from_product(
        [result.arms, range(1, result.epochs + 1), range(len(result.groups))],
        names=["method", "epoch", "group"],
    )
    table = pd.DataFrame({"mean": mean.ravel(), "std": spread.ravel()}, index=index).reset_index()
    table.insert(1, "label", table["method"].map({name: arm.title for name, arm in run.arms.items()}))
    table["group"] = np.array(result.groups, dtype=object)[table["group"].to_numpy()]
    return table
