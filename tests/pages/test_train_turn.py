"""A run that waits: its place in the queue, what stands in its way, and what can be done about it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from nashcore.runs.places import place
from nashcore.runs.store import Store
from tests.nashcore.runs.quick_config import quick_config
from tests.pages.training import fine
from ui.shell import turn
from ui.shell.pages import TRAIN

Opened = Callable[..., AppTest]


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store whose workers are all busy."""
    monkeypatch.setattr(turn, "ensure_worker", lambda store: None)
    store = Store()
    with place(store), place(store):
        yield store


def test_a_run_in_the_queue_says_its_number_and_can_be_moved(opened: Opened, full: Store) -> None:
    runs = [full.add(quick_config(), f"run {number}").id for number in range(3)]
    app = fine(opened(TRAIN.path, run=runs[2]))
    assert app.get("progress")[0].proto.text.endswith("number 3 of 3 in the queue …")
    assert [app.button(key=f"move_{to}").disabled for to in turn.MOVES] == [False, False, True, True]
    fine(app.button(key="move_first").click().run())
    assert full.queue.waiting() == [runs[2], runs[0], runs[1]]
    assert app.get("progress")[0].proto.text.endswith("number 1 of 3 in the queue …")


def test_however_many_wait_the_queue_is_looked_at_once_a_while(
    full: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = full.add(quick_config()).id
    looks: list[int] = []
    monkeypatch.setattr(turn, "ensure_worker", lambda store: looks.append(1))
    turn.forget()
    begun = time.monotonic()
    for _ in range(50):
        assert turn.says(run).startswith("Waiting")
    assert len(looks) <= 1 + (time.monotonic() - begun) / turn.LOOK_SECONDS
    before = len(looks)
    turn.forget()
    turn.says(run)
    assert len(looks) == before + 1


def test_a_run_alone_in_the_queue_has_nothing_to_move(opened: Opened, full: Store) -> None:
    run = full.add(quick_config()).id
    app = fine(opened(TRAIN.path, run=run))
    assert app.get("progress")[0].proto.text == "Waiting for a run before it to end …"
    assert not [button for button in app.button if str(button.key).startswith("move_")]


def test_a_worker_that_cannot_start_is_told_with_a_way_on(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = ["No worker could be started, in 3 tries. The system says: *No space*."]
    forgotten: list[Store] = []
    monkeypatch.setattr(turn, "ensure_worker", lambda store: why[0] if why else None)
    monkeypatch.setattr(turn, "try_again", lambda store: (forgotten.append(store), why.clear()))
    run = Store().add(quick_config()).id
    app = opened(TRAIN.path, run=run)
    assert not app.exception
    assert app.get("progress")[0].proto.text == "Waiting for a worker, and none can be started"
    (error,) = app.error
    assert "\\*No space\\*" in error.value
    fine(app.button(key="try_again").click().run())
    assert len(forgotten) == 1
    assert app.get("progress")[0].proto.text == "Starting …"


def test_an_interrupted_run_says_why(opened: Opened) -> None:
    run = Store().add(quick_config())
    Store().end(run.id, "interrupted", "Its worker has shown no sign of life.")
    app = opened(TRAIN.path, run=run.id)
    assert not app.exception
    assert "no sign of life" in app.error[0].value
