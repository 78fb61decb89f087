"""Rows of the database as they are read: runs, and what they have measured."""

from __future__ import annotations

import json
import sqlite3

from nashcore.learning import History, Replicate, roster_from_json
from nashcore.runs.arrays import readable, unpack_epoch
from nashcore.runs.files import Files

RUN = """
SELECT rowid, id, title, config, state, reason, created, share, seconds, seconds_left, tags,
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
