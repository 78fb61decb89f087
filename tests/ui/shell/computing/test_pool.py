"""The pool with real processes: shared answers, the latest wish, leaving, dying, and room for who turns a knob."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nashcore.errors import InputError
from tests.ui.shell.computing import works
from ui.shell.computing import BrokenOffError, ComputationError, Job, Pool, Work
from ui.shell.computing import pool as module
from ui.shell.computing.pool import DEAR

PATIENCE = 120
"""Seconds after which a test gives up."""


@pytest.fixture(autouse=True)
def long_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask again and again; tests ask once, and a busy machine may take longer than a lease to start a process."""
    monkeypatch.setattr(module, "_LEASE", PATIENCE)


@pytest.fixture(scope="module")
def two_places() -> Iterator[Pool]:
    pool = Pool(2)
    yield pool
    pool.close()


@pytest.fixture
def pool(two_places: Pool) -> Iterator[Pool]:
    """Two places, on which nothing is under way."""
    yield two_places
    for asker in ("me", "you", "they"):
        for slot in ("a", "b", "c"):
            two_places.leave(asker, slot)
    until(lambda: len(two_places._free) == 2)


def until(holds: Callable[[], bool]) -> None:
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        pause.wait(0.01)


def done(job: Job) -> object:
    assert job.wait(PATIENCE)
    return job.result()


def begun(door: Path) -> int:
    """The process that stands at the door, once it does."""
    note = Path(f"{door}.begun")
    until(lambda: note.exists() and note.read_text() != "")
    return int(note.read_text())


def test_an_answer_is_computed_once_for_everybody(pool: Pool, tmp_path: Path) -> None:
    work = Work.of(works.behind, str(tmp_path / "door"), 7)
    assert not pool.knows(work)
    first, second = (pool.ask(who, "a", work, 0.1) for who in ("me", "you"))
    assert first is second
    assert pool.knows(work)
    begun(tmp_path / "door")
    (tmp_path / "door").touch()
    assert done(first) == 7
    assert pool.knows(work)
    assert pool.ask("they", "a", work, 0.1).result() == 7  # kept: done at once
    assert done(pool.ask("they", "a", Work.of(works.double, 4), 0.1)) == 8


def test_a_turned_knob_drops_the_wish_that_it_overtakes(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", PATIENCE)
    old = pool.ask("me", "a", Work.of(works.behind, str(tmp_path / "door"), 1), 0.1)
    process = begun(tmp_path / "door")
    assert done(pool.ask("me", "a", Work.of(works.double, 21), 0.1)) == 42
    with pytest.raises(BrokenOffError):
        done(old)
    until(lambda: len(pool._free) == 2)
    assert process in {place.pid for place in pool.places}, "it left by itself: no process had to be ended"


def test_what_somebody_else_waits_for_goes_on(pool: Pool, tmp_path: Path) -> None:
    work = Work.of(works.behind, str(tmp_path / "door"), 5)
    pool.ask("me", "a", work, 0.1)
    job = pool.ask("you", "a", work, 0.1)
    begun(tmp_path / "door")
    pool.leave("me", "a")
    (tmp_path / "door").touch()
    assert done(job) == 5


def test_slots_of_one_visitor_do_not_overtake_each_other(pool: Pool, tmp_path: Path) -> None:
    slow = pool.ask("me", "a", Work.of(works.behind, str(tmp_path / "door"), 1), 0.1)
    assert done(pool.ask("me", "b", Work.of(works.double, 1), 0.1)) == 2
    (tmp_path / "door").touch()
    assert done(slow) == 1


def test_work_that_does_not_listen_is_ended_with_its_process(pool: Pool, tmp_path: Path) -> None:
    job = pool.ask("me", "a", Work.of(works.deaf, str(tmp_path / "door")), 0.1)
    process = begun(tmp_path / "door")
    pool.leave("me", "a")
    with pytest.raises(BrokenOffError):
        done(job)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert done(pool.ask("me", "a", Work.of(works.double, 3), 0.1)) == 6


def test_who_has_gone_waits_for_nothing(tmp_path: Path) -> None:
    here = {"me"}
    pool = Pool(1, present=here.__contains__)
    try:
        job = pool.ask("me", "a", Work.of(works.behind, str(tmp_path / "door"), 1), 0.1)
        begun(tmp_path / "door")
        here.clear()
        with pytest.raises(BrokenOffError):
            done(job)
    finally:
        pool.close()


def test_who_asks_no_more_waits_for_nothing(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = pool.ask("me", "a", Work.of(works.behind, str(tmp_path / "door"), 1), 0.1)
    begun(tmp_path / "door")
    assert pool.ask("me", "a", job.work, 0.1) is job
    monkeypatch.setattr(module, "_LEASE", 0.0)
    with pytest.raises(BrokenOffError):
        done(job)


@pytest.mark.parametrize(
    ("function", "kind", "says"),
    [
        (works.refuse, InputError, "Parameter 'x' should be less"),
        (works.fail, ComputationError, r"failed \(ZeroDivisionError: by nothing\)"),
        (works.die, ComputationError, "ended with code 3 before it had an answer"),
    ],
)
def test_failures_have_a_name_and_the_next_work_is_done(
    pool: Pool, function: Callable[..., None], kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=says):
        done(pool.ask("me", "a", Work.of(function), 0.1))
    assert done(pool.ask("me", "a", Work.of(works.double, 8), 0.1)) == 16


def test_dear_work_leaves_a_place_for_who_turns_a_knob(pool: Pool, tmp_path: Path) -> None:
    dear = [
        pool.ask(who, "a", Work.of(works.behind, str(tmp_path / who), 1), 2 * DEAR) for who in ("me", "you")
    ]
    begun(tmp_path / "me")
    assert done(pool.ask("they", "a", Work.of(works.double, 50), 0.1)) == 100
    assert dear[1].place is None
    (tmp_path / "me").touch()
    (tmp_path / "you").touch()
    assert [done(job) for job in dear] == [1, 1]


def test_what_nobody_waits_for_gives_way_and_begins_anew(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", PATIENCE)
    first, second = (Work.of(works.behind, str(tmp_path / name), 1) for name in ("first", "second"))
    later = [pool.ask("me", slot, work, 0.1, later=True) for slot, work in (("a", first), ("b", second))]
    assert pool.idle_but_for("you")
    begun(tmp_path / "first"), begun(tmp_path / "second")
    wanted = pool.ask("you", "a", Work.of(works.behind, str(tmp_path / "wanted"), 2), 0.1)
    assert not pool.idle_but_for("me")
    assert pool.idle_but_for("you")
    begun(tmp_path / "wanted")
    assert sum(job.place is None for job in later) == 1
    until(lambda: len(pool._queue) == 1)  # one of them waits again
    for name in ("wanted", "first", "second"):
        (tmp_path / name).touch()
    assert [done(job) for job in (wanted, *later)] == [2, 1, 1]


def test_what_nobody_waits_for_does_not_give_way_in_vain(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", PATIENCE)
    work = {name: Work.of(works.behind, str(tmp_path / name), 1) for name in ("dear", "later", "dear too")}
    dear = pool.ask("me", "a", work["dear"], 2 * DEAR)
    begun(tmp_path / "dear")
    later = pool.ask("me", "b", work["later"], 0.1, later=True)
    begun(tmp_path / "later")
    waits = pool.ask("you", "a", work["dear too"], 2 * DEAR)  # would not fit beside the other dear one anyway
    assert later.place is not None
    assert not later.gives_way
    assert waits.place is None
    for name in work:
        (tmp_path / name).touch()
    assert [done(job) for job in (dear, later, waits)] == [1, 1, 1]


def test_answers_take_no_more_room_than_they_have() -> None:
    pool = Pool(1, room=5000)
    try:
        works_ = [Work.of(works.large, count) for count in (2000, 2001, 2002)]
        for work in works_:
            done(pool.ask("me", "a", work, 0.1))
        assert [work in pool._answers for work in works_] == [False, True, True]
        done(pool.ask("me", "a", Work.of(works.large, 9000), 0.1))
        assert works_[2] in pool._answers
        assert pool._answers.size <= 5000
    finally:
        pool.close()


def test_a_process_loads_only_what_it_computes_with(pool: Pool) -> None:
    loaded = done(pool.ask("me", "a", Work.of(works.modules), 0.1))
    assert isinstance(loaded, list)
    assert not {"streamlit", "sklearn", "plotly", "scipy"} & set(loaded)


def test_a_closed_pool_leaves_no_process_and_nobody_waiting(tmp_path: Path) -> None:
    pool = Pool(1)
    job = pool.ask("me", "a", Work.of(works.deaf, str(tmp_path / "door")), 0.1)
    process = begun(tmp_path / "door")
    pool.close()
    with pytest.raises((ComputationError, BrokenOffError)):
        done(job)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
