"""The boxes below the pictures: their numbers, their files, and lines of Python that compute the same."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui.figures import geometry as draw
from ui.geometry import scenes
from ui.shell import figure_box
from ui.shell.styles import rule_style
from ui.shell.text import theme


def show(scene: scenes.Scene, power: float, solved: scenes.SolvedScene) -> None:
    """The boxes with the pictures' numbers and files."""
    page_theme = theme()
    lines = scenes.snippet(solved.gradients, power)
    groups = range(len(scene.angles))
    styles = {name: rule_style(name) for name in solved.shares}
    shares = pd.DataFrame(
        {"Rule": [style.title for style in styles.values()]}
        | {f"Group {row + 1}": [float(gains[row]) for gains in solved.shares.values()] for row in groups}
    )
    directions = shares.copy()
    directions["Direction (degrees)"] = [
        None if one is None else scenes.degrees(one) for one in solved.directions.values()
    ]
    curve = pd.DataFrame(
        {"p": [draw.power_text(p) for p in scenes.POWERS]}
        | {f"Group {row + 1}": solved.curve[:, row] for row in groups}
    )
    left, right = st.columns([1.12, 1], gap="medium")
    with left:
        figure_box.show_numbers(
            lambda: draw.fan(
                solved.gradients,
                scenes.agreement_cone(solved.gradients),
                solved.directions,
                styles,
                page_theme,
            ),
            key="conflict-geometry",
            data=directions,
            command=lines,
            language="python",
            label="Arrows: numbers, downloads and lines of Python",
        )
    with right:
        figure_box.show_numbers(
            lambda: draw.gains(solved.shares, styles, page_theme),
            key="gains",
            data=shares,
            command=lines,
            language="python",
            label="Bars: numbers, downloads and lines of Python",
        )
        figure_box.show_numbers(
            lambda: draw.family(scenes.POWERS, solved.curve, power, page_theme),
            key="power-family",
            data=curve,
            command=lines,
            language="python",
            label="Lines along p: numbers, downloads and lines of Python",
        )
