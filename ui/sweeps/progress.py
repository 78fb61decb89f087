"""How far a sweep is, looked at again and again while one of its runs goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from nashcore.runs import WORDS, in_words
from nashcore.runs.sweep import Standing, Sweep, SweepFigures, standings
from ui.shell.runs import store
from ui.shell.text import plain, show_input_errors

LOOK_SECONDS = 2.0
"""Time between two looks."""


def show(sweep: Sweep) -> None:
    """The states of the runs, and what to do about those that nobody trains."""
    found = standings(store(), sweep)
    if any(_goes_on(one) for one in found):
        _watch(sweep.id, _stamp(found))
        return
    _bar(found)
    missing = sum(one.state != "finished" for one in found)
    if missing:
        which = "1 run is" if missing == 1 else f"{missing} runs are"
        st.caption(
            f"{which} not finished, and nobody trains them. To go on, on this machine or with --dask on a cluster:"
        )
        st.code(f"python -m nashcore sweep resume {sweep.id}", language="bash")


@st.fragment(run_every=LOOK_SECONDS)
def _watch(sweep: str, stamp: str) -> None:
    """Progress until a run more is over; then the page shows what that changes."""
    with show_input_errors():
        found = standings(store(), store().shelf.get(sweep))
        if _stamp(found) != stamp:
            st.rerun()
        _bar(found)


def _goes_on(one: Standing) -> bool:
    return one.run is not None and not one.run.over


def _stamp(found: Sequence[Standing]) -> str:
    """What tells whether a run more has ended, or none goes on any more."""
    return f"{sum(one.run is not None and one.run.over for one in found)} {any(map(_goes_on, found))}"


def _bar(found: Sequence[Standing]) -> None:
    states = [one.state for one in found]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    share = sum(one.share for one in found) / max(1, len(found))
    st.progress(min(1.0, share), f"{len(found)} runs: {counts}")


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
                "Reason": "" if run is None else run.reason,
            }
        )
    return pd.DataFrame(rows)


def show_runs(figures: SweepFigures) -> None:
    """The list of the runs, and links to those that can be looked at."""
    with st.expander(f"All {len(figures.standings)} runs", icon=":material/list:"):
        table = runs_table(figures)
        if not table["Reason"].any():
            table = table.drop(columns="Reason")
        st.dataframe(table, hide_index=True, height=38 + 35 * min(len(table), 12))
        st.caption(
            plain(
                "Each run is kept like any other: Train shows it by its id, Compare holds up to eight side by side."
            )
        )
