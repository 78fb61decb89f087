"""Rows of the database as they are read: runs, and what they have measured."""

from __future__ import annotations

import json
import sqlite3

from nashcore.errors import InputError
from nashcore.learning import History, Replicate, roster_from_json
from nashcore.runs.arrays import readable, unpack_epoch
from nashcore.runs.files import Files

RUN = """
SELECT rowid, id, title, config, state, reason, created, share, seconds, seconds_left, tags, note,
    (SELECT deleted FROM trash WHERE run = id) AS deleted,
    (SELECT COUNT(*) FROM epochs WHERE run = id) AS epochs FROM runs
"""
"""In SQL, all that a `nashcore.runs.run.Run` is made of."""


def read_history(
    database: sqlite3.Connection, files: Files, run: str, so_far: History | None
) -> History | None:
    """See `nashcore.runs.store.Store.history`."""
    row = database.execute("SELECT outline, notices, seconds FROM runs WHERE id = ?", (run,)).fetchone()
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
    history.natural_test = files.natural_test(run)
    history.serious = files.serious_findings(run)
    return history


def read_last_epochs(database: sqlite3.Connection, sweep: str) -> dict[str, History | str]:
    """What the last epoch that is done of each of a sweep's runs measured, by the run's id; a sentence for one that is damaged."""
    rows = database.execute(
        """SELECT runs.id, outline, notices, runs.seconds, epoch, content
        FROM sweep_runs JOIN runs ON runs.id = sweep_runs.run
        JOIN epochs ON epochs.run = runs.id AND epoch = (SELECT MAX(epoch) FROM epochs WHERE run = runs.id)
        WHERE sweep = ? AND outline IS NOT NULL""",
        (sweep,),
    ).fetchall()
    stopped: dict[str, dict[tuple[str, Replicate], str]] = {}
    for row in database.execute(
        "SELECT stopped.* FROM stopped JOIN sweep_runs ON sweep_runs.run = stopped.run WHERE sweep = ?",
        (sweep,),
    ):
        stopped.setdefault(row["run"], {})[row["arm"], Replicate(row["split"], row["seed"])] = row["reason"]
    found: dict[str, History | str] = {}
    for row in rows:
        try:
            with readable(f"figures of run {row['id']}"):
                found[row["id"]] = History(
                    roster_from_json(row["outline"]),
                    [unpack_epoch(row["epoch"], row["content"])],
                    stopped.get(row["id"], {}),
                    tuple(json.loads(row["notices"])),
                    row["seconds"],
                )
        except InputError as damaged:
            found[row["id"]] = str(damaged)
    return found
