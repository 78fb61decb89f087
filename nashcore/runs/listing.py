"""The list of runs: what a table shows of each, read at once from what was noted down when it was taken in and when it ended.

No config is validated and no figures are unpacked here, so that ten thousand runs are listed in a moment, without the libraries
that train.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nashcore.errors import InputError
from nashcore.runs.database import Database
from nashcore.runs.row import OVER, Damaged, State, checked, name_of

METRICS_FIRST = ("overall_auc", "max_gaucd")
"""The metrics of a list where none is chosen."""

SUMMARY_VERSION = 1
"""Of what is noted down; another version's is made anew."""

DIGITS = 3
"""Decimals with which means are compared, as they are printed: equal ones are best together."""


@dataclass(frozen=True)
class Figure:
    """A metric of a run at its last epoch.

    Attributes:
        smaller: whether less of it is better.
        arms: by arm, the mean and the standard deviation (n - 1) over the run's splits, or its seeds where it has one split; None
            where there is none.
        titles: what people call the arms.
    """

    smaller: bool
    arms: Mapping[str, tuple[float, float | None]]
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def best(self) -> tuple[str, ...]:
        """The arms with the best mean, several where it is the same as printed. It says nothing about chance."""
        if not self.arms:
            return ()
        means = {arm: round(mean, DIGITS) for arm, (mean, _) in self.arms.items()}
        top = (min if self.smaller else max)(means.values())
        return tuple(arm for arm, mean in means.items() if mean == top)

    @property
    def best_mean(self) -> float | None:
        """The best mean."""
        means = [mean for mean, _ in self.arms.values()]
        return (min if self.smaller else max)(means) if means else None

    @property
    def best_words(self) -> str:
        """Who has the best mean: "LtR + Nash", "LtR = LtR + Nash" where both do."""
        return " = ".join(self.titles.get(arm, arm) for arm in self.best)


@dataclass(frozen=True)
class Listed:
    """A run as a list shows it.

    Attributes:
        id, title, state, reason, created, epochs, seconds, deleted, tags, note: as in `nashcore.runs.run.Run`.
        wanted: epochs that it is to have; None where it was not noted down yet.
        models: how many.
        bytes: what its files take on the disk.
        settings: its settings by name, in words.
        origin: where its numbers come from, by `ORIGIN`'s names.
        figures: by metric, of those that were asked for.
        config: as the store keeps it, in JSON, where it was asked for.
    """

    id: str
    title: str
    state: State
    reason: str
    created: float
    epochs: int
    seconds: float
    deleted: float | None
    tags: tuple[str, ...]
    note: str
    wanted: int | None = None
    models: int | None = None
    bytes: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    origin: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    config: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in OVER

    @property
    def may_change(self) -> bool:
        """Whether something may happen to it without anybody asking for it: an interrupted run is gone on with."""
        return not self.over or self.state == "interrupted"

    @property
    def done(self) -> str:
        """Epochs done of those wanted, in words."""
        return f"{self.epochs} of {self.wanted}" if self.wanted is not None else str(self.epochs)

    @property
    def table(self) -> str:
        """The table and what makes its groups."""
        return f"{self.settings['dataset']}, by {self.settings['sensitive']}" if self.settings else ""


ORIGIN = ("started", "program", "source", "libraries", "processor", "threads", "device", "data", "config")
"""What a list tells of where a run's numbers come from: when training began (seconds since 1970), version and digest of the
program, versions of libraries, processor, threads, device, and digests of the data as trained on and of the config."""


@dataclass(frozen=True)
class Listing:
    """All that a folder of runs holds, at one moment.

    Attributes:
        runs: the newest first.
        deleted: those in the trash, the one deleted last first.
        damaged: rows that cannot be read as a run.
        lacking: ids of runs of which something has still to be noted down (see `nashcore.runs.summary`).
    """

    runs: tuple[Listed, ...]
    deleted: tuple[Listed, ...]
    damaged: tuple[Damaged, ...]
    lacking: tuple[str, ...]

    def without(self, refused: Mapping[str, str], aside: Sequence[Damaged] = ()) -> Listing:
        """The same with those runs set aside whose config cannot be read, for the given reasons, and with others."""
        kept, gone = (
            tuple(run for run in runs if run.id not in refused) for runs in (self.runs, self.deleted)
        )
        found = [Damaged(run.id, run.title, refused[run.id]) for run in self.runs if run.id in refused]
        lacking = tuple(run for run in self.lacking if run not in refused)
        return Listing(kept, gone, (*self.damaged, *found, *aside), lacking)

    @property
    def metrics(self) -> list[str]:
        """The metrics that were read of some run."""
        return list(dict.fromkeys(name for run in self.runs for name in run.figures))

    @property
    def bytes(self) -> int:
        """What the files of all runs take, those in the trash among them."""
        return sum(run.bytes or 0 for run in (*self.runs, *self.deleted))


_COLUMNS = (
    "id",
    "title",
    "state",
    "reason",
    "created",
    "epochs",
    "seconds",
    "deleted",
    "tags",
    "note",
    "config",
)


def size_words(count: float) -> str:
    """Bytes in words: "3.4 MB"."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def read_listing(
    database: Database,
    metrics: Iterable[str] = METRICS_FIRST,
    *,
    configs: bool = False,
    only: str | None = None,
) -> Listing:
    """The list of runs.

    Args:
        database: the store's.
        metrics: which figures to read; a name that is no metric's finds none.
        configs: whether to read the configs as well.
        only: the run to read; all when left out.

    Raises:
        InputError: the database cannot be read.
    """
    names = [name for name in dict.fromkeys(metrics) if re.fullmatch(r"\w{1,40}", name, re.ASCII)]
    figures = "".join(f", {_of_json(name)}" for name in ("titles", *names))
    rows = database.rows(
        f"""SELECT runs.rowid, id, title, state, reason, created, seconds, tags, note, deleted,
            (SELECT COUNT(*) FROM epochs WHERE epochs.run = id) AS epochs, summaries.epochs AS summed, wanted, models, bytes,
            settings, origin, {"config" if configs else "''"} AS config{figures}
        FROM runs LEFT JOIN trash ON trash.run = id LEFT JOIN summaries ON summaries.run = id AND version = {SUMMARY_VERSION}
        WHERE ? IS NULL OR id = ? ORDER BY created DESC, runs.rowid DESC""",  # noqa: S608  nothing of it comes from outside but names of letters and digits
        (only, only),
    )
    found: list[Listed] = []
    damaged: list[Damaged] = []
    lacking: list[str] = []
    for row in rows:
        try:
            run = _listed(row, names)
        except InputError as refused:
            if row["deleted"] is None:
                damaged.append(Damaged(name_of(row["id"], row["rowid"]), str(row["title"]), str(refused)))
            continue
        found.append(run)
        if not run.settings or (run.over and row["summed"] != run.epochs):
            lacking.append(run.id)
    gone = sorted((run for run in found if run.deleted is not None), key=lambda run: -(run.deleted or 0.0))
    kept = tuple(run for run in found if run.deleted is None)
    return Listing(kept, tuple(gone), tuple(damaged), tuple(lacking))


def _of_json(name: str) -> str:
    return (
        f"""CASE WHEN json_valid(figures) THEN json_extract(figures, '$."{name}"') END AS "figures_{name}" """
    )


def _listed(row: sqlite3.Row, metrics: Sequence[str]) -> Listed:
    values = checked(row, _COLUMNS)
    settings = _object(row["settings"])
    if not settings:
        return Listed(**values)
    summed = row["summed"] == values["epochs"]
    titles = _object(row["figures_titles"]) if summed else {}
    figures = {
        name: Figure(bool(one.get("smaller")), _numbers(one.get("arms")), titles)
        for name in metrics
        if summed and (one := _object(row[f"figures_{name}"]))
    }
    noted = {name: row[name] for name in ("wanted", "models", "bytes")}
    return Listed(**values, **noted, settings=settings, origin=_object(row["origin"]), figures=figures)


def _object(text: object) -> dict[str, Any]:
    """An object in JSON; nothing where the text is none."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _numbers(arms: object) -> dict[str, tuple[float, float | None]]:
    return {arm: (mean, std) for arm, (mean, std) in arms.items()} if isinstance(arms, dict) else {}
