"""The register of a folder of runs: rows alone, without configs and figures, and so without the libraries that train.

Whoever lists runs, stops, names or moves them, or looks whether they are over, needs no more.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from filelock import Timeout

from nashcore.errors import InputError, quoted
from nashcore.runs import heart
from nashcore.runs.connection import stamps
from nashcore.runs.database import BusyError, Database, MendedError, runs_home
from nashcore.runs.folders import Folders
from nashcore.runs.interruption import after_death
from nashcore.runs.layout import RUN_ID
from nashcore.runs.listing import METRICS_FIRST, Listed, Listing, read_listing
from nashcore.runs.queue import Queue
from nashcore.runs.row import (
    TITLE_LENGTH,
    Damaged,
    State,
    change_row,
    changed_tags,
    clean_note,
    on_one_line,
    tags_of,
)
from nashcore.runs.safe_files import no_space, write_whole
from nashcore.runs.trash import DAY, KEEP_DAYS, Trash

if TYPE_CHECKING:
    from nashcore.runs.run import Run

Seen = TypeVar("Seen", "Run", Listed)

SILENT = (
    f"Its worker has shown no sign of life for more than {heart.SILENT_SECONDS:.0f} s: {{}} was suspended or hangs. The run "
    "goes on where that process goes on; where it is ended, another one goes on with the run from its last checkpoint."
)


class Register:
    """The runs of one folder, by their rows.

    Args:
        home: the folder; `runs_home` when left out.

    Attributes:
        home: the folder.
        files: the runs' folders.
        queue: the order in which runs wait.
        trash: runs that were deleted and can be brought back.

    Raises:
        InputError: the folder cannot be made or read. What an older version of the program wrote is brought up; where a newer
            one wrote, everything that would change something raises (see `notice`).
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = runs_home() if home is None else home
        self._database = Database(self.home)
        self.files = Folders(self.home, self._database.refuse)
        self.queue = Queue(self._database)
        self.trash = Trash(self._database, self.files)
        self._silent: dict[str, str] = {}  # why runs are interrupted whose rows cannot say so: see `_as_seen`
        self._swept = 0.0
        self._keep_house()

    def make_if_gone(self) -> None:
        """Begin anew where the folder was taken away since this was made, as from a server that runs for months.

        Whoever looks now and then in the background leaves this alone: it would undo what is just being deleted.

        Raises:
            InputError: it cannot be made.
        """
        self._database.make_if_gone()

    @property
    def notice(self) -> str | None:
        """Why nothing can be changed, in a sentence: a newer version of the program wrote the folder, or it can only be read."""
        return self._database.notice

    @property
    def stamp(self) -> tuple[tuple[int, int], ...]:
        """What tells whether anything in the database has changed."""
        return tuple(stamps(self._database.path))

    @property
    def warnings(self) -> list[str]:
        """What people should know of the folder, in plain sentences."""
        found = [self.notice] if self.notice else []
        if self._database.full:
            found.append(str(no_space(self.home)))
        if not self._database.rows("SELECT 1 FROM runs LIMIT 1") and (lost := self.trash.unknown()):
            found.append(
                f"The database in {self.home} holds no run, but there are files of {len(lost)}: it was lost, or replaced by a new "
                "one. Put the old runs.sqlite back if you have it; the files are kept until then."
            )
        return found

    def listing(self, metrics: Iterable[str] = METRICS_FIRST, *, configs: bool = False) -> Listing:
        """All runs as a list shows them, from what was noted down of them; `Listing.lacking` says of which something was not.

        Args:
            metrics: which figures to read.
            configs: whether to read the configs as well.

        Raises:
            InputError: the database cannot be read.
        """
        self._keep_house()
        self.note_deaths()
        found = read_listing(self._database, metrics, configs=configs)
        found = replace(found, runs=tuple(map(self._as_seen, found.runs)))
        return found.without({}, self._unknown())

    def listed(self, run: str) -> Listed:
        """One run as a list shows it, without figures.

        Raises:
            InputError: there is none of this name, or it cannot be read.
        """
        if not RUN_ID.fullmatch(run):
            raise self._no_run(run)
        self._note_interrupted(self._database.rows("SELECT id, state FROM runs WHERE id = ?", (run,)))
        found = read_listing(self._database, (), only=run)
        if found.deleted:
            raise self._in_trash(run)
        if found.damaged:
            raise InputError(f"Run {run} cannot be read. {found.damaged[0].reason}")
        if not found.runs:
            raise self._no_run(run)
        return self._as_seen(found.runs[0])

    def _unknown(self) -> list[Damaged]:
        """Files of runs that the database does not know."""
        reason = "The database does not know it: its row was lost, or comes from another folder. Its files are kept."
        return [Damaged(run, "", reason) for run in self.trash.unknown()]

    def _no_run(self, run: str) -> InputError:
        return InputError(f"There is no run {quoted(run)} in {self.home}.")

    def _in_trash(self, run: str) -> InputError:
        return InputError(
            f"There is no run {quoted(run)} in {self.home} any more: it was deleted. It is in the trash, and can be brought back "
            f"within {KEEP_DAYS} days."
        )

    def rename(self, run: str, title: str) -> None:
        """Call a run something else.

        Raises:
            InputError: there is no such run, or the title is empty or too long.
        """
        line = on_one_line(title)
        if not 1 <= len(line) <= TITLE_LENGTH:
            raise InputError(f"A run's title should have 1 to {TITLE_LENGTH} letters. Found {len(line):,}.")
        self._set(self.listed(run).id, title=line)

    def tag(self, run: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Give a run tags, and take some from it.

        Raises:
            InputError: there is no such run, or a tag cannot be used (see `changed_tags`).
        """
        self.listed(run)
        with self._database.write() as database:
            row = database.execute("SELECT tags FROM runs WHERE id = ?", (run,)).fetchone()
            tags = json.dumps(changed_tags(tags_of(row["tags"]), add, remove))
            database.execute("UPDATE runs SET tags = ? WHERE id = ?", (tags, run))

    def note(self, run: str, text: str) -> None:
        """Write down what there is to say about a run, in the place of what was there; an empty text takes the note away.

        Raises:
            InputError: there is no such run, or the text is too long.
        """
        self._set(self.listed(run).id, note=clean_note(text))

    def stop(self, run: str) -> None:
        """Ask a run to end; the epochs that are done are kept."""

        def ask() -> None:
            with self._database.write() as database:
                database.execute(
                    "UPDATE runs SET stop_wanted = 1, state = CASE state WHEN 'waiting' THEN 'stopped' ELSE state END "
                    "WHERE id = ?",
                    (run,),
                )

        self._database.tried(ask)

    def note_deaths(self) -> None:
        """See to the runs whose process died or no longer answers (see `after_death`)."""
        with suppress(BusyError, MendedError):  # whoever looks next sees to them
            self._note_interrupted(
                self._database.rows("SELECT id, state FROM runs WHERE state IN ('running', 'interrupted')")
            )

    def _note_interrupted(self, rows: Sequence[sqlite3.Row]) -> bool:
        """Runs that say they run, while nobody trains them, wait to be gone on with or have failed (see `after_death`); those
        whose trainer no longer answers are interrupted, until it goes on or is ended. Whether there were any."""
        found = False
        for run, state in [(row["id"], row["state"]) for row in rows]:
            if state not in ("running", "interrupted") or not isinstance(run, str):
                continue
            with suppress(Timeout, OSError, InputError):  # it is gone, or nothing can be written
                if state == "interrupted" and heart.last_beat(self.files.heart(run)) is None:
                    continue  # by an earlier version, which did not go on with runs by itself
                if self.files.lives(run):
                    beat = heart.stopped(self.files.heart(run)) if state == "running" else None
                    if beat is None:
                        self._silent.pop(run, None)
                    else:
                        found |= self._interrupt(run, state, beat)
                    continue
                with self.files.liveness_lock(run).acquire(blocking=False):
                    found |= self._interrupt(run, state, None)
        return found

    def _as_seen(self, run: Seen) -> Seen:
        """A run as its row has it; interrupted where its trainer no longer answers and nobody can write so, as that process was
        suspended while it held the database."""
        if run.state != "running" or run.id not in self._silent:
            return run
        return replace(run, state="interrupted", reason=self._silent[run.id])

    def _interrupt(self, run: str, was: State, beat: heart.Beat | None) -> bool:
        """Write what becomes of a run, by its state and the last beat of a trainer that is there; whether it still was so."""
        if beat is not None:
            self._silent[run] = SILENT.format(beat.who)
        with self._database.write(seconds=0.1) as database:
            state, reason = (
                ("interrupted", self._silent[run]) if beat else after_death(self.files.folder(run))
            )
            changed = database.execute(
                "UPDATE runs SET state = CASE WHEN stop_wanted AND ? != 'interrupted' THEN 'stopped' ELSE ? END, "
                "reason = ?, seconds_left = NULL WHERE id = ? AND state = ?",
                (state, state, reason, run, was),
            )
            return changed.rowcount == 1

    def _set(self, run: str, **values: object) -> None:
        with self._database.write() as database:
            change_row(database, run, **values)

    def _keep_house(self) -> None:
        """Once a day, whoever opens or lists the folder sweeps it."""
        if time.time() - self._swept < DAY / 24:
            return
        self._swept = time.time()
        stamp = self.home / "swept"
        with suppress(InputError, OSError):
            if self.notice is None and not (stamp.exists() and time.time() - stamp.lstat().st_mtime < DAY):
                self._database.keep_reserve()
                if self.trash.sweep():
                    write_whole(stamp, b"")
                else:
                    self._swept = 0.0
