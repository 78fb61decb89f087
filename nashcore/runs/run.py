"""A stored run as whoever asks sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from nashcore.runs.config import TrainingConfig

State = Literal["waiting", "running", "finished", "stopped", "failed"]
"""A run waits for its turn, runs, and ends in one of three ways: all epochs done, stopped early on demand, or failed."""

TITLE_LENGTH = 120

OVER: tuple[State, ...] = ("finished", "stopped", "failed")


@dataclass(frozen=True)
class Run:
    """What the store tells of a run without its figures.

    Attributes:
        id: eight hexadecimal digits.
        title: what people call it.
        config: what is run.
        state: see `State`.
        reason: why it failed, in a plain sentence; empty otherwise.
        created: when it was asked for, in seconds since 1970.
        epochs: epochs done.
        share: share of the whole that is done, from 0 to 1.
        seconds: how long it has trained.
        seconds_left: how long it will go on, as far as that is known.
    """

    id: str
    title: str
    config: TrainingConfig
    state: State
    reason: str
    created: float
    epochs: int
    share: float
    seconds: float
    seconds_left: float | None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER


def run_of(row: Mapping[str, Any] | sqlite3.Row) -> Run:
    """The run in a row of the database, whose columns have the names of the attributes."""
    values = {name: row[name] for name in Run.__dataclass_fields__}
    return Run(**{**values, "config": TrainingConfig.from_json(values["config"])})


def clean_title(text: str) -> str:
    """A title on one line, without signs that cannot be seen, of at most `TITLE_LENGTH`."""
    seen = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return " ".join(seen.split())[:TITLE_LENGTH]
