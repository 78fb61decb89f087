"""Runs that were deleted: kept for a while, so that it can be undone, then swept, with whatever else nobody needs any more."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from nashcore.errors import InputError, quoted
from nashcore.runs.database import Database
from nashcore.runs.folders import Folders
from nashcore.runs.layout import FILES, RUN_ID, file_name
from nashcore.runs.row import name_of, where_is
from nashcore.runs.safe_files import PART, kind_of, plain_faults, tighten, write_whole

KEEP_DAYS = 30
"""How long a run stays in the trash."""

DAY = 86_400.0
HOUR = 3_600.0
"""A part of a file that is older was left by a process that ended."""

SWEEP_SECONDS = 0.5
"""A sweep leaves what it has no time for to the next one: pages wait for it."""

_CONFIGS = "SELECT CAST(config AS TEXT) FROM runs UNION ALL SELECT CAST(config AS TEXT) FROM sweep_runs"
"""In SQL, whatever may name a table: runs, and those that a sweep has not begun."""

_FOUND = "without-row"
"""File in a run's folder that the database does not know: when that was seen first."""


class Trash:
    """The trash of a folder of runs, and its sweep.

    Args:
        database: the runs' rows.
        files: the runs' folders.
    """

    def __init__(self, database: Database, files: Folders) -> None:
        self._database, self._files = database, files

    def put(self, run: str) -> None:
        """Put a run that is over into the trash; its row and files stay as they are.

        Raises:
            InputError: there is no such run.
        """
        self._mark(
            run,
            "INSERT OR IGNORE INTO trash SELECT id, ? FROM runs WHERE {where} AND id IS NOT NULL",
            (time.time(),),
            "in",
        )

    def restore(self, run: str) -> None:
        """Take a run out of the trash.

        Raises:
            InputError: it is not there.
        """
        self._mark(
            run, "DELETE FROM trash WHERE run IN (SELECT id FROM runs WHERE {where})", (), "in the trash of"
        )

    def _mark(self, run: str, statement: str, values: tuple[object, ...], place: str) -> None:
        where, which = where_is(run)

        def mark() -> int:
            with self._database.write() as database:
                return database.execute(statement.format(where=where), (*values, *which)).rowcount

        if self._database.tried(mark) == 0:
            raise InputError(f"There is no run {quoted(run)} {place} {self._files.home}.")

    def remove(self, run: str) -> None:
        """Delete a run for good: its files first, which makes room on a full disk, then its row, then its own table.

        Only what is in the folder of runs is touched, wherever a row may point. A table that another run uses stays.

        Raises:
            InputError: something cannot be deleted.
        """
        where, values = where_is(run)
        found = self._database.rows(f"SELECT id, config FROM runs WHERE {where}", values)  # noqa: S608
        name = found[0]["id"] if found else run
        if isinstance(name, str) and RUN_ID.fullmatch(name):
            self._files.delete(name)

        def forget() -> None:
            with self._database.write() as database:
                database.execute(f"DELETE FROM runs WHERE {where}", values)  # noqa: S608

        if found:
            self._database.tried(forget)
            self._drop_tables(_names_in(found[0]["config"]))
        self._database.keep_reserve()

    def empty(self) -> int:
        """Delete all runs in the trash for good; how many."""
        return self._remove_all(math.inf)

    def sweep(self, now: float | None = None) -> bool:
        """Delete what nobody needs any more: runs that were in the trash for long, parts of files, tables without a run, and
        folders without a row, these as long after they were seen first as runs stay in the trash.

        Args:
            now: the time, in seconds since 1970.

        Returns:
            Whether everything was looked at; it may be cut short to let a page go on.
        """
        now = time.time() if now is None else now
        until = time.monotonic() + SWEEP_SECONDS
        self._remove_all(now - KEEP_DAYS * DAY, until)
        known = {row["id"] for row in self._database.rows("SELECT id FROM runs")}
        for folder in _inside(self._files.home / "files"):
            if time.monotonic() > until:
                return False
            tighten(folder, deep=True)
            _drop_parts(_inside(folder), now)
            if known and folder.name not in known and RUN_ID.fullmatch(folder.name):
                self._drop_unknown(folder, now)
        _drop_parts([*_inside(self._files.home), *_inside(self._files.tables)], now)
        old = [path for path in _inside(self._files.tables) if now - path.lstat().st_mtime > DAY]
        if known:
            self._drop_tables(path.name for path in old)
        return time.monotonic() <= until

    def unknown(self) -> list[str]:
        """Folders of runs that the database does not know, and that hold something."""
        known = {row["id"] for row in self._database.rows("SELECT id FROM runs")}
        folders = _inside(self._files.home / "files")
        return [
            folder.name
            for folder in folders
            if folder.name not in known and RUN_ID.fullmatch(folder.name) and _holds_something(folder)
        ]

    def _remove_all(self, before: float, until: float = math.inf) -> int:
        rows = self._database.rows(
            "SELECT runs.rowid, id FROM runs JOIN trash ON run = id WHERE deleted < ?", (before,)
        )
        done = 0
        for row in rows:
            if time.monotonic() > until:
                break
            self.remove(name_of(row["id"], row["rowid"]))
            done += 1
        return done

    def _drop_unknown(self, folder: Path, now: float) -> None:
        if not _holds_something(folder):
            if now - folder.lstat().st_mtime > HOUR:
                self._files.delete(folder.name)
            return
        seen = folder / _FOUND
        if kind_of(seen) != "file":
            write_whole(seen, b"")
        elif now - seen.lstat().st_mtime > KEEP_DAYS * DAY:
            self._files.delete(folder.name)

    def _drop_tables(self, names: Iterable[str]) -> None:
        """Delete tables and splits that no row names, be it one that cannot be read."""
        gone = [name for name in set(names) if name]
        if not gone:
            return
        texts = [row[0] or "" for row in self._database.rows(_CONFIGS)]
        for name in gone:
            path = self._files.tables / name
            if kind_of(self._files.tables) == "folder" and not any(name in text for text in texts):
                with plain_faults(path):
                    path.unlink(missing_ok=True)


def _names_in(config: object) -> list[str]:
    """The names of the tables and splits in a config as it is stored, which need not be readable."""
    text = config if isinstance(config, str) else ""
    found = re.findall(rf'"(?:{"|".join(FILES)})"\s*:\s*"([^"]*)"', text)
    return [name for name in map(file_name, found) if re.fullmatch(r"[0-9a-f]{64}[.A-Za-z0-9]*", name)]


def _inside(folder: Path) -> list[Path]:
    """What is in a folder; nothing where there is none, or a link to another."""
    with suppress(OSError):
        if kind_of(folder) == "folder":
            return sorted(folder.iterdir())
    return []


def _holds_something(folder: Path) -> bool:
    return any(
        not path.name.endswith(PART) and path.name not in ("alive.lock", "heart", "deaths", _FOUND)
        for path in _inside(folder)
    )


def _drop_parts(paths: Iterable[Path], now: float) -> None:
    for path in paths:
        with suppress(OSError):
            if path.name.endswith(PART) and now - path.lstat().st_mtime > HOUR:
                path.unlink()
