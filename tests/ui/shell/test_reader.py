"""However many watch a run, the store is read once a second."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.database import Database
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import quick_config
from ui.shell import reader


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still until it is set."""
    now = [100.0]
    monkeypatch.setattr(reader.time, "monotonic", lambda: now[0])
    return now


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The times that the database was opened to be read or written."""
    opened: list[str] = []

    def note(name: str) -> None:
        method = getattr(Database, name)
        patch.setattr(
            Database, name, lambda self, *args, **more: (opened.append(name), method(self, *args, **more))[1]
        )

    with monkeypatch.context() as patch:
        note("_open_to_read")
        note("write")
        yield opened


def test_fifty_watchers_cost_one_read_a_second(
    store: Store, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = reader.Reader(store)
    with (
        store.begin(quick_config()) as run,
        counted(monkeypatch) as opened,
        ThreadPoolExecutor(50) as watchers,
    ):
        for tenth in range(50):  # of a second: five seconds
            clock[0] = 100.0 + tenth / 10
            seen = list(watchers.map(lambda _: shared.look(run.id, at_most=1.0), range(50)))
            assert {found.id for found, _ in seen} == {run.id}
        assert opened == ["_open_to_read"] * 5


def test_what_was_handed_out_stays_as_it_was_and_grows_by_what_is_new(
    store: Store, clock: list[float]
) -> None:
    shared = reader.Reader(store)
    with store.begin(quick_config(epochs=3)) as run:
        looks = [shared.look(run.id)]
        carry_out(store, run, watch=lambda event: looks.append(shared.look(run.id)))
    counts = [0 if history is None else len(history.epochs) for _, history in looks]
    assert counts == sorted(counts)
    assert set(counts) == {0, 1, 2, 3}
    last = looks[-1][1]
    before = next(history for _, history in looks if history is not None and len(history.epochs) == 2)
    assert last is not None
    assert last.epochs[:2] == before.epochs
    store._set(run.id, state="running")
    with store._database.write() as database:
        database.execute("DELETE FROM epochs WHERE epoch > 0")  # begun anew
    again = shared.look(run.id)[1]
    assert again is not None
    assert len(again.epochs) == 1
    store.stop(run.id)  # its process is gone, so that it waits to be gone on with
    store.delete(run.id)
    with pytest.raises(InputError, match="There is no run"):
        shared.look(run.id)
