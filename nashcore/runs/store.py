"""What happened: every run that was started, kept on disk while it goes on and after.

A folder with an SQLite database of runs and their epochs, and beside it the files of each run: its encoder, its models, and
one's own tables that it was trained on. Any number of processes may read and write at the same time.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import Timeout
from platformdirs import user_data_path

from nashcore.errors import InputError
from nashcore.learning import (
    EpochDone,
    Event,
    History,
    ModelStopped,
    NaturalTest,
    Progress,
    Replicate,
    Started,
    roster_from_json,
    roster_to_json,
)
from nashcore.runs import heart
from nashcore.runs.arrays import pack_epoch, readable, unpack_epoch
from nashcore.runs.config import TrainingConfig
from nashcore.runs.database import Database
from nashcore.runs.files import Files
from nashcore.runs.queue import IN_ORDER, Queue
from nashcore.runs.run import Run, State, changed_tags, clean_title, run_of, tags_of

DIED = (
    "The process that trained it ended before the run did: it was ended from outside, memory ran out, or the machine "
    "stopped. The epochs that were done are kept; starting the same run again gives the same numbers."
)

SILENT = (
    f"Its worker has shown no sign of life for more than {heart.SILENT_SECONDS:.0f} s: {{}} was suspended or hangs. The run "
    "goes on where that process goes on; where it is ended, the epochs that were done are kept."
)

_RUN = """
SELECT id, title, config, state, reason, created, share, seconds, seconds_left, tags,
    (SELECT COUNT(*) FROM epochs WHERE run = id) AS epochs FROM runs
"""


def runs_home() -> Path:
    """The folder of the runs: NASH_RUNS_HOME, else the system's place for user data."""
    chosen = os.environ.get("NASH_RUNS_HOME", "").strip()
    return Path(chosen).expanduser() if chosen else user_data_path("nash-bargaining-lab") / "runs"


class Store:
    """The runs of one folder.

    Args:
        home: the folder; `runs_home` when left out.

    Attributes:
        home: the folder.
        files: the runs' encoders, models and tables.
        queue: the order in which runs wait.

    Raises:
        InputError: the folder cannot be made or read. What an older version of the program wrote is brought up; where a newer
            one wrote, everything that would change something raises (see `notice`).
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = runs_home() if home is None else home
        self._database = Database(self.home)
        self.files = Files(self.home, self._database.refuse_newer)
        self.queue = Queue(self._database)

    @property
    def notice(self) -> str | None:
        """Why nothing can be changed, in a sentence: a newer version of the program wrote the folder. None where it can."""
        return self._database.notice

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
        title = clean_title(title) or clean_title(f"{config.dataset}, by {config.sensitive}")
        values = (run, title, config.replaced(**kept).to_json(), state, time.time())
        with self._database.write() as database:
            database.execute(
                "INSERT INTO runs (id, title, config, state, created) VALUES (?, ?, ?, ?, ?)", values
            )

    def get(self, run: str) -> Run:
        """One run.

        Raises:
            InputError: there is none of this name.
        """
        self._note_interrupted()
        row = None
        if re.fullmatch(r"[0-9a-f]{8}", run):
            with self._database.read() as database:
                row = database.execute(f"{_RUN} WHERE id = ?", (run,)).fetchone()
        if row is None:
            raise InputError(f"There is no run {run[:40]!r} in {self.home}.")
        return run_of(row)

    def runs(self) -> list[Run]:
        """All runs, the newest first; one that another version wrote and this one cannot read is left out."""
        self._note_interrupted()
        with self._database.read() as database:
            rows = database.execute(f"{_RUN} ORDER BY created DESC, rowid DESC").fetchall()
        found = []
        for row in rows:
            with suppress(InputError):
                found.append(run_of(row))
        return found

    def rename(self, run: str, title: str) -> None:
        """Call a run something else.

        Raises:
            InputError: the title is empty.
        """
        if not clean_title(title):
            raise InputError("A run's title should have a letter at least. Found an empty one.")
        self._set(run, title=clean_title(title))

    def tag(self, run: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Give a run tags, and take some from it.

        Raises:
            InputError: there is no such run, or a tag cannot be used (see `changed_tags`).
        """
        self.get(run)
        with self._database.write() as database:
            if not database.in_transaction:  # nobody else changes them meanwhile
                database.execute("BEGIN IMMEDIATE")
            row = database.execute("SELECT tags FROM runs WHERE id = ?", (run,)).fetchone()
            tags = json.dumps(changed_tags(tags_of(row["tags"]), add, remove))
            database.execute("UPDATE runs SET tags = ? WHERE id = ?", (tags, run))

    def stop(self, run: str) -> None:
        """Ask a run to end; the epochs that are done are kept."""
        with self._database.write() as database:
            database.execute(
                "UPDATE runs SET stop_wanted = 1, state = CASE state WHEN 'waiting' THEN 'stopped' ELSE state END "
                "WHERE id = ?",
                (run,),
            )

    def delete(self, run: str) -> None:
        """Forget a run that is over, its models, and its own table unless another run uses it.

        Raises:
            InputError: the run is not over, or there is none of this name.
        """
        found = self.get(run)
        if not found.over:
            raise InputError(
                f"Run {found.id} should be over before it is deleted. Found it {found.state}: stop it first."
            )
        with self._database.write() as database:
            database.execute("DELETE FROM runs WHERE id = ?", (found.id,))
            configs = [row["config"] for row in database.execute("SELECT config FROM runs")]
        self.files.delete(found.id)
        for path in (found.config.csv, found.config.splits):
            if path is not None and not any(json.dumps(path.name)[1:-1] in config for config in configs):
                path.unlink(missing_ok=True)

    def history(self, run: str, so_far: History | None = None) -> History | None:
        """What a run's epochs measured; None while it has not begun.

        Args:
            run: which one.
            so_far: an earlier answer, to which only the newer epochs are added.

        Raises:
            InputError: what is stored is damaged, or another version wrote it.
        """
        with self._database.read() as database:
            row = database.execute(
                "SELECT outline, notices, seconds FROM runs WHERE id = ?", (run,)
            ).fetchone()
            if row is None or row["outline"] is None:
                return None
            known = 0 if so_far is None else len(so_far.epochs)
            newer = database.execute(
                "SELECT epoch, content FROM epochs WHERE run = ? AND epoch >= ? ORDER BY epoch", (run, known)
            ).fetchall()
            stopped = database.execute(
                "SELECT arm, split, seed, reason FROM stopped WHERE run = ? ORDER BY rowid", (run,)
            ).fetchall()
        with readable(f"figures of run {run}"):
            history = History(roster_from_json(row["outline"])) if so_far is None else so_far
            history.epochs += [unpack_epoch(epoch, content) for epoch, content in newer]
            history.notices = tuple(json.loads(row["notices"]))
            history.stopped = {(arm, Replicate(split, seed)): reason for arm, split, seed, reason in stopped}
        history.seconds = row["seconds"]
        history.natural_test = self.files.natural_test(run)
        return history

    # What the process that trains writes.

    def next_waiting(self) -> Run | None:
        """The run whose turn it is; None when none waits. One that cannot be read has failed."""
        with self._database.read() as database:
            rows = database.execute(f"{_RUN} WHERE state = 'waiting' ORDER BY {IN_ORDER}").fetchall()
        for row in rows:
            try:
                return run_of(row)
            except InputError as refused:
                self.end(row["id"], "failed", str(refused))
        return None

    @contextmanager
    def claim(self, run: str) -> Iterator[bool]:
        """Train a waiting run in this process, while the context lasts.

        The run's sign of life is a lock that the system lets go of when this process ends, however it ends.

        Yields:
            Whether the run is ours; it is not when it was stopped meanwhile, or another process was quicker.
        """
        alive = self.files.liveness_lock(run)
        with suppress(Timeout, FileNotFoundError, FileExistsError):
            alive.acquire(timeout=1)
        if not alive.is_locked:  # another process trains it already, or it has just been deleted
            yield False
            return
        try:
            with self._database.write() as database:
                changed = database.execute(
                    "UPDATE runs SET state = 'running' WHERE id = ? AND state = 'waiting'", (run,)
                ).rowcount
            yield changed == 1
        finally:
            alive.release()

    def stop_wanted(self, run: str) -> bool:
        """Whether somebody asked the run to end, or deleted it."""
        with self._database.read() as database:
            row = database.execute("SELECT stop_wanted FROM runs WHERE id = ?", (run,)).fetchone()
        return row is None or bool(row["stop_wanted"])

    def record_event(self, run: str, event: Event) -> None:
        """Write down an event, as far as it adds to what is kept of a run."""
        match event:
            case Started():
                self._set(run, outline=roster_to_json(event.roster), notices=json.dumps(event.notices))
            case Progress():
                self._set(run, share=event.share, seconds=event.seconds, seconds_left=event.seconds_left)
            case EpochDone():
                self._put("epochs", run, event.epoch, pack_epoch(event))
            case ModelStopped():
                self._put("stopped", run, event.arm, *event.replicate, event.reason)
            case NaturalTest():
                self.files.write_natural_test(run, event)

    def end(self, run: str, state: State, reason: str = "", seconds: float | None = None) -> None:
        """The run is over."""
        took = {} if seconds is None else {"seconds": seconds}
        self._set(run, state=state, reason=reason, seconds_left=None, **took)

    def _put(self, table: str, *values: object) -> None:
        places = ", ".join("?" for _ in values)
        with self._database.write() as database:
            database.execute(f"INSERT OR REPLACE INTO {table} VALUES ({places})", values)  # noqa: S608

    def _set(self, run: str, **values: object) -> None:
        columns = ", ".join(f"{name} = ?" for name in values)
        with self._database.write() as database:
            database.execute(f"UPDATE runs SET {columns} WHERE id = ?", (*values.values(), run))  # noqa: S608

    def revive(self, run: str) -> None:
        """A run that was taken for interrupted is trained after all: its process was suspended and goes on."""
        with self._database.write() as database:
            database.execute(
                "UPDATE runs SET state = 'running', reason = '' WHERE id = ? AND state = 'interrupted'",
                (run,),
            )

    def _note_interrupted(self) -> None:
        """Runs that say they run, while nobody trains them or their trainer no longer answers, are interrupted."""
        with self._database.read() as database:
            running = [row["id"] for row in database.execute("SELECT id FROM runs WHERE state = 'running'")]
        for run in running if not self.notice else ():
            try:
                with self.files.liveness_lock(run).acquire(blocking=False):
                    self._interrupt(run, DIED)
            except Timeout:
                beat = heart.stopped(self.files.heart(run))
                if beat is not None:
                    self._interrupt(run, SILENT.format(beat.who))
            except (FileNotFoundError, FileExistsError):  # it was deleted just now
                pass

    def _interrupt(self, run: str, reason: str) -> None:
        with self._database.write() as database:
            database.execute(
                "UPDATE runs SET state = 'interrupted', reason = ?, seconds_left = NULL "
                "WHERE id = ? AND state = 'running'",
                (reason, run),
            )
