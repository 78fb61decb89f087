"""Sweeps as the database keeps them: configs that belong together, each with the run that was made of it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nashcore.errors import InputError, quoted
from nashcore.learning import History
from nashcore.runs.config import TrainingConfig
from nashcore.runs.database import Database
from nashcore.runs.layout import RUN_ID
from nashcore.runs.reading import read_last_epochs
from nashcore.runs.row import clean_title
from nashcore.runs.run import config_of


@dataclass(frozen=True)
class Place:
    """One of a sweep's configs.

    Attributes:
        number: from 0, in the order of the sweep.
        config: what is run.
        run: the run that was made of it; None where it has not begun, or was deleted.
    """

    number: int
    config: TrainingConfig
    run: str | None


@dataclass(frozen=True)
class Sweep:
    """A sweep.

    Attributes:
        id: eight hexadecimal digits, the same for the same configs.
        title: what people call it.
        metric: the metric that it is about, one of `nashcore.metrics.METRICS`.
        created: when it was asked for, in seconds since 1970.
        places: its configs.
    """

    id: str
    title: str
    metric: str
    created: float
    places: tuple[Place, ...]


class KeptSweeps:
    """The sweeps of a store.

    Args:
        database: the store's.
        named: where a table or splits are that a config names.
    """

    def __init__(self, database: Database, named: Callable[[str], Path]) -> None:
        self._database, self._named = database, named

    def put(self, title: str, metric: str, configs: Sequence[str]) -> str:
        """Keep a sweep; one of the same configs that is there already gets the title and the metric.

        Args:
            title: what to call it.
            metric: what it is about.
            configs: as the store keeps them (see `nashcore.runs.run.config_text`).

        Returns:
            Its id.
        """
        sweep = sweep_id(configs)
        with self._database.write() as database:
            database.execute(
                "INSERT INTO sweeps VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
                "metric = excluded.metric",
                (sweep, clean_title(title), metric, time.time()),
            )
            database.executemany(
                "INSERT OR IGNORE INTO sweep_runs (sweep, place, config) VALUES (?, ?, ?)",
                [(sweep, place, config) for place, config in enumerate(configs)],
            )
        return sweep

    def get(self, sweep: str) -> Sweep:
        """A sweep.

        Raises:
            InputError: there is none of this id, or it cannot be read.
        """
        found = self._database.rows("SELECT * FROM sweeps WHERE id = ?", (sweep,))
        if not RUN_ID.fullmatch(sweep) or not found:
            raise InputError(
                f"There is no sweep {quoted(sweep)} in {self._database.home}. See: python -m nashcore sweep list"
            )
        places = self._database.rows(
            "SELECT place, config, (SELECT id FROM runs WHERE id = sweep_runs.run AND id NOT IN (SELECT run FROM trash)) AS run "
            "FROM sweep_runs WHERE sweep = ? ORDER BY place",
            (sweep,),
        )
        try:
            return self._sweep(found[0], places)
        except InputError as refused:
            raise InputError(f"Sweep {sweep} cannot be read. {refused}") from None

    def _sweep(self, row: sqlite3.Row, places: Sequence[sqlite3.Row]) -> Sweep:
        found = tuple(
            Place(int(one["place"]), config_of(one["config"], self._named), one["run"]) for one in places
        )
        return Sweep(row["id"], str(row["title"]), str(row["metric"]), float(row["created"]), found)

    def last_epochs(self, sweep: str) -> dict[str, History | str]:
        """What the last epoch that is done of each of a sweep's runs measured, by the run's id; a sentence for one that is
        damaged."""

        def read() -> dict[str, History | str]:
            with self._database.read() as database:
                return read_last_epochs(database, sweep)

        return self._database.tried(read)

    def ids(self) -> list[str]:
        """The ids of all sweeps, the newest first."""
        rows = self._database.rows("SELECT id FROM sweeps ORDER BY created DESC, rowid DESC")
        return [row["id"] for row in rows if RUN_ID.fullmatch(str(row["id"]))]

    def attach(self, sweep: str, place: int, run: str) -> None:
        """A run was made of this place's config."""
        with self._database.write() as database:
            database.execute(
                "UPDATE sweep_runs SET run = ? WHERE sweep = ? AND place = ?", (run, sweep, place)
            )

    def forget(self, sweep: str) -> None:
        """Forget a sweep; its runs stay.

        Raises:
            InputError: there is none of this id.
        """
        with self._database.write() as database:
            if not database.execute("DELETE FROM sweeps WHERE id = ?", (sweep,)).rowcount:
                raise InputError(f"There is no sweep {quoted(sweep)} in {self._database.home}.")

    def finished(self) -> dict[str, str]:
        """Finished runs by the digest of their configs, the first of each; of the whole store."""
        rows = self._database.rows(
            "SELECT id, config FROM runs WHERE state = 'finished' AND id NOT IN (SELECT run FROM trash) ORDER BY rowid DESC"
        )
        return {text_digest(row["config"]): row["id"] for row in rows}


def text_digest(config: str) -> str:
    """SHA-256 of a config as the store keeps it: the one that a run's provenance names."""
    try:
        values = json.loads(config)
    except (ValueError, RecursionError):  # damaged; it is nobody's
        values = config
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def sweep_id(configs: Sequence[str]) -> str:
    """What a sweep of these configs is called."""
    return hashlib.sha256("\n".join(map(text_digest, configs)).encode()).hexdigest()[:8]
