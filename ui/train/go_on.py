"""Letting a run that is over go on: one that was cut short, or a finished one for more epochs."""

from __future__ import annotations

import streamlit as st

from nashcore.runs import Run
from ui.shell import turn
from ui.shell.runs import store
from ui.shell.said import act

MORE = "more_epochs"
"""Key of the number of epochs that a finished run is to have in all."""

MOST_EPOCHS = 100_000


def offer(run: Run) -> None:
    """The button with which this run goes on; who watches it then gives it a worker."""
    if run.state != "finished":
        label = f"Go on after epoch {run.epochs}" if run.epochs else "Train it again from the start"
        st.button(
            label,
            icon=":material/resume:",
            key="resume",
            on_click=_resume,
            args=(run.id,),
            help="From its last checkpoint. It comes to the same numbers as a run that was never interrupted.",
        )
        return
    with st.popover("Continue for more epochs", icon=":material/resume:"):
        st.number_input(
            "Epochs in all",
            min_value=run.epochs + 1,
            max_value=MOST_EPOCHS,
            value=min(2 * run.epochs, MOST_EPOCHS),
            key=MORE,
        )
        st.caption(
            "It comes to the same numbers as a run of so many epochs. To go on because of what the test rows show is to choose "
            "epochs on them."
        )
        st.button("Continue", type="primary", key="continue", on_click=_resume, args=(run.id, MORE))


def _resume(run: str, more: str | None = None) -> None:
    def resume() -> None:
        store().resume(run, None if more is None else int(st.session_state[more]))
        turn.forget()

    act(resume)
