"""A run's numbers as tables. Hard-label and score-based metrics never share one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nashcore.learning import Result
from nashcore.methods.method import METHODS, Arm
from nashcore.metrics import KINDS, METRICS
from nashcore.runs import TrainingConfig
from ui.figures.arms import arm_title, ruled

Array = NDArray[np.float64]


def cell(numbers: dict[str, float | None]) -> str:
    """Mean and standard deviation, as far as they exist."""
    mean, std = numbers["mean"], numbers["std"]
    if mean is None:
        return "–"
    return f"{mean:.3f}" if std is None else f"{mean:.3f} ± {std:.3f}"


def result_table(summary: dict[str, Any], kind: str, epoch: str) -> pd.DataFrame:
    """A method a row, a metric a column; epoch is "last" or "best"."""
    rows = []
    for arm, found in summary["methods"].items():
        row = {"Method": arm_title(arm)}
        if epoch == "best":
            row["Best epoch"] = "–" if found["best_epoch"] is None else str(found["best_epoch"])
        rows.append(row | {METRICS[name].heading: cell(found[epoch][name]) for name in KINDS[kind].metrics})
    return pd.DataFrame(rows)


def difference_table(summary: dict[str, Any], metric: str) -> pd.DataFrame:
    """The paired difference of every two-stage arm to its one-stage twin at the last epoch, with a 95% interval."""
    rows = [
        {"method": arm, "minus": found["twin"], **found["last"][metric]}
        for arm, found in summary["differences"].items()
    ]
    table = pd.DataFrame(rows, columns=["method", "minus", "mean", "low", "high"])
    return table.astype(dict.fromkeys(("mean", "low", "high"), float))


def tested_rows(result: Result) -> pd.DataFrame:
    """The test rows of every cell."""
    return pd.DataFrame(
        {"Test rows": list(result.test_rows.values()), "Group, label": list(result.test_rows)}
    )


def means_and_spreads(values: Array) -> tuple[Array, Array]:
    """Mean and standard deviation over the seeds [A, N, ...] -> [A, ...]; what no seed has is NaN."""
    known = ~np.isnan(values)
    count = known.sum(1)
    mean = np.where(count > 0, np.where(known, values, 0.0).sum(1) / np.maximum(count, 1), np.nan)
    squares = np.where(known, (values - np.expand_dims(mean, 1)) ** 2, 0.0).sum(1)
    spread = np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)
    return mean, spread


def swept(config: TrainingConfig) -> dict[str, list[int]]:
    """By method, the places of its arms that bargain for the first T epochs, in rising T; methods with two of them or more.

    Other schedules (every n-th epoch, bargaining last) have no T to be drawn at.
    """
    places: dict[str, list[int]] = {}
    arms = config.arms()
    for place, arm in enumerate(arms):
        when = arm.schedule
        if arm.method.bargains and when.first == 0 and when.every == 1 and not when.only_in_conflict:
            places.setdefault(arm.method.name, []).append(place)
    return {
        name: sorted(found, key=lambda place: arms[place].schedule.last)
        for name, found in places.items()
        if len(found) > 1
    }


def _epochs_bargained(arm: Arm, epochs: int) -> int:
    return min(arm.schedule.last, epochs)


def sweep_lines(
    result: Result, config: TrainingConfig, metric: str
) -> tuple[dict[str, tuple[Array, Array, Array]], dict[str, float]]:
    """A metric at the last epoch over the number of bargaining epochs, and the one-stage twins' means.

    Returns:
        By method, T [n] with mean and spread over the seeds [n], for methods with two T or more; by method, its
        twin's mean, where the run holds it.
    """
    mean, spread = means_and_spreads(result.metrics[metric][:, :, -1])
    lines: dict[str, tuple[Array, Array, Array]] = {}
    twins: dict[str, float] = {}
    arms = config.arms()
    for name, places in swept(config).items():
        when = np.array([_epochs_bargained(arms[i], config.epochs) for i in places], dtype=np.float64)
        shown, twin = ruled(name, config.rule), METHODS[name].twin
        lines[shown] = (when, mean[places], spread[places])
        if twin in result.arms:
            twins[shown] = float(mean[result.arms.index(str(twin))])
    return lines, twins


def sweep_table(lines: dict[str, tuple[Array, Array, Array]]) -> pd.DataFrame:
    """The numbers behind the curves over T."""
    return pd.concat(
        [
            pd.DataFrame({"method": name, "T": when.astype(int), "mean": mean, "std": spread})
            for name, (when, mean, spread) in lines.items()
        ],
        ignore_index=True,
    )


def one_group_metric(result: Result, metric: str) -> pd.DataFrame:
    """A metric at every epoch: a method, epoch and group a row, with mean and spread over the seeds."""
    mean, spread = means_and_spreads(result.group_metrics[metric])
    index = pd.MultiIndex.from_product(
        [result.arms, range(1, result.epochs + 1), range(len(result.groups))],
        names=["method", "epoch", "group"],
    )
    table = pd.DataFrame({"mean": mean.ravel(), "std": spread.ravel()}, index=index).reset_index()
    table["group"] = np.array(result.groups, dtype=object)[table["group"].to_numpy()]
    return table
