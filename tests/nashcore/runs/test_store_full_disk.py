"""A disk that is full: said by name; runs are listed, shown and deleted, and space comes back."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.learning.events import EpochDone, Event
from nashcore.runs.database import Database
from nashcore.runs.safe_files import NoSpaceError
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out, serve
from tests.nashcore.runs.mounted import mounted
from tests.nashcore.runs.quick_config import quick_config


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    with mounted(tmp_path / "disk", "size=4m") as folder:
        yield folder


def fill(disk: Path) -> None:
    """Take all that is free."""
    handle = os.open(disk / f"filler-{len(list(disk.iterdir()))}", os.O_CREAT | os.O_WRONLY)
    with suppress(OSError):
        while os.write(handle, b"x" * 4096):
            pass
    os.close(handle)


def make_room(disk: Path) -> None:
    for filler in disk.glob("filler-*"):
        filler.unlink()


def trained(store: Store) -> str:
    with store.begin(quick_config(seeds=1)) as run:
        carry_out(store, run)
    return run.id


def test_a_run_that_fills_the_disk_fails_by_name_and_everything_goes_on(disk: Path) -> None:
    store = Store(disk / "runs")
    done, other = trained(store), trained(store)

    def watch(event: Event) -> None:
        if isinstance(event, EpochDone) and event.epoch == 2:
            fill(disk)

    with store.begin(quick_config(epochs=50)) as run, pytest.raises(NoSpaceError, match="No space is left"):
        carry_out(store, run, watch=watch)
    found = store.get(run.id)
    assert found.state == "failed"
    assert found.reason.startswith("No space is left on the disk")
    assert found.epochs >= 2
    assert list(disk.rglob("*.part")) == []
    store = Store(store.home)  # another process that comes now
    assert any("No space is left" in one for one in store.warnings)
    assert [one.id for one in store.runs()] == [run.id, other, done]
    history = store.history(done)
    assert history is not None
    assert len(history.epochs) == 2
    fill(disk)
    with pytest.raises(NoSpaceError):
        store.add(quick_config())
    store.delete(other)
    store.trash.restore(other)
    store.delete(other)
    fill(disk)
    free = shutil.disk_usage(disk).free
    store.delete(other, for_good=True)
    store.delete(done, for_good=True)
    assert shutil.disk_usage(disk).free > free
    assert [one.id for one in store.runs()] == [run.id]
    make_room(disk)
    assert Store(store.home).warnings == []
    assert trained(store)


def test_with_not_a_byte_left_runs_are_shown_and_deleted(disk: Path) -> None:
    store = Store(disk / "runs")
    done, other = trained(store), trained(store)
    (store.home / "reserve").unlink()
    fill(disk)
    store = Store(store.home)
    assert [one.id for one in store.runs()] == [other, done]
    assert store.history(done) is not None
    assert store.files.models(done).arms
    store.delete(done, for_good=True)
    assert [one.id for one in store.runs()] == [other]
    assert list(disk.rglob("*.part")) == []


def test_the_worker_waits_while_the_disk_is_full_and_lives_on(disk: Path) -> None:
    store = Store(disk / "runs")
    bad, good = store.add(quick_config(epochs=9)), store.add(quick_config(seeds=1))
    fill(disk)
    serve(store, idle_seconds=0.5)
    assert [run.state for run in store.runs()] == ["waiting", "waiting"]
    make_room(disk)
    add = Store.record_event
    patch = pytest.MonkeyPatch()

    def fill_then_add(self: Store, run: str, event: Event) -> None:
        if run == bad.id and isinstance(event, EpochDone):
            fill(disk)
        elif run != bad.id:
            make_room(disk)
        add(self, run, event)

    with patch.context() as patched:
        patched.setattr(Store, "record_event", fill_then_add)
        patched.setattr(Database, "full", False)
        serve(store, idle_seconds=0.5)
    assert [store.get(run.id).state for run in (bad, good)] == ["failed", "finished"]
    assert store.get(bad.id).reason.startswith("No space is left")


@contextmanager
def no_space(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever forces a file to the disk hears that there is no space, as on a disk that is full or over its quota."""

    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        yield


def test_models_that_find_no_space_are_told_and_leave_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "runs")
    with store.begin(quick_config(seeds=1)) as run, no_space(monkeypatch), pytest.raises(NoSpaceError):
        carry_out(store, run)
    assert store.get(run.id).reason.startswith("No space is left")
    assert list(store.home.rglob("*.part")) == []
    table = tmp_path / "table.csv"
    table.write_text("a,b\n")
    with no_space(monkeypatch), pytest.raises(NoSpaceError):
        store.files.add_file(table)
    assert list((store.home / "tables").iterdir()) == []


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE])
def test_every_way_in_which_the_database_says_full_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    database = Store(tmp_path / "runs")._database
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorcode = code
    monkeypatch.setattr("nashcore.runs.database._is_full", lambda folder: True)
    assert isinstance(database._told(failed), NoSpaceError)
    monkeypatch.setattr("nashcore.runs.database._is_full", lambda folder: False)
    assert isinstance(database._told(failed), NoSpaceError) == (code == sqlite3.SQLITE_FULL)
    assert isinstance(database._told(failed), InputError)
