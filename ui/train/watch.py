"""Listening to a run: progress with the time left, and figures that grow with every epoch."""

from __future__ import annotations

import time

import numpy as np
import streamlit as st

from nashcore.learning.evaluate import METRICS
from nashcore.learning.events import EpochDone, Progress
from nashcore.learning.methods import METHODS
from ui.figures import curves, game
from ui.figures.arms import arm_title
from ui.figures.base import Figure
from ui.frame import theme
from ui.train.live import LiveRun, time_left
from ui.train.tables import means_and_spreads

REDRAW_SECONDS = 1.5
"""Least time between two drawings."""


def told_progress(run: LiveRun) -> str:
    """How far the run is."""
    if run.progress is None:
        return "Starting …"
    now = min(run.progress.epoch + 1, run.config.epochs)
    return f"Epoch {now} of {run.config.epochs}, {time_left(run.progress.seconds_left)}"


def watch(run: LiveRun) -> None:
    """Listen to the run until it ends. A click elsewhere interrupts; the next pass goes on where this one stopped."""
    models = len(run.history.arms) * len(run.history.seeds)
    st.subheader(f"Training {models} models side by side", anchor=False)
    bar = st.progress(0.0 if run.progress is None else min(run.progress.share, 1.0), told_progress(run))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Stop and keep what is done", icon=":material/stop_circle:", on_click=run.cancel, key="stop"
        )
        st.caption("Training waits while another page is open, and ends with this visit.", width="content")
    arms = [arm for arm in run.config.arms() if arm.method.kind == "meta"]
    a, b = st.columns([1.5, 1], gap="medium")
    metric = a.selectbox("Metric", list(METRICS), format_func=METRICS.__getitem__, key="live_metric")
    names = [arm.name for arm in arms]
    first = next((i for i, arm in enumerate(arms) if arm.method.bargains), 0)
    shown = (
        b.selectbox("Alignment of", names, first, format_func=arm_title, key="live_arm") if names else None
    )
    with a.container(height=520, border=False):
        left = st.empty()
    with b.container(height=520, border=False):
        upper, lower = st.empty(), st.empty()

    def draw() -> None:
        if not run.history.epochs:
            return
        left.plotly_chart(_curves(run, metric), theme=None, key=f"live_curves_{len(run.history.epochs)}")
        if shown is not None:
            upper.plotly_chart(
                _alignment(run, shown), theme=None, key=f"live_alignment_{len(run.history.epochs)}"
            )
        if any(METHODS[arm.method.name].bargains for arm in arms):
            lower.plotly_chart(_agreement(run), theme=None, key=f"live_agreement_{len(run.history.epochs)}")

    draw()
    drawn = time.monotonic()
    for event in run.events():
        if isinstance(event, Progress):
            bar.progress(min(event.share, 1.0), told_progress(run))
        first_epoch = isinstance(event, EpochDone) and len(run.history.epochs) == 1
        if isinstance(event, EpochDone) and (first_epoch or time.monotonic() - drawn > REDRAW_SECONDS):
            drawn = time.monotonic()
            draw()
    st.rerun()


def _curves(run: LiveRun, metric: str) -> Figure:
    return curves.curves(
        run.history.arms,
        run.values(metric),
        METRICS[metric],
        run.config.epochs,
        theme(),
        switches=run.switches(),
    )


def _alignment(run: LiveRun, arm: str) -> Figure:
    """Of all epochs so far."""
    row = run.history.arms.index(arm)
    counts = np.nansum([epoch.histograms[row] for epoch in run.history.epochs], axis=(0, 1))
    return game.alignment(arm, counts[0, 0], counts[1, 0], theme(), height=280)


def _agreement(run: LiveRun) -> Figure:
    values = np.stack([epoch.game["agreement"] for epoch in run.history.epochs], axis=2)
    rows = [i for i, arm in enumerate(run.config.arms()) if arm.method.bargains]
    mean, _ = means_and_spreads(values)
    names = [run.history.arms[i] for i in rows]
    return game.shares(
        names, mean[rows], "Agreement found", run.config.epochs, theme(), height=220, legend=False
    )
