"""Training the runs of a store, in the process of a worker or of the command line.

A worker is a process of its own (``python -m nashcore work``), which others start for runs that wait (see
`nashcore.runs.places`): closing the page, or the app, does not end a run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from nashcore.data import Task, serious_findings
from nashcore.errors import InputError
from nashcore.learning import Event, Finished, Progress, Resumable, Started, train
from nashcore.runs.checkpoints import Keeper, start_of
from nashcore.runs.heart import beating
from nashcore.runs.interruption import ASKED, Wishes, got_further, listening
from nashcore.runs.places import place
from nashcore.runs.provenance import begin_provenance
from nashcore.runs.row import State
from nashcore.runs.run import Run
from nashcore.runs.safe_files import NoSpaceError
from nashcore.runs.shelves import Shelves, limits_of
from nashcore.runs.store import Store

LOOK_SECONDS = 0.2
"""Time between two looks into the store."""

log = logging.getLogger(__name__)


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
        with listening() as wishes, beating(store.files.heart(run.id), lambda: store.revive(run.id)):
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
            return "waiting", ASKED
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

    begun = looked = time.monotonic()
    stop, reason, limits = False, "", limits_of(store.home)

    def should_stop() -> bool:
        nonlocal looked, stop, reason
        now = time.monotonic()
        if not stop and limits is not None and now - begun > 60 * limits.minutes:
            stop, reason = (
                True,
                f"It was ended after {limits.minutes:g} minutes, the most that a run may take here.",
            )
        if not stop and now - looked > LOOK_SECONDS:
            looked, stop = now, store.stop_wanted(run.id)
        return stop

    given = kept()
    first = next(given)
    if limits is not None:
        limits.check_rows(len(first.table))
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
                ended: State = "stopped" if event.cancelled else "finished"
                store.end(run.id, ended, reason if event.cancelled else "", event.result.seconds)
            watch(event)
            if isinstance(event, Progress | Resumable):  # between two epochs, or amid one
                wishes.heed()
    except BaseException:
        with suppress(InputError):
            keeper.write_last()
        raise


def serve(store: Store, idle_seconds: float = 0.0) -> list[str] | None:
    """Take waiting runs, one after the other, until nothing has waited for a while: of this folder and of its shelves in turn.

    Returns:
        The ids of the folder's own runs that were taken; None where enough workers serve the store, or it cannot be written.
    """
    if store.notice is not None:
        log.info("%s", store.notice)
        return None
    with place(store) as number:
        if number is None:
            log.info("Enough workers serve %s.", store.home)
            return None
        took: list[str] = []
        passed: set[tuple[Path, str]] = set()
        idle_since, last = time.monotonic(), store.home
        while True:
            found = _next(store, last, passed)
            if found is None:
                if time.monotonic() - idle_since >= idle_seconds:
                    return took
                passed.clear()
                time.sleep(LOOK_SECONDS)
                continue
            where, run = found
            if _take(where, run):
                last, idle_since = where.home, time.monotonic()
                if where is store:
                    took.append(run.id)
            else:  # somebody else has it, or holds it still: the others come first
                passed.add((where.home, run.id))


def _next(store: Store, last: Path, passed: set[tuple[Path, str]]) -> tuple[Store, Run] | None:
    """The run whose turn it is, and where: the folder whose run was taken last comes last."""
    stores = [store, *Shelves(store.home).stores()]
    turn = next((number for number, each in enumerate(stores) if each.home == last), 0) + 1
    for each in (*stores[turn:], *stores[:turn]):
        run = each.next_waiting({name for home, name in passed if home == each.home})
        if run is not None:
            return each, run
    return None


def _take(store: Store, run: Run) -> bool:
    """Train a run if it can be claimed; whether it was. One that nobody can claim has failed."""
    try:
        with store.claim(run.id) as mine:
            if mine:
                _one(store, run)
            return mine
    except NoSpaceError:  # it waits until there is room
        return False
    except InputError as refused:
        log.info("Run %s cannot be claimed: %s", run.id, refused)
        store.end(run.id, "failed", str(refused))
        return False


def _one(store: Store, run: Run) -> None:
    """One run; whatever ends it, the others get their turn."""
    try:
        carry_out(store, run)
    except InputError as refused:
        log.info("Run %s: %s", run.id, refused)
    except Exception:
        log.exception("Run %s", run.id)
    else:
        log.info("Run %s is over.", run.id)
