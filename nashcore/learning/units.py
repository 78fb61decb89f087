"""What a spread is counted over: a run's seeds where it has one split, its splits where it has several.

Seeds on one split answer whether another seed on that split would do the same. A sentence on a method needs splits: the rows that
steer and test change a number more than the seed does. Models on one split share these rows, so that they are no independent
repetitions; where there are several splits, each enters with one value, the mean over its seeds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nashcore.learning.roster import Replicate, Roster

Array = NDArray[np.float64]
"""Figures: numpy, [arms, replicates, ...], in the roster's order."""


def unit_of(roster: Roster) -> str:
    """ "split" where the run has several, else "seed"."""
    return "split" if len(roster.splits) > 1 else "seed"


def size_of(roster: Roster) -> str:
    """Splits and seeds in words: "20 splits × 4 seeds", "1 split × 5 seeds"."""
    return f"{_count(len(roster.splits), 'split')} × {_count(len(roster.seeds), 'seed')}"


def name_of(replicate: Replicate, roster: Roster) -> int | str:
    """What to call a replicate: its seed, and where the run has several splits its split."""
    return f"{replicate.seed} on split {replicate.split}" if unit_of(roster) == "split" else replicate.seed


def unit_sentence(roster: Roster) -> str:
    """What the run's spreads and intervals are over, and what they do not tell."""
    if unit_of(roster) == "seed":
        return (
            "Spreads and intervals are over the seeds on one split of the rows: they tell what other seeds on this split would do, "
            "not what another split would, which is often the larger part."
        )
    return (
        "Means, spreads and intervals are over splits of the rows, each split with the mean over its seeds: they "
        "tell what another split of this table would do, not what another table would. Splits share most of their training rows, "
        "so that the intervals are somewhat too short."
    )


def unit_values(values: Array, kept: NDArray[np.bool_], roster: Roster) -> Array:
    """One value a unit, from values of replicates.

    Args:
        values: [N, ...].
        kept: [N], the replicates that count.
        roster: of the run.

    Returns:
        [U, ...]: the values of the seeds that count where there is one split, else the mean over them of every split that has
        some.
    """
    if unit_of(roster) == "seed":
        return values[kept]
    means = [own[good].mean(0) for own, good in by_split(values, kept, roster) if good.any()]
    return np.array(means) if means else values[:0]


def means_by_unit(values: Array, roster: Roster) -> Array:
    """Values [A, N, ...] of replicates as one value a unit [A, U, ...]; NaN, a model that stopped, is left out."""
    if unit_of(roster) == "seed":
        return values
    arms, _, *rest = values.shape
    parted = values.reshape(arms, len(roster.splits), len(roster.seeds), *rest)
    known = ~np.isnan(parted)
    total, count = np.where(known, parted, 0.0).sum(2), known.sum(2)
    means: Array = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return means


def by_split(
    values: Array, kept: NDArray[np.bool_], roster: Roster
) -> Iterator[tuple[Array, NDArray[np.bool_]]]:
    """Of every split the values [S, ...] of its seeds and which of them count [S]; arguments as of `unit_values`."""
    seeds = len(roster.seeds)
    for start in range(0, len(values), seeds):
        yield values[start : start + seeds], kept[start : start + seeds]


def within_splits(values: Array, kept: NDArray[np.bool_], roster: Roster) -> float | None:
    """The standard deviation over seeds within a split, from all splits together; None where no split has two seeds that count.

    Args:
        values: [N].
        kept: [N], the replicates that count.
        roster: of the run.
    """
    squares, freedom = 0.0, 0
    for own, good in by_split(values, kept, roster):
        if good.any():
            squares += float(((own[good] - own[good].mean()) ** 2).sum())
            freedom += int(good.sum()) - 1
    return math.sqrt(squares / freedom) if freedom and math.isfinite(squares) else None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
