"""The player of the loss-plane page: hands the engine's runs to the component that draws them in the browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from synthetic.problem import Problem
from ui.components import component
from ui.components.strokes import canvas_dash, stroke
from ui.figures.base import packed, thinned
from ui.figures.levels import even_levels, level_segments
from ui.figures.plane import LEVEL_DASHES, LossGrid
from ui.figures.series import folded_text
from ui.figures.style import INKS, Ink, Theme
from ui.shell.plane_work import PlaneRuns
from ui.shell.styles import written_style

_player = component("player", "bytes", "series", "stage")

_HALF_TURN = 32767

_MOST_NUMBERS = 400_000
"""What a page sends for the player (folded); longer runs are thinned."""

_VIEW = np.array([[-0.78, 0.78, 0.0], [-0.38, -0.38, 0.84]])
"""Three losses seen at an angle: the third points up, the first two to the left and right, towards the reader."""

_HEAD_START = 0.12
"""Seconds in which the browser has nothing else to do: the figures below take it several times as long."""

SHAPES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "moment": re.compile(r"\d{1,6}"),
        "forces": re.compile(r"[\w:@.+-]{1,80}"),
        "from": re.compile(r"\d{1,3}"),
        "speed": re.compile(r"0\.125|0\.25|0\.5|1|2|4"),
    }
)
"""The player's words of the address, and what they look like; the browser reads and writes these by itself."""

Array = NDArray[np.floating[Any]]


def show(
    runs: PlaneRuns, problem: Problem, grid: LossGrid, theme: Theme, on_start: Callable[[float, float], None]
) -> None:
    """Mount the player.

    Args:
        runs: what to play.
        problem: on which losses.
        grid: the losses under the parameter plane.
        theme: of the page.
        on_start: called with the place on the parameter plane that the reader clicked.
    """
    kept = played(runs)
    groups = len(problem.groups)

    def clicked() -> None:
        place = st.session_state["player"].start
        if place is not None:
            on_start(float(place[0]), float(place[1]))

    data: dict[str, Any] = {
        "methods": [
            stroke(written_style(name), theme) | {"name": name, "dash": canvas_dash(written_style(name).dash)}
            for name in runs.names
        ],
        "starts": runs.theta.shape[2],
        "failed": runs.failed.ravel().tolist(),
        "groups": groups,
        "steps": runs.steps[kept].tolist(),
        "descents": _series(angle_codes(runs.gradients[kept])),
        "moves": _series(angle_codes(runs.directions[kept])),
        **({} if groups == 2 else {"values": _series(runs.losses[kept])}),
        "gained": packed(gained_between(runs.gained, kept))["bdata"],
        "planes": {
            "losses": _loss_stage(runs.losses[kept], problem, theme)
            if groups == 2
            else _loss_space(runs.losses[kept], problem, theme),
            "theta": _parameter_stage(runs.theta[kept], problem, grid, theme),
        },
        "inks": asdict(INKS[theme]),
    }
    _player(data=data, key="player", on_start_change=clicked)


def head_start() -> None:
    """Let the browser draw the player before it has what stands below, and before the check of knife edges takes the processor."""
    time.sleep(_HEAD_START)


def _series(values: NDArray[Any]) -> str:
    """What all runs do [R, ...]: they move evenly."""
    return folded_text(values, 2)


def angle_codes(vectors: Array) -> NDArray[np.int16]:
    """The angles of -vectors [..., 2] as 16-bit numbers, a half turn being 32767; -32768 stands for no direction."""
    angle = np.arctan2(-vectors[..., 1], -vectors[..., 0]) * (_HALF_TURN / np.pi)
    still = ~(np.hypot(vectors[..., 0], vectors[..., 1]) > 0)
    return np.where(still, -_HALF_TURN - 1, np.round(np.where(still, 0, angle))).astype(np.int16)


def played(runs: PlaneRuns) -> NDArray[np.int64]:
    """The recorded moments that are played: all of them where that is not too much to send."""
    _, M, S, K = runs.losses.shape
    moments = max(201, _MOST_NUMBERS // (M * S * (3 * K + 6)))
    return thinned(len(runs.theta), moments)


def gained_between(gained: NDArray[np.bool_], kept: NDArray[np.int64]) -> NDArray[np.float32]:
    """From steps [R - 1, M, S] at which all groups gained, the share over starts and steps between kept moments."""
    if len(kept) < 2:
        return np.zeros((0, gained.shape[1]), np.float32)
    sums = np.add.reduceat(gained.mean(-1), kept[:-1], axis=0)
    return (sums / np.diff(kept)[:, None]).astype(np.float32)


def _line(
    points: Array, colour: str, width: float, dash: str = "solid", alpha: float = 1.0, area: bool = False
) -> dict[str, Any]:
    """A line [n, 2] behind the runs; ``area`` shades what it encloses."""
    x, y = (packed(points[..., axis])["bdata"] for axis in (0, 1))
    return {
        "x": x,
        "y": y,
        "colour": colour,
        "width": width,
        "dash": canvas_dash(dash),
        "alpha": alpha,
        "area": area,
    }


def _loss_stage(losses: Array, problem: Problem, theme: Theme) -> dict[str, Any]:
    """Two losses: the plane, the front and the fair diagonal."""
    ink = INKS[theme]
    (x_low, x_high), (y_low, y_high) = problem.loss_range
    low, high = max(x_low, y_low), min(x_high, y_high)
    return {
        "points": _series(losses),
        "x": [x_low, x_high],
        "y": [y_low, y_high],
        "ticks": True,
        "labels": ["L1", "L2"],
        "marks": [],
        "pieces": [],
        "lines": [
            _line(np.array([[low, low], [high, high]]), ink.fair, 1.5, "1px,4px"),
            _line(problem.front.losses.numpy()[::8], ink.front, 5, alpha=0.5),
        ],
    }


def _loss_space(losses: Array, problem: Problem, theme: Theme) -> dict[str, Any]:
    """Three losses, each over its drawn range: the front's surface, the axes and the fair line, seen at an angle."""
    ink = INKS[theme]
    low, high = np.array(problem.loss_range).T
    front = problem.front

    def seen(points: Array) -> Array:
        turned: Array = ((points - low) / (high - low)) @ _VIEW.T
        return turned

    origin = np.zeros(3)
    tips = np.diag(high)
    fair = np.array([origin, np.full(3, high.min())])
    return {
        "points": _series(seen(losses).astype(np.float32)),
        "x": [-0.9, 0.9],
        "y": [-0.85, 0.95],
        "ticks": False,
        "labels": ["", ""],
        "marks": [[*map(float, seen(tip) * 1.04), f"L{place}"] for place, tip in enumerate(tips, 1)],
        "pieces": [],
        "lines": [
            *(_line(seen(np.array([origin, tip])), ink.soft, 1.2) for tip in tips),
            _line(seen(fair), ink.fair, 1.5, "1px,4px"),
            _line(seen(front.losses.numpy()[front.outline.numpy()]), ink.front, 3, alpha=0.5, area=True),
        ],
    }


def _parameter_stage(theta: Array, problem: Problem, grid: LossGrid, theme: Theme) -> dict[str, Any]:
    """The parameters: level lines of every loss, and the front."""
    ink = INKS[theme]
    outline = problem.front.theta.numpy()[problem.front.outline.numpy()]
    two = len(problem.groups) == 2
    return {
        "points": _series(theta),
        "x": list(problem.theta_range[0]),
        "y": list(problem.theta_range[1]),
        "ticks": True,
        "labels": ["x", "y"],
        "marks": [],
        "pieces": _levels(grid, ink),
        "lines": [
            _line(outline[::8] if two else outline, ink.front, 5 if two else 2.5, alpha=0.5, area=not two)
        ],
    }


def _levels(grid: LossGrid, ink: Ink) -> list[dict[str, Any]]:
    return [
        _pieces(level_segments(grid.x, grid.y, values, even_levels(values)), ink.soft, dash, 0.55)
        for values, dash in zip(grid.losses, LEVEL_DASHES, strict=False)
    ]


def _pieces(segments: Array, colour: str, dash: str, alpha: float) -> dict[str, Any]:
    """Many straight pieces [N, 2, 2] of one style."""
    return {
        "ends": folded_text(segments.reshape(-1, 4).astype(np.float32), 0),
        "colour": colour,
        "dash": canvas_dash(dash),
        "alpha": alpha,
    }
