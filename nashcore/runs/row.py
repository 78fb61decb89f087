"""A row of the database as it is read: which values it may hold, and what people may write into it."""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from nashcore.errors import InputError, quoted
from nashcore.runs.layout import RUN_ID

State = Literal["waiting", "running", "finished", "stopped", "failed", "interrupted"]
"""A run waits for its turn, runs, and ends in one of four ways: all epochs done, stopped early on demand, failed for a reason
of its own, or interrupted: the process that trained it ended or no longer answers, through no fault of the run."""

STATES: tuple[State, ...] = get_args(State)

OVER: tuple[State, ...] = ("finished", "stopped", "failed", "interrupted")

TITLE_LENGTH = 120

TAG_LENGTH = 40
MOST_TAGS = 20

NOTE_LENGTH = 2_000


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


def checked(row: Mapping[str, Any] | sqlite3.Row, names: Sequence[str]) -> dict[str, Any]:
    """The values of these columns of a run's row, tags read.

    Raises:
        InputError: one cannot be what it should; the sentence names it.
    """
    values = {name: row[name] for name in names}
    for name in ("id", "title", "reason", "note", "config"):
        if name in values and not isinstance(values[name], str):
            raise _damaged(name, "text", values[name])
    if not RUN_ID.fullmatch(values["id"]):
        raise _damaged("id", "eight hexadecimal digits", values["id"])
    if values["state"] not in STATES:
        raise _damaged("state", f"one of {', '.join(STATES)}", values["state"])
    for name in ("created", "share", "seconds", "epochs"):
        if name in values:
            values[name] = _number(name, values[name])
    for name in ("seconds_left", "deleted"):
        if values.get(name) is not None:
            values[name] = _number(name, values[name])
    return values | {"tags": tags_of(values["tags"])}


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
        f"Its row in the database is damaged: its {name} should be {expected}. Found {quoted(found)}."
    )


def clean_title(text: str) -> str:
    """A title on one line, without signs that cannot be seen, of at most `TITLE_LENGTH`."""
    return on_one_line(text)[:TITLE_LENGTH]


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
            raise InputError(f"A tag to remove should be one of the run's. Found {quoted(tag)}.")
    found = tuple(dict.fromkeys(tag for tag in (*tags, *add) if tag not in remove))
    if len(found) > MOST_TAGS:
        raise InputError(f"A run should have {MOST_TAGS} tags at most. Found {len(found)}.")
    return found


def _clean_tag(text: str) -> str:
    tag = on_one_line(text)
    if not 0 < len(tag) <= TAG_LENGTH:
        raise InputError(f"A tag should have 1 to {TAG_LENGTH} signs. Found {len(tag)}.")
    return tag


def on_one_line(text: str) -> str:
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())


def clean_note(text: str) -> str:
    """A note, of several lines where it has them, without signs that cannot be seen.

    Raises:
        InputError: it is too long.
    """
    note = "\n".join(on_one_line(line) for line in text.strip().splitlines())
    if len(note) > NOTE_LENGTH:
        raise InputError(f"A note should have at most {NOTE_LENGTH:,} signs. Found {len(note):,}.")
    return note


def name_of(run: object, number: int) -> str:
    """What a row is called: its run's id, or its number where that is no id."""
    return run if isinstance(run, str) and RUN_ID.fullmatch(run) else f"row-{number}"


def where_is(run: str) -> tuple[str, tuple[object, ...]]:
    """In SQL, the row that `name_of` calls so."""
    number = re.fullmatch(r"row-(\d{1,18})", run)
    return ("rowid = ?", (int(number[1]),)) if number else ("id = ?", (run,))


def change_row(database: sqlite3.Connection, run: str, **values: object) -> None:
    """Write values into a run's row, by column."""
    columns = ", ".join(f"{name} = ?" for name in values)
    database.execute(f"UPDATE runs SET {columns} WHERE id = ?", (*values.values(), run))  # noqa: S608
