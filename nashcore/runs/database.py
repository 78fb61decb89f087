"""The database of runs: its layout, and connections that many processes may hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nashcore.errors import InputError

VERSION = 1
"""Of the layout."""

_LAYOUT = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, config TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL, share REAL NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0, seconds_left REAL,
    stop_wanted INTEGER NOT NULL DEFAULT 0, outline TEXT, notices TEXT NOT NULL DEFAULT '[]',
    stopped TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE IF NOT EXISTS epochs (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, epoch INTEGER NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (run, epoch)
);
"""


class Database:
    """An SQLite database in a folder, which is made where it is missing, for its owner's eyes only.

    Args:
        home: the folder.

    Raises:
        InputError: the folder cannot be made, or another version of the program wrote it.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as failed:
            raise self._unusable(failed) from None
        with self.open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            (found,) = database.execute("PRAGMA user_version").fetchone()
            if found == 0:
                database.executescript(_LAYOUT + f"PRAGMA user_version = {VERSION};")
        if found not in (0, VERSION):
            raise InputError(
                f"The folder of runs, {home}, was written by another version of this program. "
                "Set NASH_RUNS_HOME to another folder."
            )

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for every piece of work, so that threads and processes never share one.

        Raises:
            InputError: the database cannot be read or written.
        """
        try:
            with closing(sqlite3.connect(self.home / "runs.sqlite", timeout=30)) as database:
                database.row_factory = sqlite3.Row
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("PRAGMA synchronous = NORMAL")
                with database:
                    yield database
        except sqlite3.Error as failed:  # no space left, no right to write, a damaged file
            raise self._unusable(failed) from None

    def _unusable(self, failed: Exception) -> InputError:
        return InputError(
            f"The folder of runs, {self.home}, cannot be used: {failed}. Set NASH_RUNS_HOME to another folder."
        )
