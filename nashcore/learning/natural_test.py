"""The natural test part: rows with the table's own shares, each once, on which the trained models are measured with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from nashcore.learning.roster import Roster
from nashcore.learning.units import unit_of, unit_sentence, unit_values
from nashcore.metrics import (
    COVERED,
    GROUP_METRICS,
    METRICS,
    RESAMPLES,
    Predictions,
    bootstrap_means,
    measure,
    paired_interval,
)

if TYPE_CHECKING:
    from nashcore.data import Part


def balanced_title(test_rows: Mapping[str, int]) -> str:
    """What the other test rows are called beside these; ``test_rows`` of every cell."""
    return f"balanced test set (drawn with replacement, {max(test_rows.values(), default=0)} rows a cell)"


GAP_INTERVALS = "The interval of a gap lies above zero even where groups are equal."
ROW_INTERVALS = (
    f"Means over the seeds with {COVERED:.0%} intervals over the rows (stratified bootstrap, {RESAMPLES:,} resamples): what other "
    "rows of the same kind might have shown of these models. Other training or another split is not in them, and they are too "
    f"narrow where cells have few rows. {GAP_INTERVALS}"
)
"""What the intervals say and what they do not."""


@dataclass(frozen=True, eq=False)
class NaturalTest:
    """What the models show on the natural test part after the last epoch done. A: arms, N: seeds, G: groups.

    Attributes:
        epoch: the epoch after which they were tested, from 0.
        rows: rows of every cell, by "group, label".
        metrics: `nashcore.metrics.METRICS` [A, N] by name; NaN for a model that stopped.
        group_metrics: those of `GROUP_METRICS` that predictions tell [A, N, G].
        intervals: lower and upper end of each metric's mean over the seeds that got through, over rows: [A, 2], or
            [A, G, 2] of a group's.
    """

    epoch: int
    rows: Mapping[str, int]
    metrics: Mapping[str, NDArray[np.float64]]
    group_metrics: Mapping[str, NDArray[np.float64]]
    intervals: Mapping[str, NDArray[np.float64]]

    @property
    def count(self) -> int:
        """Number of rows."""
        return sum(self.rows.values())

    @property
    def title(self) -> str:
        """What it is called beside the balanced test set."""
        return f"natural test part ({self.count:,} rows, the table's own shares)"


def natural_test(
    scores: NDArray[np.float64],
    part: Part,
    names: tuple[str, ...],
    groups: int,
    epoch: int,
    device: torch.device,
) -> NaturalTest:
    """Measure models on the natural test part.

    Args:
        scores: [A, N, n] of its rows; not finite for models that stopped.
        part: its rows.
        names: of the cells.
        groups: number of groups.
        epoch: the last epoch done, from 0.
        device: where to compute.
    """
    on_device = torch.from_numpy(scores).to(device), part.labels.to(device), part.groups.to(device)
    predictions = Predictions(*on_device, groups)

    def plain(values: Mapping[str, torch.Tensor]) -> dict[str, NDArray[np.float64]]:
        return {name: value.cpu().double().numpy() for name, value in values.items()}

    counts = part.cells.bincount(minlength=len(names)).tolist()
    return NaturalTest(
        epoch,
        dict(zip(names, counts, strict=True)),
        plain(measure(predictions, METRICS)),
        plain(measure(predictions, GROUP_METRICS)),
        plain(bootstrap_means(predictions, {**METRICS, **GROUP_METRICS})),
    )


def of_all_splits(found: Sequence[NaturalTest]) -> NaturalTest:
    """The natural tests of a run's splits as one: of several, each with other rows, without intervals over rows."""
    first = found[0]
    if len(found) == 1:
        return first

    def joined(each: Sequence[Mapping[str, NDArray[np.float64]]]) -> dict[str, NDArray[np.float64]]:
        return {name: np.concatenate([one[name] for one in each], axis=1) for name in each[0]}

    return replace(
        first,
        metrics=joined([one.metrics for one in found]),
        group_metrics=joined([one.group_metrics for one in found]),
        intervals={name: np.full_like(ends, np.nan) for name, ends in first.intervals.items()},
    )


def of_runs(found: Sequence[NaturalTest | None], replicates: Sequence[Sequence[int]]) -> NaturalTest | None:
    """The natural tests of runs that differ in their splits alone as one, of so many of each run's replicates.

    Returns:
        None where a run has none, or where they were not made after the same epoch and with as many rows of every cell.
    """
    first = found[0]
    if first is None:
        return None
    parts = list[NaturalTest]()
    for one, own in zip(found, replicates, strict=True):
        if one is None or (one.epoch, dict(one.rows)) != (first.epoch, dict(first.rows)):
            return None
        parts.append(
            replace(
                one,
                metrics={name: values[:, own] for name, values in one.metrics.items()},
                group_metrics={name: values[:, own] for name, values in one.group_metrics.items()},
            )
        )
    return of_all_splits(parts)


def natural_summary(found: NaturalTest, roster: Roster) -> dict[str, Any]:
    """The natural test in figures that fit into JSON.

    Returns:
        "title", "says", "over" (what the intervals are over: rows, or splits where the run has several), "epoch" (from 1), "rows"
        (in all), "rows_by_cell"; "methods": by arm a metric's "mean" over the units (see `nashcore.learning.units`), "low" and
        "high"; "groups": by arm and metric the same of every group. A number that does not exist is None.
    """
    over_splits = unit_of(roster) == "split"

    def figure(values: NDArray[np.float64], ends: NDArray[np.float64]) -> dict[str, float | None]:
        units = unit_values(values, ~np.isnan(values), roster)
        if over_splits:
            interval = paired_interval(units, "split")
            return {name: interval[name] for name in ("mean", "low", "high")}
        low, high = (float(end) if np.isfinite(end) else None for end in ends)
        return {"mean": float(units.mean()) if units.size else None, "low": low, "high": high}

    return {
        "title": found.title,
        "says": f"{unit_sentence(roster)} {GAP_INTERVALS}" if over_splits else ROW_INTERVALS,
        "over": "splits" if over_splits else "rows",
        "epoch": found.epoch + 1,
        "rows": found.count,
        "rows_by_cell": dict(found.rows),
        "methods": {
            arm: {name: figure(values[a], found.intervals[name][a]) for name, values in found.metrics.items()}
            for a, arm in enumerate(roster.arms)
        },
        "groups": {
            arm: {
                name: {
                    group: figure(values[a, :, g], found.intervals[name][a, g])
                    for g, group in enumerate(roster.groups)
                }
                for name, values in found.group_metrics.items()
            }
            for a, arm in enumerate(roster.arms)
        },
    }
