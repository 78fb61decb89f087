"""What a run has measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nashcore.learning.natural_test import NaturalTest
from nashcore.learning.roster import Replicate, Roster
from nashcore.learning.units import Array, unit_values


@dataclass(frozen=True, eq=False)
class Result(Roster):
    """Everything a run measured. A: arms, N: replicates, E: epochs done, G: groups, K: players.

    Attributes:
        metrics: [A, N, E] by name (see `nashcore.metrics.METRICS`).
        group_metrics: [A, N, E, G] by name.
        game: [A, N, E] by name.
        player_weights: [A, N, E, K].
        histograms: [A, N, E, `DIRECTIONS`, `STATISTICS`, `BINS`], counts of batches by cosine.
        loss_changes: [A, N, E, `CHANGE_EDGES`], counts of steps by the largest relative change of a playing cell's loss.
        stopped: the models that stopped, by arm and replicate, with the reason.
        notices: plain sentences about data, groups and game.
        seconds: how long the training took.
        natural_test: what the natural test part showed after the last epoch; None where there is none.

    Besides those of `Roster`.
    """

    metrics: Mapping[str, Array]
    group_metrics: Mapping[str, Array]
    game: Mapping[str, Array]
    player_weights: Array
    histograms: Array
    loss_changes: Array
    stopped: Mapping[tuple[str, Replicate], str]
    notices: tuple[str, ...]
    seconds: float
    natural_test: NaturalTest | None = None

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return int(self.player_weights.shape[2])

    def best_epoch(self, arm: int) -> int | None:
        """The epoch whose mean Overall AUC (hard labels) over the units is highest, as the paper chooses it: on the test set.

        An epoch at which a model has no metric is not chosen. None where no epoch is done or no model got through.
        """
        kept = self.kept(arm)
        if not self.epochs or not kept.any():
            return None
        means = unit_values(self.metrics["overall_auc"][arm], kept, self).mean(0)
        return int(np.where(np.isnan(means), -np.inf, means).argmax())

    def kept(self, arm: int) -> NDArray[np.bool_]:
        """Which replicates of the arm got through: a model that stopped is named, never averaged."""
        return np.array([(self.arms[arm], one) not in self.stopped for one in self.replicates])

    def minus(self, arm: int, other: int, metric: str) -> tuple[Array, NDArray[np.bool_]]:
        """An arm minus another at the last epoch, replicate by replicate [N], and with which both got through [N]."""
        values = self.metrics[metric]
        last = values[:, :, -1] if self.epochs else np.full(values.shape[:2], np.nan)
        return last[arm] - last[other], self.kept(arm) & self.kept(other)
