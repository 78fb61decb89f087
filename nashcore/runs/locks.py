"""Locks that say who is at work: the system takes them back from a process that ends, however it ends."""

from __future__ import annotations

from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from nashcore.runs.safe_files import kind_of, take_away_planted


def is_held(path: Path) -> bool:
    """Whether a process holds a lock: none where there is no plain file, or nobody could, as in a folder that is only read."""
    if kind_of(path) != "file":
        return False
    try:
        with FileLock(path, mode=0o600).acquire(blocking=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def take(path: Path) -> BaseFileLock | None:
    """Hold a lock until it is released; None where another process holds it.

    Raises:
        InputError, OSError: it cannot be taken at all.
    """
    take_away_planted(path)  # whoever is at work holds a plain file
    lock = FileLock(path, mode=0o600)
    try:
        lock.acquire(timeout=0.5)  # longer than anybody takes to see whether it is free
    except Timeout:
        return None
    return lock
