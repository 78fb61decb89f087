"""The page's answers held against those of an independent solver, on request."""

from __future__ import annotations

import streamlit as st

from nashcore.bargaining import bargain, certify
from ui.geometry import scenes, view
from ui.shell.text import plain


def show(solved: scenes.SolvedScene, power: float) -> None:
    """Pose the Nash game, and that of the chosen exponent, to an independent solver, on request."""
    asked = st.button(
        "Check this with an independent solver",
        icon=":material/verified:",
        disabled=not bool(solved.nash.agreement),
    )
    if not asked:
        return
    gramian = solved.gramian
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
