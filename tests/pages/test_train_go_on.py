"""Letting a run go on from its page: one that was cut short, and a finished one for more epochs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from streamlit.testing.v1 import AppTest

from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import quick_config
from tests.pages.training import at_once, fine
from ui.shell.pages import TRAIN

__all__ = ["at_once"]


def kept(epochs: int, *, done: int | None = None) -> str:
    """A finished run, or one that failed when so many epochs were done."""
    store, run = Store(), Store().add(quick_config(epochs=epochs)).id

    def watch(event: object) -> None:
        if done is not None and store.get(run).epochs == done:
            raise MemoryError

    with suppress(MemoryError), store.claim(run):
        carry_out(store, store.get(run), watch=watch)
    return run


def test_a_run_that_failed_goes_on(opened: Callable[..., AppTest]) -> None:
    run = kept(4, done=2)
    app = opened(TRAIN.path, run=run)
    assert "Memory ran out" in app.error[0].value
    assert app.button(key="resume").label == "Go on after epoch 2"
    app.button(key="resume").click().run()
    found = Store().get(run)
    assert (found.state, found.epochs) == ("finished", 4)


def test_a_finished_run_is_continued(opened: Callable[..., AppTest]) -> None:
    run = kept(2)
    app = fine(opened(TRAIN.path, run=run))
    assert app.number_input(key="more_epochs").value == 4
    app.number_input(key="more_epochs").set_value(5).run()
    fine(app.button(key="continue").click().run())
    found = Store().get(run)
    assert (found.state, found.epochs) == ("finished", 5)
    assert any("5 of 5 epochs" in text.value for text in fine(app.run()).caption)
