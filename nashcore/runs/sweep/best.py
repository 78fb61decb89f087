"""The best of a sweep by one metric, with an interval, and which others cannot be told from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nashcore.learning import AXES, Replicate, kind_of_verdict, unit_of, unit_values
from nashcore.metrics import LEVEL, METRICS, paired_interval
from nashcore.runs.results import StoredResult, refusal, runs_by_data, shared_roster
from nashcore.runs.sweep.figures import Candidate, SweepFigures

Array = NDArray[np.float64]

PEEKING = (
    "The best is chosen by its value on the test rows, among {count} candidates, as the paper's protocol chooses the best epoch. "
    "Such a choice flatters, the more so the more there are to choose from: on other rows its value is likely to be worse."
)


@dataclass(frozen=True)
class Rival:
    """A candidate held against the best one.

    Attributes:
        candidate: which one.
        mean: of its values.
        difference: mean paired difference, this one minus the best; None where there is none.
        low, high: the 95% t interval of the difference by itself; None where there is none.
        p: the p-value of the paired t test, times the number of all pairs of candidates: any of them might have been asked about,
            since the best was chosen by what is tested (Bonferroni). None where there is no interval.
        told: whether it can be told from the best at 5%.
        reason: why there is no interval, in words; None where there is one.
    """

    candidate: Candidate
    mean: float
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    told: bool
    reason: str | None


@dataclass(frozen=True)
class Best:
    """The best candidate among those with the same data.

    Attributes:
        metric: by which it is best.
        candidate: which one.
        mean: of its values, one a unit.
        low, high: the 95% t interval of the mean over the units; None where there is none. It knows nothing of the choice.
        reason: why there is no interval, in words; None where there is one.
        unit: "split" or "seed", over which values vary.
        units: how many there are.
        rivals: the others, the best of them first.
        says: what to know of it, in sentences.
    """

    metric: str
    candidate: Candidate
    mean: float
    low: float | None
    high: float | None
    reason: str | None
    unit: str
    units: int
    rivals: tuple[Rival, ...]
    says: tuple[str, ...]

    @property
    def same(self) -> list[Rival]:
        """Those that cannot be told from the best."""
        return [one for one in self.rivals if not one.told]


def best_of(figures: SweepFigures, metric: str, arm: str | None = None) -> list[Best]:
    """The best candidate by a metric, of each set of runs with the same data: others cannot be compared.

    Only finished runs take part, and of them methods of which every model got through.

    Args:
        figures: of the sweep.
        metric: one of `nashcore.metrics.METRICS`.
        arm: only methods of this name; all when left out.
    """
    able = [one for one in figures.candidates if takes_part(one, metric) and arm in (None, one.arm)]
    runs = {one.run.id: one.run for one in able}
    found = []
    for block in runs_by_data(list(runs.values())):
        ids = {run.id for run in block}
        found.append(_best([one for one in able if one.run.id in ids], metric, "seeds" in figures.names))
    return found


def takes_part(one: Candidate, metric: str) -> bool:
    """Whether a candidate can be the best: it has finished, all of its models got through, and it has the metric."""
    values = one.all_values(metric)
    return one.run.finished and bool(one.kept.all()) and bool(np.isfinite(values).all())


def _best(candidates: Sequence[Candidate], metric: str, seeds_vary: bool) -> Best:
    sign = 1 if METRICS[metric].smaller_is_better else -1
    means = [float(one.values(metric).mean()) for one in candidates]
    order = sorted(range(len(candidates)), key=lambda place: sign * means[place])
    first = candidates[order[0]]
    values = first.values(metric)
    unit = unit_of(first.run.result)
    alone = paired_interval(values, unit)
    pairs = len(candidates) * (len(candidates) - 1) // 2
    rivals = tuple(_rival(first, candidates[place], metric, means[place], pairs) for place in order[1:])
    return Best(
        metric=metric,
        candidate=first,
        mean=means[order[0]],
        low=alone["low"],
        high=alone["high"],
        reason=None
        if alone["reason"] is None
        else f"no interval: five {unit}s with different values are needed",
        unit=unit,
        units=len(values),
        rivals=rivals,
        says=(*_of_a_gap(first, metric), *_says(len(candidates), unit, seeds_vary)),
    )


def _of_a_gap(best: Candidate, metric: str) -> list[str]:
    """How well the candidate with the smallest gap does: whoever decides by chance has the smallest of all."""
    if not METRICS[metric].smaller_is_better:
        return []
    performance = AXES[kind_of_verdict(METRICS[metric].kind)].performance
    mean = float(best.values(performance).mean())
    return [
        f"A small gap alone is no success: a model that gives every row the same label has none. The mean "
        f"{METRICS[performance].title} of this one is {mean:.3f}."
    ]


def _says(count: int, unit: str, seeds_vary: bool) -> list[str]:
    found = [PEEKING.format(count=count)] if count > 1 else []
    if unit == "seed":
        found.append(
            "Intervals are over seeds on one split of the rows: they tell what other seeds on this split would do, not what "
            "another split would, which is often the larger part. A sweep with several splits (split_seeds) tells that."
        )
    if seeds_vary:
        found.append("Seeds differ between runs of this sweep: the best of them is the luckiest as well.")
    return found


def _rival(best: Candidate, other: Candidate, metric: str, mean: float, pairs: int) -> Rival:
    why = None if best.run is other.run else refusal(best.run, other.run)
    if why is not None:
        return Rival(other, mean, None, None, None, None, False, why)
    both = shared_roster(best.run, other.run)
    left, right = _places(both.replicates, best.run), _places(both.replicates, other.run)
    differences = other.all_values(metric)[right] - best.all_values(metric)[left]
    found = paired_interval(unit_values(differences, np.ones(len(right), dtype=bool), both), unit_of(both))
    p = None if found["p"] is None else min(1.0, found["p"] * pairs)
    told = p is not None and p <= LEVEL
    return Rival(other, mean, found["mean"], found["low"], found["high"], p, told, found["reason"])


def _places(replicates: Sequence[Replicate], run: StoredResult) -> list[int]:
    own = {replicate: place for place, replicate in enumerate(run.result.replicates)}
    return [own[replicate] for replicate in replicates]


def best_sentences(best: Best) -> list[str]:
    """What is best, and what cannot be told from it, in sentences."""
    title = METRICS[best.metric].title
    interval = (
        f" [{best.low:.3f}, {best.high:.3f}], 95% over {best.units} {best.unit}s"
        if best.low is not None and best.high is not None
        else f" ({best.reason})"
    )
    found = [f"{title}: {best.candidate.name} has the best mean, {best.mean:.3f}{interval}."]
    if not best.rivals:
        return [*found, *best.says]
    same = best.same
    if not same:
        found.append(
            f"It can be told from {'the other one' if len(best.rivals) == 1 else f'all {len(best.rivals)} others'}."
        )
    elif len(same) == len(best.rivals):
        found.append(
            "It cannot be told from the other one."
            if len(same) == 1
            else f"It cannot be told from any of the {len(same)} others."
        )
    else:
        shown = "; ".join(one.candidate.name for one in same[:5])
        more = f"; and {len(same) - 5} more" if len(same) > 5 else ""
        found.append(f"{len(same)} of {len(best.rivals)} others cannot be told from it: {shown}{more}.")
    pairs = (len(best.rivals) + 1) * len(best.rivals) // 2
    found.append(
        f"Paired t tests at 5%, corrected for all {pairs} pairs (Bonferroni), since the best was chosen among them."
        if pairs > 1
        else "A paired t test at 5%."
    )
    return [*found, *best.says]
