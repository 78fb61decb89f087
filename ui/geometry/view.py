"""The knobs and pictures of the conflict-geometry page: one part in the browser, and the widgets behind it.

The part foresees what a turned knob does, draws it at once and asks the engine, whose answer takes its place.
Behind each of its knobs stands a widget of Streamlit that nobody sees: it keeps the address, refuses bad values
and takes presets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from ui.components import component
from ui.components.strokes import stroke, svg_dash
from ui.figures.geometry import DASHES, MARKERS, power_text
from ui.figures.style import INKS, Theme
from ui.geometry import scenes
from ui.shell.handshakes import LastAnswered
from ui.shell.styles import rule_style

KEY = "gradients"
_UNSEEN = "gradients_widgets"

_answered = LastAnswered("gradients_turn")
_gradients = component("gradients", "gradients_rules", "gradients_pictures", "gradients_files")


def settings() -> tuple[scenes.Scene, float]:
    """The scene and the exponent that the widgets hold."""
    st.html(f"<style>.st-key-{_UNSEEN} {{ display: none; }}</style>")
    with st.container(key=_UNSEEN):
        groups = st.slider("groups", 2, scenes.MOST_GROUPS, 2, key="groups", bind="query-params")
        angles = [
            st.slider(f"angle{row}", 0, 360, angle, 1, key=f"angle{row}", bind="query-params")
            for row, (angle, _) in enumerate(scenes.OTHERS[:groups], 1)
        ]
        lengths = [
            st.select_slider(f"length{row}", scenes.LENGTHS, length, key=f"length{row}", bind="query-params")
            for row, (_, length) in enumerate(scenes.OTHERS[:groups], 1)
        ]
        power = st.select_slider(
            "p", scenes.POWERS, -1.0, format_func=power_text, key="p", bind="query-params"
        )
    return scenes.Scene(tuple(map(float, angles)), tuple(lengths)), power


def game_title(power: float) -> str:
    """The game of an exponent as people call it."""
    named = {1.0: "Utilitarian, ", 0.0: "Nash, ", -1.0: "Harmonic, ", -math.inf: "Egalitarian, "}.get(
        power, ""
    )
    return f"{named}p = {power_text(power)}"


def show(scene: scenes.Scene, power: float, solved: scenes.SolvedScene, theme: Theme) -> None:
    """Mount the part, or hand it new numbers: it then redraws in place."""
    _gradients(data=data(scene, power, solved, theme, _answered.turn), key=KEY, on_turned_change=_turned)


def captions() -> None:
    """How to read the pictures, and what they do not show."""
    left, right = st.columns([1.12, 1], gap="medium")
    with left:
        st.caption(
            "Shaded: directions from which every group gains. A rule whose arrow leaves it takes from somebody. "
            "Lengths of gradients are drawn on a logarithmic scale; directions all have length one."
        )
    with right:
        st.caption(
            "A bar below zero is a group that loses. Nash makes the product of the gains as large as can be, so "
            "nobody is left out however short its gradient. Along p, the smallest gain counts for more and more; "
            "left of Nash, the loudest group has the most say. The lines keep to directions from which nobody "
            "loses; the rule GM at p = 1 is the plain mean and does not."
        )


def _turned() -> None:
    report = st.session_state[KEY].turned
    if _answered.take(report):
        st.session_state.update(scenes.settings_from(report))


def data(
    scene: scenes.Scene, power: float, solved: scenes.SolvedScene, theme: Theme, turn: int
) -> dict[str, Any]:
    """All that the part draws, ready for JSON."""
    ink = INKS[theme]
    rules = list(solved.directions)
    titles = {name: rule_style(name).title for name in rules}
    says = scenes.verdict(solved, titles)
    agreed = bool(solved.nash.agreement)
    return {
        "turn": turn,
        "settings": {
            "groups": len(scene.angles),
            "angles": [int(angle) for angle in scene.angles],
            "lengths": list(scene.lengths),
            "power": scenes.POWERS.index(power),
        },
        "others": {
            "angles": [angle for angle, _ in scenes.OTHERS],
            "lengths": [length for _, length in scenes.OTHERS],
        },
        "most": scenes.MOST_GROUPS,
        "lengths": list(scenes.LENGTHS),
        "powers": [power_text(p) for p in scenes.POWERS],
        "exponents": [None if p == -math.inf else p for p in scenes.POWERS],
        "nash": scenes.POWERS.index(0.0),
        "meetings": scenes.meetings(),
        "rules": [
            stroke(rule_style(name), theme)
            | {
                "name": name,
                "direction": None if direction is None else direction.tolist(),
                "angle": None if direction is None else scenes.degrees(direction),
                "shares": solved.shares[name].tolist(),
            }
            for name, direction in solved.directions.items()
        ],
        "cone": scenes.agreement_cone(solved.gradients) if agreed else None,
        "curve": solved.curve.tolist() if np.isfinite(solved.curve).all() else None,
        "marks": {name: stroke(rule_style(name), theme) for name in ("nash", "gm")},
        "styles": [
            {"dash": svg_dash(dash), "marker": marker} for dash, marker in zip(DASHES, MARKERS, strict=True)
        ],
        "says": says,
        "alt": {
            "fan": f"{len(scene.angles)} gradients and each rule's direction as arrows. {says}",
            "gains": _spoken(rules, solved),
            "family": "Each group's gain along the exponent of the power mean, from 1 (utilitarian) over 0 "
            f"(Nash) to minus infinity (egalitarian); {power_text(power)} is chosen.",
        },
        "files": {"fan": "conflict-geometry", "gains": "gains", "family": "power-family"},
        "inks": {
            "text": ink.text,
            "soft": ink.soft,
            "grid": ink.grid,
            "paper": ink.paper,
            "agreement": ink.agreement,
        },
    }


def _spoken(rules: Sequence[str], solved: scenes.SolvedScene) -> str:
    """The bars as a sentence a rule."""
    return "Bars of every group's gain under every rule. " + " ".join(
        f"{rule_style(name).title}: {', '.join(f'{share:.2f}' for share in solved.shares[name])}."
        for name in rules
    )
