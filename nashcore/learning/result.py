"""What a run has measured, and its summary."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nashcore.learning.roster import Replicate, Roster
from nashcore.learning.units import Array, by_split, unit_of, unit_sentence, unit_values, within_splits
from nashcore.metrics import METRICS, t_quantile


@dataclass(frozen=True, eq=False)
class Result(Roster):
    """Everything a run measured. A: arms, N: replicates, E: epochs done, G: groups, K: players.

    Attributes:
        metrics: [A, N, E] by name (see `nashcore.metrics.METRICS`).
        group_metrics: [A, N, E, G] by name.
        game: [A, N, E] by name.
        player_weights: [A, N, E, K].
        histograms: [A, N, E, 2, 3, bins].
        stopped: the models that stopped, by arm and replicate, with the reason.
        notices: plain sentences about data, groups and game.
        seconds: how long the training took.

    Besides those of `Roster`.
    """

    metrics: Mapping[str, Array]
    group_metrics: Mapping[str, Array]
    game: Mapping[str, Array]
    player_weights: Array
    histograms: Array
    stopped: Mapping[tuple[str, Replicate], str]
    notices: tuple[str, ...]
    seconds: float

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return int(self.player_weights.shape[2])

    def best_epoch(self, arm: int) -> int | None:
        """The epoch whose mean Overall AUC (hard labels) over the units is highest, as the paper chooses it: on the test set.

        None where no epoch is done or no model got through.
        """
        kept = self._kept(arm)
        if not self.epochs or not kept.any():
            return None
        return int(unit_values(self.metrics["overall_auc"][arm], kept, self).mean(0).argmax())

    def _kept(self, arm: int) -> NDArray[np.bool_]:
        """Which replicates of the arm got through: a model that stopped is named, never averaged."""
        return np.array([(self.arms[arm], one) not in self.stopped for one in self.replicates])


def summarise(result: Result, titles: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """A run in figures that fit into JSON.

    Args:
        result: everything measured.
        titles: what people call the arms, by name; an arm that is left out goes by its name.

    Returns:
        "dataset", "sensitive", "protocol", "splits" (the seed that drew each), "seeds", "unit" ("split" where there are several,
        else "seed": see `nashcore.learning.units`), "unit_says" (a sentence), "epochs" (done), "seconds"; "metrics": titles by
        name; "test_rows" by cell; "methods": by arm {"title", "method", "last", "best", "best_epoch", "seeds" (that got through,
        on every split), "splits" (on which a seed did), "models" (that did)}, where "last" (the last epoch) and "best" (the
        epoch chosen on the test set, as the paper does; counted from 1) hold {"mean", "std"} by metric, over the units that got
        through; "differences": for each arm with a one-stage twin in the run, the paired difference arm minus twin at the last
        epoch, by metric {"mean", "low", "high"}, the 95% t interval over the units; "stopped": models that stopped, with the
        reason; "notices".

        Of a run on several splits each {"mean", ...} holds besides: "low" and "high", the 95% t interval over the splits;
        "within", the standard deviation over the seeds within a split; "by_split", the mean of every split.

        A number that does not exist is None: the spread or the interval of a single seed, a metric that the test rows leave open.
    """
    return {
        "dataset": result.dataset,
        "sensitive": result.sensitive,
        "protocol": result.protocol,
        "splits": list(result.splits),
        "seeds": list(result.seeds),
        "unit": unit_of(result),
        "unit_says": unit_sentence(result),
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
            {"arm": arm, **replicate._asdict(), "reason": reason}
            for (arm, replicate), reason in result.stopped.items()
        ],
        "notices": list(result.notices),
    }


def _arm_summary(result: Result, arm: int) -> dict[str, Any]:
    kept, best = result._kept(arm), result.best_epoch(arm)

    def at(epoch: int | None) -> dict[str, dict[str, float | None]]:
        if epoch is None:
            return {name: {"mean": None, "std": None} for name in METRICS}
        return {name: _spread(result, result.metrics[name][arm, :, epoch], kept) for name in METRICS}

    return {
        "method": result.methods[arm],
        "last": at(None if best is None else result.epochs - 1),
        "best": at(best),
        "best_epoch": None if best is None else best + 1,
        **_through(result, kept),
    }


def _through(result: Result, kept: NDArray[np.bool_]) -> dict[str, Any]:
    """Which splits, seeds and models got through."""
    parted = kept.reshape(len(result.splits), len(result.seeds))
    return {
        "seeds": [result.seeds[place] for place in np.flatnonzero(parted.all(axis=0))],
        "splits": [result.splits[place] for place in np.flatnonzero(parted.any(axis=1))],
        "models": int(kept.sum()),
    }


def _spread(result: Result, values: Array, kept: NDArray[np.bool_]) -> dict[str, Any]:
    """Values [N] of replicates: their mean and their spread over the units."""
    units = unit_values(values, kept, result)
    return {
        "mean": _number(units.mean()),
        "std": _number(units.std(ddof=1)) if len(units) > 1 else None,
    } | _over_splits(result, values, kept)


def _over_splits(result: Result, values: Array, kept: NDArray[np.bool_]) -> dict[str, Any]:
    """What there is to say besides of values [N] on several splits."""
    if unit_of(result) == "seed":
        return {}
    interval = paired_interval(unit_values(values, kept, result))
    return {
        "low": interval["low"],
        "high": interval["high"],
        "within": within_splits(values, kept, result),
        "by_split": [
            _number(own[good].mean()) if good.any() else None for own, good in by_split(values, kept, result)
        ],
    }


def _difference(result: Result, arm: int, twin: int) -> dict[str, dict[str, Any]]:
    kept = result._kept(arm) & result._kept(twin)
    if not result.epochs or not kept.any():
        return {name: {"mean": None, "low": None, "high": None} for name in METRICS}
    found = {}
    for name in METRICS:
        differences = result.metrics[name][arm, :, -1] - result.metrics[name][twin, :, -1]
        interval = paired_interval(unit_values(differences, kept, result))
        found[name] = interval | _over_splits(result, differences, kept)
    return found


def paired_interval(differences: Array) -> dict[str, float | None]:
    """Mean and 95% t interval of paired differences [N]; a single pair has no interval."""
    count, mean = len(differences), differences.mean()
    if count < 2:
        return {"mean": _number(mean), "low": None, "high": None}
    reach = t_quantile(0.975, count - 1) * differences.std(ddof=1) / math.sqrt(count)
    return {"mean": _number(mean), "low": _number(mean - reach), "high": _number(mean + reach)}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
