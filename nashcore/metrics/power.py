"""How much more data it would take to tell a difference: more units (seeds, splits), and more test rows.

The difference seen is taken for the true one, so that an answer is a size and no promise: what was seen is itself unsure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import torch
from torch import Tensor

from nashcore.metrics.chance import DrawnRows, Floor
from nashcore.metrics.intervals import LEAST_DISTINCT, LEVEL
from nashcore.metrics.student_t import t_quantile

POWER = 0.8
"""How often a difference of this size is to be told."""

_MANY = 200  # degrees of freedom from which on t is taken for normal: the quantiles differ by less than 1%


@lru_cache(maxsize=4096)
def reach(units: int, comparisons: int = 1) -> float:
    """How many standard errors a difference must measure to be told in `POWER` of the cases.

    The sum of the two quantiles of the usual formula for sizes of samples, with Student's t in the place of the normal
    distribution; the level `LEVEL` is parted among the comparisons (Bonferroni, which Holm's first step is).
    """
    two_sided = 1 - LEVEL / (2 * max(comparisons, 1))
    if units - 1 > _MANY:
        return NormalDist().inv_cdf(two_sided) + NormalDist().inv_cdf(POWER)
    return t_quantile(two_sided, units - 1) + t_quantile(POWER, units - 1)


def units_needed(difference: float, spread: float, comparisons: int = 1) -> int:
    """The fewest units with which a mean difference is told in `POWER` of the cases; at least `LEAST_DISTINCT`.

    Args:
        difference: the mean difference, not zero.
        spread: the standard deviation of the differences over the units.
        comparisons: how many are made at once.
    """
    ratio = (spread / difference) ** 2
    units = max(LEAST_DISTINCT, math.floor(reach(_MANY + 2, comparisons) ** 2 * ratio))
    while reach(units, comparisons) ** 2 * ratio > units:
        units += 1
    return units


@dataclass(frozen=True)
class Needed:
    """What it would take to tell a difference.

    Attributes:
        units: seeds on this split, or splits.
        rows: test rows, on that many seeds; None where it is not known, or where more splits bring their own.
    """

    units: int
    rows: int | None


def seeds_and_rows_needed(
    difference: float,
    spread: float,
    seeds: int,
    rows: int,
    row_error: float | None,
    comparisons: int = 1,
) -> Needed:
    """What it takes to tell a difference between methods on one split, of other seeds and of other test rows.

    The error has a part of the seeds, which falls with their number, and a part of the rows, which falls with theirs. No more
    than half of the variance that may be left is given to the seeds.

    Args:
        difference: the mean difference, not zero.
        spread: the standard deviation of the differences over the seeds.
        seeds: how many there are.
        rows: test rows there are.
        row_error: the standard error of the difference over test rows, with these; None where it is not known.
        comparisons: how many are made at once.
    """
    units = max(seeds, units_needed(difference / math.sqrt(2), spread, comparisons))
    if row_error is None:
        return Needed(units, None)
    left = (difference / reach(units, comparisons)) ** 2 - spread**2 / units
    return Needed(units, max(rows, math.ceil(rows * row_error**2 / left)))


def hard_auc_error(tpr: Tensor, fpr: Tensor, rows: DrawnRows) -> float:
    """The standard error of the hard-label AUC over all groups, over test rows of the same cells.

    A distinct row is right or wrong as a whole, however often it was drawn. Cells without rows do not count.

    Args:
        tpr, fpr: [G], every group's rates.
        rows: the test rows.
    """
    variance = 0.0
    for rates, cells in ((tpr, rows.weights[1::2]), (fpr, rows.weights[::2])):
        filled = cells.sum(-1) > 0
        of_rows = (rates * (1 - rates))[filled].double() * (cells[filled] ** 2).sum(-1)
        variance += float(of_rows.sum() / cells.sum() ** 2)
    return math.sqrt(variance) / 2


def roc_auc_error(area: float, rows: DrawnRows) -> float:
    """The standard error of the area under the ROC curve over test rows.

    Source: J. A. Hanley and B. J. McNeil, "The meaning and use of the area under a ROC curve" (Radiology, 1982), for scores of
    exponential kind. Rows that repeat count as the number of distinct ones with the same spread.
    """
    zeros, ones = (_effective(rows.weights[label::2]) for label in (0, 1))
    both_ones, both_zeros = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (ones - 1) * (both_ones - area**2) + (zeros - 1) * (both_zeros - area**2)
    return math.sqrt(max(variance, 0.0) / (ones * zeros))


def gap_error(floor: Floor) -> float:
    """The standard error of a gap over test rows, from how far equal groups' gaps spread upwards (as if normally)."""
    return (floor.high - floor.mean) / NormalDist().inv_cdf(0.95)


def _effective(weights: Tensor) -> float:
    """As many distinct rows, each drawn once, would spread as these."""
    return float(weights.sum() ** 2 / torch.clamp((weights**2).sum(), min=1.0))


def spread_behind(interval: Mapping[str, Any]) -> float:
    """The standard deviation of the differences behind a 95% t interval, as `nashcore.metrics.paired_interval` gives it."""
    count = interval["count"]
    reach_of_mean = (interval["high"] - interval["low"]) / 2
    return float(reach_of_mean / t_quantile(0.975, count - 1) * math.sqrt(count))
