"""Watching a run that goes on elsewhere: progress with the time left, and figures that grow with every epoch."""

from __future__ import annotations

import math
import time

import numpy as np
import streamlit as st

from nashcore.data import headline
from nashcore.learning import DIRECTIONS, EpochDone, means_by_unit, unit_of
from nashcore.metrics import METRICS, metric_title
from nashcore.runs.results import StoredResult
from ui.figures import curves, game
from ui.figures.base import Figure
from ui.shell import said, turn
from ui.shell.figure_box import as_seen
from ui.shell.runs import get_result, store
from ui.shell.spread import means_and_spreads
from ui.shell.text import plain, show_input_errors, theme
from ui.train.arms import styles, switches

LOOK_SECONDS = 0.5
"""Time between two looks at a run."""

READ_SECONDS = 1.0
"""Least time between two looks into the store, however many watch the run."""

REDRAW_SECONDS = 1.5
"""Least time between two drawings: a figure that changes is built anew in the browser."""

DRAWN = "drawn"
"""Session key: the run that is drawn, how many of its epochs, and when."""


@st.fragment(run_every=LOOK_SECONDS)
def watch(run: str) -> None:
    """Show a run until it is over; then the page shows its result."""
    said.pass_on()
    with show_input_errors():
        watched = get_result(run, READ_SECONDS)
        if watched.run.over:
            st.session_state.pop(DRAWN, None)
            st.rerun()
        models = watched.config.models
        st.header(plain(f"Training {models} models side by side: {watched.run.title}"), anchor=False)
        if watched.serious:
            st.warning(plain(f"Training with {headline(watched.serious)}"), icon=":material/report:")
        st.progress(min(watched.run.share, 1.0), progress_text(watched))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Stop and keep what is done",
                icon=":material/stop_circle:",
                on_click=_stop,
                args=(run,),
                key="stop",
            )
            st.caption(
                "Training goes on when this page is closed; its address leads back to it.", width="content"
            )
        if watched.run.state == "waiting":
            turn.show(run)
        _figures(watched)


@st.fragment(run_every=READ_SECONDS)
def until_it_goes_on(run: str) -> None:
    """Look after an interrupted run: when it goes on, wherever it was asked to or by itself, the page shows how far it is."""
    with show_input_errors():
        if store().listed(run).state != "interrupted":
            st.rerun()


def _stop(run: str) -> None:
    said.act(lambda: store().stop(run))


def progress_text(watched: StoredResult) -> str:
    """How far the run is. A run that waits is given a worker."""
    if watched.run.state == "waiting":
        return turn.says(watched.run.id)
    if watched.run.seconds_left is None:
        return "Preparing the table …"
    now = min(watched.epochs + 1, watched.config.epochs)
    return f"Epoch {now} of {watched.config.epochs}, {time_left(watched.run.seconds_left)}"


def time_left(seconds: float) -> str:
    """Seconds as people say them."""
    if not math.isfinite(seconds):
        return "estimating the time left"
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    return f"about {round(seconds / 60)} min left"


def _figures(watched: StoredResult) -> None:
    arms = [arm for arm in watched.config.arms() if arm.method.kind == "meta"]
    a, b = st.columns([1.5, 1], gap="medium")
    metric = a.selectbox("Metric", list(METRICS), format_func=metric_title, key="live_metric")
    names = [arm.name for arm in arms]
    first = next((i for i, arm in enumerate(arms) if arm.method.bargains), 0)
    shown = (
        b.selectbox(
            "Alignment of", names, first, format_func=lambda arm: watched.arms[arm].title, key="live_arm"
        )
        if names
        else None
    )
    epochs = _epochs_to_draw(watched)
    with a.container(height=520, border=False):
        if epochs:
            st.plotly_chart(as_seen(_curves(watched, epochs, metric)), theme=None, key="live_curves")
        else:
            st.caption("The curves begin with the end of the first epoch.")
    with b.container(height=520, border=False):
        if epochs and shown is not None:
            st.plotly_chart(as_seen(_alignment(watched, epochs, shown)), theme=None, key="live_alignment")
        if epochs and any(arm.method.bargains for arm in arms):
            st.plotly_chart(as_seen(_agreement(watched, epochs)), theme=None, key="live_agreement")


def _epochs_to_draw(watched: StoredResult) -> list[EpochDone]:
    """The epochs of the last drawing, until it is time for the next."""
    epochs = [] if watched.history is None else watched.history.epochs
    run, count, when = st.session_state.get(DRAWN, ("", 0, 0.0))
    now = time.monotonic()
    if run != watched.run.id or count == 0 or now - when > REDRAW_SECONDS:
        count = len(epochs)
        st.session_state[DRAWN] = (watched.run.id, count, now)
    return epochs[:count]


def _curves(watched: StoredResult, epochs: list[EpochDone], metric: str) -> Figure:
    roster = watched.roster
    return curves.curves(
        styles(watched),
        means_by_unit(np.stack([epoch.metrics[metric] for epoch in epochs], axis=2), roster),
        metric_title(metric),
        watched.config.epochs,
        theme(),
        switches=switches(watched),
        over=f"{unit_of(roster)}s",
    )


def _alignment(watched: StoredResult, epochs: list[EpochDone], arm: str) -> Figure:
    """Of all epochs so far."""
    row = list(watched.arms).index(arm)
    counts = np.sum([np.nansum(epoch.histograms[row], axis=0) for epoch in epochs], axis=0)
    layers = dict(zip(DIRECTIONS.values(), counts[:, 0], strict=True))
    return game.alignment(styles(watched)[arm], layers, theme(), height=300)


def _agreement(watched: StoredResult, epochs: list[EpochDone]) -> Figure:
    values = np.stack([epoch.game["agreement"] for epoch in epochs], axis=2)
    drawn = list(styles(watched).values())
    rows = [i for i, arm in enumerate(watched.arms.values()) if arm.method.bargains]
    mean, _ = means_and_spreads(values)
    return game.shares(
        [drawn[i] for i in rows],
        mean[rows],
        "Agreement found",
        watched.config.epochs,
        theme(),
        height=220,
        legend=False,
    )
