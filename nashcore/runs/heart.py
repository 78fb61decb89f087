"""Signs of life: a file in which a living process counts on, every other second.

A lock tells that a process is there; a heart, that it still does something. No wall clock is asked, so that none can mislead:
on the machine of the process its steady clock is compared, which stands still while the machine sleeps, and from elsewhere the
count is watched for a while.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread

BEAT_SECONDS = 2.0
"""Time between two beats."""

SILENT_SECONDS = 60.0
"""After so long without a beat a heart counts as stopped; a busy machine or a slow disk does not hold one up for that long."""

_AS_IT_STANDS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""What was put in the place of the file, a link or a pipe, is neither followed nor waited for."""

_SIZE = 512
"""Bytes of the file, which is written over in place: a full disk stops no heart."""


@dataclass(frozen=True)
class Beat:
    """The last beat of a heart.

    Attributes:
        process: whose it is.
        host: on which machine.
        boot: tells starts of that machine apart; empty where the system does not say.
        count: of beats, from 1.
        clock: the machine's steady clock then, in seconds.
    """

    process: int
    host: str
    boot: str
    count: int
    clock: float

    @property
    def who(self) -> str:
        """The process, as people look for it."""
        return f"process {self.process} on {self.host}"


_watched: dict[Path, tuple[Beat, float]] = {}
"""Hearts on other machines: the beat that was seen last, and when it was first seen on this machine's steady clock."""


@contextmanager
def beating(path: Path, woke: Callable[[], None] = lambda: None) -> Iterator[None]:
    """A heart that beats while the context lasts, whatever else this process does.

    Args:
        path: its file; gone afterwards, unless the process is killed.
        woke: called after a pause in which others may have taken this process for dead, as when it was suspended.
    """
    ended = Event()
    heart = Thread(target=_beat, args=(path, ended, woke), name="heart", daemon=True)
    _write(path, 1)
    heart.start()
    try:
        yield
    finally:
        ended.set()
        heart.join(timeout=1.0)
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _beat(path: Path, ended: Event, woke: Callable[[], None]) -> None:
    count, late, before = 1, 0, time.monotonic()
    while not ended.wait(BEAT_SECONDS):
        count, now = count + 1, time.monotonic()
        late = (
            2 if now - before > SILENT_SECONDS / 2 else late - 1
        )  # twice: who looked just before may be slow to say so
        before = now
        _write(path, count)
        if late > 0:
            with suppress(Exception):  # a heart beats on
                woke()


def _write(path: Path, count: int) -> None:
    beat = Beat(os.getpid(), socket.gethostname(), _boot(), count, time.monotonic())
    content = json.dumps(asdict(beat)).encode().ljust(_SIZE)
    with suppress(OSError):  # the next beat tries again
        file = os.open(path, os.O_WRONLY | os.O_CREAT | _AS_IT_STANDS, 0o600)
        try:
            os.write(file, content)
        finally:
            os.close(file)


def last_beat(path: Path) -> Beat | None:
    """The last beat of a heart; None where there is none, as of runs of earlier versions, or it cannot be read."""
    try:
        file = os.open(path, os.O_RDONLY | _AS_IT_STANDS)
        try:
            content = os.read(file, _SIZE)
        finally:
            os.close(file)
        found = json.loads(content)
        return Beat(
            int(found["process"]),
            str(found["host"])[:100],
            str(found["boot"]),
            int(found["count"]),
            float(found["clock"]),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def stopped(path: Path) -> Beat | None:
    """The last beat of a heart that has been silent for `SILENT_SECONDS`; None of one that beats, or of which nothing is known."""
    beat, now = last_beat(path), time.monotonic()
    if beat is None:
        _watched.pop(path, None)
        return None
    if beat.boot and beat.boot == _boot():
        return beat if now - beat.clock > SILENT_SECONDS else None
    seen, since = _watched.setdefault(path, (beat, now))
    if seen != beat:
        _watched[path] = (beat, now)
        return None
    return beat if now - since > SILENT_SECONDS else None


def _boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return ""
