"""The player of the loss-plane page: hands the engine's runs to the component that draws them in the
browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from synthetic.problem import Problem
from ui.components import component
from ui.figures.base import packed, thinned
from ui.figures.style import INKS, Theme, look
from ui.plane import Ran

_player = component("player")
MOMENTS = 301
"""Most moments that are played; a longer run is thinned."""


def show(ran: Ran, problem: Problem, theme: Theme, on_start: Callable[[float, float], None]) -> None:
    """Mount the player.

    Args:
        ran: what to play.
        problem: on which losses.
        theme: of the page.
        on_start: called with the place on the parameter plane that the reader clicked.
    """
    kept = thinned(len(ran.theta), MOMENTS)
    ink = INKS[theme]

    def clicked() -> None:
        place = st.session_state["player"].start
        if place is not None:
            on_start(float(place[0]), float(place[1]))

    def dash(text: str) -> list[float]:
        return [] if text == "solid" else [float(part.removesuffix("px")) for part in text.split(",")]

    looks = [look(name) for name in ran.names]
    front = {"losses": problem.front.losses, "theta": problem.front.theta}
    data: dict[str, Any] = {
        "methods": [
            {"title": one.title, "colour": one.colour(theme), "dash": dash(one.dash), "width": one.width}
            for one in looks
        ],
        "starts": ran.theta.shape[2],
        "steps": ran.steps[kept].tolist(),
        "theta": packed(ran.theta[kept])["bdata"],
        "losses": packed(ran.losses[kept])["bdata"],
        "gradients": packed(ran.gradients[kept])["bdata"],
        "directions": packed(ran.directions[kept])["bdata"],
        "gained": packed(_gained_between(ran.gained, kept))["bdata"],
        "loss_range": [list(span) for span in problem.loss_range],
        "theta_range": [list(span) for span in problem.theta_range],
        "front": {name: points.T[:, ::8].tolist() for name, points in front.items()},
        "looks": {
            "text": ink.text,
            "soft": ink.soft,
            "grid": ink.grid,
            "paper": ink.paper,
            "fair": ink.fair,
            "agreement": ink.agreement,
        },
    }
    _player(data=data, key="player", on_start_change=clicked)


def _gained_between(gained: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """From steps [R - 1, M, S] at which all groups gained, the share over starts and steps between kept
    moments."""
    if len(kept) < 2:
        return np.zeros((0, gained.shape[1]), np.float32)
    sums = np.add.reduceat(gained.mean(-1), kept[:-1], axis=0)
    return (sums / np.diff(kept)[:, None]).astype(np.float32)
