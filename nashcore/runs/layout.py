"""The layout of the database of runs, in versions: what makes each out of the one before."""

from __future__ import annotations

import json
import re
import sqlite3

RUN_ID = re.compile(r"[0-9a-f]{8}")
"""What a run is called."""

FILES = ("csv", "splits")
"""Values of a config that are files, kept as their names in the store's folder of tables."""

_SPLIT = """COALESCE(CASE
    WHEN json_valid(config) AND json_extract(config, '$.splits') IS NULL THEN json_extract(config, '$.split_seed') END, 0)"""
"""In SQL, the split of a run that has one."""


_STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE IF NOT EXISTS runs (
            id TEXT PRIMARY KEY, title TEXT NOT NULL, config TEXT NOT NULL, state TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '', created REAL NOT NULL, share REAL NOT NULL DEFAULT 0,
            seconds REAL NOT NULL DEFAULT 0, seconds_left REAL, stop_wanted INTEGER NOT NULL DEFAULT 0, outline TEXT,
            notices TEXT NOT NULL DEFAULT '[]', stopped TEXT NOT NULL DEFAULT '[]'
        )""",
        """CREATE TABLE IF NOT EXISTS epochs (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, epoch INTEGER NOT NULL, content BLOB NOT NULL,
            PRIMARY KEY (run, epoch)
        )""",
    ),
    (  # A model that stops is a row of its own, not an entry in a list that has to be written anew.
        """CREATE TABLE stopped (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, arm TEXT NOT NULL, seed INTEGER NOT NULL,
            reason TEXT NOT NULL, PRIMARY KEY (run, arm, seed)
        )""",
        """INSERT INTO stopped
            SELECT runs.id, json_extract(model.value, '$[0]'), json_extract(model.value, '$[1]'),
                json_extract(model.value, '$[2]')
            FROM runs, json_each(CASE WHEN json_valid(runs.stopped) THEN runs.stopped ELSE '[]' END) AS model""",
        "ALTER TABLE runs DROP COLUMN stopped",
    ),
    (  # Models are told apart by split and seed, and a run's outline names its splits.
        "ALTER TABLE stopped RENAME TO stopped_before",
        """CREATE TABLE stopped (
            run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, arm TEXT NOT NULL, split INTEGER NOT NULL,
            seed INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (run, arm, split, seed)
        )""",
        f"""INSERT INTO stopped
            SELECT run, arm, {_SPLIT}, seed, stopped_before.reason
            FROM stopped_before JOIN runs ON runs.id = stopped_before.run ORDER BY stopped_before.rowid""",  # noqa: S608  nothing of it comes from outside
        "DROP TABLE stopped_before",
        f"""UPDATE runs SET outline = json_set(outline, '$.splits', json_array({_SPLIT}))
            WHERE outline IS NOT NULL AND json_valid(outline)""",  # noqa: S608
    ),
    (  # A run keeps the names of its own table and splits, not their paths, so that the folder can be moved and copied.
        "UPDATE runs SET config = COALESCE(with_names(CAST(config AS BLOB)), config)",
        """CREATE TABLE trash (
            run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, deleted REAL NOT NULL
        )""",
    ),
    (  # Runs wait in an order that can be changed, and have tags.
        "ALTER TABLE runs ADD COLUMN place REAL",
        "ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    ),
    (  # Runs have notes, and what a list shows of them is kept beside them, so that long lists are read at once.
        "ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        """CREATE TABLE summaries (
            run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, version INTEGER NOT NULL, epochs INTEGER NOT NULL,
            wanted INTEGER NOT NULL, models INTEGER NOT NULL, bytes INTEGER NOT NULL, settings TEXT NOT NULL,
            figures TEXT NOT NULL, origin TEXT NOT NULL
        )""",
        """CREATE TRIGGER summary_of_another_config AFTER UPDATE OF config ON runs WHEN old.config IS NOT new.config
            BEGIN DELETE FROM summaries WHERE run = old.id; END""",
    ),
    (  # Sweeps: configs that belong together, each with the run that was made of it.
        """CREATE TABLE sweeps (
            id TEXT PRIMARY KEY, title TEXT NOT NULL, metric TEXT NOT NULL, created REAL NOT NULL
        )""",
        """CREATE TABLE sweep_runs (
            sweep TEXT NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE, place INTEGER NOT NULL, config TEXT NOT NULL,
            run TEXT REFERENCES runs (id) ON DELETE SET NULL, PRIMARY KEY (sweep, place)
        )""",
        "CREATE INDEX sweep_of_run ON sweep_runs (run)",
    ),
)
"""What makes each version of the layout out of the one before; a step that was once released stays as it is."""

VERSION = len(_STEPS)
"""Of the layout."""

TABLES = ("runs", "epochs", "stopped", "trash", "sweeps", "sweep_runs")
"""Those that cannot be made again from others."""


def version_of(database: sqlite3.Connection) -> int:
    """The version of a database's layout; 0 of one that is new."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def bring_up(database: sqlite3.Connection, version: int = VERSION) -> None:
    """Take the steps that the layout lacks, all or none; of several processes one takes them, and the others wait."""
    database.create_function("with_names", 1, _with_names)
    database.execute("BEGIN IMMEDIATE")
    for step in _STEPS[version_of(database) : version]:
        for statement in step:
            database.execute(statement)
    if version_of(database) < version:
        database.execute(f"PRAGMA user_version = {version}")
    database.execute("COMMIT")


def file_name(path: str) -> str:
    """The last part of a path as any system writes it."""
    return path.replace("\\", "/").rpartition("/")[2]


def _with_names(config: bytes) -> str | None:
    """A stored config with the names of its files in the place of their paths; None where it has none, or cannot be read."""
    try:
        values = json.loads(config)
    except (ValueError, RecursionError):
        return None
    paths = {name: values.get(name) for name in FILES} if isinstance(values, dict) else {}
    names = {name: file_name(path) for name, path in paths.items() if isinstance(path, str)}
    return json.dumps({**values, **names}) if names else None
