"""What happened: every run that was started, kept on disk while it goes on and after.

A folder with an SQLite database of runs and their epochs, and beside it the files of each run: its encoder, its models, and
one's own tables that it was trained on. Any number of processes may read and write at the same time.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nashcore.errors import InputError
from nashcore.learning import History, roster_to_json
from nashcore.runs.arrays import pack_epoch
from nashcore.runs.config import TrainingConfig
from nashcore.runs.database import runs_home
from nashcore.runs.interruption import got_further
from nashcore.runs.journal import Journal
from nashcore.runs.kept_sweeps import KeptSweeps
from nashcore.runs.layout import RUN_ID
from nashcore.runs.listing import METRICS_FIRST, Listing
from nashcore.runs.reading import RUN, read_history
from nashcore.runs.row import (
    Damaged,
    State,
    clean_title,
    name_of,
    where_is,
)
from nashcore.runs.run import Run, config_text, run_of
from nashcore.runs.settings import default_title

__all__ = ["Store", "runs_home"]

LOOK_SECONDS = 0.5
"""How long a list of runs may take to make up for what was not noted down: a page must not stand still for more than a second."""


class Store(Journal):
    """The runs of one folder, with their configs and figures. Arguments, attributes and errors as of `Journal`.

    Attributes:
        sweeps: those that are kept.
    """

    def __init__(self, home: Path | None = None) -> None:
        super().__init__(home)
        self.sweeps = KeptSweeps(self._database, self.files.named)

    # What people ask for.

    def add(self, config: TrainingConfig, title: str = "") -> Run:
        """Take in a run, which waits for a worker.

        Args:
            config: what to run; its own table and splits are copied into the store.
            title: what to call it; made from the config when empty.

        Raises:
            InputError: one's own table or the splits cannot be read.
        """
        run = secrets.token_hex(4)
        self._insert(run, config, title, "waiting")
        return self.get(run)

    @contextmanager
    def begin(self, config: TrainingConfig, title: str = "") -> Iterator[Run]:
        """Take in a run that this process trains itself, while the context lasts. Arguments as in `add`."""
        run = secrets.token_hex(4)
        with self.files.liveness_lock(run).acquire(timeout=5):
            self._insert(run, config, title, "running")
            yield self.get(run)

    def _insert(self, run: str, config: TrainingConfig, title: str, state: State) -> None:
        kept = {
            name: self.files.add_file(path)
            for name, path in (("csv", config.csv), ("splits", config.splits))
            if path is not None
        }
        title = clean_title(title) or clean_title(default_title(config))
        values = (run, title, config_text(config.replaced(**kept)), state, time.time())
        with self._database.write() as database:
            database.execute(
                "INSERT INTO runs (id, title, config, state, created) VALUES (?, ?, ?, ?, ?)", values
            )
        self.summaries.fill([run])

    def take_in(self, row: Mapping[str, Any], history: History) -> None:
        """Keep a run that was trained elsewhere, its row by column and its figures, whole or not at all.

        Raises:
            InputError: a run of this id is there.
        """
        notices = json.dumps(history.notices)
        columns = {**row, "outline": roster_to_json(history.roster), "notices": notices}
        places = ", ".join("?" for _ in columns)
        with self._database.write() as database:
            if database.execute("SELECT 1 FROM runs WHERE id = ?", (row["id"],)).fetchone():
                raise InputError(f"Run {row['id']} is kept here already.")
            statement = f"INSERT INTO runs ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  our own names
            database.execute(statement, (*columns.values(),))
            database.executemany(
                "INSERT INTO epochs VALUES (?, ?, ?)",
                [(row["id"], done.epoch, pack_epoch(done)) for done in history.epochs],
            )
            database.executemany(
                "INSERT INTO stopped VALUES (?, ?, ?, ?, ?)",
                [(row["id"], arm, *replicate, why) for (arm, replicate), why in history.stopped.items()],
            )
        self.summaries.fill([row["id"]])

    def holds(self, run: str) -> bool:
        """Whether there is a run of this name, be it in the trash or one that cannot be read."""
        return bool(self._database.rows("SELECT 1 FROM runs WHERE id = ?", (run,)))

    def get(self, run: str) -> Run:
        """One run.

        Raises:
            InputError: there is none of this name.
        """
        return self.look(run)[0]

    def look(
        self, run: str, so_far: History | None = None, *, figures: bool = False
    ) -> tuple[Run, History | None]:
        """One run and, where asked, what it has measured, as they are at one moment: the database is read once.

        Args:
            run: which one.
            so_far: see `history`.
            figures: whether to read what it measured.

        Raises:
            InputError: there is no run of this name, or it cannot be read.
        """

        def read() -> tuple[list[sqlite3.Row], History | None]:
            with self._database.read() as database:
                rows = database.execute(f"{RUN} WHERE id = ?", (run,)).fetchall()
                return rows, read_history(database, self.files, run, so_far) if figures and rows else None

        if not RUN_ID.fullmatch(run):
            raise self._no_run(run)
        rows, history = self._database.tried(read)
        if self._note_interrupted(rows):
            rows, history = self._database.tried(read)
        if not rows:
            raise self._no_run(run)
        if rows[0]["deleted"] is not None:
            raise self._in_trash(run)
        try:
            return self._as_seen(run_of(rows[0], self.files.named)), history
        except InputError as refused:
            raise InputError(f"Run {run} cannot be read. {refused}") from None

    def listing(
        self,
        metrics: Iterable[str] = METRICS_FIRST,
        *,
        configs: bool = False,
        seconds: float = LOOK_SECONDS,
        told: Callable[[float], None] = lambda share: None,
    ) -> Listing:
        """All runs as a list shows them; what was not noted down of them is made up for first.

        Args:
            metrics: which figures to read.
            configs: whether to read the configs as well.
            seconds: how long making up may take. What is left waits for the next list: `Listing.lacking` says what.
            told: told the share of it that is done, from 0 to 1.
        """
        metrics = tuple(metrics)
        found = super().listing(metrics, configs=configs)
        if not found.lacking:
            return found
        refused = self.summaries.fill(found.lacking, seconds, told)
        return super().listing(metrics, configs=configs).without(refused)

    def runs(self) -> list[Run]:
        """All runs, the newest first; without those that cannot be read (see `damaged`) and those in the trash."""
        self._keep_house()
        return self._sorted_out("deleted IS NULL")[0]

    def runs_of(self, sweep: str) -> dict[str, Run]:
        """The runs of a sweep, by id; without those that cannot be read and those in the trash."""
        if not RUN_ID.fullmatch(sweep):
            return {}
        theirs = f"deleted IS NULL AND id IN (SELECT run FROM sweep_runs WHERE sweep = '{sweep}')"  # noqa: S608  an id
        return {run.id: run for run in self._sorted_out(theirs)[0]}

    def deleted(self) -> list[Run]:
        """The runs in the trash, the one that was deleted last first."""
        return sorted(self._sorted_out("deleted IS NOT NULL")[0], key=lambda run: -(run.deleted or 0.0))

    def check_room(self) -> object:
        """Refuse another run where there is no room for it: nobody who has the folder, see `Shelf.check_room`."""
        return None

    def check_sweep(self, sweep: str) -> None:
        """Refuse to end a sweep that a command trains: nobody who has the folder, see `Shelf.check_sweep`."""

    def damaged(self) -> list[Damaged]:
        """What is set aside, each with the reason: runs that are damaged or that another version of the program wrote, and files
        of runs that the database does not know."""
        return self._sorted_out("deleted IS NULL")[1] + self._unknown()

    def _sorted_out(self, which: str) -> tuple[list[Run], list[Damaged]]:
        """Runs, and rows that cannot be read as one."""
        statement = f"{RUN} WHERE {which} ORDER BY created DESC, rowid DESC"
        rows = self._database.rows(statement)
        if self._note_interrupted(rows):
            rows = self._database.rows(statement)
        found: list[Run] = []
        aside: list[Damaged] = []
        for row in rows:
            try:
                found.append(self._as_seen(run_of(row, self.files.named)))
            except InputError as refused:
                name = name_of(row["id"], row["rowid"])
                aside.append(Damaged(name, clean_title(str(row["title"])), str(refused)))
        return found, aside

    def delete_models(self, run: str) -> int:
        """Delete a run's models and checkpoints, and keep its figures; returns the bytes that became free. It can then be shown and
        compared, and no longer be scored with or gone on with.

        Raises:
            InputError: the run is not over, or they cannot be deleted.
        """
        found = self.get(run)
        if not found.over:
            raise InputError(
                f"Run {run} should be over before its models are deleted. Found it {found.state}: stop it first."
            )
        freed = self.files.delete_models(run)
        self.summaries.fill([run])
        return freed

    def resume(self, run: str, epochs: int | None = None) -> Run:
        """Let a run that is over wait for a worker again, which goes on from its last checkpoint, or from the start without one.

        Schedules count epochs from the first, and nothing else knows how many there will be: a run that is continued comes to
        the numbers of one that was to be so long from the start.

        Args:
            run: which one.
            epochs: epochs that it is to have in all; as many as it was to have when left out.

        Raises:
            InputError: the run is not over, or has all these epochs already.
        """
        found = self.get(run)
        if not found.over:
            raise InputError(
                f"A run should be over before it is resumed. Found run {found.id} {found.state}."
            )
        if found.state == "interrupted" and self.files.lives(found.id):
            raise InputError(
                f"Run {found.id} is held by a process that no longer answers: end that process, or let it go on. {found.reason}"
            )
        wanted = found.config if epochs is None else found.config.replaced(epochs=epochs)
        done = found.state == "finished" and wanted.epochs == found.config.epochs
        if done or wanted.epochs < found.epochs:
            raise InputError(
                f"Run {found.id} has {found.epochs} epochs. To continue it, epochs should be more than that, as in --epochs "
                f"{2 * found.epochs}. Found {wanted.epochs}."
            )
        got_further(self.files.folder(found.id))
        with self._database.write() as database:
            database.execute(
                "UPDATE runs SET state = 'waiting', reason = '', stop_wanted = 0, place = NULL, config = ?, share = ? "
                "WHERE id = ? AND state NOT IN ('waiting', 'running')",
                (config_text(wanted), found.epochs / wanted.epochs, found.id),
            )
        self.summaries.fill([found.id])
        return self.get(found.id)

    def delete(self, run: str, *, for_good: bool = False) -> None:
        """Put a run that is over into the trash (see `trash`); or delete it with its files, and its own table unless another run
        uses it.

        Args:
            run: which one; also one that is set aside, by the name that `damaged` gives it.
            for_good: do not keep it in the trash.

        Raises:
            InputError: the run is not over, there is none of this name, or nothing can be changed.
        """
        where, which = where_is(run)
        rows = self._database.rows(f"{RUN} WHERE {where}", which)
        if not rows and not (for_good and run in self.trash.unknown()):
            raise self._no_run(run)
        if rows and rows[0]["deleted"] is None:
            self._check_over(run, rows[0])
        elif rows and not for_good:
            self.get(run)  # refuses: it is in the trash already
        (self.trash.remove if for_good else self.trash.put)(run)

    def _check_over(self, run: str, row: sqlite3.Row) -> None:
        try:
            state = run_of(row, self.files.named).state
        except InputError:  # set aside: what it says of itself is not believed, its trainer's lock is
            state = "running" if RUN_ID.fullmatch(run) and self.files.lives(run) else "failed"
        else:
            if state == "running":
                state = self.get(run).state  # its process may have died
        if state in ("waiting", "running"):
            raise InputError(
                f"Run {run} should be over before it is deleted. Found it {state}: stop it first."
            )

    def history(self, run: str, so_far: History | None = None) -> History | None:
        """What a run's epochs measured; None while it has not begun.

        Args:
            run: which one.
            so_far: an earlier answer, to which only the newer epochs are added.

        Raises:
            InputError: what is stored is damaged, or another version wrote it.
        """

        def read() -> History | None:
            with self._database.read() as database:
                return read_history(database, self.files, run, so_far)

        return self._database.tried(read)
