"""From events to a result: what was done is kept, wherever the events end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nashcore.learning.events import EpochDone, Event, ModelStopped, Progress, Started
from nashcore.learning.natural_test import NaturalTest
from nashcore.learning.result import Result
from nashcore.learning.roster import Replicate, Roster
from nashcore.learning.units import Array
from nashcore.metrics import METRICS


@dataclass
class History:
    """What a run's events have told so far; `result` may be asked for at any time.

    Attributes:
        roster: what is compared, and on what.
        epochs: what each epoch measured.
        stopped: models that stopped, by arm and replicate, with the reason.
        notices: plain sentences.
        seconds: time since the start.
        natural_test: what the natural test part showed at the end; None before, and where there is none.
        serious: what an audit found about the table that makes the figures doubtful, a sentence each; nobody here looks for it.
    """

    roster: Roster
    epochs: list[EpochDone] = field(default_factory=list)
    stopped: dict[tuple[str, Replicate], str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    seconds: float = 0.0
    natural_test: NaturalTest | None = None
    serious: tuple[str, ...] = ()

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms."""
        return self.roster.arms

    @property
    def replicates(self) -> tuple[Replicate, ...]:
        """The splits and seeds."""
        return self.roster.replicates

    def add(self, event: Event) -> Event:
        """Take note of an event, and give it back."""
        match event:
            case Started():
                self.notices = event.notices
            case Progress():
                self.seconds = event.seconds
            case EpochDone():
                self.epochs.append(event)
            case ModelStopped():
                self.stopped[event.arm, event.replicate] = event.reason
            case NaturalTest():
                self.natural_test = event
        return event

    def without_stopped(self, done: EpochDone) -> EpochDone:
        """The epoch with NaN in place of everything about models that stopped."""
        going = np.array([[(arm, one) not in self.stopped for one in self.replicates] for arm in self.arms])

        def keep(values: Array) -> Array:
            return np.where(going.reshape(going.shape + (1,) * (values.ndim - 2)), values, np.nan)

        def keep_all(values: Mapping[str, Array]) -> dict[str, Array]:
            return {name: keep(value) for name, value in values.items()}

        return replace(
            done,
            metrics=keep_all(done.metrics),
            group_metrics=keep_all(done.group_metrics),
            game=keep_all(done.game),
            player_weights=keep(done.player_weights),
            histograms=keep(done.histograms),
            loss_changes=keep(done.loss_changes),
        )

    def result(self) -> Result:
        """Everything measured in the epochs done."""
        players = len(self.roster.players)
        return Result(
            **vars(self.roster),
            metrics=self._stacked([epoch.metrics for epoch in self.epochs], tuple(METRICS)),
            group_metrics=self._stacked([epoch.group_metrics for epoch in self.epochs]),
            game=self._stacked([epoch.game for epoch in self.epochs]),
            player_weights=self._stack([epoch.player_weights for epoch in self.epochs], (players,)),
            histograms=self._stack([epoch.histograms for epoch in self.epochs], (0,)),
            loss_changes=self._stack([epoch.loss_changes for epoch in self.epochs], (0,)),
            stopped=dict(self.stopped),
            notices=self.notices,
            seconds=self.seconds,
            natural_test=self.natural_test,
        )

    def _stacked(
        self, epochs: Sequence[Mapping[str, Array]], names: tuple[str, ...] = ()
    ) -> dict[str, Array]:
        """Each epoch's arrays by name -> the arrays of all epochs; empty ones of these names where there is no epoch."""
        return {
            name: self._stack([epoch[name] for epoch in epochs], ())
            for name in (epochs[0] if epochs else names)
        }

    def _stack(self, values: list[Array], rest: tuple[int, ...]) -> Array:
        if not values:
            return np.empty((len(self.arms), len(self.replicates), 0, *rest))
        return np.stack(values, axis=2)
