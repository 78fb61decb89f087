"""A folder that can only be read: its runs are seen, and whoever would change something is told."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.layout import VERSION
from nashcore.runs.places import ensure_worker
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out, serve
from tests.nashcore.runs.mounted import mounted, remount
from tests.nashcore.runs.quick_config import quick_config
from tests.nashcore.runs.test_database import WRITES
from tests.nashcore.runs.test_trash import as_layout_3


@pytest.fixture
def home(tmp_path: Path) -> Path:
    store = Store(tmp_path / "runs")
    for _ in range(2):
        with store.begin(quick_config(seeds=1)) as run:
            carry_out(store, run)
    return store.home


def is_read_only(home: Path, tmp_path: Path) -> None:
    """All that is promised of it."""
    store = Store(home)
    assert store.notice is not None
    assert store.warnings == [store.notice]
    assert "can only be read" in store.notice
    first, second = store.runs()
    assert (first.state, second.state) == ("finished", "finished")
    history = store.history(first.id)
    assert history is not None
    assert len(history.epochs) == 2
    assert store.files.models(first.id).arms
    assert store.damaged() == store.deleted() == []
    for name, write in WRITES.items():
        with pytest.raises(InputError, match=r"can only be read|cannot be used"):
            write(store, first.id, tmp_path)
        assert name
    serve(store)
    ensure_worker(store)


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody may write; also where the tests run as a user who may do everything."""
    access = os.access

    def may(path: object, mode: int, **more: object) -> bool:
        return not mode & os.W_OK and access(path, mode, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "access", may)


def test_a_folder_without_the_right_to_write(home: Path, tmp_path: Path, unwritable: None) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    for path in (*home.rglob("*"), home):
        path.chmod(0o500 if path.is_dir() else 0o400)
    is_read_only(home, tmp_path)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before
    home.chmod(0o700)


def test_a_folder_of_the_layout_before_is_read_without_the_right_to_write(
    home: Path, tmp_path: Path, unwritable: None
) -> None:
    as_layout_3(home, home / "tables")
    is_read_only(home, tmp_path)
    with closing(sqlite3.connect(home / "runs.sqlite")) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (3,)
        assert VERSION > 3


def test_a_read_only_file_system(home: Path, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=20m") as disk:
        shutil.copytree(home, disk / "runs")
        remount(disk, "ro")
        is_read_only(disk / "runs", tmp_path)
        with pytest.raises(InputError, match="cannot be used: Read-only file system"):
            Store(disk / "others")


def test_what_was_written_last_is_seen_though_it_is_in_the_log_alone(home: Path, tmp_path: Path) -> None:
    code = (
        "import os, sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute(\"UPDATE runs SET title = 'Last'\");"
        "d.commit(); os._exit(1)"  # ends as a process that is killed: the log stays
    )
    subprocess.run([sys.executable, "-c", code, str(home / "runs.sqlite")], check=False)
    assert (home / "runs.sqlite-wal").stat().st_size > 0
    with mounted(tmp_path / "disk", "size=20m") as disk:
        shutil.copytree(home, disk / "runs")
        (disk / "runs" / "runs.sqlite-shm").unlink()
        remount(disk, "ro")
        assert {run.title for run in Store(disk / "runs").runs()} == {"Last"}
