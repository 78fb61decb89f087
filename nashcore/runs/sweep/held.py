"""Which process gives out a sweep's runs, and how others ask it to end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nashcore.errors import InputError
from nashcore.runs import locks
from nashcore.runs.kept_sweeps import Sweep
from nashcore.runs.safe_files import kind_of, make_folder, write_whole
from nashcore.runs.store import Store


@contextmanager
def held(store: Store, sweep: Sweep) -> Iterator[None]:
    """While the context lasts, no other process runs this sweep.

    Raises:
        InputError: another one does.
    """
    store.files.refuse()
    make_folder(store.home / "sweeps")
    lock = locks.take(_lock(store, sweep.id))
    if lock is None:
        raise InputError(f"Another process runs sweep {sweep.id} already: wait for it, or end it.")
    try:
        _wish(store, sweep.id).unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def is_held(store: Store, sweep: str) -> bool:
    """Whether a process runs this sweep, as that of a command does."""
    return locks.is_held(_lock(store, sweep))


def ask_to_end(store: Store, sweep: str) -> None:
    """Ask the process that runs a sweep to end it; it looks now and then.

    Raises:
        InputError: nothing can be written.
    """
    write_whole(_wish(store, sweep), b"")


def end_wanted(store: Store, sweep: str) -> bool:
    """Whether somebody has asked the process that runs a sweep to end it."""
    return kind_of(_wish(store, sweep)) == "file"


def _lock(store: Store, sweep: str) -> Path:
    return store.home / "sweeps" / f"{sweep}.lock"


def _wish(store: Store, sweep: str) -> Path:
    return store.home / "sweeps" / f"{sweep}.end"
