"""How far a sweep is, looked at again and again while one of its runs goes on; how to stop it, and to go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from nashcore.runs import WORDS, Store, in_words
from nashcore.runs.sweep import (
    Standing,
    Sweep,
    SweepFigures,
    end_wanted,
    is_held,
    label,
    names_of,
    put_in_queue,
    standings,
    stop,
)
from ui.shell import said, turn
from ui.shell.runs import store
from ui.shell.table_height import table_height
from ui.shell.text import plain, show_input_errors, veiled

LOOK_SECONDS = 2.0
"""Time between two looks."""

MOST_QUEUED = 200
"""A page puts so many runs into the queue at most; a command gives out more, a few at a time."""


def show(sweep: Sweep) -> None:
    """How far the runs are, and what can be done about them; looked at again and again while any goes on."""
    found = standings(store(), sweep)
    if _goes_on(sweep, found):
        _watch(sweep.id, _stamp(sweep, found))
    else:
        _standing(sweep, found)


@st.fragment(run_every=LOOK_SECONDS)
def _watch(sweep: str, stamp: str) -> None:
    """Progress until a run more is over; then the page shows what that changes."""
    said.pass_on()
    with show_input_errors():
        now = store().sweeps.get(sweep)
        found = standings(store(), now)
        if _stamp(now, found) != stamp:
            st.rerun()
        _standing(now, found)
        if any(one.run is not None and one.run.state == "waiting" for one in found):
            turn.obstacles()


def _goes_on(sweep: Sweep, found: Sequence[Standing]) -> bool:
    return is_held(store(), sweep.id) or any(one.run is not None and not one.run.over for one in found)


def _stamp(sweep: Sweep, found: Sequence[Standing]) -> str:
    """What tells whether a run more has ended, or none goes on any more."""
    return f"{sum(one.run is not None and one.run.over for one in found)} {_goes_on(sweep, found)}"


def _standing(sweep: Sweep, found: Sequence[Standing]) -> None:
    states = [_state(one) for one in found]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    share = sum(one.share for one in found) / max(1, len(found))
    runs = "1 run" if len(found) == 1 else f"{len(found)} runs"
    st.progress(min(1.0, share), f"{runs}: {counts}")
    names = names_of(sweep)
    for one, state in zip(found, states, strict=True):
        if one.run is not None and state == "running":
            epoch = min(one.run.epochs + 1, one.place.config.epochs)
            st.caption(
                f"In training: {plain(label(one.place.config, names))}, epoch {epoch} of {one.place.config.epochs}."
            )
    _steer(sweep, found, states)


def _state(one: Standing) -> str:
    """A run's state; of one that was asked to end, that it is about to: its worker looks now and then, and the page seldomer."""
    ends = one.run is not None and one.state == "running" and store().stop_wanted(one.run.id)
    return "stopping" if ends else one.state


def _steer(sweep: Sweep, found: Sequence[Standing], states: Sequence[str]) -> None:
    """Stop what goes on; go on with what is missing, where no command is about to. Nothing for who may only look."""
    if store().notice is not None:
        return
    missing, command = sum(one.missing for one in found), is_held(store(), sweep.id)
    going = [
        state for one, state in zip(found, states, strict=True) if one.run is not None and not one.run.over
    ]
    if _goes_on(sweep, found):
        st.button(
            "Stop the sweep",
            icon=":material/stop_circle:",
            key="stop_sweep",
            on_click=_act,
            args=(stop, sweep.id),
            disabled=end_wanted(store(), sweep.id) if command else set(going) == {"stopping"},
            help="The runs in training keep the epochs that are done, and those that wait do not begin. It can go on later.",
        )
    if not missing or command:
        return
    which = "1 run is" if missing == 1 else f"{missing} runs are"
    if missing <= MOST_QUEUED:
        st.button(
            f"Go on with {missing} {'run' if missing == 1 else 'runs'}",
            icon=":material/resume:",
            key="go_on",
            on_click=_act,
            args=(put_in_queue, sweep.id),
            help="Each from its last checkpoint, on this machine, in the queue behind what waits there already.",
        )
    st.caption(
        f"{which} not finished, and nobody trains {'it' if missing == 1 else 'them'}. The command that goes on, with --dask on a "
        "cluster:"
    )
    st.code(f"python -m nashcore sweep resume {sweep.id}", language="bash", wrap_lines=True)


def _act(do: Callable[[Store, Sweep], None], sweep: str) -> None:
    def done() -> None:
        try:
            do(store(), store().sweeps.get(sweep))
        finally:
            turn.forget()

    said.act(done)


def runs_table(figures: SweepFigures) -> pd.DataFrame:
    """Every run of the sweep: what tells it apart, and how far it is."""
    rows = []
    for one in figures.standings:
        values = one.place.config.values()
        run = one.run
        rows.append(
            {
                "Run": "" if run is None else run.id,
                **{WORDS.get(name, name): in_words(name, values[name]) for name in figures.names},
                "State": one.state,
                "Epochs": f"{0 if run is None else run.epochs} of {one.place.config.epochs}",
                "Begun": "" if run is None else datetime.fromtimestamp(run.created).isoformat(" ", "minutes"),
                "Reason": "" if run is None else veiled(run.reason),
            }
        )
    return pd.DataFrame(rows)


def show_runs(figures: SweepFigures) -> None:
    """The list of the runs, and links to those that can be looked at."""
    with st.expander(f"All {len(figures.standings)} runs", icon=":material/list:"):
        table = runs_table(figures)
        if not table["Reason"].any():
            table = table.drop(columns="Reason")
        st.dataframe(table, hide_index=True, height=table_height(len(table)))
        st.caption(
            plain(
                "Each run is kept like any other: Train shows it by its id, Compare holds up to eight side by side."
            )
        )
