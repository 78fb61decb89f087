"""The schedules page's part in the browser, which shows one of all two-stage schedules.

The part holds all of them, so that its slider only selects. Where the slider has come to rest is told to a widget of
Streamlit that nobody sees: it keeps the address, refuses bad values and takes presets.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st

from synthetic.pareto import FAILURE_DISTANCE
from synthetic.two_stage_sweep import GAP_TOLERANCE
from ui.components import component
from ui.components.strokes import stroke, svg_dash
from ui.figures.base import packed
from ui.figures.schedules import CEILING, FLOOR
from ui.figures.style import GOAL_DASH, INKS, Theme
from ui.schedules.sweep_view import LEVELS, SweepView
from ui.shell.handshakes import SentOnce
from ui.shell.styles import bargained_style, rule_style

STEPS = 1000
STANDARD = 100
"""The T that the paper draws."""

_WIDTH = 2.2
"""Of every line, whatever its style elsewhere: the picture has many."""

_KEY, _UNSEEN = "switches", "switches_widget"
_sent = SentOnce("switches_sent")

_sweep, _schedules = (
    component("sweep", "bytes", "series"),
    component("schedules", "bytes", "gradients_files", "schedules_scene"),
)


def switch() -> int:
    """T, which the widget behind the slider holds."""
    st.html(f"<style>.st-key-{_UNSEEN} {{ display: none; }}</style>")
    with st.container(key=_UNSEEN):
        return st.slider("T", 0, STEPS, STANDARD, 1, key="T", bind="query-params")


def begin() -> None:
    """A page that is run as a whole may stand in a new tab: its part is to be told T again."""
    _sent.forget()


def show(swept: SweepView, shown: Sequence[int], T: int, theme: Theme) -> None:
    """Mount the part and the one that keeps its paths, or hand it what has changed.

    Args:
        swept: all that it can show.
        shown: places of the goals to draw.
        T: the number of bargaining steps to select.
        theme: of the page.
    """
    sent = _sent.send(T, (swept.digest, tuple(shown), theme))
    steps = int(swept.found.switch_steps[-1])
    _sweep(data=f"{swept.digest} {steps}\n".encode() + swept.positions, key="sweep")
    _schedules(data=data(swept, shown, theme) | {"sent": sent}, key=_KEY, on_T_change=_moved)


def _moved() -> None:
    T = st.session_state[_KEY].T
    if isinstance(T, int) and 0 <= T <= STEPS:
        st.session_state["T"] = T
        _sent.reported(T)


def data(swept: SweepView, shown: Sequence[int], theme: Theme) -> dict[str, Any]:
    """All that the part draws, ready for JSON."""
    found, ink = swept.found, INKS[theme]
    bargaining = found.bargaining.numpy()
    flags = swept.off_front + 2 * swept.off_diagonal.astype(np.uint8)

    return {
        "digest": swept.digest,
        "levels": LEVELS,
        "steps": int(found.switch_steps[-1]),
        "starts": bargaining.shape[2],
        "offsets": found.offsets.tolist(),
        "goals": [
            stroke(bargained_style(goal), theme)
            | {
                "dash": svg_dash(GOAL_DASH.get(goal, "solid")),
                "width": _WIDTH,
            }
            for goal in found.goals
        ],
        "shown": list(shown),
        "one_bargain": bool((bargaining == bargaining[:, :1]).all()),
        "nash": stroke(rule_style("nash"), theme) | {"width": _WIDTH},
        "distance": packed(np.maximum(swept.distance, FLOOR))["bdata"],
        "gap": packed(np.maximum(swept.gap, FLOOR))["bdata"],
        "flags": base64.b64encode(flags.tobytes()).decode("ascii"),
        "heights": [FLOOR, CEILING],
        "tolerance": {"distance": FAILURE_DISTANCE, "gap": GAP_TOLERANCE},
        "loss_range": [list(span) for span in found.problem.loss_range],
        "front": found.problem.front.losses.numpy()[::8].T.tolist(),
        "inks": asdict(ink),
    }
