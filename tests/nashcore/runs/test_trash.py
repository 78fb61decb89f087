"""Deleting: with a way back for a while, inside the folder of runs alone, wherever that folder is."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.layout import VERSION, bring_up
from nashcore.runs.store import Store
from nashcore.runs.trash import DAY, KEEP_DAYS
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table, quick_config


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def trained(store: Store, table: Path | None = None) -> str:
    config = quick_config(seeds=1) if table is None else own(table, seeds=1)
    with store.begin(config) as run:
        carry_out(store, run)
    return run.id


def sql(home: Path, statement: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "runs.sqlite")) as database, database:
        return database.execute(statement, values).fetchall()


def _laid_out(path: Path, version: int) -> None:
    """Put a database into an earlier layout, with as much of its rows as fits."""
    new = path.with_name("new.sqlite")
    with closing(sqlite3.connect(new, isolation_level=None)) as database:
        bring_up(database, version)
        database.execute("ATTACH ? AS now", (str(path),))
        for (table,) in database.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table'"
        ).fetchall():
            rows = database.execute(f"PRAGMA main.table_info({table})").fetchall()
            columns = ", ".join(name for _, name, *_ in rows)
            database.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")  # noqa: S608
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    new.replace(path)


def as_layout_3(home: Path, tables: Path) -> None:
    """The folder as the version before wrote it: with paths, and without a trash."""
    for run, config in sql(home, "SELECT id, config FROM runs"):
        values = json.loads(str(config))
        for name in ("csv", "splits"):
            if values.get(name):
                values[name] = str(tables / values[name])
        sql(home, "UPDATE runs SET config = ? WHERE id = ?", json.dumps(values), run)
    _laid_out(home / "runs.sqlite", 3)
    for path in home.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_deleted_run_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    run, other = trained(store, own_table(tmp_path)), trained(store)
    before, models = store.get(run), store.files.models(run)
    begun = time.time()
    store.delete(run)
    assert [one.id for one in store.runs()] == [other]
    (gone,) = store.deleted()
    assert (gone.id, gone.title) == (run, before.title)
    assert begun <= (gone.deleted or 0) <= time.time()
    with pytest.raises(InputError, match=r"There is no run .* It is in the trash"):
        store.get(run)
    store.trash.restore(run)
    assert store.get(run) == before
    assert store.files.models(run).arms == models.arms
    assert before.config.csv is not None
    assert before.config.csv.exists()
    with pytest.raises(InputError, match=r"There is no run .* in the trash"):
        store.trash.restore(run)
    with pytest.raises(InputError, match="There is no run"):
        store.delete("0123abcd")


def test_the_trash_is_swept_by_time_and_can_be_emptied(store: Store, tmp_path: Path) -> None:
    run, later = trained(store, own_table(tmp_path)), trained(store)
    table = store.get(run).config.csv
    assert table is not None
    store.delete(run)
    store.delete(later)
    assert store.trash.sweep(time.time() + (KEEP_DAYS - 1) * DAY)
    assert len(store.deleted()) == 2
    sql(store.home, "UPDATE trash SET deleted = deleted - ? WHERE run = ?", KEEP_DAYS * DAY + 1, run)
    os.utime(store.home / "swept", (0, 0))
    store = Store(store.home)  # opening it sweeps, once a day
    assert [one.id for one in store.deleted()] == [later]
    assert not (store.home / "files" / run).exists()
    assert not table.exists()
    assert store.trash.empty() == 1
    assert store.deleted() == []
    assert sql(store.home, "SELECT * FROM epochs") == []


def test_leftovers_are_swept_and_nothing_else(store: Store, tmp_path: Path) -> None:
    run, lost = trained(store, own_table(tmp_path)), trained(store)
    table = store.get(run).config.csv
    assert table is not None
    sql(store.home, "DELETE FROM runs WHERE id = ?", lost)
    empty = store.home / "files" / "0123abcd"
    empty.mkdir()
    (empty / "alive.lock").touch()
    left = [
        store.home / "files" / run / "models.npz.ab12cd34.part",
        store.home / "tables" / "x.csv.part",
        store.home / "tables" / ("0" * 64 + ".csv"),
    ]
    for path in left:
        path.write_text("left")
    store.trash.sweep()
    assert all(path.exists() for path in (*left, empty))  # somebody may be at work on them
    old = time.time() - 2 * DAY
    for path in (*left, empty, table):
        os.utime(path, (old, old))
    store.trash.sweep()
    assert not any(path.exists() for path in (*left, empty))
    assert table.exists()
    assert [one.id for one in store.damaged()] == [
        lost
    ]  # it holds models: it is named, and kept as long as the trash
    store.trash.sweep(time.time() + (KEEP_DAYS + 1) * DAY)
    assert store.damaged() == []
    assert store.files.models(run).arms


def test_a_row_that_points_outside_touches_nothing_there(store: Store, tmp_path: Path) -> None:
    victims = [tmp_path / "precious.csv", tmp_path / ("a" * 64 + ".csv"), tmp_path / "runs2" / "tables"]
    victims[2].mkdir(parents=True)
    victims[2] /= "b" * 64 + ".csv"
    for victim in victims:
        victim.write_text("precious")
        run = trained(store, own_table(tmp_path))
        config = json.loads(str(sql(store.home, "SELECT config FROM runs WHERE id = ?", run)[0][0]))
        for path in (str(victim), os.path.relpath(victim, store.home / "tables"), f"C:\\x\\{victim.name}"):
            sql(
                store.home,
                "UPDATE runs SET config = ? WHERE id = ?",
                json.dumps({**config, "csv": path}),
                run,
            )
            store.runs()
            store.delete(run)
            store.trash.restore(run)
        store.delete(run, for_good=True)
        store.trash.sweep(time.time() + 100 * DAY)
        assert victim.read_text() == "precious"


@pytest.mark.parametrize("how", ["moved", "copied"])
@pytest.mark.parametrize("before", [True, False])
def test_a_folder_can_be_moved_and_copied(store: Store, tmp_path: Path, how: str, before: bool) -> None:
    run = trained(store, own_table(tmp_path))
    table = store.get(run).config.csv
    assert table is not None
    if before:
        as_layout_3(store.home, store.home / "tables")
        assert sql(store.home, "PRAGMA user_version") == [(3,)]
    new = tmp_path / "elsewhere"
    (shutil.move if how == "moved" else shutil.copytree)(store.home, new)
    there = Store(new)
    assert sql(new, "PRAGMA user_version") == [(VERSION,)]
    config = there.get(run).config
    assert config.csv == new / "tables" / table.name
    assert config.csv.exists()
    again = there.add(config)
    with there.claim(again.id):
        carry_out(there, again)
    assert there.get(again.id).state == "finished"
    for one in (run, again.id):
        there.delete(one, for_good=True)
    assert not config.csv.exists()
    assert table.exists() == (how == "copied")
    if how == "copied":
        assert Store(store.home).files.models(run).arms
        assert Store(store.home).get(run).config.csv == table


def test_the_layout_before_is_brought_up_and_made_private(store: Store, tmp_path: Path) -> None:
    runs = [trained(store, own_table(tmp_path)), trained(store)]
    expected = [store.get(run) for run in runs]
    as_layout_3(store.home, Path("D:\\Users\\me\\runs\\tables"))
    sql(
        store.home, "UPDATE runs SET config = X'FF00' WHERE id = ?", runs[1]
    )  # a damaged row does not stop it
    new = Store(store.home)
    assert new.get(runs[0]) == expected[0]
    assert [one.id for one in new.damaged()] == [runs[1]]
    (config,) = sql(store.home, "SELECT config FROM runs WHERE id = ?", runs[0])[0]
    assert expected[0].config.csv is not None
    assert json.loads(str(config))["csv"] == expected[0].config.csv.name
    assert [path for path in store.home.rglob("*") if path.stat().st_mode & 0o077] == []


def test_models_can_be_deleted_and_the_figures_kept(store: Store) -> None:
    run = trained(store)
    whole = store.files.size(run)
    freed = store.files.delete_models(run)
    assert freed > 0
    assert store.files.size(run) == whole - freed
    history = store.history(run)
    assert history is not None
    assert len(history.epochs) == 2
    with pytest.raises(InputError, match="or they were deleted"):
        store.files.models(run)
    assert store.files.encoder(run)
