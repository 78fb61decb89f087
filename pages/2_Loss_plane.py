"""Trajectories of every method from every start, on the plane of the losses and on the plane of the
parameters."""

from __future__ import annotations

import streamlit as st

from ui.figures.plane import Ground
from ui.lossplane import aligned, basin, ends, lessons, pictures, plane_runs, player
from ui.lossplane.controls import LABELS, PRESETS, WORDS, knobs
from ui.shell import address
from ui.shell.frame import PLANE, framed, theme, told_plainly
from ui.shell.presets import entry_preset, preset_row, seen


def add_start(x: float, y: float) -> None:
    """Add a starting point where the reader clicked."""
    given = st.session_state.get("own", "")
    st.session_state["own"] = f"{given}; {x:.2f}, {y:.2f}".removeprefix("; ")


@st.fragment
def laboratory() -> None:
    """Everything that moves together when a knob turns."""
    with told_plainly():
        with st.container(border=True):
            settings = knobs()
        config, page_theme = settings.config, theme()
        ran = plane_runs.run(config.to_json())
        problem = config.build_problem()
        ground = Ground(*plane_runs.ground(config.problem, config.scale))
        st.markdown(f"**{ends.told(ran)}**")
        left, right = st.columns(2, gap="medium")
        with left:
            pictures.losses(ran, config, problem, page_theme, settings.unfair)
        with right:
            pictures.parameters(ran, config, problem, ground, page_theme)
        ends.tables(ran, page_theme)
        st.subheader("Play the runs", anchor=False)
        with st.container(border=True, key="stage"):
            player.show(ran, problem, ground, page_theme, add_start)
            ends.gains(ran)
        lessons.show("player" if ran.gained_share is None else "guaranteed")
        st.subheader("Do the steps agree with every group?", anchor=False)
        if st.toggle("Show how well the steps are aligned with each group", key="align", bind="query-params"):
            aligned.section(config)
        basin.show(config)


with framed(
    PLANE,
    hides="Two or three losses of two parameters, made up so that they conflict. It shows which rules can get stuck and "
    "why, not how often that happens in training; noise and many parameters are on the other pages.",
):
    entry_preset(PLANE, PRESETS, LABELS)
    words = {} if seen(PRESETS) else address.asked(WORDS)
    faults = st.container()
    preset_row(PRESETS)
    laboratory()
    with faults:
        address.tell(address.refused(words, LABELS) + player.refused(words))
