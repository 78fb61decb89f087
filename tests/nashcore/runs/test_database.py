"""The layout in versions: an older folder is brought up, a newer one is read and never written."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.learning import Replicate, summarise
from nashcore.runs.database import VERSION
from nashcore.runs.places import ensure_worker
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out, serve
from tests.nashcore.runs.quick_config import own, own_table, quick_config

FIRST_LAYOUT = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, config TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL, share REAL NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0, seconds_left REAL,
    stop_wanted INTEGER NOT NULL DEFAULT 0, outline TEXT, notices TEXT NOT NULL DEFAULT '[]',
    stopped TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE epochs (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, epoch INTEGER NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (run, epoch)
);
"""
FIRST_COLUMNS = (
    "id, title, config, state, reason, created, share, seconds, seconds_left, stop_wanted, outline, notices"
)
STOPPED = [["nash_ltr", 0, "Its loss was no longer a finite number."], ["ltr", 0, "It too."]]


def sql(home: Path, *statements: str) -> list[tuple[object, ...]]:
    """What the last statement finds in a folder's database."""
    with closing(sqlite3.connect(home / "runs.sqlite")) as database, database:
        return [database.execute(statement).fetchall() for statement in statements][-1]


def finished(home: Path, **changes: object) -> str:
    """A folder with one finished run."""
    store = Store(home)
    with store.begin(quick_config(**changes), "As it was") as run:
        carry_out(store, run)
    return run.id


def first_version(home: Path, new: Path, version: int, stopped: str) -> None:
    """A folder as the first version wrote it, by hand, with the run of a new folder."""
    home.mkdir()
    with closing(sqlite3.connect(home / "runs.sqlite")) as database:
        database.executescript(FIRST_LAYOUT)
        database.execute("ATTACH ? AS new", (str(new / "runs.sqlite"),))
        database.execute(f"INSERT INTO runs SELECT {FIRST_COLUMNS}, ? FROM new.runs", (stopped,))  # noqa: S608
        database.execute("INSERT INTO epochs SELECT * FROM new.epochs")
        database.execute("UPDATE runs SET outline = json_remove(outline, '$.splits')")
        database.execute("UPDATE runs SET config = json_remove(config, '$.split_seeds')")
        database.execute(f"PRAGMA user_version = {version}")
        database.commit()


@pytest.mark.parametrize("version", [0, 1])
def test_a_folder_of_the_first_version_is_brought_up_with_everything_in_it(
    tmp_path: Path, version: int
) -> None:
    run = finished(tmp_path / "new", split_seed=5)
    first_version(tmp_path / "old", tmp_path / "new", version, json.dumps(STOPPED))
    store, new = Store(tmp_path / "old"), Store(tmp_path / "new")
    assert sql(store.home, "PRAGMA user_version") == [(VERSION,)]
    assert store.notice is None
    assert store.get(run) == new.get(run)
    history, expected = store.history(run), new.history(run)
    assert history is not None
    assert expected is not None
    assert history.stopped == {(arm, Replicate(5, seed)): reason for arm, seed, reason in STOPPED}
    history.stopped = {}
    assert summarise(history.result()) == summarise(expected.result())
    layouts = [
        sql(home, "SELECT sql FROM sqlite_master WHERE name = 'stopped'") for home in tmp_path.iterdir()
    ]
    assert layouts[0] == layouts[1]
    Store(store.home).rename(run, "Goes on")
    Store(store.home).delete(run, for_good=True)
    assert sql(store.home, "SELECT * FROM stopped") == []


def test_a_damaged_list_of_stopped_models_costs_that_list_alone(tmp_path: Path) -> None:
    run = finished(tmp_path / "new")
    first_version(tmp_path / "old", tmp_path / "new", 1, "[[no list")
    history = Store(tmp_path / "old").history(run)
    assert history is not None
    assert (len(history.epochs), history.stopped) == (2, {})


@pytest.mark.slow  # three processes, each of which loads PyTorch
def test_processes_that_open_an_older_folder_at_once_all_get_it(tmp_path: Path) -> None:
    run = finished(tmp_path / "new")
    first_version(tmp_path / "old", tmp_path / "new", 1, json.dumps(STOPPED))
    code = "import pathlib, sys; from nashcore.runs.store import Store; print(len(Store(pathlib.Path(sys.argv[1])).runs()))"
    opened = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "old")], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    assert [process.communicate()[0].strip() for process in opened] == ["1"] * 3
    assert sql(tmp_path / "old", "SELECT run FROM stopped") == [(run,), (run,)]


WRITES: dict[str, Callable[[Store, str, Path], object]] = {
    "add": lambda store, run, folder: store.add(quick_config()),
    "add a table": lambda store, run, folder: store.add(own(own_table(folder))),
    "upload": lambda store, run, folder: store.files.add_stream(io.BytesIO(b"a"), ".csv"),
    "begin": lambda store, run, folder: store.begin(quick_config()).__enter__(),
    "claim": lambda store, run, folder: store.claim(run).__enter__(),
    "rename": lambda store, run, folder: store.rename(run, "Other"),
    "stop": lambda store, run, folder: store.stop(run),
    "resume": lambda store, run, folder: store.resume(run, 5),
    "delete": lambda store, run, folder: store.delete(run),
    "tag": lambda store, run, folder: store.tag(run, ["a"]),
    "move": lambda store, run, folder: store.queue.move(run, "first"),
    "end": lambda store, run, folder: store.end(run, "failed"),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_newer_folder_is_read_and_never_written(tmp_path: Path, name: str) -> None:
    run = finished(tmp_path / "runs")
    early = Store(tmp_path / "runs")  # one that was open when the newer version came
    sql(
        early.home,
        "ALTER TABLE runs ADD COLUMN colour TEXT",
        "INSERT INTO runs (id, title, config, state, created) SELECT 'abcdef01', 'Runs', config, 'running', 1 FROM runs",
        f"PRAGMA user_version = {VERSION + 1}",
    )
    before = sql(early.home, "SELECT * FROM runs")
    files = sorted(tmp_path.rglob("*"))
    for store in (early, Store(early.home)):
        assert store.notice is not None
        assert "was written by a newer version" in store.notice
        assert {one.id: one.state for one in store.runs()} == {run: "finished", "abcdef01": "running"}
        history = store.history(run)
        assert history is not None
        assert len(history.epochs) == 2
        with pytest.raises(InputError, match="was written by a newer version of this program"):
            WRITES[name](store, run, tmp_path)
        serve(store)
        ensure_worker(store)
    assert sql(early.home, "SELECT * FROM runs") == before
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in files and path.suffix != ".csv"] == []
    assert sql(early.home, "PRAGMA user_version") == [(VERSION + 1,)]


def test_a_folder_that_is_taken_away_from_a_server_is_begun_anew(tmp_path: Path) -> None:
    home = tmp_path / "runs"
    store = Store(home)
    before = store.add(quick_config()).id
    stamp = store.stamp
    shutil.rmtree(home)
    assert store.stamp != stamp
    store.make_if_gone()
    assert store.runs() == []
    assert store.notice is None
    (home / "runs.sqlite").unlink()
    store.make_if_gone()
    run = store.add(quick_config()).id
    assert run != before
    assert [one.id for one in Store(home).runs()] == [run]
    shutil.rmtree(home)
    with pytest.raises(InputError):
        store.get(run)
    assert not home.exists()  # nobody asked for a new one: it may be on its way out
