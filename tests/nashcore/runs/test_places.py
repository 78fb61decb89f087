"""Places for workers: bounded, lived in, and given up on where none can start."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs import heart, places
from nashcore.runs.database import BusyError
from nashcore.runs.places import (
    PLACES,
    TRIES,
    _starts,
    ensure_worker,
    hanging,
    most_workers,
    place,
    taken,
    trouble,
    try_again,
    workers,
)
from nashcore.runs.store import Store
from nashcore.runs.worker import serve
from tests.nashcore.runs.quick_config import quick_config


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.delenv("NASH_WORKER_PLACES", raising=False)
    store = Store(tmp_path / "runs")
    yield store
    left = _starts.pop(store.home, None)
    if left is not None and left.process is not None:
        left.process.kill()
        left.process.wait()


def until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_there_are_places_for_so_many_workers(store: Store) -> None:
    run = store.add(quick_config())
    with place(store) as first, place(store) as second, place(store) as third:
        assert (first, second, third) == (0, 1, None)
        assert workers(store) == PLACES == 2
        assert [one.process for one in taken(store)] == [os.getpid()] * 2
        assert serve(store) is None
        assert store.get(run.id).state == "waiting"
        assert ensure_worker(store) is None
        assert _starts[store.home].process is None
    assert workers(store) == 0
    with place(store):
        assert workers(store) == 1
        assert ensure_worker(store) is None  # that one is free
        assert _starts[store.home].process is None
        assert serve(store) == [run.id]
    assert store.get(run.id).state == "finished"
    assert list(store.home.glob("*.heart")) == []


def test_the_number_of_places_can_be_chosen(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NASH_WORKER_PLACES", "3")
    with place(store), place(store), place(store) as third, place(store) as fourth:
        assert (third, fourth) == (2, None)
    for wrong in ("0", "17", "two", "-1", "1.5", "9" * 30, "\u0663"):
        monkeypatch.setenv("NASH_WORKER_PLACES", wrong)
        with pytest.raises(InputError, match="whole number from 1 to 16"):
            most_workers()


def test_a_worker_that_hangs_is_named_and_takes_no_place_from_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place(store), place(store):
        beat = heart.last_beat(store.home / "worker-0.heart")
        monkeypatch.setattr(heart, "stopped", lambda path: beat if path.name == "worker-0.heart" else None)
        assert workers(store) == 1
        (sentence,) = hanging(store)
        assert f"process {os.getpid()} on" in sentence
        with place(store) as third, place(store) as fourth:
            assert (third, fourth) == (2, None)
    assert hanging(store) == []


def test_the_heart_of_a_killed_worker_is_no_other_s(store: Store) -> None:
    heart._write(store.home / "worker-0.heart", 1)
    (store.home / "worker-0.lock").touch()
    assert taken(store) == []
    assert not (store.home / "worker-0.heart").exists()


def test_a_place_that_cannot_be_locked_is_passed_over(store: Store) -> None:
    (store.home / "worker-0.lock").mkdir()
    with place(store) as number:
        assert number == 1
        assert [one.number for one in taken(store)] == [1]


class Ended:
    """A process that is over."""

    def __init__(self, code: int) -> None:
        self.returncode, self.pid = code, 1

    def poll(self) -> int:
        return self.returncode


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Nobody is started: who would be is written down."""
    found: list[Path] = []
    monkeypatch.setattr(places, "_start", lambda store, starts: found.append(store.home))
    return found


def waits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PAUSE_SECONDS", 0.0)
    store.add(quick_config())


def test_a_worker_that_cannot_start_is_tried_a_few_times_and_then_it_is_said_why(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits(store, monkeypatch)
    monkeypatch.setenv("NASH_WORKER_IDLE_SECONDS", "long")  # every start is refused
    said: list[str | None] = []
    until(lambda: said.append(ensure_worker(store)) or said[-1] is not None)  # type: ignore[func-returns-value]
    assert said[-1] is not None
    assert said[-1].startswith(f"No worker could be started, in {TRIES} tries.")
    assert "exit code 2" in said[-1]
    assert "and said “Error: Invalid value" in said[-1]
    size = (store.home / "worker.log").stat().st_size
    assert ensure_worker(store) == said[-1]
    assert (store.home / "worker.log").stat().st_size == size
    assert _starts[store.home].process is None
    try_again(store)
    assert ensure_worker(store) is None
    assert _starts[store.home].process is not None


def test_a_process_that_looks_once_tells_why_nobody_comes(
    store: Store, monkeypatch: pytest.MonkeyPatch, started: list[Path]
) -> None:
    log = store.home / "worker.log"
    store.add(quick_config())
    assert trouble(store) == []  # the first worker is yet to come
    log.write_text("2026-11-27 01:00:00,123 Run 3f9a1c2b is over.\n")
    assert trouble(store) == []
    log.write_text(f"{log.read_text()}Traceback (most recent call last):\nModuleNotFoundError: No torch.\n")
    (said,) = trouble(store)
    assert "The last one said “ModuleNotFoundError: No torch.”" in said
    assert str(log) in said
    with place(store):
        assert trouble(store) == []


def test_a_start_that_failed_at_once_is_told_by_a_process_that_looks_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits(store, monkeypatch)
    (store.home / "worker.log").mkdir()
    assert ensure_worker(store) is None
    assert "Is a directory" in trouble(store)[0]


def test_where_nothing_waits_nobody_is_started(store: Store, started: list[Path]) -> None:
    assert ensure_worker(store) is None
    store.stop(store.add(quick_config()).id)
    assert ensure_worker(store) is None
    assert started == []


def test_a_worker_that_takes_the_run_while_somebody_looks_needs_no_other_beside_it(
    store: Store, started: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, look = store.add(quick_config()).id, places.taken

    def slow_look(where: Store) -> list[places.Taken]:
        found = look(where)
        store._set(run, state="running")
        return found

    with place(store), store.files.liveness_lock(run):
        monkeypatch.setattr(places, "taken", slow_look)
        assert ensure_worker(store) is None
    assert started == []


def test_a_run_whose_process_died_is_taken_up_by_whoever_looks(store: Store, started: list[Path]) -> None:
    run = store.add(quick_config()).id
    store._set(run, state="running")
    assert ensure_worker(store) is None
    assert started == [store.home]
    assert store.queue.waiting() == [run]


def test_a_hanging_worker_that_is_ended_leaves_its_run_to_the_next(store: Store, started: list[Path]) -> None:
    hung, before = (store.add(quick_config()).id for _ in range(2))
    with store.files.liveness_lock(hung):
        heart._write(store.files.heart(hung), 1)
        for run in (hung, before):  # the other one by a version that knew no signs of life
            store._set(run, state="interrupted")
        assert ensure_worker(store) is None
        assert started == []
    assert ensure_worker(store) is None
    assert started == [store.home]
    assert [store.get(run).state for run in (hung, before)] == ["waiting", "interrupted"]
    with store.claim(hung) as mine:
        assert mine
        assert not store.files.heart(hung).exists()  # the beat of the one before is nobody's any more


def test_a_worker_that_is_killed_amid_its_work_is_no_failed_start(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits(store, monkeypatch)
    for began, code, failures in ((True, -9, 0), (False, -9, 1), (True, 2, 1), (True, 0, 0), (False, 0, 0)):
        process = Ended(code)
        starts = places._Starts(process, time.monotonic(), began=began)  # type: ignore[arg-type]
        assert not places._loads(store, starts, [])
        assert (starts.failures, starts.process) == (failures, None)


def test_what_was_planted_in_place_of_the_log_is_not_followed(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waits(store, monkeypatch)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    other, log = tmp_path / "other", store.home / "worker.log"
    other.write_text("mine")
    for plant in (lambda: log.symlink_to(other), lambda: os.mkfifo(log)):
        log.unlink(missing_ok=True)
        plant()
        try_again(store)
        until(lambda: ensure_worker(store) is not None)
        assert other.read_text() == "mine"
        assert log.lstat().st_mode == 0o100600


@pytest.mark.parametrize("how", ["no program", "no log"])
def test_a_system_that_starts_no_process_is_quoted(
    store: Store, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    waits(store, monkeypatch)
    if how == "no program":
        monkeypatch.setattr(sys, "executable", str(store.home / "nothing"))
    else:
        (store.home / "worker.log").mkdir()
    for _ in range(TRIES - 1):
        assert ensure_worker(store) is None
    why = ensure_worker(store)
    assert why is not None
    assert ("No such file" if how == "no program" else "Is a directory") in why


def test_a_worker_that_never_gets_ready_is_ended(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    waits(store, monkeypatch)
    sleeper = store.home / "sleeper"
    sleeper.write_text("#!/bin/sh\nexec sleep 600\n")
    sleeper.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(sleeper))
    assert ensure_worker(store) is None
    process = _starts[store.home].process
    assert process is not None
    assert ensure_worker(store) is None
    assert process.poll() is None
    monkeypatch.setattr(places, "LOADING_SECONDS", 0.0)
    ensure_worker(store)
    assert process.poll() == -signal.SIGKILL
    assert "not ready" in _starts[store.home].reason


def test_a_worker_that_is_suspended_while_it_holds_the_database_hides_no_interruption(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.add(quick_config()).id
    with store.claim(run), heart.beating(store.files.heart(run)):
        beat = heart.last_beat(store.files.heart(run))
        assert beat is not None
        with store._database.write():
            assert store.get(run).state == "running"
            with monkeypatch.context() as silent:
                silent.setattr(heart, "stopped", lambda path: beat)
                (listed,) = store.listing().runs
                for found in (store.get(run), *store.runs(), listed):
                    assert found.state == "interrupted"
                    assert f"process {os.getpid()} on" in found.reason
            assert store.get(run).state == store.listing().runs[0].state == "running"  # it goes on
        monkeypatch.setattr(heart, "stopped", lambda path: beat)
        assert store.get(run).state == "interrupted"


@pytest.mark.slow  # starts a worker
def test_the_run_of_a_suspended_worker_is_interrupted_and_the_worker_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.add(quick_config(epochs=100_000))
    ensure_worker(store)
    until(lambda: store.get(run.id).epochs > 0)
    process = _starts[store.home].process
    assert process is not None
    pid = process.pid

    def suspended() -> bool:
        """Amid a write or not, but not where it holds the database so that nobody can even read."""
        os.kill(pid, signal.SIGSTOP)
        os.waitid(os.P_PID, pid, os.WSTOPPED)
        try:
            store.get(run.id)
        except BusyError:
            os.kill(pid, signal.SIGCONT)
            return False
        return True

    until(suspended)
    with monkeypatch.context() as short:
        short.setattr(heart, "SILENT_SECONDS", 3.0)
        until(lambda: store.get(run.id).state == "interrupted")
        until(lambda: hanging(store) != [])  # the worker's own heart may have beaten a little later
        assert str(pid) in hanging(store)[0]
        assert f"process {pid} on" in store.get(run.id).reason
    os.kill(pid, signal.SIGKILL)
    process.wait()
    assert store.get(run.id).state == "waiting"  # for another one, from its last checkpoint
