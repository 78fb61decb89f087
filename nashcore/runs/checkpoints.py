"""Checkpoints as files in a run's folder: the newest and the one before it.

A file is a line with its version and the SHA-256 of the rest, and then arrays by name, which reading never executes. It is written
beside its place, forced to the disk and renamed, so that a file of that name is whole; whoever finds it damaged all the same
takes the one before.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from nashcore.errors import InputError
from nashcore.learning import Checkpoint, Event, Finished, History, Resumable, checkpoint_of
from nashcore.runs.arrays import readable
from nashcore.runs.safe_files import PART, read_whole, write_whole

VERSION = 1
"""Of the files. To be raised, too, when training comes to other numbers than before: a run is of one piece or is none."""

SECONDS = 5.0
"""Least time between two checkpoints, so that short epochs do not each write one."""

COST = 0.02
"""Most of the training time that checkpoints may take: many large models are written less often."""

KEPT = 2
"""So many are kept while a run goes on; of a run that is over, the last."""

_NAME = re.compile(r"checkpoint-(\d{1,6})\.npz")
_MAGIC = b"nash-checkpoint"

log = logging.getLogger(__name__)


def write_checkpoint(folder: Path, checkpoint: Checkpoint, keep: int = KEPT) -> None:
    """Keep a checkpoint in a run's folder, and of the earlier ones only as many as are wanted.

    Raises:
        InputError: it cannot be written; the ones before are still there, and nothing half-written is left.
    """
    write_whole(folder / f"checkpoint-{checkpoint.epochs:06}.npz", pack_checkpoint(checkpoint))
    forget_earlier(folder, keep)


def pack_checkpoint(checkpoint: Checkpoint) -> bytes:
    """A checkpoint, without its history, as its file holds it."""
    body = io.BytesIO()
    about = np.frombuffer(json.dumps(checkpoint.about()).encode(), np.uint8)
    np.savez(body, allow_pickle=False, about=about, **checkpoint.arrays())
    content = body.getbuffer()
    first = b"%s %d %s\n" % (_MAGIC, VERSION, hashlib.sha256(content).hexdigest().encode())
    return b"".join((first, content))


def forget_earlier(folder: Path, keep: int) -> None:
    """Delete a run's checkpoints but the newest so many."""
    for earlier in _files(folder)[keep:]:
        with suppress(OSError):
            earlier.unlink()


def read_checkpoints(folder: Path) -> Iterator[Checkpoint]:
    """The run's checkpoints, without their histories, the newest first; those that are damaged are left out, and told in the log.

    Raises:
        InputError: one is of another version of the program.
    """
    for path in _files(folder):
        try:
            yield _read(path)
        except (OSError, EOFError) as damaged:
            log.warning("%s: %s", path, damaged)


def sweep_parts(folder: Path) -> None:
    """Remove what a process that died has left half-written."""
    for part in folder.glob(f"checkpoint-*{PART}"):
        with suppress(OSError):
            part.unlink()


def _files(folder: Path) -> list[Path]:
    """Files of checkpoints, the newest first."""
    return sorted(
        (path for path in folder.glob("checkpoint-*.npz") if _NAME.fullmatch(path.name)), reverse=True
    )


def _read(path: Path) -> Checkpoint:
    """One checkpoint.

    Raises:
        EOFError: it is damaged.
        InputError: another version wrote it.
        OSError: the system refuses.
    """
    try:
        whole = read_whole(path)
    except InputError as refused:
        raise EOFError(str(refused)) from None
    return unpack_checkpoint(whole)


def unpack_checkpoint(whole: bytes) -> Checkpoint:
    """The checkpoint that `pack_checkpoint` made.

    Raises:
        EOFError: it is damaged.
        InputError: another version wrote it.
    """
    first = whole[:200].partition(b"\n")[0]
    magic, version, digest = (*first.split(), b"", b"", b"")[:3]
    content = memoryview(whole)[len(first) + 1 :]
    if magic != _MAGIC or hashlib.sha256(content).hexdigest().encode() != digest:
        raise EOFError("damaged")
    if version != b"%d" % VERSION:
        raise InputError(
            "The run's checkpoint is of another version of this program, which may come to other numbers. Train the run anew."
        )
    with readable("checkpoint"), np.load(io.BytesIO(content), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
        return checkpoint_of(json.loads(arrays.pop("about").tobytes()), arrays)


class Keeper:
    """Writes checkpoints while a run goes on, seldom enough to cost little.

    Args:
        folder: of the run.
        written: told whenever one is on the disk.

    Attributes:
        spent: seconds that checkpoints have taken.
    """

    def __init__(self, folder: Path, written: Callable[[], None] = lambda: None) -> None:
        self.folder, self.spent = folder, 0.0
        self._written = written
        self._last: Resumable | None = None
        self._next = time.monotonic() + SECONDS
        sweep_parts(folder)

    def see(self, event: Event) -> None:
        """Take note of an event; where it is time, write a checkpoint. One that cannot be written is told in the log: training
        goes on without.

        Raises:
            InputError: training is over, and the last checkpoint cannot be written.
        """
        if isinstance(event, Finished):
            self.write_last(keep=1)
            forget_earlier(self.folder, keep=1)
        elif isinstance(event, Resumable):
            self._last = event
            if time.monotonic() >= self._next:
                try:
                    self.write_last()
                except InputError as refused:
                    log.warning("Checkpoint after epoch %d: %s", event.epochs, refused)

    def write_last(self, keep: int = KEPT) -> None:
        """Write a checkpoint of the last epoch that was done, unless it is written.

        Raises:
            InputError: it cannot be written.
        """
        begun = time.monotonic()
        checkpoint = None if self._last is None else self._last.checkpoint()
        if checkpoint is not None:
            try:
                write_checkpoint(self.folder, checkpoint, keep)
                self._last = None
                self._written()
            finally:
                took = time.monotonic() - begun
                self.spent += took
                self._next = time.monotonic() + max(SECONDS, took / COST)


def start_of(folder: Path, read: Callable[[], History | None], epochs: int) -> Checkpoint | None:
    """Where a run can go on: its newest sound checkpoint, of whose epochs all figures are there; None where there is none.

    Args:
        folder: of the run.
        read: what the store tells of the run's epochs; asked where there is a checkpoint.
        epochs: how many there are to be.

    Raises:
        InputError: it is of another version of the program.
    """
    measured = read() if _files(folder) else None
    if measured is None:
        return None
    whole = (found.with_history(measured) for found in read_checkpoints(folder))
    found = next((found for found in whole if found is not None), None)
    looked_at = measured.natural_test
    if found is None or looked_at is None or looked_at.epoch + 1 >= epochs:
        return found
    sentence = (
        f"The natural test part was looked at after epoch {looked_at.epoch + 1}, before the run went on: who lets a run go on "
        "because of what it shows, chooses epochs on it."
    )
    return replace(found, notices=tuple(dict.fromkeys((*found.notices, sentence))))
