"""A stored run as whoever asks sees it."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from nashcore.errors import InputError
from nashcore.options import read_object
from nashcore.runs.config import TrainingConfig
from nashcore.runs.earlier import as_trained
from nashcore.runs.layout import FILES, RUN_ID

State = Literal["waiting", "running", "finished", "stopped", "failed", "interrupted"]
"""A run waits for its turn, runs, and ends in one of four ways: all epochs done, stopped early on demand, failed for a reason
of its own, or interrupted: the process that trained it ended or no longer answers, through no fault of the run."""

TITLE_LENGTH = 120

TAG_LENGTH, MOST_TAGS = 40, 20

OVER: tuple[State, ...] = ("finished", "stopped", "failed", "interrupted")


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

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER


@dataclass(frozen=True)
class Damaged:
    """Something in the store that cannot be read as a run, and is set aside while all others go on.

    Attributes:
        id: what it is called, as far as that can be read.
        title: what people called it, as far as that can be read.
        reason: what is the matter with it, in plain sentences.
        deleted: see `Run`.
    """

    id: str
    title: str
    reason: str
    deleted: float | None = None


LATEST = 253_000_000_000.0
"""No time is later: it is in the year 9987, near the last one that calendars know."""


def run_of(row: Mapping[str, Any] | sqlite3.Row, named: Callable[[str], Path] = Path) -> Run:
    """The run in a row of the database, whose columns have the names of the attributes.

    Args:
        row: the row.
        named: where a table or splits are that a config names.

    Raises:
        InputError: the row is damaged, or another version of the program wrote its config.
    """
    values = {name: row[name] for name in Run.__dataclass_fields__}
    for name in ("id", "title", "reason", "config"):
        if not isinstance(values[name], str):
            raise _damaged(name, "text", values[name])
    if not RUN_ID.fullmatch(values["id"]):
        raise _damaged("id", "eight hexadecimal digits", values["id"])
    if values["state"] not in get_args(State):
        raise _damaged("state", f"one of {', '.join(get_args(State))}", values["state"])
    for name in ("created", "share", "seconds", "epochs"):
        values[name] = _number(name, values[name])
    for name in ("seconds_left", "deleted"):
        if values[name] is not None:
            values[name] = _number(name, values[name])
    read = {"config": _config_of(values["config"], named), "tags": tags_of(values["tags"])}
    return Run(**values | read)


@lru_cache(maxsize=20_000)
def _config_of(text: str, named: Callable[[str], Path]) -> TrainingConfig:
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


def _number(name: str, value: object) -> float:
    """A number that a calendar or a bar can show; one that is as good as infinite where time is left."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _damaged(name, "a number", value)
    if name == "seconds_left" and (value == math.inf or value < 0):
        return max(value, 0.0)
    if not 0 <= value <= LATEST:
        raise _damaged(name, f"a number from 0 to {LATEST:.0f}", value)
    return value


def _damaged(name: str, expected: str, found: object) -> InputError:
    return InputError(
        f"Its row in the database is damaged: its {name} should be {expected}. Found {str(found)[:40]!r}."
    )


def config_text(config: TrainingConfig) -> str:
    """A config as the store keeps it: in JSON, with the names of its files, so that the folder can be moved and copied."""
    values = json.loads(config.to_json())
    names = {name: path.name for name in FILES if (path := getattr(config, name)) is not None}
    return json.dumps({**values, **names})


def clean_title(text: str) -> str:
    """A title on one line, without signs that cannot be seen, of at most `TITLE_LENGTH`."""
    return _on_one_line(text)[:TITLE_LENGTH]


def tags_of(stored: str | bytes) -> tuple[str, ...]:
    """Tags as the database has them; a damaged list counts as none."""
    try:
        found = json.loads(stored)
    except (ValueError, TypeError, RecursionError):
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()


def changed_tags(tags: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> tuple[str, ...]:
    """Tags with some more and some less, each once.

    Raises:
        InputError: a tag is empty or too long, there would be too many, or one to remove is not there.
    """
    add, remove = [_clean_tag(tag) for tag in add], [_clean_tag(tag) for tag in remove]
    for tag in remove:
        if tag not in tags:
            raise InputError(f"A tag to remove should be one of the run's. Found {tag!r}.")
    found = tuple(dict.fromkeys(tag for tag in (*tags, *add) if tag not in remove))
    if len(found) > MOST_TAGS:
        raise InputError(f"A run should have {MOST_TAGS} tags at most. Found {len(found)}.")
    return found


def _clean_tag(text: str) -> str:
    tag = _on_one_line(text)
    if not 0 < len(tag) <= TAG_LENGTH:
        raise InputError(f"A tag should have 1 to {TAG_LENGTH} signs. Found {len(tag)}.")
    return tag


def _on_one_line(text: str) -> str:
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())
