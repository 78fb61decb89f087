"""The database of runs: its layout in versions, and connections that many processes may hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nashcore.errors import InputError

_SPLIT = """COALESCE(CASE
    WHEN json_valid(config) AND json_extract(config, '$.splits') IS NULL THEN json_extract(config, '$.split_seed') END, 0)"""
"""In SQL, the split of a run that has one."""

_STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE IF NOT EXISTS runs (
            id TEXT PRIMARY KEY, title TEXT NOT NULL, config TEXT NOT NULL, state TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '', created REAL NOT NULL, share REAL NOT NULL DEFAULT 0,
            seconds REAL NOT NULL DEFAULT 0, seconds_left REAL, stop_wanted INTEGER NOT NULL DEFAULT 0, outline TEXT,
            notices TEXT NOT NULL DEFAULT '[]', stopped TEXT NOT NULL DEFAULT '[]'
        )""",
        """CREATE TABLE IF NOT EXISTS epochs (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, epoch INTEGER NOT NULL, content BLOB NOT NULL,
            PRIMARY KEY (run, epoch)
        )""",
    ),
    (  # A model that stops is a row of its own, not an entry in a list that has to be written anew.
        """CREATE TABLE stopped (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, arm TEXT NOT NULL, seed INTEGER NOT NULL,
            reason TEXT NOT NULL, PRIMARY KEY (run, arm, seed)
        )""",
        """INSERT INTO stopped
            SELECT runs.id, json_extract(model.value, '$[0]'), json_extract(model.value, '$[1]'),
                json_extract(model.value, '$[2]')
            FROM runs, json_each(CASE WHEN json_valid(runs.stopped) THEN runs.stopped ELSE '[]' END) AS model""",
        "ALTER TABLE runs DROP COLUMN stopped",
    ),
    (  # Models are told apart by split and seed, and a run's outline names its splits.
        "ALTER TABLE stopped RENAME TO stopped_before",
        """CREATE TABLE stopped (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, arm TEXT NOT NULL, split INTEGER NOT NULL,
            seed INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (run, arm, split, seed)
        )""",
        f"""INSERT INTO stopped
            SELECT run, arm, {_SPLIT}, seed, stopped_before.reason
            FROM stopped_before JOIN runs ON runs.id = stopped_before.run ORDER BY stopped_before.rowid""",  # noqa: S608  nothing of it comes from outside
        "DROP TABLE stopped_before",
        f"""UPDATE runs SET outline = json_set(outline, '$.splits', json_array({_SPLIT}))
            WHERE outline IS NOT NULL AND json_valid(outline)""",  # noqa: S608
    ),
    (  # Runs wait in an order that can be changed, and have tags.
        "ALTER TABLE runs ADD COLUMN place REAL",
        "ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    ),
)
"""What makes each version of the layout out of the one before; a step that was once released stays as it is."""

VERSION = len(_STEPS)
"""Of the layout."""


class Database:
    """An SQLite database in a folder, which is made where it is missing, for its owner's eyes only.

    One that an older version of the program wrote is brought up to this version's layout; one that a newer version wrote can be
    read, as far as its layout allows, and is never written.

    Args:
        home: the folder.

    Raises:
        InputError: the folder cannot be made or read.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as failed:
            raise self._unusable(failed) from None
        with self._connection() as database:
            if _version(database) < VERSION:
                database.execute("PRAGMA journal_mode = WAL")
                _bring_up(database)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for every piece of work, so that threads and processes never share one.

        Raises:
            InputError: the database cannot be read.
        """
        with self._connection() as database:
            database.execute("PRAGMA query_only = ON")
            yield database

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """The same for work that changes something; all of it is done, or nothing.

        Raises:
            InputError: the database cannot be written, or a newer version of the program wrote it.
        """
        with self._connection() as database:
            if _version(database) > VERSION:
                raise InputError(self._newer)
            yield database

    def refuse_newer(self) -> None:
        """Nothing, where this version of the program may write.

        Raises:
            InputError: a newer version wrote the folder.
        """
        with self.write():
            pass

    @property
    def notice(self) -> str | None:
        """Why nothing can be written, in a sentence; None where it can."""
        with self._connection() as database:
            return self._newer if _version(database) > VERSION else None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.home / "runs.sqlite", timeout=30)) as database:
                database.row_factory = sqlite3.Row
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA synchronous = NORMAL")
                with database:
                    yield database
        except sqlite3.Error as failed:  # no space left, no right to write, a damaged file
            raise self._unusable(failed) from None

    @property
    def _newer(self) -> str:
        return (
            f"The folder of runs, {self.home}, was written by a newer version of this program: its runs can be seen, and "
            "nothing in it can be changed."
        )

    def _unusable(self, failed: Exception) -> InputError:
        return InputError(
            f"The folder of runs, {self.home}, cannot be used: {failed}. Set NASH_RUNS_HOME to another folder."
        )


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _bring_up(database: sqlite3.Connection) -> None:
    """Take the steps that the layout lacks, all or none; of several processes one takes them, and the others wait."""
    database.execute("BEGIN IMMEDIATE")
    for step in _STEPS[_version(database) :]:
        for statement in step:
            database.execute(statement)
    if _version(database) < VERSION:
        database.execute(f"PRAGMA user_version = {VERSION}")
