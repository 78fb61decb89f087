"""A stored run as whoever asks sees it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from nashcore.errors import InputError
from nashcore.options import read_object
from nashcore.runs.config import TrainingConfig
from nashcore.runs.earlier import as_trained
from nashcore.runs.layout import FILES
from nashcore.runs.row import OVER, State, checked


@dataclass(frozen=True)
class Run:
    """What the store tells of a run without its figures.

    Attributes:
        id: eight hexadecimal digits.
        title: what people call it.
        config: what is run.
        state: see `State`.
        reason: why it failed or was interrupted, in a plain sentence; empty otherwise.
        created: when it was asked for, in seconds since 1970.
        epochs: epochs done.
        share: share of the whole that is done, from 0 to 1.
        seconds: how long it has trained.
        seconds_left: how long it will go on, as far as that is known.
        deleted: when it was put into the trash, in seconds since 1970; None while it is not there.
        tags: what people sort it by, in the order in which they were given.
        note: what people wrote about it.
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
    deleted: float | None = None
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER


def run_of(row: Mapping[str, Any] | sqlite3.Row, named: Callable[[str], Path] = Path) -> Run:
    """The run in a row of the database, whose columns have the names of the attributes.

    Args:
        row: the row.
        named: where a table or splits are that a config names.

    Raises:
        InputError: the row is damaged, or another version of the program wrote its config.
    """
    values = checked(row, tuple(Run.__dataclass_fields__))
    return Run(**values | {"config": config_of(values["config"], named)})


@lru_cache(maxsize=20_000)
def config_of(text: str, named: Callable[[str], Path]) -> TrainingConfig:
    """The config that a row holds; read once, since lists of runs are made again and again."""
    try:
        kept = read_object(text)
    except InputError as refused:
        raise InputError(f"Its row in the database is damaged. {refused}") from None
    for name in FILES:
        if isinstance(kept.get(name), str):
            kept[name] = named(kept[name])
    try:
        return TrainingConfig(**as_trained(kept))
    except (ValueError, TypeError, OverflowError, RecursionError) as refused:
        raise InputError(
            f"Another version of the program wrote it, or its row is damaged. {refused}"
        ) from None


def config_text(config: TrainingConfig) -> str:
    """A config as the store keeps it: in JSON, with the names of its files, so that the folder can be moved and copied."""
    values = json.loads(config.to_json())
    names = {name: path.name for name in FILES if (path := getattr(config, name)) is not None}
    return json.dumps({**values, **names})
