"""A damaged database of runs: set aside, and replaced by a new one with all rows that can still be read."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from nashcore.errors import InputError
from nashcore.runs.connection import Connection
from nashcore.runs.layout import TABLES, VERSION, bring_up, version_of
from nashcore.runs.safe_files import PART, make_folder, sync_folder

WAIT_SECONDS = 0.5
"""How long to wait for another process that mends the same database."""


FARTHEST = 1000
"""Numbers of a layout beyond this are no version's."""


def recover(path: Path) -> Path | None:
    """Replace a database by what can be read of it, unless another process has just done so.

    Returns:
        Where the damaged one is kept; None where nothing had to be done.

    Raises:
        InputError: another process is at it, or a newer version of the program wrote the database.
        OSError, sqlite3.Error: the new one cannot be written.
    """
    try:
        with FileLock(path.with_name("recover.lock"), mode=0o600).acquire(timeout=WAIT_SECONDS):
            return None if _is_sound(path) else _replace(path)
    except Timeout:
        raise InputError(
            f"The database of the runs, {path}, is damaged; another process mends it. Try again a little later."
        ) from None


def _is_sound(path: Path) -> bool:
    try:
        with closing(_source(path)) as database:
            tables = {
                row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            (answer,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if version_of(database) >= VERSION:
                database.execute("SELECT deleted FROM trash LIMIT 1").fetchall()
            return answer == "ok" and tables >= {"runs", "epochs"}
    except sqlite3.Error:
        return False


def _replace(path: Path) -> Path:
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    aside = (
        make_folder(path.with_name("damaged"))
        / f"runs-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}.sqlite"
    )
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(new, isolation_level=None)) as made:
            _fill(made, path)
        try:
            os.link(path, aside)
        except OSError:  # a file system without hard links
            shutil.copyfile(path, aside)
        for end in ("-wal", "-shm"):  # before the new one comes: it must not be read with the old one's log
            with suppress(FileNotFoundError):
                os.replace(f"{path}{end}", f"{aside}{end}")
        new.replace(path)
        sync_folder(path.parent)
    finally:
        for end in ("", "-journal"):
            Path(f"{new}{end}").unlink(missing_ok=True)
    return aside


def _fill(made: sqlite3.Connection, path: Path) -> None:
    """Take over every row that can be read, in the layout that it has, and bring it up."""
    with closing(_source(path)) as source:
        version = VERSION
        with suppress(sqlite3.Error):
            version = version_of(source)
        if version > FARTHEST:  # no version of the program has so many steps: the number itself is damaged
            version = VERSION
        if version > VERSION:
            raise InputError(
                f"The database of the runs, {path}, is damaged, and a newer version of this program wrote it: use that one."
            )
        bring_up(made, version or 1)
        for table in TABLES:
            with suppress(sqlite3.Error):
                _take_over(made, source, table)
        bring_up(made)


def _take_over(made: sqlite3.Connection, source: sqlite3.Connection, table: str) -> None:
    there = {row[1] for row in source.execute(f"PRAGMA table_info({table})")}
    columns = ", ".join(row[1] for row in made.execute(f"PRAGMA table_info({table})") if row[1] in there)
    places = ", ".join("?" for _ in columns.split(", "))
    alone = table in ("runs", "sweeps", "sweep_runs")  # others belong to a run
    known = "" if alone else " WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?)"
    made.execute("BEGIN")
    for number in sorted(_numbers(source, table)):
        with suppress(sqlite3.Error, OverflowError):
            rows = source.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (number,)).fetchall()  # noqa: S608
            for row in rows:
                made.execute(
                    f"INSERT OR IGNORE INTO {table} ({columns}) SELECT {places}{known}",
                    row if alone else (*row, row[0]),
                )
    made.execute("COMMIT")


def _numbers(source: sqlite3.Connection, table: str) -> set[int]:
    """The numbers of a table's rows, read from both ends and from its index: each way may end at a damaged page."""
    found: set[Any] = set()
    for way in (
        f"SELECT rowid FROM {table} NOT INDEXED",  # noqa: S608
        f"SELECT rowid FROM {table} NOT INDEXED ORDER BY rowid DESC",  # noqa: S608
        f"SELECT rowid FROM {table} INDEXED BY sqlite_autoindex_{table}_1",  # noqa: S608
    ):
        with suppress(sqlite3.Error):
            for row in source.execute(way):
                found.add(row[0])
    return {number for number in found if isinstance(number, int)}


def _source(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=WAIT_SECONDS,
        isolation_level=None,
        factory=Connection,
    )
    database.text_factory = lambda text: text.decode(errors="replace")
    return database
