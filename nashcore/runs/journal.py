"""What the process that trains writes into the store: the run that it claims, what happens, and how it ends."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from filelock import Timeout

from nashcore.errors import InputError
from nashcore.learning import (
    EpochDone,
    Event,
    History,
    ModelStopped,
    NaturalTest,
    Progress,
    Started,
    roster_to_json,
)
from nashcore.runs.arrays import pack_epoch
from nashcore.runs.database import BusyError, MendedError
from nashcore.runs.files import Files
from nashcore.runs.interruption import ASKED
from nashcore.runs.pending import Pending
from nashcore.runs.queue import IN_ORDER
from nashcore.runs.reading import RUN, read_history
from nashcore.runs.register import Register
from nashcore.runs.row import State, change_row
from nashcore.runs.run import Run, run_of
from nashcore.runs.safe_files import plain_faults
from nashcore.runs.summary import Summaries

T = TypeVar("T")

SEEK_SECONDS = 2.0
"""Time between two looks of a worker for runs whose process died."""

END_SECONDS = 600.0
"""How long a run that is over waits for a database that another process holds, before its end is given up."""

AGAIN_SECONDS = 0.5
"""Time between two tries to write the end of a run."""


class Journal(Register):
    """The part of the store that is for whoever trains. Arguments, attributes and errors as of `Register`.

    Attributes:
        files: the runs' files.
        summaries: what lists show of the runs.
    """

    files: Files

    def __init__(self, home: Path | None = None) -> None:
        super().__init__(home)
        self.files = Files(self.home, self._database.refuse)
        self.summaries = Summaries(self._database, self.files)
        self._pending: dict[str, Pending] = {}
        self._orphans_sought = 0.0

    def next_waiting(self, but: Collection[str] = ()) -> Run | None:
        """The run whose turn it is; None when none waits, or none can be begun for the moment: the disk is full, or another
        process holds the database. One that cannot be read has failed.

        Args:
            but: ids of runs to pass over.
        """
        if self._database.full:
            return None
        try:
            if time.monotonic() - self._orphans_sought > SEEK_SECONDS:
                self._orphans_sought = time.monotonic()
                self.note_deaths()
            with self._database.read() as database:
                rows = database.execute(
                    f"{RUN} WHERE state = 'waiting' AND deleted IS NULL ORDER BY {IN_ORDER}"
                ).fetchall()
        except (BusyError, MendedError):
            return None
        for row in rows:
            try:
                run = run_of(row, self.files.named)
                self.files.check(run.config.csv, run.config.splits)
            except InputError as refused:
                failed = "UPDATE runs SET state = 'failed', reason = ? WHERE rowid = ?"  # its id may be what is damaged
                with suppress(InputError), self._database.write() as database:
                    database.execute(failed, (str(refused), row["rowid"]))
            else:
                if run.id not in but:
                    return run
        return None

    @contextmanager
    def claim(self, run: str) -> Iterator[bool]:
        """Train a waiting run in this process, while the context lasts.

        The run's sign of life is a lock that the system lets go of when this process ends, however it ends.

        Yields:
            Whether the run is ours; it is not when it was stopped meanwhile, or another process was quicker.

        Raises:
            InputError: nobody can claim it, as where something else stands in the place of its folder or its lock.
        """
        alive = self.files.liveness_lock(run)
        with plain_faults(Path(alive.lock_file)), suppress(Timeout, FileNotFoundError):
            alive.acquire(timeout=1)
        if not alive.is_locked:  # another process trains it already, or it has just been deleted
            yield False
            return
        try:
            with suppress(OSError):  # the last beat of one that was killed would count as ours
                self.files.heart(run).unlink(missing_ok=True)
            changed = 0
            with suppress(BusyError), self._database.write() as database:
                changed = database.execute(
                    "UPDATE runs SET state = 'running', reason = '' WHERE id = ? AND state = 'waiting'",
                    (run,),
                ).rowcount
            yield changed == 1
        except (KeyboardInterrupt, SystemExit):  # maybe before training began: nobody else writes it down
            with suppress(InputError), self._database.write() as database:
                database.execute(
                    "UPDATE runs SET state = 'waiting', reason = ? WHERE id = ? AND state = 'running'",
                    (ASKED, run),
                )
            raise
        finally:
            alive.release()

    def start_over(self, run: str) -> None:
        """Forget what a run measured, together with the next event: it is trained from the start."""
        self._pending[run] = Pending(afresh=True)

    def measured(self, run: str) -> History | None:
        """What a run has measured, to go on from; waits while another process holds the database."""

        def read() -> History | None:
            with self._database.read() as database:
                return read_history(database, self.files, run, None)

        return self._patiently(read)

    def stop_wanted(self, run: str) -> bool:
        """Whether somebody asked the run to end, or deleted it."""
        try:
            with self._database.read() as database:
                row = database.execute(
                    "SELECT stop_wanted OR EXISTS (SELECT 1 FROM trash WHERE run = id) AS wanted FROM runs WHERE id = ?",
                    (run,),
                ).fetchone()
        except (BusyError, MendedError):  # it is asked again
            return False
        return row is None or bool(row["wanted"])

    def record_event(self, run: str, event: Event) -> None:
        """Write down an event, as far as it adds to what is kept of a run.

        Where another process holds the database, the event is kept in mind and written with a later one, or at the end.

        Raises:
            NoSpaceError: the disk is full.
        """
        if isinstance(event, NaturalTest):
            self.files.write_natural_test(run, event)
            return
        pending = self._pending.setdefault(run, Pending())
        pending.add(event)
        if not pending.due:
            return
        try:
            self._write_down(run)
        except (BusyError, MendedError):
            pending.failed()

    def end(self, run: str, state: State, reason: str = "", seconds: float | None = None) -> None:
        """The run is over. What could not be written before is written now, however long another process holds the database, up
        to `END_SECONDS`; the reserve is used where the disk is full."""
        took = {} if seconds is None else {"seconds": seconds}
        self._patiently(lambda: self._write_down(run, state=state, reason=reason, seconds_left=None, **took))
        self._pending.pop(run, None)
        with suppress(InputError):  # lists make up for it
            self.summaries.fill([run])

    def _patiently(self, work: Callable[[], T]) -> T:
        """Do what has to be done, however long another process holds the database, up to `END_SECONDS`."""
        until = time.monotonic() + END_SECONDS
        while True:
            try:
                return self._database.tried(work)
            except BusyError:
                if time.monotonic() > until:
                    raise
                time.sleep(AGAIN_SECONDS)

    def _write_down(self, run: str, **values: object) -> None:
        """All events of a run that are pending, and values of its row, in one transaction."""
        pending = self._pending.get(run, Pending())
        with self._database.write() as database:
            if pending.afresh:
                database.execute("DELETE FROM epochs WHERE run = ?", (run,))
                database.execute("DELETE FROM stopped WHERE run = ?", (run,))
            for event in pending.events:
                match event:
                    case Started():
                        outline = roster_to_json(event.roster)
                        change_row(database, run, outline=outline, notices=json.dumps(event.notices))
                    case Progress():
                        times = {"seconds": event.seconds, "seconds_left": event.seconds_left}
                        change_row(database, run, share=event.share, **times)
                    case EpochDone():
                        _put(database, "epochs", run, event.epoch, pack_epoch(event))
                    case ModelStopped():
                        _put(database, "stopped", run, event.arm, *event.replicate, event.reason)
            if values:
                change_row(database, run, **values)
        pending.events.clear()
        pending.afresh = False

    def revive(self, run: str) -> None:
        """A run that was taken for interrupted is trained after all: its process was suspended and goes on."""
        with self._database.write() as database:
            database.execute(
                "UPDATE runs SET state = 'running', reason = '' WHERE id = ? AND state = 'interrupted'",
                (run,),
            )


def _put(database: sqlite3.Connection, table: str, *values: object) -> None:
    places = ", ".join("?" for _ in values)
    database.execute(f"INSERT OR REPLACE INTO {table} VALUES ({places})", values)  # noqa: S608
