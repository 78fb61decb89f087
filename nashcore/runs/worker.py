"""The process that trains: one after the other, it takes the runs that wait in the store.

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
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from nashcore.data import Task
from nashcore.errors import InputError
from nashcore.learning.collect import History
from nashcore.learning.events import EpochDone, Event, Finished, ModelStopped, Progress, Started
from nashcore.learning.trainer import train
from nashcore.runs.run import Run, State
from nashcore.runs.store import Store

IDLE_SECONDS = 600.0
"""How long a worker stays when nothing waits, so that the next run starts at once."""

LOOK_SECONDS = 0.2
"""Time between two looks into the store."""

_started: dict[Path, subprocess.Popen[bytes]] = {}
"""The workers that this process started; one takes seconds to load before it is at its place."""

log = logging.getLogger("nashcore.runs.worker")


def carry_out(
    store: Store,
    run: Run,
    *,
    download: bool = False,
    progress: Callable[[int, int], None] | None = None,
    watch: Callable[[Event], None] = lambda event: None,
) -> None:
    """Train a run that this process has claimed or begun, and write down everything that happens.

    However it ends, the store says how: finished, stopped with the epochs done, or failed with a reason.

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
        _train(store, run, run.config.task(download=download, progress=progress), watch)
    except BaseException as ended:
        store.end(run.id, *_end_of(ended))
        raise


def _end_of(ended: BaseException) -> tuple[State, str]:
    match ended:
        case InputError():
            return "failed", str(ended)
        case MemoryError():
            return "failed", "Memory ran out. Take fewer methods, seeds, columns or rows in a batch."
        case KeyboardInterrupt() | SystemExit():
            return "stopped", "The process that trained it was asked to end."
    return "failed", f"A fault of the program, not of the input: {type(ended).__name__}: {ended}"


def _train(store: Store, run: Run, task: Task, watch: Callable[[Event], None]) -> None:
    store.files.write_encoder(run.id, task.encoder)
    looked, stop = time.monotonic(), False

    def should_stop() -> bool:
        nonlocal looked, stop
        if not stop and time.monotonic() - looked > LOOK_SECONDS:
            looked, stop = time.monotonic(), store.stop_wanted(run.id)
        return stop

    history: History | None = None
    for event in train(task, run.config.plan(), should_stop):
        if isinstance(event, Started):
            history = History(event.outline)
        if history is not None:
            history.add(event)
            if isinstance(event, Started | Progress | EpochDone | ModelStopped):
                store.note(run.id, event, history)
        if isinstance(event, Finished):
            if event.result.epochs:
                store.files.write_models(run.id, event.models)
            store.end(run.id, "stopped" if event.cancelled else "finished", seconds=event.result.seconds)
        watch(event)


def serve(store: Store, idle_seconds: float = IDLE_SECONDS) -> None:
    """Take waiting runs, one after the other, until nothing has waited for a while.

    Does nothing where another worker of the same store is at work.
    """
    try:
        with _place(store).acquire(timeout=1):  # longer than anybody takes to see whether it is free
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
    except Timeout:
        log.info("Another worker serves %s.", store.home)


def _one(store: Store, run: Run) -> None:
    """One run; whatever ends it, the others get their turn."""
    try:
        carry_out(store, run)
    except InputError as refused:
        log.info("Run %s: %s", run.id, refused)
    except Exception:
        log.exception("Run %s", run.id)


def is_served(store: Store) -> bool:
    """Whether a worker of the store is at work."""
    try:
        with _place(store).acquire(blocking=False):
            return False
    except Timeout:
        return True


def ensure_worker(store: Store) -> None:
    """Start a worker for the store unless one is at work. It outlives the process that asks for it."""
    started = _started.get(store.home)
    if (started is not None and started.poll() is None) or is_served(store):
        return
    root = Path(__file__).resolve().parents[2]
    with (store.home / "worker.log").open("ab") as output:
        _started[store.home] = subprocess.Popen(  # noqa: S603  our own module, no shell
            [sys.executable, "-m", "nashcore.runs.worker", str(store.home)],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )


def _place(store: Store) -> FileLock:
    return FileLock(store.home / "worker.lock")


def main() -> None:
    """Serve the folder that the command line names."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    idle = float(os.environ.get("NASH_WORKER_IDLE_SECONDS", IDLE_SECONDS))
    serve(Store(Path(sys.argv[1]) if len(sys.argv) > 1 else None), idle)


if __name__ == "__main__":
    main()
