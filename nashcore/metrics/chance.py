"""What a gap between groups would be by chance: groups that are treated alike, tested on the same few rows.

A gap is a largest minus a smallest value, so it is above zero even where all groups have the same rates and only the test rows
differ. Its size without any true gap is drawn here:

* **Hard labels.** Every group has the model's own rates, pooled over the groups. Each distinct test row is hit or missed once; a
  row that was drawn three times counts three times, so that a cell of 14 draws of 8 rows is as unsure as it is. All models are
  asked about the same draws: models that share their test rows share the luck of these rows, and a mean over seeds is not less
  unsure for it than one seed is.
* **Scores.** Scores of either label are normal with equal variance, apart by what gives the pooled AUC (binormal model), alike in
  all groups. The scores themselves are not stored with a run, so that they cannot be permuted between the groups; an AUC is a
  statistic of ranks and depends little on the distribution (a test holds the two against each other).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from nashcore.metrics.rates import Rates, rates_of_counts
from nashcore.metrics.registry import METRICS, Predictions

SEED = 0
"""Of the draws: the same run has the same floor."""

FEWEST, MOST, ROWS_DRAWN = 500, 2000, 2**19
"""How often the luck of all test rows is drawn: so often that this many rows are, within these bounds."""

QUANTILE = 0.95
"""An observed gap up to this quantile of the gaps by chance is not told from chance."""

MOST_AT_ONCE = 2**22
"""Numbers that are held at a time."""


@dataclass(frozen=True)
class DrawnRows:
    """How often each distinct test row was drawn.

    Attributes:
        repeats: for every cell (``2 * group + label``) how many distinct rows were drawn once, twice, and so on.
    """

    repeats: Sequence[Sequence[int]]

    @property
    def draws(self) -> int:
        """How often to draw the luck of these rows."""
        return min(MOST, max(FEWEST, ROWS_DRAWN // max(self.weights.numel(), 1)))

    @cached_property
    def weights(self) -> Tensor:
        """[cells, R] draws of every distinct row, filled up with zeros."""
        cells = [[times for times, rows in enumerate(cell, 1) for _ in range(rows)] for cell in self.repeats]
        widest = max((len(cell) for cell in cells), default=0)
        padded = [cell + [0] * (widest - len(cell)) for cell in cells]
        return torch.tensor(padded, dtype=torch.float64).reshape(len(cells), widest)


@dataclass(frozen=True)
class _Drawn(Predictions):
    """What a metric reads of predictions, drawn instead of measured."""

    scores: Tensor = field(default_factory=lambda: torch.empty(0))
    labels: Tensor = field(default_factory=lambda: torch.empty(0))
    groups: Tensor = field(default_factory=lambda: torch.empty(0))
    count: int = 0
    checked: bool = True
    drawn: Rates | None = None
    drawn_roc: Tensor | None = None

    @cached_property
    def by_group(self) -> Rates:
        assert self.drawn is not None  # noqa: S101 - for the type checker: metrics of hard labels are given rates
        return self.drawn

    @cached_property
    def roc_by_group(self) -> Tensor:
        assert self.drawn_roc is not None  # noqa: S101 - likewise
        return self.drawn_roc


def chance_gaps(tpr: Tensor, fpr: Tensor, rows: DrawnRows, seed: int = SEED) -> Mapping[str, Tensor]:
    """Gaps between groups that share a model's rates of hard labels.

    Args:
        tpr: [M], a model's true-positive rate over all groups together; NaN gives NaN.
        fpr: [M], its false-positive rate.
        rows: the test rows.
        seed: of the draws; sets of test rows have luck of their own by seeds of their own.

    Returns:
        [M, draws of the rows] by name of the metric, of those in `METRICS` that are gaps between rates of hard labels.
    """
    cells, draws = len(rows.repeats), rows.draws
    luck = torch.rand(draws, cells, rows.weights.shape[1], generator=_generator(seed), dtype=torch.float64)
    luck, below = _sorted_with_counts(luck, rows.weights)
    chances = torch.stack([fpr, tpr], -1).double().repeat(1, cells // 2)  # [M, cells]
    totals = rows.weights.sum(-1)
    gaps: dict[str, list[Tensor]] = {}
    for part in torch.split(chances, max(1, MOST_AT_ONCE // max(1, draws * cells))):
        wanted = part.T.contiguous().expand(draws, -1, -1).contiguous()
        counts = below.gather(-1, torch.searchsorted(luck, wanted)).permute(2, 0, 1)  # [m, draws, cells]
        counts = torch.where(part.isnan().unsqueeze(1), torch.nan, counts)
        rates = rates_of_counts(counts[..., 1::2], counts[..., ::2], totals[1::2], totals[::2])
        for name, metric in _gaps_of("hard", "gaps"):
            gaps.setdefault(name, []).append(metric(_Drawn(drawn=rates)))
    return {name: torch.cat(parts) for name, parts in gaps.items()}


def chance_roc_gaps(auc: Tensor, rows: DrawnRows, seed: int = SEED) -> Mapping[str, Tensor]:
    """Gaps between groups that share the area under the ROC curve.

    Args:
        auc: [M], over all groups together; NaN gives NaN.
        rows: the test rows.
        seed: of the draws; sets of test rows have luck of their own by seeds of their own.

    Returns:
        [M, draws of the rows] by name of the metric, of those in `METRICS` that are gaps between areas of scores.
    """
    weights = rows.weights
    zeros, ones = weights[::2], weights[1::2]
    generator = _generator(seed)
    shape = (rows.draws, len(ones), weights.shape[1])
    negative, below = _sorted_with_counts(torch.randn(shape, generator=generator, dtype=torch.float64), zeros)
    positive = torch.randn(shape, generator=generator, dtype=torch.float64)
    pairs = zeros.sum(-1) * ones.sum(-1)
    least = 1 / (2 * max(float(pairs.max()), 1.0)) if pairs.numel() else 0.5  # an area of one is drawn too
    apart = math.sqrt(2) * torch.special.ndtri(auc.double().clamp(least, 1 - least))
    gaps: dict[str, list[Tensor]] = {}
    for part in torch.split(apart, max(1, MOST_AT_ONCE // max(1, positive.numel()))):
        shifted = (positive + part.view(-1, 1, 1, 1)).movedim(0, -2).flatten(-2)  # [draws, G, m * R]
        wins = below.gather(-1, torch.searchsorted(negative, shifted.contiguous()))
        wins = wins.reshape(*shape[:2], len(part), shape[2])
        wins = (wins * ones.unsqueeze(-2)).sum(-1).movedim(-1, 0)
        areas = torch.where(part.isnan().view(-1, 1, 1), torch.nan, wins / pairs)
        for name, metric in _gaps_of("scores"):
            gaps.setdefault(name, []).append(metric(_Drawn(drawn_roc=areas)))
    return {name: torch.cat(parts) for name, parts in gaps.items()}


def _gaps_of(*kinds: str) -> Iterator[tuple[str, Callable[[Predictions], Tensor]]]:
    for name, metric in METRICS.items():
        if metric.is_gap and metric.kind in kinds and metric.measure is not None:
            yield name, metric.measure


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _sorted_with_counts(values: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Values [..., cells, R] in rising order, and what the first 0, 1, ... R of them weigh [..., cells, R + 1]."""
    ascending, order = values.sort(-1)
    counts = weights.expand(values.shape).gather(-1, order).cumsum(-1)
    return ascending, torch.cat([torch.zeros_like(counts[..., :1]), counts], -1)


@dataclass(frozen=True)
class Floor:
    """The gap by chance.

    Attributes:
        mean: mean over the draws.
        high: its `QUANTILE` quantile.
    """

    mean: float
    high: float

    def told(self, gap: float) -> bool:
        """Whether an observed gap is told from chance: above the quantile, and by more than rounding."""
        return gap > self.high + 1e-9


def floor_of(draws: Tensor) -> Floor | None:
    """The floor of a mean over models: draws [M, D] of models that share their test rows; None where there is no gap to draw."""
    means = draws.mean(0)
    if not means.numel() or bool(means.isnan().any()):
        return None
    return Floor(float(means.mean()), float(means.quantile(QUANTILE, interpolation="higher")))
