"""The formulas behind the pictures with the current numbers filled in."""

from __future__ import annotations

import streamlit as st

from ui.geometry import scenes


def show(solved: scenes.SolvedScene, power: float) -> None:
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
