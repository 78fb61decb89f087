"""A run in figures that fit into JSON: means, spreads, differences to one-stage twins, gaps by chance, and what to know of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nashcore.learning.caveats import caveats
from nashcore.learning.floors import floors_of
from nashcore.learning.game_summary import game_summary
from nashcore.learning.natural_test import natural_summary
from nashcore.learning.result import Result
from nashcore.learning.units import (
    Array,
    by_split,
    name_of,
    unit_of,
    unit_sentence,
    unit_values,
    within_splits,
)
from nashcore.learning.verdict import AXES, verdict_of
from nashcore.metrics import KINDS, METRICS, Floor, correct, paired_interval
from nashcore.options import ShownOptions

STANDARD = ShownOptions()
"""How results are shown where nothing is chosen."""


def summarise(
    result: Result,
    titles: Mapping[str, str] = MappingProxyType({}),
    shown: ShownOptions = STANDARD,
) -> dict[str, Any]:
    """A run in figures that fit into JSON.

    Args:
        result: everything measured.
        titles: what people call the arms, by name; an arm that is left out goes by its name.
        shown: which standard deviation stands behind a mean.

    Returns:
        "dataset", "sensitive", "data", "validation_dropout", "splits" (the seed that drew each), "seeds", "unit" ("split" where
        there are several, else "seed": see `nashcore.learning.units`), "unit_says" (a sentence), "epochs" (done), "seconds";
        "metrics": titles by name; "test_rows" by cell, repeats counted, and "test_distinct" likewise without them (None in runs
        that did not note them down); "spread": which one "std" is; "methods": by arm {"title", "method", "last", "best",
        "best_epoch", "seeds" (that got through, on every split), "splits" (on which a seed did), "models" (that did), "groups",
        "chance"}, where "last" (the last epoch) and "best" (the epoch chosen on the test set, as the paper does; counted from 1)
        hold {"mean", "std"} by metric, over the units that got through; "groups" holds for either a list of the groups, each
        {"group"} and {"mean", "std"} by metric of `nashcore.metrics.GROUP_METRICS`; "chance" holds for either, by metric that is
        a gap, what equal groups would show (see `nashcore.metrics.chance`): {"mean", "high" (95% quantile), "told" (whether the
        gap is above it)};
        "differences": for each arm with a one-stage twin in the run, the paired difference arm minus twin at the last epoch, by
        metric what `nashcore.metrics.paired_interval` and `correct` say of it; "comparisons": by kind of metrics how many
        differences are shown and tested together, and how many can be told from zero; "verdict": what the run comes to, by kind of
        metrics (see `nashcore.learning.verdict.verdict_of`); "caveats": what to know when reading the
        numbers, in sentences; "game": see `nashcore.learning.game_summary.game_summary`; "stopped": models that stopped, with
        the reason; "notices"; "natural_test": None, or what `nashcore.learning.natural_test.natural_summary` says.

        Of a run on several splits each {"mean", ...} of a metric holds besides: "low" and "high", the 95% t interval over the
        splits; "within", the standard deviation over the seeds within a split; "by_split", the mean of every split.

        A number that does not exist is None: the spread of a single seed, a metric that the test rows leave open.
    """
    kept = np.array([result.kept(arm) for arm in range(len(result.arms))])
    best = [result.best_epoch(arm) for arm in range(len(result.arms))]
    last = [None if epoch is None else result.epochs - 1 for epoch in best]
    floors = {"last": floors_of(result, kept, last), "best": floors_of(result, kept, best)}
    summary: dict[str, Any] = {
        "dataset": result.dataset,
        "sensitive": result.sensitive,
        "data": result.data,
        "validation_dropout": result.validation_dropout,
        "splits": list(result.splits),
        "seeds": list(result.seeds),
        "unit": unit_of(result),
        "unit_says": unit_sentence(result),
        "epochs": result.epochs,
        "seconds": round(result.seconds, 3),
        "metrics": {name: metric.title for name, metric in METRICS.items()},
        "test_rows": dict(result.test_rows),
        "test_distinct": result.test_distinct,
        "spread": shown.spread_says,
        "methods": {
            arm: {"title": titles.get(arm, arm)}
            | _arm_summary(result, place, {"last": last[place], "best": best[place]}, shown.ddof)
            for place, arm in enumerate(result.arms)
        },
        "differences": {
            arm: {"twin": twin, "last": _difference(result, place, result.arms.index(twin))}
            for place, (arm, twin) in enumerate(zip(result.arms, result.twins, strict=True))
            if twin is not None
        },
        "game": game_summary(result),
        "stopped": [
            {"arm": arm, **replicate._asdict(), "reason": reason}
            for (arm, replicate), reason in result.stopped.items()
        ],
        "notices": [*result.notices, *_unmeasured(result, kept, titles)],
        "natural_test": None if result.natural_test is None else natural_summary(result.natural_test, result),
    }
    for place, figures in enumerate(summary["methods"].values()):
        figures["chance"] = {when: _chance(figures[when], found[place]) for when, found in floors.items()}
    summary["comparisons"] = {
        kind: asdict(
            correct(
                [found["last"][name] for found in summary["differences"].values() for name in one.metrics]
            )
        )
        for kind, one in KINDS.items()
    }
    summary["verdict"] = {kind: verdict_of(result, kept, floors["last"], titles, kind) for kind in AXES}
    summary["caveats"] = caveats(summary)
    return summary


def _unmeasured(result: Result, kept: NDArray[np.bool_], titles: Mapping[str, str]) -> list[str]:
    """Models that got through and have no metrics all the same, in sentences."""
    if not result.epochs:
        return []
    unknown = np.isnan(result.metrics["overall_auc"][:, :, -1])
    if unknown.all():  # the test rows have one label alone, as a notice says
        return []
    return [
        f"{titles.get(result.arms[arm], result.arms[arm])}, seed {name_of(result.replicates[one], result)}: no metrics at the last "
        "epoch, because a score is not a finite number. The means of its method do not exist."
        for arm, one in np.argwhere(unknown & kept).tolist()
    ]


def _arm_summary(result: Result, arm: int, epochs: Mapping[str, int | None], ddof: int) -> dict[str, Any]:
    """What one arm shows at each of these epochs."""
    kept = result.kept(arm)
    best = epochs["best"]

    def of_metrics(epoch: int | None) -> dict[str, dict[str, Any]]:
        if epoch is None:
            return {name: spread(np.empty(0)) for name in result.metrics}
        return {
            name: spread(unit_values(one[arm, :, epoch], kept, result), ddof)
            | _over_splits(result, one[arm, :, epoch], kept)
            for name, one in result.metrics.items()
        }

    def by_group(epoch: int | None) -> list[dict[str, Any]]:
        values = {
            name: np.empty((0, len(result.groups)))
            if epoch is None
            else unit_values(one[arm, :, epoch], kept, result)
            for name, one in result.group_metrics.items()
        }
        return [
            {"group": group} | {name: spread(one[:, place], ddof) for name, one in values.items()}
            for place, group in enumerate(result.groups)
        ]

    return {
        "method": result.methods[arm],
        **{when: of_metrics(epoch) for when, epoch in epochs.items()},
        "best_epoch": None if best is None else best + 1,
        **_through(result, kept),
        "groups": {when: by_group(epoch) for when, epoch in epochs.items()},
    }


def _through(result: Result, kept: NDArray[np.bool_]) -> dict[str, Any]:
    """Which splits, seeds and models got through."""
    parted = kept.reshape(len(result.splits), len(result.seeds))
    return {
        "seeds": [result.seeds[place] for place in np.flatnonzero(parted.all(axis=0))],
        "splits": [result.splits[place] for place in np.flatnonzero(parted.any(axis=1))],
        "models": int(kept.sum()),
    }


def _chance(figures: Mapping[str, Any], floors: Mapping[str, Floor]) -> dict[str, dict[str, Any]]:
    """What equal groups would show, beside what an arm shows."""
    return {
        name: {"mean": floor.mean, "high": floor.high, "told": floor.told(figures[name]["mean"])}
        for name, floor in floors.items()
        if figures[name]["mean"] is not None
    }


def spread(values: Array, ddof: int = 1) -> dict[str, float | None]:
    """Mean and standard deviation over the units [U], None where they do not exist: a single one has no spread."""
    if not len(values):
        return {"mean": None, "std": None}
    return {
        "mean": _number(values.mean()),
        "std": _number(values.std(ddof=ddof)) if len(values) > 1 else None,
    }


def _over_splits(result: Result, values: Array, kept: NDArray[np.bool_]) -> dict[str, Any]:
    """What there is to say besides of values [N] on several splits."""
    if unit_of(result) == "seed":
        return {}
    interval = paired_interval(unit_values(values, kept, result), unit_of(result))
    return {
        "low": interval["low"],
        "high": interval["high"],
        "within": within_splits(values, kept, result),
        "by_split": [
            _number(own[good].mean()) if good.any() else None for own, good in by_split(values, kept, result)
        ],
    }


def _difference(result: Result, arm: int, twin: int) -> dict[str, dict[str, Any]]:
    found = {}
    for name in result.metrics:
        if not result.epochs:
            found[name] = paired_interval(np.empty(0), unit_of(result))
            continue
        differences, kept = result.minus(arm, twin, name)
        interval = paired_interval(unit_values(differences, kept, result), unit_of(result))
        found[name] = _over_splits(result, differences, kept) | interval
    return found


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
