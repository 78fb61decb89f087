"""The run that the page shows: in the address and in the session, and what can be done with it once it is over."""

from __future__ import annotations

import streamlit as st

from ui.shell.pages import COMPARE
from ui.shell.runs import store
from ui.shell.said import act
from ui.shell.text import show_input_errors
from ui.train import go_on, results, watch
from ui.train.submit import enqueue

RUN = "run"
"""The address's word for the run, and the session's key."""


def set_shown_run(run: str | None) -> None:
    """Show this run from now on; the address says so too."""
    st.session_state[RUN] = run
    if run is None:
        st.query_params.pop(RUN, None)
    else:
        st.query_params[RUN] = run


def get_shown_run() -> str | None:
    """The run that the address names, else the last one of this visit. One that is not there is told in a sentence."""
    run = st.query_params.get(RUN, st.session_state.get(RUN))
    if run is None:
        return None
    found: str | None = None
    with show_input_errors():
        found = store().get(run).id
    set_shown_run(found)
    return found


def show(run: str) -> None:
    """The run's result where it is over, else how far it is."""
    found = store().get(run)
    if not found.over:
        watch.watch(run)
        return
    if found.state == "interrupted":
        watch.until_it_goes_on(run)
    results.show(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        go_on.offer(found)
        st.button("Train the same again", icon=":material/replay:", key="again", on_click=_rerun, args=(run,))
        st.page_link(
            COMPARE.path, label="Compare with other runs", icon=COMPARE.icon, query_params={"runs": run}
        )


def _rerun(run: str) -> None:
    """The same run once more: the same numbers, unless it was cut short."""

    def again() -> None:
        found = store().get(run)
        set_shown_run(enqueue(found.config, found.title))

    act(again)
