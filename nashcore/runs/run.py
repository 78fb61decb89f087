"""A stored run as whoever asks sees it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nashcore.errors import InputError
from nashcore.runs.config import TrainingConfig

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
    tags: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER


def run_of(row: Mapping[str, Any] | sqlite3.Row) -> Run:
    """The run in a row of the database, whose columns have the names of the attributes."""
    values = {name: row[name] for name in Run.__dataclass_fields__}
    read = {"config": TrainingConfig.from_json(values["config"]), "tags": tags_of(values["tags"])}
    return Run(**values | read)


def clean_title(text: str) -> str:
    """A title on one line, without signs that cannot be seen, of at most `TITLE_LENGTH`."""
    return _on_one_line(text)[:TITLE_LENGTH]


def tags_of(stored: str) -> tuple[str, ...]:
    """Tags as the database has them; a damaged list counts as none."""
    try:
        found = json.loads(stored)
    except ValueError:
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
