"""Processes that train: each takes the runs that wait in the store, one after the other.

``python -m nashcore.runs.worker`` serves until nothing has waited for a while. It lives on its own: closing the page, or the
app, does not end a run.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from nashcore.data import Task, serious_findings
from nashcore.errors import InputError
from nashcore.learning import Event, Finished, Progress, Resumable, Started, train
from nashcore.runs.checkpoints import Keeper, start_of
from nashcore.runs.interruption import Wishes, got_further, listening
from nashcore.runs.provenance import begin_provenance
from nashcore.runs.run import Run, State
from nashcore.runs.safe_files import NoSpaceError
from nashcore.runs.store import Store

IDLE_SECONDS = 600.0
"""How long a worker stays when nothing waits, so that the next run starts at once."""

PLACES = 2
"""Runs trained at the same time, so that a short one need not wait for a long one; further ones wait."""

LOOK_SECONDS = 0.2
"""Time between two looks into the store."""

GIVE_WAY = {"GOMP_SPINCOUNT": "1000"}
"""Threads that wait for each other sleep soon instead of keeping a core busy, which the app, a browser and another worker need: two
runs at once on two cores are more than twice as fast so, one alone is a quarter slower."""

LOADING_SECONDS = 20.0
"""A worker that was started so recently may not be at its place yet."""


@dataclass(frozen=True)
class _Started:
    """A worker that this process started, when, and beside how many others."""

    process: subprocess.Popen[bytes]
    when: float
    others: int

    def loads(self, at_work: int) -> bool:
        """Whether it is still on the way to its place, of which so many are taken now."""
        young = time.monotonic() - self.when < LOADING_SECONDS
        return young and at_work <= self.others and self.process.poll() is None


_started: dict[Path, _Started] = {}
"""The last one for a folder."""

log = logging.getLogger("nashcore.runs.worker")


def carry_out(
    store: Store,
    run: Run,
    *,
    download: bool = False,
    progress: Callable[[int, int], None] | None = None,
    watch: Callable[[Event], None] = lambda event: None,
) -> None:
    """Train a run that this process has claimed or begun, from its last checkpoint on, and write down everything that happens.

    However it ends, the store says how: finished, stopped with the epochs done, failed with a reason, or waiting to be gone on
    with, where a signal asked this process to end.

    Args:
        store: where the run is.
        run: which one.
        download: fetch a dataset of the catalogue that is not on this machine.
        progress: told the bytes done and the bytes in all of a download.
        watch: told every event as well.

    Raises:
        Exception: whatever ended it early, once the store has it.
    """
    try:
        with listening() as wishes:
            _train(store, run, run.config.tasks(download=download, progress=progress), watch, wishes)
    except BaseException as ended:
        store.end(run.id, *_end_of(ended))
        raise
    wishes.heed()


def _end_of(ended: BaseException) -> tuple[State, str]:
    match ended:
        case NoSpaceError():
            return "failed", f"{ended} Then resume the run: what was done before is kept."
        case InputError():
            return "failed", str(ended)
        case MemoryError():
            return "failed", "Memory ran out. Take fewer methods, splits, seeds, columns or rows in a batch."
        case KeyboardInterrupt():
            return "stopped", "It was interrupted (Ctrl-C), and can be resumed."
        case SystemExit():
            return (
                "waiting",
                "The process that trained it was asked to end; the run goes on from its last epoch.",
            )
    return "failed", f"A fault of the program, not of the input: {type(ended).__name__}: {ended}"


def _train(
    store: Store, run: Run, tasks: Iterator[Task], watch: Callable[[Event], None], wishes: Wishes
) -> None:
    note = begin_provenance(store.files, run.id, run.config)

    def kept() -> Iterator[Task]:
        for place, task in enumerate(tasks):
            store.files.write_encoder(run.id, task.encoder, place)
            note(task)
            if place == 0:  # the splits share the table
                store.files.write_findings(run.id, serious_findings(task))
            yield task

    looked, stop = time.monotonic(), False

    def should_stop() -> bool:
        nonlocal looked, stop
        if not stop and time.monotonic() - looked > LOOK_SECONDS:
            looked, stop = time.monotonic(), store.stop_wanted(run.id)
        return stop

    given = kept()
    first = next(given)
    plan = run.config.plan(rows=first.train.rows)
    folder = store.files.folder(run.id)
    start = start_of(folder, lambda: store.measured(run.id), plan.epochs)
    keeper = Keeper(folder, lambda: got_further(folder))
    try:
        for event in train(chain([first], given), plan, should_stop, start):
            if isinstance(event, Started):
                wishes.patient = True  # from here on somebody looks after each event
                store.files.forget_models(run.id)
                if start is None:
                    store.start_over(run.id)
            store.record_event(run.id, event)
            keeper.see(event)
            if isinstance(event, Finished):
                if event.result.epochs:
                    for place, models in enumerate(event.models):
                        store.files.write_models(run.id, models, place)
                store.end(run.id, "stopped" if event.cancelled else "finished", seconds=event.result.seconds)
            watch(event)
            if isinstance(event, Progress | Resumable):  # between two epochs, or amid one
                wishes.heed()
    except BaseException:
        with suppress(InputError):
            keeper.write_last()
        raise


def serve(store: Store, idle_seconds: float = IDLE_SECONDS) -> None:
    """Take waiting runs, one after the other, until nothing has waited for a while.

    Does nothing where `PLACES` workers of the same store are at work, or where the store cannot be written.
    """
    if store.notice is not None:
        log.info("%s", store.notice)
        return
    place = _take_place(store)
    if place is None:
        log.info("Enough workers serve %s.", store.home)
        return
    with place:
        idle_since = time.monotonic()
        while time.monotonic() - idle_since < idle_seconds:
            run = store.next_waiting()
            if run is None:
                time.sleep(LOOK_SECONDS)
                continue
            with store.claim(run.id) as mine:
                if mine:
                    _one(store, run)
            idle_since = time.monotonic()


def _one(store: Store, run: Run) -> None:
    """One run; whatever ends it, the others get their turn."""
    try:
        carry_out(store, run)
    except InputError as refused:
        log.info("Run %s: %s", run.id, refused)
    except Exception:
        log.exception("Run %s", run.id)


def workers(store: Store) -> int:
    """How many workers of the store are at work."""
    taken = 0
    for number in range(PLACES):
        try:
            with _place(store, number).acquire(blocking=False):
                pass
        except Timeout:
            taken += 1
    return taken


def ensure_worker(store: Store) -> None:
    """Start a worker for the store unless one is free or there are enough. It outlives the process that asks for it."""
    if store.notice is not None:
        return
    at_work = workers(store)
    last = _started.get(store.home)
    if last is not None and last.loads(at_work):
        return
    if at_work == PLACES or at_work > sum(run.state == "running" for run in store.runs()):
        return
    root = Path(__file__).resolve().parents[2]
    with (store.home / "worker.log").open("ab") as output:
        process = subprocess.Popen(  # noqa: S603  our own module, no shell
            [sys.executable, "-m", "nashcore.runs.worker", str(store.home)],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**GIVE_WAY, **os.environ, "PYTHONUNBUFFERED": "1"},
        )
    _started[store.home] = _Started(process, time.monotonic(), at_work)


def _take_place(store: Store) -> BaseFileLock | None:
    """The lock of a place that is free, held; None when there is none."""
    for number in range(PLACES):
        place = _place(store, number)
        try:
            place.acquire(timeout=0.5)  # longer than anybody takes to see whether it is free
        except Timeout:
            continue
        return place
    return None


def _place(store: Store, number: int) -> FileLock:
    return FileLock(store.home / f"worker-{number}.lock")


def main() -> None:
    """Serve the folder that the command line names."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    idle = float(os.environ.get("NASH_WORKER_IDLE_SECONDS", IDLE_SECONDS))
    serve(Store(Path(sys.argv[1]) if len(sys.argv) > 1 else None), idle)


if __name__ == "__main__":
    main()
