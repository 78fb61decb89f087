"""Folders of runs: where the files of each run are, whether a process trains it, what they take, and how they are deleted.

What is in the files is read and written in `nashcore.runs.files`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from nashcore.errors import InputError, quoted
from nashcore.runs.layout import RUN_ID, file_name
from nashcore.runs.locks import is_held
from nashcore.runs.safe_files import kind_of, make_folder, plain_faults, take_away_planted

_NAME = re.compile(r"[0-9a-f]{64}(\.[A-Za-z0-9]{1,8}){1,2}")
"""What the folder calls a table or splits: the SHA-256 of the content, and what kind of file it is."""


class Folders:
    """The runs' folders in one folder, for their owner's eyes only.

    Args:
        home: the folder; it is there already.
        refuse: asked before anything is written; refuses with an `InputError` where nothing may be.

    Attributes:
        home: the folder.
        tables: the folder of tables and splits in it.
    """

    def __init__(self, home: Path, refuse: Callable[[], None] = lambda: None) -> None:
        self.home, self.refuse = home, refuse
        self.tables = home / "tables"

    def named(self, path: str) -> Path:
        """Where a table or splits are that a stored run names, in this folder, wherever the folder was when it was stored.

        Raises:
            InputError: it is no name that this folder gives.
        """
        name = file_name(path)
        if not _NAME.fullmatch(name):
            raise InputError(f"A run's table should be a file of the folder of runs. Found {quoted(path)}.")
        return self.tables / name

    def liveness_lock(self, run: str) -> FileLock:
        """A lock for whoever trains the run: the system lets go of it when that process ends, however it ends."""
        path = self._folder(run) / "alive.lock"
        take_away_planted(path)  # whoever lives holds a plain file
        return FileLock(path, mode=0o600)

    def lives(self, run: str) -> bool:
        """Whether a process trains the run, as its lock tells; the database is not asked."""
        return is_held(self.folder(run) / "alive.lock")

    def heart(self, run: str) -> Path:
        """Where whoever trains the run shows that it still does something (see `nashcore.runs.heart`)."""
        return self.folder(run) / "heart"

    def delete(self, run: str) -> None:
        """Delete the run's folder. A link in its place is deleted, and what it leads to left alone.

        Raises:
            InputError: it cannot be deleted.
        """
        self.refuse()
        folder = self.folder(run)
        with plain_faults(folder):
            match kind_of(folder.parent) and kind_of(folder):
                case "":
                    pass
                case "folder" if kind_of(folder.parent) == "folder":
                    shutil.rmtree(folder)
                case _ if kind_of(folder.parent) == "folder":
                    folder.unlink()

    def delete_models(self, run: str) -> int:
        """Delete a run's models and checkpoints, and keep its figures and encoders; returns the bytes that became free.

        Raises:
            InputError: they cannot be deleted.
        """
        self.refuse()
        freed = 0
        for path in self.inside(run):
            if path.name.startswith(("models", "checkpoint")):
                with plain_faults(path):
                    freed += path.lstat().st_size
                    path.unlink(missing_ok=True)
        return freed

    def size(self, run: str) -> int:
        """Bytes that a run's files take, besides its figures in the database and its own table."""
        found = 0
        for path in self.inside(run):
            with suppress(FileNotFoundError):  # a checkpoint that the next has taken the place of
                found += path.lstat().st_size if path.name not in ("alive.lock", "heart") else 0
        return found

    def inside(self, run: str) -> list[Path]:
        """What is in a run's folder; nothing where it has none."""
        folder = self.folder(run)
        with suppress(OSError):
            if kind_of(folder.parent) == kind_of(folder) == "folder":
                return sorted(path for path in folder.iterdir() if kind_of(path) != "folder")
        return []

    def folder(self, run: str) -> Path:
        """Where a run's files are.

        Raises:
            InputError: no run is called so; nothing but a run's id becomes a part of a path.
        """
        if not RUN_ID.fullmatch(run):
            raise InputError(f"There is no run {quoted(run)} in {self.home}.")
        return self.home / "files" / run

    def _folder(self, run: str) -> Path:
        self.refuse()
        make_folder(self.home / "files")
        return make_folder(self.folder(run))
