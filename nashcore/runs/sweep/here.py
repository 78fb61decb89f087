"""A sweep on this machine: its runs are given to the store's queue, a few at a time, and workers train them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from filelock import FileLock, Timeout

from nashcore.errors import InputError
from nashcore.runs.interruption import listening
from nashcore.runs.places import ensure_worker, most_workers
from nashcore.runs.safe_files import make_folder, take_away_planted
from nashcore.runs.shelf import Place, Sweep
from nashcore.runs.store import Store
from nashcore.runs.sweep.keep import Standing, run_title, standings

LOOK_SECONDS = 0.5

Watch = Callable[[Sequence[Standing]], None]
"""Told now and then how far every run is."""


@contextmanager
def held(store: Store, sweep: Sweep) -> Iterator[None]:
    """While the context lasts, no other process runs this sweep.

    Raises:
        InputError: another one does.
    """
    store.files.refuse()
    path = make_folder(store.home / "sweeps") / f"{sweep.id}.lock"
    take_away_planted(path)
    lock = FileLock(path, mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise InputError(f"Another process runs sweep {sweep.id} already: wait for it, or end it.") from None
    try:
        yield
    finally:
        lock.release()


def run_here(store: Store, sweep: Sweep, watch: Watch = lambda found: None) -> list[Standing]:
    """Train what is missing of a sweep, on this machine, as many runs at once as there are places for workers.

    Only as many runs wait in the queue as there are places: whoever starts a run of their own meanwhile need not wait for the whole
    sweep. However this ends, what is finished is kept; interrupted, the runs under way stop after the epochs that are done, and the
    others wait until the sweep is resumed.

    Args:
        store: where the sweep is.
        sweep: which one.
        watch: see `Watch`.

    Returns:
        How far every run is in the end.

    Raises:
        InputError: another process runs the sweep, or no worker can be started.
        KeyboardInterrupt, SystemExit: this process was asked to end.
    """
    with held(store, sweep), listening() as wishes:
        wishes.patient = True
        to_do = [one.place for one in standings(store, sweep) if one.state not in ("finished", "running")]
        mine = {one.place.number for one in standings(store, sweep) if one.state == "running"}
        mine |= {place.number for place in to_do}
        try:
            while True:
                found = standings(store, store.shelf.get(sweep.id))
                going = [one for one in found if one.run is not None and one.state in ("waiting", "running")]
                queued = sum(one.state == "waiting" for one in going)
                while to_do and queued < most_workers():
                    queued += _give(store, sweep, to_do.pop(0))
                watch(found)
                if not to_do and not going and not queued:
                    return found
                if (why := ensure_worker(store)) is not None:
                    raise InputError(why)
                time.sleep(LOOK_SECONDS)
                wishes.heed()
        except BaseException:
            stop_all(store, sweep, mine)
            raise


def _give(store: Store, sweep: Sweep, place: Place) -> bool:
    """Put a run into the queue; whether it waits there."""
    if place.run is None:
        store.shelf.attach(sweep.id, place.number, store.add(place.config, run_title(sweep, place)).id)
        return True
    with suppress(InputError):  # it was deleted meanwhile, or a process that hangs holds it
        if store.get(place.run).over:
            store.resume(place.run)
        return True
    return False


def stop_all(store: Store, sweep: Sweep, numbers: set[int]) -> None:
    """Ask what goes on of a sweep to end."""
    for one in standings(store, store.shelf.get(sweep.id)):
        if one.run is not None and not one.run.over and one.place.number in numbers:
            with suppress(InputError):
                store.stop(one.run.id)
