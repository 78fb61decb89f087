"""How long a list of ten thousand runs takes: read by the engine, on the command line, and on the page.

The store is made in a temporary folder: one run is trained, and its rows, figures and provenance are copied with other learning
rates, seeds and titles. Times are of the wall clock; a machine that does something else shows larger ones.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from nashcore.runs import Register, Store, TrainingConfig
from nashcore.runs.worker import carry_out

EPOCHS = 50
"""Epochs of every copied run; all but the last hold nothing, since a list reads none of them, save in the newest runs."""

_ROOT = Path(__file__).parent.parent


def run(runs: int = 10_000, rounds: int = 3) -> dict[str, Any]:
    """Measure.

    Args:
        runs: how many the store holds.
        rounds: how often each way is timed; the fastest counts.

    Returns:
        "runs"; "seconds": of "making_up" (once, for a store that an earlier version wrote: what lists show is noted down for every
        run), "engine" (reading the list), "command_line" (`runs list` in a process of its own, with what Python and its imports
        take), "command_line_all" (the same with every run printed), "command_line_json", and "page" (the script of the Compare
        page, as Streamlit's test harness runs it, without the browser); "user_seconds": the processor time of "command_line" and
        "command_line_all", which a busy machine changes less.
    """
    with tempfile.TemporaryDirectory(prefix="bench-runs-") as folder:
        home = Path(folder) / "runs"
        store = _filled(home, runs)
        begun = time.perf_counter()
        store.listing(seconds=float("inf"))
        making_up = time.perf_counter() - begun
        before = os.environ.get("NASH_RUNS_HOME")
        os.environ["NASH_RUNS_HOME"] = str(home)
        try:
            lists = {
                "command_line": ("runs", "list"),
                "command_line_all": ("runs", "list", "--limit", "0"),
                "command_line_json": ("runs", "list", "--json"),
            }
            seconds = {name: _fastest(partial(_command, *words), rounds) for name, words in lists.items()}
            user = {name: min(_command(*lists[name]) for _ in range(rounds)) for name in list(lists)[:2]}
            page = _fastest(_page, rounds)
        finally:
            os.environ.pop("NASH_RUNS_HOME")
            if before is not None:
                os.environ["NASH_RUNS_HOME"] = before
        engine = _fastest(lambda: Register(home).listing(), rounds)
    return {
        "runs": runs,
        "seconds": {"making_up": making_up, "engine": engine, **seconds, "page": page},
        "user_seconds": user,
    }


def _fastest(work: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def _command(*words: str) -> float:
    """The processor time of a command."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "nashcore", *words], cwd=_ROOT, check=True, capture_output=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _page() -> None:
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(_ROOT / "app.py"), default_timeout=300)
    app.switch_page("pages/5_Compare.py")
    app.run()
    if app.exception:
        raise RuntimeError(app.exception[0].value)


def _filled(home: Path, runs: int) -> Store:
    """A store with so many runs, of which nothing is noted down for lists."""
    store = Store(home)
    config = TrainingConfig.from_json(
        '{"dataset": "titanic", "sensitive": "sex", "seeds": 2, "epochs": 1, "schedules": "two_stage:1", "device": "cpu"}'
    )
    with store.begin(config, "the first") as first:
        carry_out(store, first)
    with closing(sqlite3.connect(home / "runs.sqlite")) as database, database:
        database.execute(
            """INSERT INTO runs (id, title, config, state, created, share, seconds, outline, tags)
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
            SELECT printf('%08x', n), 'run ' || n,
                json_set(config, '$.lr', 0.0001 * (1 + n % 50), '$.epochs', ?, '$.split_seed', n % 20), state, created - n, 1,
                seconds, outline, CASE n % 10 WHEN 0 THEN '["tenth"]' ELSE '[]' END
            FROM numbers, runs WHERE id = ?""",
            (runs - 1, EPOCHS, first.id),
        )
        database.execute(
            """INSERT INTO epochs
            WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
            SELECT runs.id, n, CASE WHEN n = ? OR runs.id < '00000009' THEN content ELSE x'' END FROM runs, numbers, epochs
            WHERE epochs.run = ? AND epochs.epoch = 0 AND runs.id != epochs.run""",
            (EPOCHS - 1, EPOCHS - 1, first.id),
        )
        names = [row[0] for row in database.execute("SELECT id FROM runs WHERE id != ?", (first.id,))]
    for name in names:
        folder = store.files.folder(name)
        folder.mkdir()
        shutil.copyfile(store.files.folder(first.id) / "provenance.json", folder / "provenance.json")
    return store
