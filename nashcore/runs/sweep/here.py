"""A sweep on this machine: its runs are given to the store's queue, a few at a time, and workers train them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from nashcore.errors import InputError
from nashcore.runs.interruption import listening
from nashcore.runs.kept_sweeps import Place, Sweep
from nashcore.runs.places import ensure_worker, most_workers
from nashcore.runs.store import Store
from nashcore.runs.sweep.held import ask_to_end, end_wanted, held, is_held
from nashcore.runs.sweep.keep import Standing, run_title, standings

LOOK_SECONDS = 0.5

Watch = Callable[[Sequence[Standing]], None]
"""Told now and then how far every run is."""


def run_here(store: Store, sweep: Sweep, watch: Watch = lambda found: None) -> list[Standing]:
    """Train what is missing of a sweep, on this machine, as many runs at once as there are places for workers.

    Only as many runs wait in the queue as there are places: whoever starts a run of their own meanwhile need not wait for the whole
    sweep. However this ends, what is finished is kept; interrupted, or where `stop` asks for it, the runs under way stop after the
    epochs that are done, and the others wait until the sweep is resumed.

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
                found = standings(store, store.sweeps.get(sweep.id))
                going = [one for one in found if one.run is not None and one.state in ("waiting", "running")]
                queued = sum(one.state == "waiting" for one in going)
                while to_do and queued < most_workers():
                    queued += _give(store, sweep, to_do.pop(0))
                watch(found)
                if end_wanted(store, sweep.id):
                    to_do.clear()
                    stop_all(store, sweep, mine)
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
        _begin(store, sweep, place)
        return True
    with suppress(InputError):  # it was deleted meanwhile, or a process that hangs holds it
        if store.get(place.run).over:
            store.resume(place.run)
        return True
    return False


def _begin(store: Store, sweep: Sweep, place: Place) -> None:
    store.sweeps.attach(sweep.id, place.number, store.add(place.config, run_title(sweep, place)).id)


def put_in_queue(store: Store, sweep: Sweep) -> None:
    """Put what is missing of a sweep into the queue, all of it, for who does not stay to give it out a few runs at a time. Workers
    train it on this machine.

    Raises:
        InputError: a process runs the sweep, or a run cannot wait; those that can do.
    """
    refused: InputError | None = None
    with held(store, sweep):
        for one in standings(store, sweep):
            if not one.missing:
                continue
            if one.run is None:
                _begin(store, sweep, one.place)
                continue
            try:
                store.resume(one.run.id)
            except InputError as reason:
                refused = refused or reason
    ensure_worker(store)
    if refused is not None:
        raise refused


def stop(store: Store, sweep: Sweep) -> None:
    """Ask a sweep to end, whoever runs it: what is finished is kept, the runs under way stop after the epochs that are done, and no
    other begins.

    Raises:
        InputError: nothing of it goes on, a run cannot be stopped, or whoever asks may not (see `Store.check_sweep`).
    """
    store.files.refuse()
    given_out = is_held(store, sweep.id)
    going = [one.run.id for one in standings(store, sweep) if one.run is not None and not one.run.over]
    if not given_out and not going:
        raise InputError(f"A sweep to stop should wait or run. Nothing of sweep {sweep.id} does.")
    if given_out:
        store.check_sweep(sweep.id)
        ask_to_end(store, sweep.id)
    for run in going:
        store.stop(run)


def stop_all(store: Store, sweep: Sweep, numbers: set[int]) -> None:
    """Ask what goes on of a sweep to end."""
    for one in standings(store, store.sweeps.get(sweep.id)):
        if one.run is not None and not one.run.over and one.place.number in numbers:
            with suppress(InputError):
                store.stop(one.run.id)
