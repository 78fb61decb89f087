"""The gaps that equal groups would show by chance with a run's test rows, for every arm of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from nashcore.metrics import DrawnRows, Floor, chance_gaps, chance_roc_gaps, floor_of

if TYPE_CHECKING:
    from nashcore.learning.result import Result

Array = NDArray[np.float64]


def drawn_rows(result: Result) -> DrawnRows | None:
    """The test rows of a run; each draw is taken for a row of its own where repeats were not noted down.

    None where the cells are not those of the run's groups.
    """
    repeats = result.test_repeats
    if repeats is None:
        repeats = tuple((count,) for count in result.test_rows.values())
    return DrawnRows(repeats) if len(repeats) == 2 * len(result.groups) else None


def floors_of(
    result: Result, kept: NDArray[np.bool_], epochs: Sequence[int | None]
) -> list[dict[str, Floor]]:
    """The floors of every arm at an epoch of its own, by metric; a metric without one is left out.

    Rates are each model's own, over all groups together; an arm's mean over the seeds is held against the mean of gaps drawn with
    the same luck for all of them. Areas of scores are the arm's mean.

    Args:
        result: everything measured.
        kept: [A, N], the models that got through.
        epochs: for each arm the epoch, from 0; None where it has none.
    """
    rows = drawn_rows(result)
    if rows is None or not {"tpr", "fpr"} <= set(result.group_metrics) or not result.epochs:
        return [{} for _ in epochs]
    at = np.array([0 if epoch is None else epoch for epoch in epochs])
    place = np.arange(len(at))
    cells = rows.weights.sum(-1).numpy()
    overall = {
        name: _pooled(result.group_metrics[name][place, :, at], cells[label::2])
        for name, label in (("fpr", 0), ("tpr", 1))
    }
    drawn = chance_gaps(
        torch.from_numpy(overall["tpr"].ravel()), torch.from_numpy(overall["fpr"].ravel()), rows
    )
    area = np.array(
        [
            seeds[known].mean() if known.any() else np.nan
            for seeds, known in zip(result.metrics["overall_roc_auc"][place, :, at], kept, strict=True)
        ]
    )
    areas = chance_roc_gaps(torch.from_numpy(area), rows)
    found: list[dict[str, Floor]] = []
    for arm, epoch in enumerate(epochs):
        models = arm * kept.shape[1] + np.flatnonzero(kept[arm])
        of_arm = {
            name: floor_of(gaps[torch.from_numpy(models)]) for name, gaps in drawn.items() if len(models)
        }
        of_arm |= {name: floor_of(gaps[arm : arm + 1]) for name, gaps in areas.items()}
        found.append({name: floor for name, floor in of_arm.items() if floor and epoch is not None})
    return found


def _pooled(rates: Array, rows: Array) -> Array:
    """Rates of groups [A, N, G] with so many rows each [G] -> of all their rows together [A, N]."""
    there = rows > 0
    if not there.any():
        return np.full(rates.shape[:2], np.nan)
    pooled: Array = (rates[..., there] * rows[there]).sum(-1) / rows[there].sum()
    return pooled
