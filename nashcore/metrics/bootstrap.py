"""Intervals over rows: the stratified bootstrap, all models and resamples as batched tensors.

A resample draws as many rows of every cell (group and label) as the cell has, with replacement. Every model sees the same
resamples, so that the mean of several models has an interval too. Percentile intervals over rows say what other rows of the same
kind would have shown of these models; what other training would have made of them is not in it. A gap between groups is never
below zero, so that the interval of a gap lies above zero even where groups are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import one_hot, pad

from nashcore.metrics.rates import Rates, rates_of_counts
from nashcore.metrics.registry import Metric, Predictions
from nashcore.metrics.rows import check_scores

RESAMPLES = 1000
"""Resamples behind an interval."""

COVERED = 0.95
"""What the intervals are made to cover."""

_ELEMENTS = 2**22  # numbers in the largest tensor, which bounds the memory


def resampled_rows(
    cells: NDArray[np.int64], resamples: int, seed: int, each: int
) -> Iterator[NDArray[np.int64]]:
    """Row numbers [at most ``each``, n] of resamples, ``each`` at a time: in place i a row of the cell of row i."""
    order = np.argsort(cells, kind="stable")
    _, starts, sizes = np.unique(cells[order], return_index=True, return_counts=True)
    start, size = np.repeat(starts, sizes), np.repeat(sizes, sizes)
    back = np.argsort(order, kind="stable")
    random = np.random.default_rng(seed)
    for first in range(0, resamples, each):
        chances = random.random((min(each, resamples - first), len(cells)))
        yield order[start + np.floor(chances * size).astype(np.int64)][:, back]


class Resampled(Predictions):
    """Predictions on resampled rows: every measure is [models, resamples, ...].

    Rates and areas come from how often a row was drawn, without its being copied; ``scores`` are the copies, for a measure that
    needs the rows themselves.

    Args:
        rows: predictions of models [M, n].
        drawn: row numbers [R, n] from `resampled_rows`.
    """

    def __init__(self, rows: Predictions, drawn: Tensor) -> None:
        for name, value in (
            ("labels", rows.labels),
            ("groups", rows.groups),
            ("count", rows.count),
            ("_rows", rows),
            ("_drawn", drawn),
        ):
            object.__setattr__(self, name, value)

    _rows: Predictions
    _drawn: Tensor

    @cached_property
    def scores(self) -> Tensor:
        """[M, R, n]."""
        return self._rows.scores[:, self._drawn]

    @cached_property
    def _times(self) -> Tensor:
        """How often each row was drawn [R, n]."""
        drawn = self._drawn
        zeros = torch.zeros(drawn.shape, device=drawn.device)
        return zeros.scatter_add_(1, drawn, torch.ones_like(zeros))

    @cached_property
    def _predicted_of_cells(self) -> tuple[Tensor, Tensor]:
        """Rows predicted 1 of every group with label 1, and with label 0: [M, R, G] each."""
        cells = one_hot(2 * self.groups + self.labels, 2 * self.count).to(self._times.dtype)
        weights = self._times.unsqueeze(1) * cells.T  # [R, 2G, n]
        predicted = self._rows.predicted.to(weights.dtype)
        found = (predicted @ weights.flatten(0, 1).T).double().view(-1, *weights.shape[:2])
        return found[..., 1::2], found[..., 0::2]

    @cached_property
    def by_group(self) -> Rates:
        """Rates of hard labels, [M, R, G] each."""
        return rates_of_counts(*self._predicted_of_cells, *self._sizes)

    @cached_property
    def overall(self) -> Rates:
        """Rates of hard labels over all rows, [M, R] each."""
        hits, alarms = (found.sum(-1) for found in self._predicted_of_cells)
        return rates_of_counts(hits, alarms, *(size.sum() for size in self._sizes))

    @property
    def _sizes(self) -> tuple[Tensor, Tensor]:
        """Rows of every group with label 1, and with label 0, which no resample changes: [G] each."""
        counts = torch.bincount(2 * self.groups + self.labels, minlength=2 * self.count).double()
        return counts[1::2], counts[0::2]

    @cached_property
    def roc_overall(self) -> Tensor:
        """Area under the ROC curve over all rows [M, R]."""
        return self._areas(torch.zeros_like(self.groups), 1).squeeze(-1)

    @cached_property
    def roc_by_group(self) -> Tensor:
        """Area under each group's ROC curve [M, R, G]."""
        return self._areas(self.groups, self.count)

    def _areas(self, groups: Tensor, count: int) -> Tensor:
        """How often a row of label 1 scores above one of label 0 of its group, ties counting half: [M, R, count]."""
        scores = self._rows.scores.contiguous()
        models, rows = scores.shape
        place = torch.searchsorted(scores.sort(-1).values, scores)  # equal scores get equal places
        keys, order = (groups * rows + place).sort(-1)  # group by group, and within a group by score
        below, upto = torch.searchsorted(keys, keys), torch.searchsorted(keys, keys, right=True)
        members = one_hot(groups.sort().values, count).double()  # of the places, the same for all models
        sizes = members.sum(0).long()
        begins = (sizes.cumsum(0) - sizes)[groups.sort().values]

        def of_places(weights: Tensor) -> Tensor:
            return weights[:, order].transpose(0, 1)  # [M, R, n]

        resamples = self._times.shape[0]

        def at(cumulated: Tensor, index: Tensor) -> Tensor:
            return cumulated.gather(-1, index.unsqueeze(-2).expand(models, resamples, rows))

        labels = self.labels.to(self._times.dtype)
        zeros_below = pad(of_places(self._times * (1 - labels)).cumsum(-1), (1, 0))
        wins = (at(zeros_below, below) + at(zeros_below, upto)) / 2 - zeros_below[..., begins]
        won = (of_places(self._times * labels) * wins).double() @ members
        positives = (one_hot(groups, count) * self.labels.unsqueeze(-1)).sum(0).double()
        return won / (positives * (sizes - positives))


def bootstrap_means(
    predictions: Predictions, metrics: Mapping[str, Metric], resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Tensor]:
    """Intervals over rows of the metrics' means over seeds.

    Args:
        predictions: scores [arms, seeds, n]; a model with a score that is not finite is left out of the means.
        metrics: what to measure; those that are not measured of predictions are left out.
        resamples: how many; more of them make the ends of the intervals steadier.
        seed: the same seed draws the same resamples.

    Returns:
        By name the lower and upper end of the `COVERED` percentile interval, [arms, 2] or [arms, groups, 2], in float64;
        NaN where an arm has no model left, or the rows leave the metric open.

    Raises:
        InputError: the scores are of another shape.
    """
    arms, seeds, rows = check_scores(predictions.scores, len(predictions.labels), 3).shape
    scores = predictions.scores.flatten(0, 1)
    sound = scores.isfinite().all(-1)
    models, of_arm = (
        sound.nonzero().squeeze(1),
        torch.arange(arms, device=scores.device).repeat_interleave(seeds),
    )
    cells = (2 * predictions.groups + predictions.labels).cpu().numpy()
    widest = max(len(models), 2 * predictions.count) * rows
    each = max(1, min(resamples, _ELEMENTS // max(1, widest)))
    together = max(1, _ELEMENTS // max(1, each * rows))
    sums: dict[str, list[Tensor]] = {name: [] for name, one in metrics.items() if one.measure is not None}
    for drawn in resampled_rows(cells, resamples, seed, each):
        found: dict[str, Tensor] = {}
        for some in torch.split(models, together):
            part = Predictions(scores[some], predictions.labels, predictions.groups, predictions.count)
            resampled = Resampled(part, torch.from_numpy(drawn).to(scores.device))
            for name in sums:
                values = metrics[name].measure(resampled)  # type: ignore[misc]
                total = found.setdefault(name, values.new_zeros(arms, *values.shape[1:]))
                total.index_add_(0, of_arm[some], values)
        for name, total in found.items():
            sums[name].append(total)
    counts = torch.zeros(arms, device=scores.device).index_add_(0, of_arm, sound.float())
    return {name: _interval(torch.cat(totals, 1), counts) for name, totals in sums.items() if totals} or {
        name: torch.full((arms, *((predictions.count,) * one.per_group), 2), torch.nan, dtype=torch.float64)
        for name, one in metrics.items()
        if one.measure is not None
    }


def _interval(totals: Tensor, counts: Tensor) -> Tensor:
    """The ends [arms, ..., 2] of what the means took in the resamples [arms, R, ...]."""
    means = totals / counts.view(-1, *(1,) * (totals.ndim - 1))
    ordered, last = means.sort(1).values, means.shape[1] - 1
    ends = []
    for share in ((1 - COVERED) / 2, (1 + COVERED) / 2):
        whole = int(share * last)
        part = share * last - whole
        ends.append(ordered[:, whole] * (1 - part) + ordered[:, min(whole + 1, last)] * part)
    return torch.stack(ends, -1)
