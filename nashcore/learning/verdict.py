"""What a run comes to: who beats Baseline and its one-stage twin in performance and in disparity, and what cannot be told.

One family of comparisons at the last epoch: every method minus Baseline and minus its one-stage twin, on both axes, in pairs of
the same split and seed, corrected together (Holm). Nothing is claimed of a difference whose interval holds zero. The words are in
`nashcore.learning.verdict_words`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nashcore.learning import verdict_words
from nashcore.learning.floors import drawn_rows
from nashcore.learning.result import Result
from nashcore.learning.units import Array, unit_of, unit_values
from nashcore.metrics import (
    METRICS,
    Floor,
    correct,
    gap_error,
    hard_auc_error,
    paired_interval,
    pareto_efficient,
    roc_auc_error,
    seeds_and_rows_needed,
    spread_behind,
    tied,
    units_needed,
)

BASELINE = "baseline"
"""The published method that every other is held against."""

SAME = 1e-9
"""Means closer than this are the same."""


@dataclass(frozen=True)
class Axes:
    """The two metrics of a verdict.

    Attributes:
        performance: more is better.
        disparity: less is better.
    """

    performance: str
    disparity: str

    @property
    def both(self) -> tuple[str, str]:
        return self.performance, self.disparity


AXES: Mapping[str, Axes] = MappingProxyType(
    {"hard": Axes("overall_auc", "max_gaucd"), "scores": Axes("overall_roc_auc", "max_groc_aucd")}
)
"""By kind of metrics. Rate gaps have no performance of their own: see `kind_of_verdict`."""


def kind_of_verdict(kind: str) -> str:
    """The kind of metrics whose verdict stands beside those of this kind: rate gaps are of hard labels."""
    return kind if kind in AXES else "hard"


def verdict_of(
    result: Result,
    kept: NDArray[np.bool_],
    floors: Sequence[Mapping[str, Floor]],
    titles: Mapping[str, str],
    kind: str,
) -> dict[str, Any]:
    """The verdict on a run in one kind of metrics, at the last epoch.

    Args:
        result: everything measured.
        kept: [A, N], the models that got through.
        floors: every arm's gaps by chance at the last epoch, by metric.
        titles: what people call the arms, by name.
        kind: a key of `AXES`.

    Returns:
        "says": one to three sentences; "notes": what to know of them; "performance" and "disparity": the metrics; "points": by arm
        the two metrics' {"mean", "low", "high"} (95% t interval over the units, None where there is none), "efficient" (nobody
        beats it on both axes by the means) and "within_floor" (its whole gap is one that equal groups would show; None where that
        is not known); "ties": lists of arms with the same numbers; "comparisons": each {"arm", "minus", "against" ("baseline" or
        "twin"), "metric"}, what `nashcore.metrics.paired_interval` and `correct` say, "better" (whether the arm does better,
        told from chance; None where that cannot be told), "within_floor" (a difference of two gaps that equal groups would show
        too) and "needed" (seeds or splits, and test rows, to tell a difference of this size; None where that is not known);
        "family": how many are shown, tested and told; "unit", "units" and "rows": what there is of either; "natural": of the told
        differences, how many have the same sign on the natural test part.
    """
    axes = AXES[kind]
    points = {
        arm: _point(result, place, kept[place], floors[place], axes) for place, arm in enumerate(result.arms)
    }
    comparisons = [
        {"arm": result.arms[arm], "minus": result.arms[other], "against": against, "metric": metric}
        | {"within_floor": _both_within(points, result.arms[arm], result.arms[other], METRICS[metric].is_gap)}
        | paired_interval(_units(result, arm, other, metric), unit_of(result))
        for arm, other, against in _pairs(result)
        for metric in axes.both
    ]
    family = correct(comparisons)
    rows = _test_rows(result)
    errors = _row_errors(result, kept, floors, axes)
    for one in comparisons:
        one["better"] = better(one)
        one["needed"] = _needed(result, one, family.shown, rows["count"], errors)
    performance, disparity = (
        np.array([math.nan if (mean := point[metric]["mean"]) is None else mean for point in points.values()])
        for metric in axes.both
    )
    for point, efficient in zip(
        points.values(), pareto_efficient(performance, disparity).tolist(), strict=True
    ):
        point["efficient"] = efficient
    found: dict[str, Any] = {
        "performance": axes.performance,
        "disparity": axes.disparity,
        "points": points,
        "ties": [[result.arms[place] for place in places] for places in tied(performance, disparity)],
        "comparisons": comparisons,
        "family": asdict(family),
        "unit": unit_of(result),
        "units": len(result.splits) if unit_of(result) == "split" else len(result.seeds),
        "rows": rows,
        "natural": _natural(result, comparisons),
    }
    return {"says": verdict_words.says(found, titles), "notes": verdict_words.notes(found, titles)} | found


def better(difference: Mapping[str, Any]) -> bool | None:
    """Whether a difference that can be told is one for the better; None where it cannot be told."""
    if not difference["told"]:
        return None
    return bool((difference["mean"] < 0) == METRICS[difference["metric"]].smaller_is_better)


def _test_rows(result: Result) -> dict[str, Any]:
    """How many test rows there are (on each split), and whether these are distinct ones."""
    distinct = result.test_distinct
    rows = result.test_rows if distinct is None else distinct
    return {"count": sum(rows.values()), "distinct": distinct is not None}


def _pairs(result: Result) -> Iterator[tuple[int, int, str]]:
    """Places of the arms that are held against each other: with Baseline, then with the one-stage twin."""
    baseline = next((place for place, name in enumerate(result.methods) if name == BASELINE), None)
    for place, twin in enumerate(result.twins):
        if baseline is not None and place != baseline:
            yield place, baseline, "baseline"
        if twin is not None:
            yield place, result.arms.index(twin), "twin"


def _units(result: Result, arm: int, other: int, metric: str) -> Array:
    """Paired differences, one a unit."""
    differences, kept = result.minus(arm, other, metric)
    return unit_values(differences, kept, result)


def _point(
    result: Result, arm: int, kept: NDArray[np.bool_], floors: Mapping[str, Floor], axes: Axes
) -> dict[str, Any]:
    """Where a method stands on both axes, with the intervals over the units."""
    point: dict[str, Any] = {}
    for metric in axes.both:
        last = result.metrics[metric][arm, :, -1] if result.epochs else np.empty(len(kept))
        values = unit_values(last, kept & bool(result.epochs), result)
        interval = paired_interval(values, unit_of(result))
        point[metric] = {name: interval[name] for name in ("mean", "low", "high")}
    gap, floor = point[axes.disparity]["mean"], floors.get(axes.disparity)
    point["within_floor"] = None if gap is None or floor is None else not floor.told(gap)
    return point


def _both_within(points: Mapping[str, Any], arm: str, other: str, is_gap: bool) -> bool:
    return is_gap and bool(points[arm]["within_floor"] and points[other]["within_floor"])


def _needed(
    result: Result,
    difference: Mapping[str, Any],
    comparisons: int,
    rows: int,
    errors: Mapping[str, Mapping[str, float]],
) -> dict[str, Any] | None:
    """What it would take to tell a difference of this size; None where it has no interval, or is none."""
    low, mean, count = difference["low"], difference["mean"], difference["count"]
    if low is None or abs(mean) < SAME:
        return None
    spread = spread_behind(difference)
    if unit_of(result) == "split":
        return {"units": units_needed(mean, spread, comparisons), "rows": None}
    own = errors[difference["arm"]].get(difference["metric"])
    its = errors[difference["minus"]].get(difference["metric"])
    error = None if own is None or its is None else math.hypot(own, its)
    return asdict(seeds_and_rows_needed(mean, spread, count, rows, error, comparisons))


def _row_errors(
    result: Result, kept: NDArray[np.bool_], floors: Sequence[Mapping[str, Floor]], axes: Axes
) -> dict[str, dict[str, float]]:
    """Standard errors over test rows of every arm, by metric, on the run's one split; none where they are not known."""
    drawn = drawn_rows(result)
    found: dict[str, dict[str, float]] = {arm: {} for arm in result.arms}
    if len(drawn) != 1 or not result.epochs or not {"tpr", "fpr"} <= set(result.group_metrics):
        return found
    for place, arm in enumerate(result.arms):
        if not kept[place].any():
            continue
        tpr, fpr = (result.group_metrics[name][place, kept[place], -1].mean(0) for name in ("tpr", "fpr"))
        errors = {"overall_auc": hard_auc_error(torch.from_numpy(tpr), torch.from_numpy(fpr), drawn[0])}
        area = float(result.metrics["overall_roc_auc"][place, kept[place], -1].mean())
        errors["overall_roc_auc"] = roc_auc_error(area, drawn[0])
        if (floor := floors[place].get(axes.disparity)) is not None:
            errors[axes.disparity] = gap_error(floor)
        found[arm] = {name: error for name, error in errors.items() if math.isfinite(error)}
    return found


def _natural(result: Result, comparisons: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Of the differences that can be told, how many have the same sign on the natural test part; None where there is none."""
    natural = result.natural_test
    told = [one for one in comparisons if one["told"]]
    if natural is None or not told:
        return None
    same = 0
    for one in told:
        arm, other = (result.arms.index(one[side]) for side in ("arm", "minus"))
        values = natural.metrics[one["metric"]]
        differences = values[arm] - values[other]
        known = differences[np.isfinite(differences)]
        same += bool(known.size) and bool(known.mean() * one["mean"] > 0)
    return {"title": natural.title, "told": len(told), "same_sign": same}
