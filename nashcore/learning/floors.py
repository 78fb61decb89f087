"""The gaps that equal groups would show by chance with a run's test rows, for every arm of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nashcore.metrics import DrawnRows, Floor, chance_gaps, chance_roc_gaps, floor_of

if TYPE_CHECKING:
    from nashcore.learning.result import Result

Array = NDArray[np.float64]


def drawn_rows(result: Result) -> list[DrawnRows]:
    """The test rows of each split; each draw is taken for a row of its own where repeats were not noted down.

    Empty where the cells are not those of the run's groups.
    """
    each_once = tuple((count,) for count in result.test_rows.values())
    splits = result.test_repeats or (each_once,) * len(result.splits)
    return [DrawnRows(cells) for cells in splits if len(cells) == 2 * len(result.groups)]


def floors_of(
    result: Result, kept: NDArray[np.bool_], epochs: Sequence[int | None]
) -> list[dict[str, Floor]]:
    """The floors of every arm at an epoch of its own, by metric; a metric without one is left out.

    Rates are each model's own, over all groups together; an arm's mean over the seeds is held against the mean of gaps drawn with
    the same luck for all of them. Areas of scores are the arm's mean. Splits have luck of their own, and each counts once.

    Args:
        result: everything measured.
        kept: [A, N], the models that got through.
        epochs: for each arm the epoch, from 0; None where it has none.
    """
    rows = drawn_rows(result)
    if not rows or not {"tpr", "fpr"} <= set(result.group_metrics) or not result.epochs:
        return [{} for _ in epochs]
    at = np.array([0 if epoch is None else epoch for epoch in epochs])
    gaps: list[dict[str, list[Tensor]]] = [{} for _ in epochs]
    for place, of_split in enumerate(rows):
        own = slice(place * len(result.seeds), (place + 1) * len(result.seeds))
        for arm, drawn in enumerate(_gaps_on_split(result, own, kept[:, own], at, of_split, place)):
            for name, means in drawn.items():
                gaps[arm].setdefault(name, []).append(means)
    found: list[dict[str, Floor]] = []
    for of_arm, epoch in zip(gaps, epochs, strict=True):
        floors = {name: floor_of(_of_equal_length(means)) for name, means in of_arm.items()}
        found.append({name: floor for name, floor in floors.items() if floor and epoch is not None})
    return found


def _gaps_on_split(
    result: Result, own: slice, kept: NDArray[np.bool_], at: NDArray[np.int64], rows: DrawnRows, seed: int
) -> list[dict[str, Tensor]]:
    """Each arm's gaps by chance on one split, the mean over its seeds that got through: [draws] by metric.

    Args:
        result: everything measured.
        own: the split's replicates.
        kept: [A, S], those that got through.
        at: [A], each arm's epoch.
        rows: the split's test rows.
        seed: of the draws.
    """
    arms = np.arange(len(at))
    cells = rows.weights.sum(-1).numpy()
    overall = {
        name: _pooled(result.group_metrics[name][:, own][arms, :, at], cells[label::2])
        for name, label in (("fpr", 0), ("tpr", 1))
    }
    drawn = chance_gaps(
        torch.from_numpy(overall["tpr"].ravel()), torch.from_numpy(overall["fpr"].ravel()), rows, seed
    )
    measured = result.metrics["overall_roc_auc"][:, own][arms, :, at]
    area = [
        seeds[known].mean() if known.any() else np.nan for seeds, known in zip(measured, kept, strict=True)
    ]
    areas = chance_roc_gaps(torch.tensor(area, dtype=torch.float64), rows, seed)
    found = []
    for arm, known in enumerate(kept):
        models = torch.from_numpy(arm * kept.shape[1] + np.flatnonzero(known))
        of_arm = {name: gaps[models].mean(0) for name, gaps in drawn.items() if len(models)}
        found.append(of_arm | {name: gaps[arm] for name, gaps in areas.items() if len(models)})
    return found


def _of_equal_length(draws: Sequence[Tensor]) -> Tensor:
    """Draws of splits [D, draws], as many of each as of that with the fewest."""
    fewest = min(map(len, draws))
    return torch.stack([one[:fewest] for one in draws])


def _pooled(rates: Array, rows: Array) -> Array:
    """Rates of groups [A, N, G] with so many rows each [G] -> of all their rows together [A, N]."""
    there = rows > 0
    if not there.any():
        return np.full(rates.shape[:2], np.nan)
    pooled: Array = (rates[..., there] * rows[there]).sum(-1) / rows[there].sum()
    return pooled
