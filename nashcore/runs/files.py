"""The files beside the database of runs: one's own tables, encoders, models, and what was noted down of each run."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nashcore.data import Finding, opened, table_ending
from nashcore.errors import InputError
from nashcore.learning import Models, NaturalTest
from nashcore.runs.arrays import (
    pack_models,
    pack_natural_test,
    readable,
    unpack_models,
    unpack_natural_test,
)
from nashcore.runs.checkpoints import read_checkpoints
from nashcore.runs.folders import Folders
from nashcore.runs.provenance import Provenance
from nashcore.runs.safe_files import kind_of, make_folder, plain_faults, read_whole, write_whole

if TYPE_CHECKING:
    from nashcore.data import Encoder


class Files(Folders):
    """The files of the runs in one folder. Arguments and attributes as of `Folders`."""

    def add_file(self, path: Path) -> Path:
        """A copy of a table or of splits, named by what it holds, so that equal files are kept once.

        Raises:
            InputError: the file cannot be read, or nothing may be written.
        """
        if path.parent == self.tables:
            return path
        try:
            with opened(path) as file:
                return self.add_stream(file, table_ending(path))
        except OSError as failed:
            raise InputError(f"The file {path} cannot be read: {failed.strerror}.") from None

    def add_stream(self, file: BinaryIO, suffix: str) -> Path:
        """`add_file` for a file that is open, such as an upload: read from its start, and named plainly."""
        self.refuse()
        make_folder(self.tables)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        kept = self.path_of(digest, suffix)
        if not _holds(kept, digest):
            file.seek(0)
            write_whole(kept, file)
        return kept

    def path_of(self, digest: str, suffix: str) -> Path:
        """Where a table or splits with this SHA-256 are once they are kept."""
        suffix = suffix if re.fullmatch(r"(\.[A-Za-z0-9]{1,8}){1,2}", suffix) else ".csv"
        return self.tables / (digest + suffix)

    def check(self, *paths: Path | None) -> None:
        """Refuse to train on what was planted in a kept table's place: a link would be followed, a pipe waited for.

        Raises:
            InputError: one of the paths is neither a file nor missing.
        """
        for path in paths:
            if path is not None and kind_of(path) not in ("file", ""):
                raise InputError(f"{path} should be a plain file. Found a {kind_of(path)}: it is not read.")

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
        content = self._read_if_there(run, "natural_test.npz")
        if content is None:
            return None
        with readable(f"natural test of run {run}"):
            return unpack_natural_test(content)

    def write_provenance(self, run: str, found: Provenance) -> None:
        """Keep where the run's numbers come from."""
        self._write(run, "provenance.json", found.to_json().encode())

    def provenance(self, run: str) -> Provenance | None:
        """Where the run's numbers come from; None where it has not begun, and in runs of earlier versions.

        Raises:
            InputError: the file is damaged.
        """
        content = self._read_if_there(run, "provenance.json")
        return None if content is None else Provenance.from_json(content)

    def write_findings(self, run: str, findings: Sequence[Finding]) -> None:
        """Keep what an audit found about the run's table before it was trained."""
        self._write(run, "findings.json", json.dumps([asdict(one) for one in findings]).encode())

    def serious_findings(self, run: str) -> tuple[str, ...]:
        """What an audit found about the run's table that makes its figures doubtful, a sentence each; nothing of runs of earlier
        versions.

        Raises:
            InputError: the file is damaged.
        """
        content = self._read_if_there(run, "findings.json")
        if content is None:
            return ()
        with readable(f"findings of run {run}"):
            return tuple(str(one["says"]) for one in json.loads(content) if one["serious"])

    def encoder(self, run: str, place: int = 0) -> Encoder:
        """How features are made of a table's columns on one of the run's splits, by its place among them.


        Raises:
            InputError: the run did not get so far.
        """
        from nashcore.data import Encoder  # here: it brings scikit-learn along

        content = self._read(run, _numbered("encoder.json", place))
        with readable(f"encoder of run {run}"):
            return Encoder.from_json(content.decode())

    def models(self, run: str, place: int = 0) -> Models:
        """The models of one of the run's splits, by its place among them, after the last finished epoch.

        Raises:
            InputError: the run did not get so far, or the file is damaged.
        """
        if kind_of(self.folder(run) / _numbered("models.npz", place)) == "":
            left = next(read_checkpoints(self.folder(run)), None)  # of a run that was cut off
            if left is not None:
                return left.models(place)
        content = self._read(run, _numbered("models.npz", place))
        with readable(f"models of run {run}"):
            return unpack_models(content)

    def forget_models(self, run: str) -> None:
        """The run goes on: its models are those of its checkpoints until it is over again."""
        for path in self.inside(run):
            if path.name.startswith("models"):
                with plain_faults(path):
                    path.unlink(missing_ok=True)

    def _read_if_there(self, run: str, name: str) -> bytes | None:
        try:
            return read_whole(self.folder(run) / name)
        except FileNotFoundError:
            return None

    def _read(self, run: str, name: str) -> bytes:
        content = self._read_if_there(run, name)
        if content is None:
            raise InputError(
                f"Run {run} has no models: none of its epochs was finished, or they were deleted."
            )
        return content

    def _write(self, run: str, name: str, content: bytes) -> None:
        write_whole(self._folder(run) / name, content)


def _holds(path: Path, digest: str) -> bool:
    """Whether a file is there and has this SHA-256; a damaged one, or a link, has to be written anew."""
    if kind_of(path) != "file":
        return False
    with plain_faults(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _numbered(name: str, place: int) -> str:
    """What a file of a run's split is called: the first split's has no number, as in a run of one split."""
    stem, dot, suffix = name.partition(".")
    return name if place == 0 else f"{stem}-{place}{dot}{suffix}"
