"""The order of waiting runs: as they came, whatever the clock says, until somebody changes it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashcore.errors import InputError
from nashcore.runs.store import Store
from tests.nashcore.runs.quick_config import quick_config


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def added(store: Store, count: int) -> list[str]:
    return [store.add(quick_config(), f"run {place}").id for place in range(count)]


def test_runs_wait_as_they_came_even_where_the_clock_jumps_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.add(quick_config()).id
    monkeypatch.setattr(time, "time", lambda: 5.0)
    second = store.add(quick_config()).id
    assert store.queue.waiting() == [first, second]
    store.queue.move(first, "first")
    third = store.add(quick_config()).id
    assert store.queue.waiting() == [first, second, third]
    found = store.next_waiting()
    assert found is not None
    assert found.id == first


@settings(max_examples=12)
@given(moves=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["first", "last", "earlier", "later"]))))
def test_a_move_moves_one_run_and_keeps_the_order_of_the_others(
    moves: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = Store(tmp_path_factory.mktemp("runs"))
    order = added(store, 5)
    for place, to in moves:
        run = order[place]
        others = [one for one in order if one != run]
        at = {"first": 0, "last": 4, "earlier": max(place - 1, 0), "later": min(place + 1, 4)}[to]
        order = [*others[:at], run, *others[at:]]
        store.queue.move(run, to)  # type: ignore[arg-type]
        assert store.queue.waiting() == order


def test_only_a_waiting_run_is_moved(store: Store) -> None:
    (run,) = added(store, 1)
    with pytest.raises(InputError, match="first, last, earlier, later"):
        store.queue.move(run, "up")  # type: ignore[arg-type]
    store.stop(run)
    with pytest.raises(InputError, match="should wait for its turn"):
        store.queue.move(run, "first")
    assert store.queue.waiting() == []
    assert store.queue.running() == 0
