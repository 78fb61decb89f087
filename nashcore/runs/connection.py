"""Connections to an SQLite database of runs, and to a copy of one beside which nothing can be written."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import weakref
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from nashcore.runs.layout import VERSION, bring_up, version_of

READ_SECONDS, WRITE_SECONDS = 0.4, 0.8
"""How long work waits for another process that holds the database: a page must not stand still for more than a second."""

NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "lustre", "beegfs", "virtiofs"}
"""File systems on which processes of several machines cannot share memory, which write-ahead logging needs."""


class ReadingCopy:
    """A database and the log of its last writes in a temporary folder, which goes when nobody needs it any more."""

    def __init__(self, path: Path) -> None:
        self.made_of = stamps(path)
        folder = tempfile.mkdtemp(prefix="runs-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.path = Path(folder) / path.name
        for end in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{end}", f"{self.path}{end}")
        with closing(connect(self.path, READ_SECONDS, "rwc")) as database:
            if version_of(database) < VERSION:
                bring_up(database)


class Connection(sqlite3.Connection):
    """One whose faults are all faults of the database: what is said of a damaged one may hold bytes that are no text."""

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(statement, values)
        except UnicodeDecodeError:
            raise sqlite3.DatabaseError("malformed database schema, which is no text") from None


def connect(path: Path, seconds: float, mode: str = "rw") -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    database = sqlite3.connect(address, uri=True, timeout=seconds, isolation_level=None, factory=Connection)
    database.row_factory = sqlite3.Row
    database.text_factory = lambda text: text.decode(errors="replace")
    try:
        database.execute("PRAGMA foreign_keys = ON")
        database.execute("PRAGMA synchronous = NORMAL")
    except BaseException:  # damaged, or held by another: nobody else could close it
        database.close()
        raise
    return database


def stamps(path: Path) -> list[tuple[int, int]]:
    """What tells whether a database has changed."""
    return [_stamp(Path(f"{path}{end}")) for end in ("", "-wal")]


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except FileNotFoundError:  # a log goes when the last connection is closed, also between two looks
        return 0, 0
    return found.st_size, found.st_mtime_ns


def file_system(folder: Path) -> str:
    """What kind of file system a folder is on; "" where the system does not say."""
    kind, longest, at = "", -1, folder.resolve()
    with suppress(OSError):
        for line in Path("/proc/mounts").read_text(errors="replace").splitlines():
            _, point, name, *_ = line.split(" ")
            where = Path(point.encode().decode("unicode_escape"))
            if len(point) > longest and (where == at or where in at.parents):
                kind, longest = name, len(point)
    return kind
