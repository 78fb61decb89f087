"""Workers: each takes one run at a time, in turn, whatever happens to one of them."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nashcore.runs.places import _starts, ensure_worker, workers
from nashcore.runs.run import Run
from nashcore.runs.store import Store
from nashcore.runs.worker import serve
from tests.nashcore.runs.quick_config import own, own_table, quick_config


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "runs")
    yield store
    left = _starts.pop(store.home, None)
    if (
        left is not None and left.process is not None
    ):  # a test that fails leaves its worker, which would train on for hours
        left.process.kill()
        left.process.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_runs_are_taken_in_turn_and_a_bad_one_spares_the_others(store: Store, tmp_path: Path) -> None:
    path = own_table(tmp_path)
    asked = [store.add(quick_config()), store.add(quick_config(batch_size=5000)), store.add(own(path))]
    path.unlink()
    asked[2].config.csv.write_text("no table")  # type: ignore[union-attr]
    asked.append(store.add(quick_config(seeds=1)))
    serve(store, idle_seconds=0.3)
    found: list[Run] = [store.get(run.id) for run in asked]
    assert [run.state for run in found] == ["finished", "failed", "failed", "finished"]
    assert found[1].reason.startswith("Training setting 'batch_size'")
    assert found[2].reason
    assert workers(store) == 0


def test_a_run_that_somebody_holds_and_one_that_nobody_can_claim_hold_up_no_other(store: Store) -> None:
    held, link, folder, good = (store.add(quick_config(epochs=1), title).id for title in "abcd")
    store.files.folder(folder).joinpath("alive.lock").mkdir(parents=True)
    elsewhere = store.home.parent / "elsewhere"
    elsewhere.mkdir()
    store.files.folder(link).symlink_to(elsewhere)
    with store.files.liveness_lock(held):
        assert serve(store) == [good]
    assert store.get(held).state == "waiting"
    found = {run: store.get(run) for run in (link, folder)}
    assert [run.state for run in found.values()] == ["failed", "failed"]
    assert "should be a folder. Found a link" in found[link].reason
    assert "Is a directory" in found[folder].reason
    assert list(elsewhere.iterdir()) == []
    assert serve(store) == [held]


@pytest.mark.parametrize("bad", ["NULL", "X'00FF'", "'no id'"])
def test_a_waiting_row_that_cannot_be_read_holds_up_no_other(store: Store, bad: str) -> None:
    first, good = store.add(quick_config()).id, store.add(quick_config(epochs=1)).id
    with closing(sqlite3.connect(store.home / "runs.sqlite")) as database, database:
        database.execute(f"UPDATE runs SET id = {bad} WHERE id = ?", (first,))  # noqa: S608
    assert serve(store) == [good]
    assert store.queue.waiting() == []
    (aside,) = store.damaged()
    assert "its id should be" in aside.reason


def test_a_run_in_the_trash_is_trained_no_further(store: Store) -> None:
    run = store.add(quick_config()).id
    assert not store.stop_wanted(run)
    store.trash.put(run)
    assert store.stop_wanted(run)
    store.trash.restore(run)
    assert not store.stop_wanted(run)


@pytest.mark.parametrize("asked", [SystemExit, KeyboardInterrupt])
def test_a_worker_that_is_asked_to_end_before_it_trains_leaves_the_run_to_the_next(
    store: Store, asked: type[BaseException]
) -> None:
    run = store.add(quick_config()).id

    def claim_and_end() -> None:
        with store.claim(run) as mine:
            assert mine
            raise asked

    with pytest.raises(asked):
        claim_and_end()
    found = store.get(run)
    assert (found.state, "asked to end" in found.reason) == ("waiting", True)
    assert not (store.files.folder(run) / "deaths").exists()


def test_a_worker_lives_on_its_own_and_its_death_is_told(store: Store) -> None:
    run, patient = store.add(quick_config(epochs=100_000)), store.add(quick_config())
    ensure_worker(store)
    ensure_worker(store)  # the first is still loading
    wait_until(lambda: store.get(run.id).epochs > 0)
    assert workers(store) == 1
    assert store.get(patient.id).state == "waiting"
    store.stop(run.id)
    wait_until(lambda: store.get(patient.id).over)
    assert store.get(run.id).state == "stopped"
    assert store.get(patient.id).state == "finished"
    third = store.add(quick_config(epochs=100_000))
    wait_until(lambda: store.get(third.id).epochs > 0)
    worker = _starts[store.home].process
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    found = store.get(third.id)
    assert found.state == "waiting"
    assert found.reason.startswith("The process that trained it ended")
    assert found.epochs > 0
    assert (store.home / "worker.log").exists()
    wait_until(  # the next worker goes on with it
        lambda: ensure_worker(store) is None and store.get(third.id).state == "running"
    )
    worker = _starts[store.home].process
    assert worker is not None
    worker.terminate()
    worker.wait()
    found = store.get(third.id)
    assert found.state == "waiting"
    assert "asked to end" in found.reason
    assert not list(store.files.folder(third.id).glob("*.part"))
