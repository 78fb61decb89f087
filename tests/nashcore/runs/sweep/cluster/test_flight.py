"""One run as the store's side sees it: tries that are lost, messages that are late, and the same numbers in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from nashcore.runs.provenance import source_digest
from nashcore.runs.store import Store
from nashcore.runs.sweep.cluster import job
from nashcore.runs.sweep.cluster.flight import Flight
from nashcore.runs.sweep.cluster.wire import unpack_start
from nashcore.runs.sweep.keep import keep
from nashcore.runs.worker import serve
from tests.nashcore.runs.sweep.small_sweep import same_to_the_bit, small_plan


class Worker:
    """A worker in this process: what it would send is kept, in order."""

    def __init__(self, flight: Flight, name: str) -> None:
        self.flight, self.name, self.sent = flight, name, list[dict[str, Any]]()
        self.answer: Mapping[str, Any] = {}

    def begin(self) -> Worker:
        begin = {
            "kind": "begin",
            "try": self.name,
            "number": 0,
            "worker": self.name,
            "source": source_digest(),
        }
        self.answer = self.flight.begin(begin)
        return self

    def say(self, message: Mapping[str, Any]) -> None:
        self.sent.append({**message, "try": self.name, "number": len(self.sent) + 1})

    def unwanted(self) -> bool:
        return False

    def train(self) -> Iterator[dict[str, Any]]:
        """All messages of the run from where it goes on."""
        job._train(self, self.flight.place.config, unpack_start(self.answer), 0.0)  # type: ignore[arg-type]
        return iter(self.sent)


@pytest.fixture(autouse=True)
def every_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker sends each of them, however long the one before took."""
    monkeypatch.setattr(job, "COST", float("inf"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def a_flight(store: Store, retries: int = 1) -> Flight:
    """The first run of a sweep of four epochs."""
    sweep = keep(store, small_plan(epochs=4))
    return Flight(store, sweep, sweep.places[0], retries)


def state_of(store: Store, flight: Flight) -> str:
    assert flight.run is not None
    return store.get(flight.run).state


def test_a_run_in_one_try_is_what_it_is_by_itself(store: Store, tmp_path: Path) -> None:
    flight = a_flight(store)
    assert flight.run is None
    for message in Worker(flight, "a").begin().train():
        assert state_of(store, flight) == "running"
        flight.hear(message)
        flight.hear(message)  # what comes twice counts once
    assert flight.over
    assert flight.run is not None
    alone = Store(tmp_path / "alone")
    single = alone.add(flight.place.config)
    serve(alone)
    assert same_to_the_bit(store, flight.run, alone, single.id)
    assert store.files.encoder(flight.run).to_json() == alone.files.encoder(single.id).to_json()
    theirs, ours = store.files.provenance(flight.run), alone.files.provenance(single.id)
    assert theirs is not None
    assert ours is not None
    assert (theirs.config, theirs.data) == (ours.config, ours.data)
    assert not store.files.lives(flight.run)
    assert store.resume(flight.run, 5).state == "waiting"  # its last checkpoint is there: it can be continued
    serve(store)
    assert store.get(flight.run).epochs == 5


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_another_worker_goes_on_from_the_last_checkpoint(store: Store, tmp_path: Path, kept: int) -> None:
    flight = a_flight(store)
    for message in Worker(flight, "a").begin().train():
        flight.hear(message)
        if message["kind"] == "checkpoint":
            kept -= 1
            if not kept:
                break
    second = Worker(flight, "b").begin()
    assert second.answer["checkpoint"] is not None
    messages = list(second.train())
    assert messages[-1]["kind"] == "finished"
    for message in messages:
        flight.hear(message)
    assert flight.run is not None
    alone = Store(tmp_path / "alone")
    single = alone.add(flight.place.config)
    serve(alone)
    assert same_to_the_bit(store, flight.run, alone, single.id)
    found = store.files.provenance(flight.run)
    assert found is not None
    assert len(found.processes) == 2


def test_what_a_lost_worker_still_says_is_left_aside(store: Store) -> None:
    flight = a_flight(store)
    late = list(Worker(flight, "a").begin().train())
    for message in late[:4]:
        flight.hear(message)
    second = Worker(flight, "b").begin()
    for message in late[4:]:
        flight.hear(message)
    assert state_of(store, flight) == "running"
    for message in second.train():
        flight.hear(message)
    assert state_of(store, flight) == "finished"
    assert "refused" in Worker(flight, "c").begin().answer


def test_a_message_that_is_missing_costs_the_try(store: Store) -> None:
    flight = a_flight(store)
    messages = list(Worker(flight, "a").begin().train())
    for message in messages[:3] + messages[4:]:
        flight.hear(message)
    assert flight.adrift
    assert not flight.over
    assert state_of(store, flight) == "running"


def test_too_many_lost_tries_in_a_row_end_the_run(store: Store) -> None:
    flight = a_flight(store, retries=1)
    Worker(flight, "a").begin()
    assert "refused" not in Worker(flight, "b").begin().answer
    assert "refused" in Worker(flight, "c").begin().answer
    assert flight.over
    assert flight.run is not None
    run = store.get(flight.run)
    assert run.state == "failed"
    assert "lost on the cluster 2 times in a row before an epoch more was done" in run.reason
    assert not store.files.lives(run.id)


def test_an_epoch_more_forgives_lost_tries(store: Store) -> None:
    flight = a_flight(store, retries=1)
    for name in "abcdef":
        worker = Worker(flight, name).begin()
        assert "refused" not in worker.answer
        for message in worker.train():
            flight.hear(message)
            if message["kind"] == "checkpoint" and name != "f":
                break
        if flight.over:
            break
    assert state_of(store, flight) == "finished"


def test_a_run_that_no_worker_could_begin_says_so(store: Store) -> None:
    flight = a_flight(store, retries=0)
    assert flight.lose("No worker could begin it. ModuleNotFoundError: No module named 'nashcore'")
    assert flight.run is not None
    run = store.get(flight.run)
    assert run.state == "failed"
    assert "No module named 'nashcore'" in run.reason


def test_another_version_of_the_program_is_refused(store: Store) -> None:
    flight = a_flight(store)
    answer = flight.begin({"kind": "begin", "try": "a", "number": 0, "worker": "w", "source": "another"})
    assert "refused" in answer
    assert flight.run is not None
    assert "another version of the program" in store.get(flight.run).reason


def test_a_refusal_on_the_worker_is_the_runs_reason(store: Store) -> None:
    flight = a_flight(store)
    Worker(flight, "a").begin()
    flight.hear({"kind": "failed", "reason": "The table is too small.", "try": "a", "number": 1})
    assert flight.run is not None
    assert store.get(flight.run).reason == "The table is too small."


def test_a_run_that_another_process_trains_is_left_to_it(store: Store) -> None:
    flight = a_flight(store)
    Worker(flight, "a").begin()
    other = Flight(
        store, store.sweeps.get(store.sweeps.ids()[0]), store.sweeps.get(store.sweeps.ids()[0]).places[0], 1
    )
    assert "refused" in Worker(other, "b").begin().answer
    assert other.over
    assert state_of(store, flight) == "running"
    flight.end("stopped")
    assert state_of(store, flight) == "stopped"
