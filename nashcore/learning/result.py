"""What a run has measured, and its summary."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nashcore.learning.caveats import caveats
from nashcore.learning.floors import floors_of
from nashcore.learning.roster import Roster
from nashcore.metrics import KINDS, METRICS, Floor, correct, paired_interval
from nashcore.options import ShownOptions

Array = NDArray[np.float64]
"""Figures: numpy, [arms, seeds, ...], in the plan's order."""

STANDARD = ShownOptions()
"""How results are shown where nothing is chosen."""


@dataclass(frozen=True, eq=False)
class Result(Roster):
    """Everything a run measured. A: arms, N: seeds, E: epochs done, G: groups, K: players.

    Attributes:
        metrics: [A, N, E] by name (see `nashcore.metrics.METRICS`).
        group_metrics: [A, N, E, G] by name.
        game: [A, N, E] by name.
        player_weights: [A, N, E, K].
        histograms: [A, N, E, 2, 3, bins].
        stopped: the models that stopped, by (arm, seed), with the reason.
        notices: plain sentences about data, groups and game.
        seconds: how long the training took.

    Besides those of `Roster`.
    """

    metrics: Mapping[str, Array]
    group_metrics: Mapping[str, Array]
    game: Mapping[str, Array]
    player_weights: Array
    histograms: Array
    stopped: Mapping[tuple[str, int], str]
    notices: tuple[str, ...]
    seconds: float

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return int(self.player_weights.shape[2])

    def best_epoch(self, arm: int) -> int | None:
        """The epoch whose mean Overall AUC (hard labels) over the seeds is highest, as the paper chooses it: on the test set.

        None where no epoch is done or no model got through.
        """
        kept = self._kept(arm)
        if not self.epochs or not kept.any():
            return None
        return int(self.metrics["overall_auc"][arm][kept].mean(0).argmax())

    def _kept(self, arm: int) -> NDArray[np.bool_]:
        """Which seeds of the arm got through: a model that stopped is named, never averaged."""
        return np.array([(self.arms[arm], seed) not in self.stopped for seed in self.seeds])


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
        "dataset", "sensitive", "protocol", "seeds", "epochs" (done), "seconds"; "metrics": titles by name; "test_rows" by cell,
        repeats counted, and "test_distinct" likewise without them (None in runs that did not note them down);
        "spread": which one "std" is; "methods": by arm {"title", "method", "last", "best", "best_epoch", "seeds" (that got
        through), "groups", "chance"}, where "last" (the last epoch) and "best" (the epoch chosen on the test set, as the paper
        does; counted from 1) hold {"mean", "std"} by metric, over the seeds that got through; "groups" holds for either a list of
        the groups, each {"group"} and {"mean", "std"} by metric of `nashcore.metrics.GROUP_METRICS`; "chance" holds for either,
        by metric that is a gap, what equal groups would show (see `nashcore.metrics.chance`): {"mean", "high" (95% quantile),
        "told" (whether the gap is above it)};
        "differences": for each arm with a one-stage twin in the run, the paired difference arm minus twin at the last epoch, by
        metric what `nashcore.metrics.paired_interval` and `correct` say of it; "comparisons": by kind of metrics how many
        differences are shown and tested together, and how many can be told from zero; "caveats": what to know when reading the
        numbers, in sentences; "stopped": models that stopped, with the reason; "notices".

        A number that does not exist is None: the spread of a single seed, a metric that the test rows leave open.
    """
    kept = np.array([result._kept(arm) for arm in range(len(result.arms))])
    best = [result.best_epoch(arm) for arm in range(len(result.arms))]
    last = [None if epoch is None else result.epochs - 1 for epoch in best]
    floors = {"last": floors_of(result, kept, last), "best": floors_of(result, kept, best)}
    summary: dict[str, Any] = {
        "dataset": result.dataset,
        "sensitive": result.sensitive,
        "protocol": result.protocol,
        "seeds": list(result.seeds),
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
        "stopped": [
            {"arm": arm, "seed": seed, "reason": reason} for (arm, seed), reason in result.stopped.items()
        ],
        "notices": [*result.notices, *_unmeasured(result, kept, titles)],
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
        f"{titles.get(result.arms[arm], result.arms[arm])}, seed {result.seeds[seed]}: no metrics at the last epoch, because a "
        "score is not a finite number. The means of its method do not exist."
        for arm, seed in np.argwhere(unknown & kept).tolist()
    ]


def _arm_summary(result: Result, arm: int, epochs: Mapping[str, int | None], ddof: int) -> dict[str, Any]:
    """What one arm shows at each of these epochs."""
    kept = result._kept(arm)
    best = epochs["best"]

    def over_seeds(values: Mapping[str, Array], epoch: int | None) -> dict[str, dict[str, float | None]]:
        return {
            name: spread(np.empty(0) if epoch is None else one[arm, kept, epoch], ddof)
            for name, one in values.items()
        }

    def by_group(epoch: int | None) -> list[dict[str, Any]]:
        return [
            {"group": group}
            | over_seeds({name: one[..., place] for name, one in result.group_metrics.items()}, epoch)
            for place, group in enumerate(result.groups)
        ]

    return {
        "method": result.methods[arm],
        **{when: over_seeds(result.metrics, epoch) for when, epoch in epochs.items()},
        "best_epoch": None if best is None else best + 1,
        "seeds": [seed for seed, stays in zip(result.seeds, kept, strict=True) if stays],
        "groups": {when: by_group(epoch) for when, epoch in epochs.items()},
    }


def _chance(figures: Mapping[str, Any], floors: Mapping[str, Floor]) -> dict[str, dict[str, Any]]:
    """What equal groups would show, beside what an arm shows."""
    return {
        name: {"mean": floor.mean, "high": floor.high, "told": floor.told(figures[name]["mean"])}
        for name, floor in floors.items()
        if figures[name]["mean"] is not None
    }


def spread(values: Array, ddof: int = 1) -> dict[str, float | None]:
    """Mean and standard deviation over the seeds [N], None where they do not exist: a single seed has no spread."""
    if not len(values):
        return {"mean": None, "std": None}
    return {
        "mean": _number(values.mean()),
        "std": _number(values.std(ddof=ddof)) if len(values) > 1 else None,
    }


def _difference(result: Result, arm: int, twin: int) -> dict[str, dict[str, Any]]:
    kept = result._kept(arm) & result._kept(twin)
    return {
        name: paired_interval(
            values[arm, kept, -1] - values[twin, kept, -1] if result.epochs else np.empty(0)
        )
        for name, values in result.metrics.items()
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
