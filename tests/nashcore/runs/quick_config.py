"""A run that takes a moment: six models on the carried copy of titanic, or on a table of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nashcore.learning.events import EpochDone, Event
from nashcore.runs.config import TrainingConfig
from nashcore.runs.store import Store


def quick_config(**changes: object) -> TrainingConfig:
    """Six models for two epochs."""
    settings = {
        "dataset": "titanic",
        "sensitive": "sex",
        "methods": "ltr,nash_ltr,baseline",
        "seeds": 2,
        "epochs": 2,
        "schedules": "two_stage:1",
        "device": "cpu",
    }
    return TrainingConfig(**(settings | changes))


def own_table(folder: Path, name: str = "mine.csv") -> Path:
    """A small table of 200 rows: target y, groups s, features x and z."""
    rows = ["y,s,x,z"] + [f"{i % 2},{'ab'[i % 3 == 0]},{i * 7 % 11},{i % 5}" for i in range(200)]
    path = folder / name
    path.write_text("\n".join(rows))
    return path


def own(path: Path, **changes: object) -> TrainingConfig:
    """Four models for two epochs on `own_table`."""
    settings = {
        "dataset": None,
        "csv": path,
        "target": {"column": "y", "positive": "1"},
        "sensitive": "s",
        "methods": "ltr,nash_ltr",
        "batch_size": 16,
    }
    return quick_config(**(settings | changes))


def stop_after_an_epoch(store: Store, run: str) -> Callable[[Event], None]:
    """A watcher that asks the run to end once an epoch is over."""
    return lambda event: store.stop(run) if isinstance(event, EpochDone) else None
