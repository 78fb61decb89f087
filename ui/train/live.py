"""A training run that a page watches: it goes on as long as the page listens, and keeps what is done when
it stops."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from threading import RLock
from typing import cast

import numpy as np
from numpy.typing import NDArray

from nashcore.data.table import Task
from nashcore.errors import InputError
from nashcore.learning.collect import History
from nashcore.learning.events import EpochDone, Event, Finished, Progress
from nashcore.learning.outline import outline_of
from nashcore.learning.schedule import FOREVER, Schedule
from nashcore.learning.trainer import train
from nashcore.runs.config import TrainingConfig

Array = NDArray[np.float64]


@dataclass
class LiveRun:
    """A run under way or done.

    Attributes:
        config: what is run.
        task: on which table.
        title: what the run is called on the page.
        command: the command line that trains the same.
        history: what has happened so far.
        progress: the newest report, if any.
        done: whether the run has ended.
        cancelled: whether it ended early.
    """

    config: TrainingConfig
    task: Task
    title: str = ""
    command: str = ""
    history: History = field(init=False)
    progress: Progress | None = None
    done: bool = False
    cancelled: bool = False
    _events: Generator[Event, None, None] = field(init=False)
    # A new pass of the page may begin while the last one is still in a step.
    _turn: RLock = field(default_factory=RLock, init=False)

    def __post_init__(self) -> None:
        plan = self.config.plan()
        self.history = History(outline_of(self.task, plan))
        self._events = cast("Generator[Event, None, None]", train(self.task, plan))

    def events(self) -> Iterator[Event]:
        """What happens next. Stopping to listen stops the training between two reports; asking again goes
        on."""
        while True:
            with self._turn:
                if self.done:
                    return
                try:
                    event = next(self._events)
                except InputError:
                    self.cancel()
                    raise
                self.history.add(event)
                match event:
                    case Progress():
                        self.progress = event
                    case Finished(cancelled=cancelled):
                        self.done, self.cancelled = True, cancelled
            yield event

    def cancel(self) -> None:
        """End the run, keep the epochs that are done, and let go of the models."""
        self.done = self.cancelled = True
        with self._turn:
            self._events.close()

    def values(self, metric: str) -> Array:
        """A metric [A, N, E] of the epochs done."""
        epochs: list[EpochDone] = self.history.epochs
        return np.stack([epoch.metrics[metric] for epoch in epochs], axis=2)

    def switches(self) -> dict[str, int]:
        """For every arm that goes from one stage to another once, the last epoch (from 1) before it does."""
        found = {arm.name: _switch(arm.schedule) for arm in self.config.arms()}
        return {name: epoch for name, epoch in found.items() if epoch is not None}


def _switch(schedule: Schedule) -> int | None:
    if schedule.every > 1 or schedule.only_in_conflict:
        return None
    if schedule.first == 0 and 0 < schedule.last < FOREVER:
        return schedule.last
    return schedule.first if schedule.first > 0 and schedule.last == FOREVER else None


def time_left(seconds: float) -> str:
    """Seconds as people say them."""
    if not math.isfinite(seconds):
        return "estimating the time left"
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    return f"about {round(seconds / 60)} min left"
