"""A database that another process holds: no page waits for more than a second, and no healthy run ends."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.learning import summarise, train
from nashcore.learning.events import EpochDone, Event, Finished
from nashcore.runs import database, journal, pending
from nashcore.runs.database import BusyError
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out, serve
from tests.nashcore.runs.quick_config import quick_config

HOLD = {
    "no other may write": "BEGIN IMMEDIATE",
    "nobody else at all": "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE runs SET share = share",
}
HELD_SECONDS = 3.0
"""In the tests; what holds for these holds for a minute, since nothing but `journal.END_SECONDS` looks at a clock."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


@contextmanager
def held(store: Store, how: str) -> Iterator[subprocess.Popen[str]]:
    """Another process holds the database."""
    code = (
        "import sqlite3, sys; d = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)\n"
        "for statement in sys.argv[2].split(';'): d.execute(statement).fetchall()\n"
        "print('held', flush=True); sys.stdin.read(); d.execute('ROLLBACK')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(store.home / "runs.sqlite"), HOLD[how]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "held"
        yield other
        if other.poll() is None:
            other.communicate("")


def count_waits(patch: pytest.MonkeyPatch) -> list[float]:
    """How long each connection that found the database held was told to wait: a clock would measure the machine as well."""
    waits: list[float] = []
    last: list[float] = []
    connect, told = database.connect, database.Database._told

    def watched(path: Path, seconds: float, mode: str = "rw") -> sqlite3.Connection:
        last.append(seconds)
        return connect(path, seconds, mode)

    def noted(self: database.Database, failed: sqlite3.Error) -> InputError:
        found = told(self, failed)
        if isinstance(found, BusyError):
            waits.append(last[-1])
        return found

    patch.setattr(database, "connect", watched)
    patch.setattr(database.Database, "_told", noted)
    return waits


@pytest.mark.parametrize("how", HOLD)
def test_no_call_of_a_page_waits_for_more_than_a_second(
    store: Store, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.add(quick_config()).id
    with store.begin(quick_config(seeds=1)) as done:
        carry_out(store, done)
    store._set(run, state="running")  # one whose process died: whoever looks wants to write that
    calls: dict[str, Callable[[], object]] = {
        "runs": store.runs,
        "get": lambda: store.get(run),
        "history": lambda: store.history(done.id),
        "damaged": store.damaged,
        "deleted": store.deleted,
        "warnings": lambda: store.warnings,
        "notice": lambda: store.notice,
        "add": lambda: store.add(quick_config()),
        "rename": lambda: store.rename(done.id, "Other"),
        "stop": lambda: store.stop(done.id),
        "delete": lambda: store.delete(done.id),
        "open": lambda: Store(store.home),
    }
    reads = ("runs", "get", "history", "damaged", "deleted", "warnings", "notice", "open")
    with held(store, how), monkeypatch.context() as patch:
        waits = count_waits(patch)
        for name, call in calls.items():
            waits.clear()
            refused = False
            try:
                call()
            except BusyError as busy:
                refused = "in use by another process" in str(busy)
            assert sum(waits) <= 1.0, name
            assert refused or name == "notice" or (name in reads and how == "no other may write"), name
    for call in calls.values():
        call()


@pytest.mark.parametrize("how", HOLD)
def test_a_run_goes_on_while_the_database_is_held_and_everything_is_written_later(
    store: Store, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(pending, "PAUSE_SECONDS", 0.5)
    seen: list[int] = []
    config = quick_config(epochs=8)
    with store.begin(config) as run, held(store, how) as other:

        def watch(event: Event) -> None:
            if isinstance(event, EpochDone):
                seen.append(event.epoch)

        let_go = threading.Timer(HELD_SECONDS, lambda: other.communicate(""))
        let_go.start()
        begun = time.monotonic()
        carry_out(store, run, watch=watch)
        assert time.monotonic() - begun >= HELD_SECONDS - 1
        let_go.join()
    found = store.get(run.id)
    assert (found.state, found.reason, found.epochs) == ("finished", "", 8)
    assert len(seen) == 8
    *_, last = train(config.task(), config.plan())
    assert isinstance(last, Finished)
    history = store.history(run.id)
    assert history is not None
    kept, expected = summarise(history.result()), summarise(last.result)
    assert {**kept, "seconds": 0} == {**expected, "seconds": 0}
    assert store.files.models(run.id).arms


def test_a_run_whose_end_cannot_be_written_gives_up_in_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "END_SECONDS", 0.5)
    with store.begin(quick_config()) as run, held(store, "no other may write"), pytest.raises(BusyError):
        store.end(run.id, "finished")
    assert store.get(run.id).state == "waiting"  # nobody trains it any more


@pytest.mark.parametrize("how", HOLD)
def test_a_worker_waits_until_the_database_is_free(store: Store, how: str) -> None:
    run = store.add(quick_config(seeds=1))
    with held(store, how) as other:
        let_go = threading.Timer(HELD_SECONDS, lambda: other.communicate(""))
        let_go.start()
        serve(store, idle_seconds=HELD_SECONDS + 1)
        let_go.join()
    assert store.get(run.id).state == "finished"


def test_a_busy_store_is_told_in_a_sentence(store: Store) -> None:
    with held(store, "no other may write"), pytest.raises(InputError, match="try again a little later"):
        store.add(quick_config())
