"""Gradients in the plane that the reader can turn, and what every rule makes of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nashcore.bargaining import bargain, certify
from nashcore.errors import InputError
from ui.figures import geometry as draw
from ui.figures.style import look
from ui.geometry import scenes, view
from ui.shell import address, figure_box
from ui.shell.frame import GEOMETRY, framed, plain, theme, told_plainly
from ui.shell.presets import Preset, entry_preset, preset_row

PRESETS = {
    name.replace(" ", "-"): Preset(
        name.capitalize(),
        {"groups": len(scene.angles)}
        | {f"angle{row}": int(angle) for row, angle in enumerate(scene.angles, 1)}
        | {f"length{row}": length for row, length in enumerate(scene.lengths, 1)},
    )
    for name, scene in scenes.PRESETS.items()
}

WORDS = [
    "rules",
    "groups",
    "p",
    *(f"{knob}{row}" for knob in ("angle", "length") for row in range(1, scenes.MOST_GROUPS + 1)),
]
"""What the address can hold: the keys of the widgets."""


def rule_title(name: str) -> str:
    """A rule as menus and addresses show it."""
    return look(name).title


LABELS = {"rules": rule_title, "p": draw.power_text}


def formulas(solved: scenes.Solved, power: float) -> None:
    """Nash's condition and the chosen power mean with the current numbers filled in."""
    if not bool(solved.nash.agreement):
        st.markdown(
            "There is no agreement here: whatever direction is taken, some group gains nothing or loses. "
            "So no weights solve $a_i\\,\\langle g_i, d\\rangle = 1$, and no power mean of the gains is above zero."
        )
        return
    left, right = st.columns(2, gap="large")
    weights, gains = solved.nash.weights.tolist(), solved.nash.utilities.tolist()
    rows = [
        rf"a_{row}\,\langle g_{row}, d\rangle &= {weight:.4g} \times {gain:.4g} = {weight * gain:.6f}"
        for row, (weight, gain) in enumerate(zip(weights, gains, strict=True), 1)
    ]
    with left:
        st.markdown(
            "**Nash, in numbers.** The step is $d = \\sum_i a_i g_i$, and every group's weight times its gain is one:"
        )
        st.latex(_aligned(rows))
    chosen = scenes.power_mean(solved.gains, power)
    rows = [rf"u_{row} = \langle g_{row}, d\rangle &= {gain:.4g}" for row, gain in enumerate(solved.gains, 1)]
    with right:
        st.markdown(
            f"**The power mean at $p = {_exponent(power)}$.** Of all directions of length one from which "
            "everybody gains, this one has the largest mean of the gains:"
        )
        st.latex(_aligned([*rows, rf"{_mean(power, len(solved.gains))} &= {chosen:.4g}"]))


def _aligned(rows: list[str]) -> str:
    return r"\begin{aligned}" + r"\\ ".join(rows) + r"\end{aligned}"


def _exponent(power: float) -> str:
    return r"-\infty" if power == float("-inf") else f"{power:g}"


def _mean(power: float, groups: int) -> str:
    """The power mean of the gains as a formula."""
    if power == float("-inf"):
        return r"\min_i u_i"
    if power == 0:
        return rf"\left(\textstyle\prod_i u_i\right)^{{1/{groups}}}"
    root = f"1/{power:g}" if power > 0 else f"1/({power:g})"
    return rf"\left(\tfrac{{1}}{{{groups}}}\textstyle\sum_i u_i^{{{power:g}}}\right)^{{{root}}}"


def check(solved: scenes.Solved, power: float) -> None:
    """Pose the Nash game, and that of the chosen exponent, to an independent solver, on request."""
    asked = st.button(
        "Check this with an independent solver",
        icon=":material/verified:",
        disabled=not bool(solved.nash.agreement),
    )
    if not asked:
        return
    vectors = solved.nash.weights.new_tensor(solved.gradients)
    gramian = vectors @ vectors.T
    games = dict.fromkeys((0.0, power))
    try:
        found = [certify(gramian, bargain(gramian, exponent).weights, exponent) for exponent in games]
    except RuntimeError as unsolved:
        st.warning(plain(unsolved))
        return
    st.dataframe(
        {
            "Game": [view.game_title(exponent) for exponent in games],
            "Mean of the gains, here": [f"{one.ours:.9g}" for one in found],
            "The same, independent": [f"{one.theirs:.9g}" for one in found],
            "Relative gap": [f"{one.gap:.1e}" for one in found],
            "Cosine between the directions": [f"{one.direction_cosine:.12g}" for one in found],
        },
        hide_index=True,
    )
    st.caption(
        f"{plain(found[0].solver)} answered {', '.join(f'“{plain(one.status)}”' for one in found)}. A gap below "
        "zero means that the lab's answer is the better of the two."
    )


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


def numbers(scene: scenes.Scene, power: float, solved: scenes.Solved) -> None:
    """The boxes with the pictures' numbers and files."""
    page_theme = theme()
    lines = scenes.snippet(solved.gradients, power)
    groups = range(len(scene.angles))
    shares = pd.DataFrame(
        {"Rule": [look(name).title for name in solved.shares]}
        | {f"Group {row + 1}": [float(gains[row]) for gains in solved.shares.values()] for row in groups}
    )
    directions = shares.assign(
        **{
            "Direction (degrees)": [
                None if one is None else scenes.degrees(one) for one in solved.directions.values()
            ]
        }
    )
    curve = pd.DataFrame(
        {"p": [draw.power_text(p) for p in scenes.POWERS]}
        | {f"Group {row + 1}": solved.curve[:, row] for row in groups}
    )
    left, right = st.columns([1.12, 1], gap="medium")
    with left:
        figure_box.numbers(
            lambda: draw.fan(
                solved.gradients, scenes.agreement_cone(solved.gradients), solved.directions, page_theme
            ),
            key="conflict-geometry",
            data=directions,
            command=lines,
            language="python",
            label="Arrows: numbers, downloads and lines of Python",
        )
    with right:
        figure_box.numbers(
            lambda: draw.gains(solved.shares, page_theme),
            key="gains",
            data=shares,
            command=lines,
            language="python",
            label="Bars: numbers, downloads and lines of Python",
        )
        figure_box.numbers(
            lambda: draw.family(scenes.POWERS, solved.curve, power, page_theme),
            key="power-family",
            data=curve,
            command=lines,
            language="python",
            label="Lines along p: numbers, downloads and lines of Python",
        )


@st.fragment
def laboratory() -> None:
    """Everything that moves together when a knob turns."""
    with told_plainly():
        rules = st.multiselect(
            "Rules",
            scenes.available_rules(),
            scenes.SHOWN_FIRST,
            format_func=rule_title,
            key="rules",
            bind="query-params",
            wrap=True,
        )
        scene, power = view.settings()
        if not rules:
            raise InputError("Nothing to draw: choose at least one rule.")
        solved = scenes.solve(scene, rules, power)
        view.show(scene, power, solved, theme())
        captions()
        st.subheader("The formula behind it", anchor=False)
        formulas(solved, power)
        check(solved, power)
        numbers(scene, power, solved)


with framed(
    GEOMETRY,
    hides="Gradients here have two dimensions and stand still; in training they have thousands and change "
    "with every step. "
    "Rules that look at the losses themselves have nothing to go by here.",
):
    entry_preset(GEOMETRY, PRESETS, LABELS)
    words = address.asked(WORDS)
    faults = st.container()
    preset_row(PRESETS)
    laboratory()
    with faults:
        address.tell(address.refused(words, LABELS))
