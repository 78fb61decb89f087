"""A sweep on this machine: through the queue, stopped and gone on with, the same numbers as runs by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.shelf import Shelf, Visitor
from nashcore.runs.shelves import Limits
from nashcore.runs.store import Store
from nashcore.runs.sweep import here
from nashcore.runs.sweep.held import end_wanted, held
from nashcore.runs.sweep.here import put_in_queue, run_here, stop
from nashcore.runs.sweep.keep import Standing, keep, standings
from nashcore.runs.worker import serve
from tests.nashcore.runs.sweep.small_sweep import same_to_the_bit, small_plan


@pytest.fixture
def one_at_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for a worker trains all that waits; nobody sleeps."""
    monkeypatch.setattr(here, "ensure_worker", _serve)
    monkeypatch.setattr(here, "LOOK_SECONDS", 0.0)


def _serve(store: Store) -> None:
    serve(store)


@pytest.mark.usefixtures("one_at_a_look")
def test_every_run_ends_as_it_would_by_itself(tmp_path: Path) -> None:
    store, alone = Store(tmp_path / "a"), Store(tmp_path / "b")
    sweep = keep(store, small_plan())
    found = run_here(store, sweep)
    assert [one.state for one in found] == ["finished", "finished"]
    for one in found:
        assert one.run is not None
        single = alone.add(one.place.config)
        serve(alone)
        assert same_to_the_bit(store, one.run.id, alone, single.id)


@pytest.mark.usefixtures("one_at_a_look")
def test_no_more_wait_in_the_queue_than_there_are_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASH_WORKER_PLACES", "2")
    store, waited = Store(tmp_path), []

    def count(store: Store) -> None:
        waited.append(len(store.queue.waiting()))
        serve(store)

    monkeypatch.setattr(here, "ensure_worker", count)
    run_here(store, keep(store, small_plan({"lr": [0.1, 0.2, 0.3, 0.4, 0.5]}, epochs=1)))
    assert max(waited) == 2
    assert sum(waited) == 5


@pytest.mark.usefixtures("one_at_a_look")
def test_interrupted_it_keeps_what_is_finished_and_goes_on_with_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASH_WORKER_PLACES", "1")
    store = Store(tmp_path)
    sweep = keep(store, small_plan({"lr": [0.1, 0.2, 0.3]}, epochs=1))
    with pytest.raises(KeyboardInterrupt):
        run_here(store, sweep, _interrupt_after(1))
    states = [run.state for run in store.runs_of(sweep.id).values()]
    assert states.count("finished") == 1
    assert set(states) <= {"finished", "stopped"}
    assert store.queue.waiting() == []
    (done,) = [run.id for run in store.runs_of(sweep.id).values() if run.state == "finished"]
    found = run_here(store, store.sweeps.get(sweep.id))
    assert [one.state for one in found] == ["finished"] * 3
    assert done in store.runs_of(sweep.id)
    assert len(store.runs()) == 3
    assert run_here(store, store.sweeps.get(sweep.id)) == found  # nothing is missing


def _interrupt_after(finished: int) -> Callable[[Sequence[Standing]], None]:
    def watch(found: Sequence[Standing]) -> None:
        if sum(one.state == "finished" for one in found) >= finished:
            raise KeyboardInterrupt

    return watch


@pytest.mark.usefixtures("one_at_a_look")
def test_a_run_that_fails_is_told_and_tried_again_when_asked(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan({"batch_size": [64, 100_000]}))
    found = run_here(store, sweep)
    assert [one.state for one in found] == ["finished", "failed"]
    assert found[1].run is not None
    assert "batch_size" in found[1].run.reason
    again = run_here(store, store.sweeps.get(sweep.id))
    assert [one.run.id for one in again if one.run] == [one.run.id for one in found if one.run]


@pytest.mark.usefixtures("one_at_a_look")
def test_a_run_that_somebody_deletes_is_not_begun_again_meanwhile(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan(epochs=1))

    def watch(found: Sequence[Standing]) -> None:
        for one in found:
            if one.place.number == 0 and one.state == "finished" and one.run is not None:
                store.delete(one.run.id, for_good=True)

    run_here(store, sweep, watch)
    assert [one.state for one in standings(store, store.sweeps.get(sweep.id))] == ["waiting", "finished"]


def test_two_processes_do_not_run_one_sweep(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan())
    with held(store, sweep), pytest.raises(InputError, match="Another process runs sweep"):
        run_here(Store(tmp_path), sweep)


def test_where_no_worker_can_be_started_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here, "ensure_worker", lambda store: "No worker could be started.")
    store = Store(tmp_path)
    sweep = keep(store, small_plan())
    with pytest.raises(InputError, match="No worker could be started"):
        run_here(store, sweep)
    assert store.queue.waiting() == []


@pytest.mark.usefixtures("one_at_a_look")
def test_a_run_that_was_continued_for_more_epochs_is_trained_anew_for_the_sweep(tmp_path: Path) -> None:
    store, plan = Store(tmp_path), small_plan(epochs=1)
    sweep = keep(store, plan)
    first = run_here(store, sweep)[0].run
    assert first is not None
    store.resume(first.id, 2)
    serve(store)
    again = run_here(store, store.sweeps.get(sweep.id))
    assert [one.state for one in again] == ["finished"] * len(plan.configs)
    assert again[0].run is not None
    assert again[0].run.id != first.id
    assert again[0].run.epochs == 1
    assert store.get(first.id).epochs == 2


@pytest.mark.usefixtures("one_at_a_look")
def test_stopped_by_another_process_it_gives_out_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASH_WORKER_PLACES", "1")
    store = Store(tmp_path)
    sweep = keep(store, small_plan({"lr": [0.1, 0.2, 0.3]}, epochs=1))

    def watch(found: Sequence[Standing]) -> None:
        if sum(one.state == "finished" for one in found) == 1:
            stop(Store(tmp_path), sweep)

    found = run_here(store, sweep, watch)
    assert [one.state for one in found].count("finished") == 1
    assert store.queue.waiting() == []
    found = run_here(store, store.sweeps.get(sweep.id))  # the wish is forgotten
    assert [one.state for one in found] == ["finished"] * 3


def test_without_a_process_it_waits_in_the_queue_and_is_stopped_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here, "ensure_worker", lambda store: None)
    store = Store(tmp_path)
    sweep = keep(store, small_plan(epochs=1))
    with pytest.raises(InputError, match="should wait or run"):
        stop(store, sweep)
    put_in_queue(store, sweep)
    assert len(store.queue.waiting()) == 2
    sweep = store.sweeps.get(sweep.id)
    put_in_queue(store, sweep)  # nothing is missing
    assert len(store.queue.waiting()) == len(store.runs()) == 2
    stop(store, sweep)
    assert {run.state for run in store.runs()} == {"stopped"}
    put_in_queue(store, store.sweeps.get(sweep.id))
    serve(store)
    assert [one.state for one in standings(store, sweep)] == ["finished"] * 2


@pytest.mark.parametrize(
    ("visitor", "why"),
    [
        (Visitor("anne"), "trained by a command"),
        (None, "demonstration"),
        (Visitor("teacher", keeper=True), None),
    ],
)
def test_on_a_shelf_a_sweep_of_a_command_is_ended_by_who_keeps_the_shelf(
    tmp_path: Path, visitor: Visitor | None, why: str | None
) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan(epochs=1))
    seen = Shelf(store, visitor, Limits())
    with held(store, sweep):
        if why is None:
            stop(seen, sweep)
        else:
            with pytest.raises(InputError, match=why):
                stop(seen, sweep)
        assert end_wanted(store, sweep.id) is (why is None)
