"""What a run has measured, and its summary."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nashcore.learning.roster import Roster
from nashcore.metrics import METRICS, paired_interval

Array = NDArray[np.float64]
"""Figures: numpy, [arms, seeds, ...], in the plan's order."""


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


def summarise(result: Result, titles: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """A run in figures that fit into JSON.

    Args:
        result: everything measured.
        titles: what people call the arms, by name; an arm that is left out goes by its name.

    Returns:
        "dataset", "sensitive", "protocol", "seeds", "epochs" (done), "seconds"; "metrics": titles by name; "test_rows" by cell;
        "methods": by arm {"title", "method", "last", "best", "best_epoch", "seeds" (that got through)}, where "last" (the last
        epoch) and
        "best" (the epoch chosen on the test set, as the paper does; counted from 1) hold {"mean", "std"} by metric, over the
        seeds that got through; "differences": for each arm with a one-stage twin in the run, the paired difference arm minus
        twin at the last epoch, by metric {"mean", "low", "high"}, the 95% t interval over the seeds; "stopped": models that
        stopped, with the reason; "notices".

        A number that does not exist is None: the spread or the interval of a single seed, a metric that the test rows leave open.
    """
    return {
        "dataset": result.dataset,
        "sensitive": result.sensitive,
        "protocol": result.protocol,
        "seeds": list(result.seeds),
        "epochs": result.epochs,
        "seconds": round(result.seconds, 3),
        "metrics": {name: metric.title for name, metric in METRICS.items()},
        "test_rows": dict(result.test_rows),
        "methods": {
            arm: {"title": titles.get(arm, arm)} | _arm_summary(result, index)
            for index, arm in enumerate(result.arms)
        },
        "differences": {
            arm: {"twin": twin, "last": _difference(result, index, result.arms.index(twin))}
            for index, (arm, twin) in enumerate(zip(result.arms, result.twins, strict=True))
            if twin is not None
        },
        "stopped": [
            {"arm": arm, "seed": seed, "reason": reason} for (arm, seed), reason in result.stopped.items()
        ],
        "notices": list(result.notices),
    }


def _arm_summary(result: Result, arm: int) -> dict[str, Any]:
    kept, best = result._kept(arm), result.best_epoch(arm)

    def at(epoch: int | None) -> dict[str, dict[str, float | None]]:
        if epoch is None:
            return {name: {"mean": None, "std": None} for name in METRICS}
        return {name: _spread(result.metrics[name][arm, kept, epoch]) for name in METRICS}

    return {
        "method": result.methods[arm],
        "last": at(None if best is None else result.epochs - 1),
        "best": at(best),
        "best_epoch": None if best is None else best + 1,
        "seeds": [seed for seed, stays in zip(result.seeds, kept, strict=True) if stays],
    }


def _spread(values: Array) -> dict[str, float | None]:
    return {
        "mean": _number(values.mean()),
        "std": _number(values.std(ddof=1)) if len(values) > 1 else None,
    }


def _difference(result: Result, arm: int, twin: int) -> dict[str, dict[str, float | None]]:
    kept = result._kept(arm) & result._kept(twin)
    if not result.epochs or not kept.any():
        return {name: {"mean": None, "low": None, "high": None} for name in METRICS}
    return {
        name: paired_interval(result.metrics[name][arm, kept, -1] - result.metrics[name][twin, kept, -1])
        for name in METRICS
    }


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
