"""The schedules page: every two-stage schedule at once, and the part in the browser that shows one of them.

The part holds all of them, so that its slider only selects. Where the slider has come to rest is told to a widget of
Streamlit that nobody sees: it keeps the address, refuses bad values and takes presets.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from synthetic.config import PlaneConfig
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.two_stage_sweep import GAP_TOLERANCE, Sweep, SwitchRange, sweep_switches
from ui.components import component
from ui.components.strokes import stroke, svg_dash
from ui.figures.base import packed
from ui.figures.schedules import CEILING, FLOOR
from ui.figures.style import GOAL_DASH, INKS, Theme
from ui.shell.handshakes import SentOnce
from ui.shell.styles import bargained_style, rule_style

STEPS = 1000
STANDARD = 100
"""The T that the paper draws."""

LOST = 65535
"""Stands for a position that is no finite number."""

_WIDTH = 2.2
"""Of every line, whatever its style elsewhere: the picture has many."""

_KEY, _UNSEEN = "switches", "switches_widget"
_sent = SentOnce("switches_sent")

_sweep, _schedules = component("sweep"), component("schedules", "gradients_files", "schedules_scene")


@dataclass(frozen=True)
class SweepView:
    """Every number of bargaining steps T from 0 to N, for G goals from S starts.

    Attributes:
        found: what the engine says.
        distance: [G, T], to the front at the end, of the worst start; NaN where a run left the finite numbers.
        gap: [G, T], at the end, of the worst start; NaN likewise.
        off_front: [G, T, S], the end fails.
        off_diagonal: [G, T, S], the end's gap is above the tolerance.
        windows: for each goal the T at which both are met from every start.
        table: one row a goal, T and start.
        positions: all paths, as the browser's part reads them.
        digest: tells two sweeps apart.
    """

    found: Sweep
    distance: NDArray[np.float64]
    gap: NDArray[np.float64]
    off_front: NDArray[np.bool_]
    off_diagonal: NDArray[np.bool_]
    windows: tuple[SwitchRange | None, ...]
    table: pd.DataFrame
    positions: str
    digest: str


@st.cache_resource(max_entries=4, show_spinner="Simulating every schedule at once …")
def sweep(config_json: str, goals: tuple[str, ...], rule: str) -> SweepView:
    """Run every goal with every number of bargaining steps. Nobody changes the answer: all visitors share it."""
    found = sweep_switches(PlaneConfig.from_json(config_json), goals, rule)
    distance, gap = found.distance.numpy(), found.gap.numpy()
    positions = pack(found.tails.numpy(), found.problem.loss_range)
    return SweepView(
        found=found,
        distance=_worst(distance),
        gap=_worst(gap),
        off_front=distance > FAILURE_DISTANCE,
        off_diagonal=~(gap <= GAP_TOLERANCE),
        windows=tuple(found.switch_ranges()),
        table=found.frame(),
        positions=positions,
        digest=hashlib.sha256(positions.encode()).hexdigest()[:16],
    )


def _worst(values: NDArray[np.float64]) -> NDArray[np.float64]:
    worst: NDArray[np.float64] = np.max(np.where(np.isfinite(values), values, np.nan), -1)
    return worst


def pack(tails: NDArray[np.float64], ranges: Sequence[tuple[float, float]]) -> str:
    """Positions [O, G, T, S, 2] as text: 16-bit numbers [G, S, 2, O, T], differences along T, deflated, base64.

    From one range below the drawn range to one above it there are 65535 levels: one is a twentieth of a pixel. Neighbouring T
    have nearly the same paths, so that the differences are small and deflate well. `LOST` stands for what is not finite.
    """
    low, high = np.array(ranges, dtype=np.float64).T
    share = ((tails - low) / (high - low) + 1) / 3
    levels = np.where(np.isfinite(share), np.clip(np.nan_to_num(share), 0, 1) * (LOST - 1), LOST)
    whole = levels.round().astype(np.uint16).transpose(1, 3, 4, 0, 2)
    differences = np.diff(whole, axis=-1, prepend=np.uint16(0)).astype("<u2")
    return base64.b64encode(zlib.compress(differences.tobytes(), 1)).decode("ascii")


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
    _sweep(data={"digest": swept.digest, "packed": swept.positions, "steps": steps}, key="sweep")
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
