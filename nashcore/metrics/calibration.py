"""Whether scores mean what they say: of the rows with a score near 0.7, do 70% have label 1?

Scores are put into bins of equal width; in each the mean score stands against the share of label 1. The calibration error is their
distance, averaged over the rows (expected calibration error). With few rows it is above zero however well scores are calibrated, so
that its size by chance is drawn as well: labels that follow the scores exactly, on the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from nashcore.errors import InputError
from nashcore.metrics.rows import check_rows, check_scores
from nashcore.metrics.wilson import Proportion, wilson

BINS = 10
DRAWS = 400
QUANTILE = 0.95
"""A calibration error up to this quantile of those by chance is not told from chance."""

_ELEMENTS = 2**22  # numbers in the largest tensor, which bounds the memory


@dataclass(frozen=True)
class Reliability:
    """Scores against labels, in bins. M: models, G: groups, B: bins of equal width from 0 to 1, closed below.

    Attributes:
        rows: [M, G, B], rows in each.
        expected: [M, G, B], their mean score; NaN where there are none.
        observed: the share of label 1 among them, [M, G, B] each.
        error: [M, G], the calibration error; NaN for a group without rows.
        by_chance: [M, G], what `QUANTILE` of the errors stay within where labels follow the scores.
    """

    rows: Tensor
    expected: Tensor
    observed: Proportion
    error: Tensor
    by_chance: Tensor


def reliability(
    scores: Tensor,
    labels: Tensor,
    groups: Tensor,
    count: int,
    rows: Tensor | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> Reliability:
    """Scores against labels, by group.

    Args:
        scores: [M, n], from 0 to 1; a model with one that is not finite has none: NaN.
        labels: [n], 0 or 1.
        groups: [n], numbers below ``count``.
        count: number of groups.
        rows: [n], the number of each row, where rows may be among them several times: copies share their luck.
        draws: of labels that follow the scores.
        seed: of these draws.

    Raises:
        InputError: scores, labels or groups are not of this kind.
    """
    checked, groups = check_rows(labels, groups, count)
    strange = check_scores(scores, len(checked), 2)[scores.isfinite() & ((scores < 0) | (scores > 1))]
    if strange.numel():
        raise InputError(f"Scores should be from 0 to 1, as probabilities are. Found {strange[0].item():g}.")
    numbers = torch.arange(len(checked), device=scores.device) if rows is None else rows
    _, place, times = torch.unique(numbers, return_inverse=True, return_counts=True)
    sound = scores.isfinite().all(-1)
    known = torch.where(sound.unsqueeze(-1), scores.double(), 0.0)
    inner = torch.arange(1, BINS, device=scores.device, dtype=torch.float64) / BINS
    cells = groups * BINS + torch.bucketize(known, inner, right=True)  # [M, n]

    def summed(values: Tensor) -> Tensor:
        zeros = torch.zeros(len(values), count * BINS, dtype=torch.float64, device=values.device)
        return zeros.scatter_add_(-1, cells, values).view(-1, count, BINS)

    ones = torch.ones_like(known)
    counts, scored = summed(ones), summed(known)
    found = summed(ones * checked.double())
    squares = summed(ones * times[place].double())
    error = _error(scored, found, counts)
    chance = _by_chance(known, place, cells, scored, counts, draws, seed)
    unknown = ~sound.unsqueeze(-1)
    expected = torch.where(counts > 0, scored / counts, torch.nan)
    return Reliability(
        counts,
        expected.masked_fill(unknown.unsqueeze(-1), torch.nan),
        wilson(found, counts, squares),
        error.masked_fill(unknown, torch.nan),
        chance.masked_fill(unknown, torch.nan),
    )


def _error(scored: Tensor, found: Tensor, counts: Tensor) -> Tensor:
    """The calibration error [..., G] from sums of scores and of labels, and rows, [..., G, B] each."""
    total = counts.sum(-1)
    return torch.where(total > 0, (scored - found).abs().sum(-1) / total, torch.nan)


def _by_chance(
    scores: Tensor, place: Tensor, cells: Tensor, scored: Tensor, counts: Tensor, draws: int, seed: int
) -> Tensor:
    """What `QUANTILE` of the calibration errors [M, G] stay within where labels follow the scores."""
    models, rows = scores.shape
    groups, bins = counts.shape[1:]
    generator = torch.Generator(scores.device).manual_seed(seed)
    width = max(1, rows * max(models, groups * bins))
    errors = []
    for first in range(0, draws, max(1, _ELEMENTS // width)):
        some = min(draws - first, max(1, _ELEMENTS // width))
        luck = torch.rand(
            some, int(place.max()) + 1 if rows else 0, generator=generator, device=scores.device
        )
        labels = (luck[:, None, place] < scores).double()  # [R, M, n]
        found = torch.zeros(some, models, groups * bins, dtype=torch.float64, device=scores.device)
        found.scatter_add_(-1, cells.expand(labels.shape), labels)
        errors.append(_error(scored, found.view(some, models, groups, bins), counts))
    return torch.cat(errors).quantile(QUANTILE, 0) if models else counts.new_zeros(0, groups)
