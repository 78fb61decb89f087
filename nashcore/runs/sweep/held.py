"""Which process gives out a sweep's runs, and how others ask it to end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from nashcore.errors import InputError
from nashcore.runs.kept_sweeps import Sweep
from nashcore.runs.safe_files import kind_of, make_folder, take_away_planted, write_whole
from nashcore.runs.store import Store


@contextmanager
def held(store: Store, sweep: Sweep) -> Iterator[None]:
    """While the context lasts, no other process runs this sweep.

    Raises:
        InputError: another one does.
    """
    store.files.refuse()
    make_folder(store.home / "sweeps")
    lock = _lock(store, sweep.id)
    take_away_planted(Path(lock.lock_file))
    try:
        lock.acquire(timeout=0.5)  # longer than anybody takes to see whether it is free
    except Timeout:
        raise InputError(f"Another process runs sweep {sweep.id} already: wait for it, or end it.") from None
    try:
        _wish(store, sweep.id).unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def is_held(store: Store, sweep: str) -> bool:
    """Whether a process runs this sweep, as that of a command does."""
    lock = _lock(store, sweep)
    if kind_of(Path(lock.lock_file)) != "file":
        return False
    try:
        with lock.acquire(blocking=False):
            return False
    except Timeout:
        return True
    except OSError:  # nobody can hold it, as in a folder that can only be read
        return False


def ask_to_end(store: Store, sweep: str) -> None:
    """Ask the process that runs a sweep to end it; it looks now and then.

    Raises:
        InputError: nothing can be written.
    """
    write_whole(_wish(store, sweep), b"")


def end_wanted(store: Store, sweep: str) -> bool:
    """Whether somebody has asked the process that runs a sweep to end it."""
    return kind_of(_wish(store, sweep)) == "file"


def _lock(store: Store, sweep: str) -> FileLock:
    return FileLock(store.home / "sweeps" / f"{sweep}.lock", mode=0o600)


def _wish(store: Store, sweep: str) -> Path:
    return store.home / "sweeps" / f"{sweep}.end"
