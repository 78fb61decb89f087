"""Gradients in the plane that the reader can turn, and what every rule makes of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nashcore.bargaining import certify
from nashcore.errors import InputError
from ui import below, geometry
from ui.figures import geometry as draw
from ui.figures.style import look
from ui.frame import GEOMETRY, framed, plain, theme, told_plainly
from ui.knobs import Preset, entry_preset, preset_row

PRESETS = {
    name.replace(" ", "-"): Preset(
        name.capitalize(),
        {"groups": len(scene.angles)}
        | {f"angle{row}": int(angle) for row, angle in enumerate(scene.angles, 1)}
        | {f"length{row}": length for row, length in enumerate(scene.lengths, 1)},
    )
    for name, scene in geometry.PRESETS.items()
}
# Angle and length that a group has until somebody turns it.
OTHERS = ((25, 2.0), (155, 1.0), (95, 1.0), (120, 1.0), (60, 1.0))


LENGTH_HELP = "How large the group's gradient is. The mean listens to length, Nash does not."


def scene_knobs() -> geometry.Scene:
    """The sliders of every group."""
    groups = st.slider("Number of groups", 2, geometry.MOST_GROUPS, 2, key="groups", bind="query-params")
    angles, lengths = [], []
    for row in range(groups):
        angle, length = OTHERS[row]
        left, right = st.columns([3, 2], gap="small")
        angles.append(
            left.slider(
                f"Group {row + 1}: angle",
                0,
                360,
                angle,
                1,
                format="%d°",
                key=f"angle{row + 1}",
                bind="query-params",
            )
        )
        lengths.append(
            right.select_slider(
                "Length",
                geometry.LENGTHS,
                length,
                key=f"length{row + 1}",
                bind="query-params",
                help=LENGTH_HELP,
            )
        )
    return geometry.Scene(tuple(map(float, angles)), tuple(lengths))


def formulas(solved: geometry.Solved) -> None:
    """Nash's condition with the current numbers filled in."""
    nash = solved.nash
    st.markdown(
        "**Nash, in numbers.** The step is $d = \\sum_i a_i g_i$, and every group's weight times its gain "
        "is one:"
    )
    if not bool(nash.agreement):
        st.markdown(
            "There is no such step here: whatever direction is taken, some group gains nothing or loses."
        )
        return
    for row, (weight, gain) in enumerate(zip(nash.weights.tolist(), nash.utilities.tolist(), strict=True), 1):
        product = f"{weight:.4g} \\times {gain:.4g} = {weight * gain:.6f}"
        st.latex(rf"a_{row}\,\langle g_{row}, d\rangle = {product}")


def check(solved: geometry.Solved) -> None:
    """Pose the Nash game to an independent solver, on request."""
    asked = st.button(
        "Check this with an independent solver",
        icon=":material/verified:",
        disabled=not bool(solved.nash.agreement),
    )
    if not asked:
        return
    gradients = solved.nash.weights.new_tensor(solved.gradients)
    found = certify(gradients @ gradients.T, solved.nash.weights)
    ours, theirs, apart = st.columns(3)
    ours.metric("Geometric mean of gains, here", f"{found.ours:.9g}")
    theirs.metric("The same, independent", f"{found.theirs:.9g}")
    apart.metric("Relative gap", f"{found.gap:.1e}")
    st.caption(
        f"{plain(found.solver)} answered “{plain(found.status)}”. A gap below zero means that the lab's "
        f"answer is the better "
        f"of the two. The cosine between both directions is {found.direction_cosine:.12g}."
    )


@st.fragment
def laboratory() -> None:
    """Everything that moves together when a knob turns."""
    with told_plainly():
        knobs, picture = st.columns([1, 1.45], gap="large")
        with knobs:
            scene = scene_knobs()
            power = st.select_slider(
                "Exponent p of the generalised mean (GM)",
                geometry.POWERS,
                -1.0,
                format_func=draw.power_text,
                key="p",
                bind="query-params",
                help="1 is utilitarian (the sum of gains), 0 is Nash (their product), −∞ egalitarian (the "
                "smallest gain).",
            )
            rules = st.multiselect(
                "Rules",
                geometry.available_rules(),
                geometry.SHOWN_FIRST,
                format_func=lambda name: look(name).title,
                key="rules",
                bind="query-params",
                wrap=True,
            )
        if not rules:
            raise InputError("Nothing to draw: choose at least one rule.")
        solved = geometry.solve(scene, rules, power)
        page_theme = theme()
        lines = geometry.snippet(solved.gradients, power)
        shares = pd.DataFrame(
            {"Rule": [look(name).title for name in rules]}
            | {
                f"Group {row + 1}": [float(solved.shares[name][row]) for name in rules]
                for row in range(len(scene.angles))
            }
        )
        curve = pd.DataFrame(
            {"p": [draw.power_text(p) for p in geometry.POWERS]}
            | {f"Group {row + 1}": solved.curve[:, row] for row in range(len(scene.angles))}
        )
        agreed = (
            "there are directions from which all gain"
            if bool(solved.nash.agreement)
            else "no direction helps all"
        )
        with picture:
            below.show(
                draw.fan(
                    solved.gradients, geometry.agreement_cone(solved.gradients), solved.directions, page_theme
                ),
                key="conflict-geometry",
                caption="Shaded: directions from which every group gains. A rule whose arrow leaves it "
                "takes from somebody. "
                "Lengths of gradients are drawn on a logarithmic scale; directions all have length one.",
                alt=f"{len(scene.angles)} gradients as arrows; {agreed}.",
                data=shares,
                command=lines,
                language="python",
            )
        left, right = st.columns(2, gap="large")
        with left:
            below.show(
                draw.gains(solved.shares, page_theme),
                key="gains",
                caption="A bar below zero is a group that loses. Nash makes the product of the gains as "
                "large as can be, so "
                "nobody is left out however short its gradient.",
                alt="Bars of every group's gain under every rule.",
                data=shares,
                command=lines,
                language="python",
            )
        with right:
            below.show(
                draw.family(geometry.POWERS, solved.curve, power, page_theme),
                key="power-family",
                caption="To the right the smallest gain counts for more and more. Where lines meet, "
                "groups gain alike. "
                "Left of Nash, the loudest group has the most say.",
                alt="Each group's gain along the exponent of the power mean, with Nash marked.",
                data=curve,
                command=lines,
                language="python",
            )
        st.subheader("The formula behind it", anchor=False)
        formulas(solved)
        check(solved)


with framed(
    GEOMETRY,
    hides="Gradients here have two dimensions and stand still; in training they have thousands and change "
    "with every step. "
    "Rules that look at the losses themselves have nothing to go by here.",
):
    entry_preset(GEOMETRY, PRESETS, {})
    preset_row(PRESETS)
    laboratory()
