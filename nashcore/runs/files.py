"""The files beside the database of runs: one's own tables, encoders, models, and locks that tell who lives."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

from nashcore.data import Encoder, opened, table_ending
from nashcore.errors import InputError
from nashcore.learning import Models, NaturalTest
from nashcore.runs.arrays import (
    pack_models,
    pack_natural_test,
    readable,
    unpack_models,
    unpack_natural_test,
)


class Files:
    """The files of the runs in one folder, for their owner's eyes only.

    Args:
        home: the folder; it is there already.
        refuse: asked before anything is written; refuses with an `InputError` where nothing may be.
    """

    def __init__(self, home: Path, refuse: Callable[[], None] = lambda: None) -> None:
        self.home, self._refuse = home, refuse
        self._tables = home / "tables"

    def add_file(self, path: Path) -> Path:
        """A copy of a table or of splits, named by what it holds, so that equal files are kept once.

        Raises:
            InputError: the file cannot be read, or nothing may be written.
        """
        if path.parent == self._tables:
            return path
        try:
            with opened(path) as file:
                return self.add_stream(file, table_ending(path))
        except OSError as failed:
            raise InputError(f"The file {path} cannot be read: {failed.strerror}.") from None

    def add_stream(self, file: BinaryIO, suffix: str) -> Path:
        """`add_file` for a file that is open, such as an upload: read from its start, and named plainly."""
        self._refuse()
        self._tables.mkdir(mode=0o700, exist_ok=True)
        file.seek(0)
        kept = self.path_of(hashlib.file_digest(file, "sha256").hexdigest(), suffix)  # type: ignore[arg-type]
        if not kept.exists():
            beside = kept.with_name(f"{kept.name}.{secrets.token_hex(4)}.part")
            file.seek(0)
            with beside.open("wb") as copy:
                shutil.copyfileobj(file, copy)
            beside.replace(kept)
        return kept

    def path_of(self, digest: str, suffix: str) -> Path:
        """Where a table or splits with this SHA-256 are once they are kept."""
        suffix = suffix if re.fullmatch(r"(\.[A-Za-z0-9]{1,8}){1,2}", suffix) else ".csv"
        return self._tables / (digest + suffix)

    def liveness_lock(self, run: str) -> FileLock:
        """A lock for whoever trains the run: the system lets go of it when that process ends, however it ends."""
        return FileLock(self._folder(run) / "alive.lock")

    def heart(self, run: str) -> Path:
        """Where whoever trains the run shows that it still does something (see `nashcore.runs.heart`)."""
        return self._folder(run) / "heart"

    def write_encoder(self, run: str, encoder: Encoder, place: int = 0) -> None:
        """Keep how features are made on one of the run's splits, by its place among them."""
        self._write(run, _numbered("encoder.json", place), encoder.to_json().encode())

    def write_models(self, run: str, models: Models, place: int = 0) -> None:
        """Keep the models of one of the run's splits, by its place among them."""
        self._write(run, _numbered("models.npz", place), pack_models(models))

    def write_natural_test(self, run: str, found: NaturalTest) -> None:
        """Keep what the run's natural test part showed."""
        self._write(run, "natural_test.npz", pack_natural_test(found))

    def natural_test(self, run: str) -> NaturalTest | None:
        """What the run's natural test part showed; None where it has none, as in runs of earlier versions.

        Raises:
            InputError: the file is damaged.
        """
        if not (self.home / "files" / run / "natural_test.npz").exists():
            return None
        content = self._read(run, "natural_test.npz")
        with readable(f"natural test of run {run}"):
            return unpack_natural_test(content)

    def encoder(self, run: str, place: int = 0) -> Encoder:
        """How features are made of a table's columns on one of the run's splits, by its place among them.


        Raises:
            InputError: the run did not get so far.
        """
        return Encoder.from_json(self._read(run, _numbered("encoder.json", place)).decode())

    def models(self, run: str, place: int = 0) -> Models:
        """The models of one of the run's splits, by its place among them, after the last finished epoch.

        Raises:
            InputError: the run did not get so far, or the file is damaged.
        """
        content = self._read(run, _numbered("models.npz", place))
        with readable(f"models of run {run}"):
            return unpack_models(content)

    def delete(self, run: str) -> None:
        """Delete the run's folder."""
        shutil.rmtree(self.home / "files" / run, ignore_errors=True)

    def _folder(self, run: str) -> Path:
        self._refuse()
        folder = self.home / "files" / run
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _read(self, run: str, name: str) -> bytes:
        try:
            return (self.home / "files" / run / name).read_bytes()
        except OSError:
            raise InputError(f"Run {run} has no models: none of its epochs was finished.") from None

    def _write(self, run: str, name: str, content: bytes) -> None:
        kept = self._folder(run) / name
        beside = kept.with_name(f"{name}.part")
        beside.write_bytes(content)
        beside.replace(kept)


def _numbered(name: str, place: int) -> str:
    """What a file of a run's split is called: the first split's has no number, as in a run of one split."""
    stem, dot, suffix = name.partition(".")
    return name if place == 0 else f"{stem}-{place}{dot}{suffix}"
