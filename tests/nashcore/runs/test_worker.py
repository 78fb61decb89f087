"""Workers: each takes one run at a time, in turn, whatever happens to one of them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
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
    ensure_worker(store)
    wait_until(lambda: store.get(third.id).state == "running")  # the next worker goes on with it
    worker = _starts[store.home].process
    assert worker is not None
    worker.terminate()
    worker.wait()
    found = store.get(third.id)
    assert found.state == "waiting"
    assert "asked to end" in found.reason
    assert not list(store.files.folder(third.id).glob("*.part"))
