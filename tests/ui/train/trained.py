"""A small run as the pages get it: made up, or trained on the Titanic table."""

from __future__ import annotations

from typing import Any

from nashcore.learning import History, train
from nashcore.learning.events import Event, Started
from nashcore.runs.config import TrainingConfig
from nashcore.runs.results.stored_result import StoredResult
from nashcore.runs.run import Run
from tests.nashcore.runs.quick_config import quick_config


def run_of(config: TrainingConfig) -> Run:
    """A run that is over."""
    return Run("00000000", "A run", config, "finished", "", 0.0, config.epochs, 1.0, 0.0, None)


def trained(**changes: Any) -> StoredResult:
    """A small run on the Titanic table, trained."""
    config = quick_config(**({"methods": "ltr,nash_ltr", "epochs": 3, "schedules": "two_stage:2"} | changes))
    history: History | None = None
    events: list[Event] = list(train(config.task(), config.plan()))
    for event in events:
        if isinstance(event, Started):
            history = History(event.roster)
        if history is not None:
            history.add(event)
    return StoredResult(run_of(config), history)
