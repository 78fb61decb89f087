"""What is noted down of a run for lists: settings in words, means of its last epoch, where they come from, and its size."""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from nashcore.errors import InputError
from nashcore.learning import Replicate, Roster, roster_from_json, unit_values
from nashcore.metrics import METRICS
from nashcore.runs.arrays import readable, unpack_epoch
from nashcore.runs.config import TrainingConfig
from nashcore.runs.database import Database
from nashcore.runs.files import Files
from nashcore.runs.listing import SUMMARY_VERSION
from nashcore.runs.provenance import Provenance
from nashcore.runs.run import config_of
from nashcore.runs.settings import settings_in_words

AT_ONCE = 100
"""Runs that are noted down in one transaction."""

_ROW = """SELECT config, outline, (SELECT COUNT(*) FROM epochs WHERE run = id) AS epochs,
    (SELECT content FROM epochs WHERE run = id ORDER BY epoch DESC LIMIT 1) AS content,
    (SELECT json_group_array(json_array(arm, split, seed)) FROM stopped WHERE run = id) AS gone FROM runs WHERE id = ?"""


@dataclass(frozen=True)
class Summaries:
    """What is noted down of the runs of a folder.

    Attributes:
        database: the runs' rows.
        files: the runs' files.
    """

    database: Database
    files: Files

    def fill(
        self,
        runs: Sequence[str],
        seconds: float = math.inf,
        told: Callable[[float], None] = lambda share: None,
    ) -> dict[str, str]:
        """Note down what these runs come to, as far as the folder can be written.

        Args:
            runs: their ids.
            seconds: how long it may take; what is not done then stays to be done.
            told: told the share done, from 0 to 1.

        Returns:
            By id why a run's config cannot be read, in a sentence: it is damaged.

        Raises:
            InputError: the database cannot be read.
        """
        until = time.monotonic() + seconds
        refused: dict[str, str] = {}
        rows: list[tuple[object, ...]] = []
        for place, run in enumerate(runs):
            if time.monotonic() > until:
                break
            for row in self.database.rows(_ROW, (run,)):
                try:
                    rows.append(self._summary(run, row))
                except InputError as why:
                    refused[run] = str(why)
            if len(rows) >= AT_ONCE:
                self._write(rows)
                rows = []
                told(place / len(runs))
        self._write(rows)
        return refused

    def _write(self, rows: list[tuple[object, ...]]) -> None:
        if not rows:
            return
        with (
            suppress(InputError),
            self.database.write() as database,
        ):  # else whoever lists the runs next does it
            database.executemany(
                "INSERT OR REPLACE INTO summaries SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? "
                "WHERE EXISTS (SELECT 1 FROM runs WHERE id = ? AND config = ?)",
                rows,
            )

    def _summary(self, run: str, row: sqlite3.Row) -> tuple[object, ...]:
        """A run's row of the table, with its id and the text of the config that it was made of."""
        config = config_of(row["config"], self.files.named)
        counted = (row["epochs"], config.epochs, config.models, self.files.size(run))
        texts = map(json.dumps, (settings_in_words(config), _figures(row, config), self._origin(run)))
        return (run, SUMMARY_VERSION, *counted, *texts, run, row["config"])

    def _origin(self, run: str) -> dict[str, Any]:
        """What a list tells of where the run's numbers come from; nothing where it is not known."""
        try:
            found = self.files.provenance(run)
        except InputError:  # damaged: the run's own page says so
            return {}
        return {} if found is None else origin_words(found)


def origin_words(found: Provenance) -> dict[str, Any]:
    """A run's provenance by the names of `nashcore.runs.listing.ORIGIN`; several processes as long as they are not the same."""

    def of_all(name: str) -> str:
        return " then ".join(dict.fromkeys(str(getattr(one, name)) for one in found.processes))

    libraries = [
        ", ".join(f"{name} {number}" for name, number in one.libraries.items()) for one in found.processes
    ]
    return {
        "started": min((one.started for one in found.processes), default=None),
        **{name: of_all(name) for name in ("program", "source")},
        "libraries": " then ".join(dict.fromkeys(libraries)),
        **{name: of_all(name) for name in ("processor", "threads", "device")},
        "data": " ".join(digest[:12] for digest in found.data),
        "config": found.config[:12],
    }


def _figures(row: sqlite3.Row, config: TrainingConfig) -> dict[str, Any]:
    """Means and standard deviations of the last epoch over splits or seeds, by metric and arm; nothing where they are damaged."""
    if row["outline"] is None or row["content"] is None:
        return {}
    try:
        with readable("figures"):
            roster = roster_from_json(row["outline"])
            values = unpack_epoch(row["epochs"] - 1, row["content"]).metrics
            gone = {(arm, Replicate(split, seed)) for arm, split, seed in json.loads(row["gone"])}
            titles = {arm.name: arm.title for arm in config.arms()}
            return {"titles": titles} | {
                name: {
                    "smaller": METRICS[name].smaller_is_better,
                    "arms": {
                        arm: spread
                        for place, arm in enumerate(roster.arms)
                        if (spread := _spread(found[place], arm, gone, roster)) is not None
                    },
                }
                for name, found in values.items()
                if name in METRICS
            }
    except InputError:
        return {}


def _spread(
    values: Any, arm: str, gone: set[tuple[str, Replicate]], roster: Roster
) -> tuple[float, float | None] | None:
    """Mean and standard deviation (n - 1) of an arm's [N] values; None where the mean does not exist."""
    kept = np.array([(arm, one) not in gone for one in roster.replicates])
    units = unit_values(np.asarray(values, float), kept, roster)
    if not len(units) or not np.isfinite(units).all():
        return None
    std = round(float(units.std(ddof=1)), 6) if len(units) > 1 else None
    return round(float(units.mean()), 6), std
