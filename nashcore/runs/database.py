"""The database of runs: connections that many processes may hold, and what is done where it cannot be used as it should."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from platformdirs import user_data_path

from nashcore.errors import InputError
from nashcore.runs.connection import (
    NETWORK,
    READ_SECONDS,
    WRITE_SECONDS,
    ReadingCopy,
    connect,
    file_system,
    stamps,
)
from nashcore.runs.layout import VERSION, bring_up, version_of
from nashcore.runs.recover import recover
from nashcore.runs.safe_files import (
    NoSpaceError,
    kind_of,
    no_space,
    plain_faults,
    private,
    tighten,
    write_whole,
)

__all__ = ["VERSION", "BusyError", "Database", "MendedError", "runs_home"]

T = TypeVar("T")

RESERVE_BYTES = 1 << 19
"""Kept free in a file of its own, so that runs can be shown, ended and deleted on a full disk."""


FULL_BYTES = 1 << 17
"""A disk with less free is full."""


def runs_home() -> Path:
    """The folder of the runs: NASH_RUNS_HOME, else the system's place for user data."""
    chosen = os.environ.get("NASH_RUNS_HOME", "").strip()
    return Path(chosen).expanduser() if chosen else user_data_path("nash-bargaining-lab") / "runs"


class BusyError(InputError):
    """Another process holds the database for the moment."""


class MendedError(InputError):
    """The database was damaged, and has been replaced by what could be read of it: the work can be done again."""


class Database:
    """An SQLite database in a folder, which is made where it is missing, for its owner's eyes only.

    One that an older version of the program wrote is brought up to this version's layout; one that a newer version wrote can be
    read, as far as its layout allows, and is never written. Where nothing can be written, a copy of it in a temporary folder is
    read. One that is damaged is set aside, and what can be read of it goes into a new one.

    Args:
        home: the folder.

    Raises:
        InputError: the folder cannot be made or read.
    """

    def __init__(self, home: Path) -> None:
        self.home, self.path = home, home / "runs.sqlite"
        self._copy: ReadingCopy | None = None
        self.was = VERSION
        self._set_up()

    def _set_up(self) -> None:
        """Make what is missing, and bring up what is old."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            next(self.home.iterdir(), None)
        except OSError as failed:
            raise self._unusable(failed.strerror or str(failed)) from None
        try:
            self._open()
        except MendedError:
            self._open()
        except NoSpaceError:  # what is there can be read all the same
            if kind_of(self.path) == "" or not self.path.stat().st_size:
                raise
        if self.writable:
            private(self.home)
            if self.was < VERSION:
                for name in ("files", "tables"):  # earlier versions left files open to others
                    tighten(self.home / name, deep=True)

    def make_if_gone(self) -> None:
        """Begin anew where the folder was taken away in the meantime.

        Raises:
            InputError: it cannot be made.
        """
        if not self.path.exists():
            self._set_up()

    def _open(self) -> None:
        for end in ("", "-wal", "-shm", "-journal"):
            if (found := kind_of(Path(f"{self.path}{end}"))) not in ("file", ""):
                raise self._unusable(f"runs.sqlite{end} should be a file, found a {found}")
        if not self.writable:
            return
        with plain_faults(self.path), suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with self._connection(WRITE_SECONDS) as database:
            mode = "delete" if file_system(self.home) in NETWORK else "wal"
            if (
                version_of(database) <= VERSION
                and database.execute("PRAGMA journal_mode").fetchone()[0] != mode
            ):
                with suppress(sqlite3.OperationalError):  # another process reads just now; either mode serves
                    database.execute(f"PRAGMA journal_mode = {mode}")
            self.was = version_of(database)
            if self.was < VERSION:
                bring_up(database)
        self.keep_reserve()

    @property
    def writable(self) -> bool:
        """Whether this process may write the folder and the database in it."""
        return os.access(self.home, os.W_OK | os.X_OK) and (
            not self.path.exists() or os.access(self.path, os.W_OK)
        )

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for every piece of work, so that threads and processes never share one; it sees one moment.

        Raises:
            BusyError: another process holds the database.
            InputError: the database cannot be read.
        """
        try:
            with closing(self._open_to_read()) as database:
                yield database
        except sqlite3.Error as failed:
            raise self._told(failed) from None

    def _open_to_read(self) -> sqlite3.Connection:
        """A connection at work; to a copy where nothing can be written beside the database, which its log needs."""
        if self.writable:
            try:
                return _begun(connect(self.path, READ_SECONDS))
            except sqlite3.Error as failed:
                told = self._told(failed)
                if not isinstance(told, NoSpaceError):
                    raise told from None
        try:
            return _begun(connect(self._copied(), READ_SECONDS))
        except NoSpaceError:  # not for a copy either; without the log, which may miss the last moments
            return _begun(connect(self.path, READ_SECONDS, "ro&immutable=1"))

    @contextmanager
    def write(self, seconds: float = WRITE_SECONDS) -> Iterator[sqlite3.Connection]:
        """The same for work that changes something; all of it is done, or nothing.

        Args:
            seconds: how long to wait for other processes.

        Raises:
            BusyError: another process holds the database.
            NoSpaceError: the disk is full.
            InputError: the database cannot be written, or a newer version of the program wrote it.
        """
        if not self.writable:
            raise InputError(self._read_only)
        with self._connection(seconds) as database:
            database.execute("BEGIN IMMEDIATE")
            if version_of(database) > VERSION:
                raise InputError(self._newer)
            yield database
            database.execute("COMMIT")

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """What a question finds.

        Raises:
            BusyError: another process holds the database.
            InputError: the database cannot be read.
        """

        def ask() -> list[sqlite3.Row]:
            with self.read() as database:
                return database.execute(statement, values).fetchall()

        return self.tried(ask)

    def tried(self, work: Callable[[], T]) -> T:
        """Do a piece of work, and once more where the database was mended under it, or the reserve made room for it."""
        try:
            return work()
        except MendedError:
            return work()
        except NoSpaceError:
            if not self.use_reserve():
                raise
            done = work()
            self.keep_reserve(after_use=True)
            return done

    def refuse(self) -> None:
        """Nothing, where this version of the program may write.

        Raises:
            InputError: a newer version wrote the folder, or this process may only read it.
        """
        if (notice := self.notice) is not None:
            raise InputError(notice)

    @property
    def notice(self) -> str | None:
        """Why nothing can be written, in a sentence; None where it can."""
        if not self.writable:
            return self._read_only
        with suppress(BusyError), self.read() as database:  # whoever writes then is told so
            return self._newer if version_of(database) > VERSION else None
        return None

    @property
    def full(self) -> bool:
        """Whether the disk is full."""
        return _is_full(self.home)

    @property
    def _reserve(self) -> Path:
        return self.home / "reserve"

    def keep_reserve(self, *, after_use: bool = False) -> None:
        """Put some space by, where there is enough; after it was used, whatever is left of it."""
        with suppress(OSError, InputError):
            free = shutil.disk_usage(self.home).free
            size = min(RESERVE_BYTES, max(0, free - FULL_BYTES // 2)) if after_use else RESERVE_BYTES
            if kind_of(self._reserve) == "" and size and (after_use or free > 4 * RESERVE_BYTES):
                write_whole(
                    self._reserve, os.urandom(size)
                )  # noise: some file systems keep zeros in no space

    def use_reserve(self) -> bool:
        """Give the reserve back to the disk; whether there was one."""
        try:
            self._reserve.unlink()
        except OSError:
            return False
        return True

    @contextmanager
    def _connection(self, seconds: float) -> Iterator[sqlite3.Connection]:
        try:
            with closing(connect(self.path, seconds)) as database:
                yield database
        except sqlite3.Error as failed:
            raise self._told(failed) from None

    def _copied(self) -> Path:
        """A copy that can be opened: beside the original no file can be made, and the log of writes needs one."""
        if self._copy is None or self._copy.made_of != stamps(self.path):
            with plain_faults(self.path):
                self._copy = ReadingCopy(self.path)
        return self._copy.path

    def _told(self, failed: sqlite3.Error) -> InputError:
        """A fault in a plain sentence. A damaged database is mended first."""
        code = getattr(failed, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return BusyError(
                f"The folder of runs, {self.home}, is in use by another process for the moment: try again a little later."
            )
        full = code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN) and _is_full(self.home)
        if code == sqlite3.SQLITE_FULL or full:
            return no_space(self.home)
        if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) and not _is_damage(failed):
            return self._unusable(str(failed))
        if not self.writable:
            return self._unusable(f"its database is damaged ({failed})")
        return self._mend(failed)

    def _mend(self, failed: sqlite3.Error) -> InputError:
        """Replace a damaged database by what can be read of it; the sentence that tells so."""
        try:
            aside = recover(self.path)
        except InputError as refused:
            return refused
        except (OSError, sqlite3.Error) as also:
            return self._unusable(f"its database is damaged ({failed}) and could not be mended ({also})")
        if aside is None:  # another process has mended it meanwhile
            return MendedError(f"The folder of runs, {self.home}, was being mended ({failed}): try again.")
        return MendedError(
            f"The database of the runs in {self.home} was damaged. What could be read of it is in a new one, the damaged one is "
            f"kept as {aside}. Do again what you did."
        )

    @property
    def _newer(self) -> str:
        return (
            f"The folder of runs, {self.home}, was written by a newer version of this program: its runs can be seen, and "
            "nothing in it can be changed."
        )

    @property
    def _read_only(self) -> str:
        return (
            f"The folder of runs, {self.home}, can only be read by this process: its runs can be seen, and nothing in it can be "
            "changed."
        )

    def _unusable(self, why: str) -> InputError:
        return InputError(
            f"The folder of runs, {self.home}, cannot be used: {why}. Set NASH_RUNS_HOME to another folder."
        )


def _begun(database: sqlite3.Connection) -> sqlite3.Connection:
    """The connection, at the start of a transaction that only reads; closed where that fails."""
    try:
        database.execute("PRAGMA query_only = ON")
        database.execute("BEGIN")
        version_of(database)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < FULL_BYTES
    except OSError:
        return False


def _is_damage(failed: sqlite3.Error) -> bool:
    """Whether the fault is one of the database's own content: a table or column that must be there is not."""
    return str(failed).startswith(("no such table", "no such column", "malformed database schema"))
