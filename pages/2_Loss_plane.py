"""Trajectories of every method from every start, on the plane of the losses and on the plane of the parameters."""

from __future__ import annotations

import streamlit as st

from ui.lossplane import alignment, basin, edges, ends, lessons, pictures, player
from ui.lossplane.controls import LABELS, PRESETS, WORDS, controls
from ui.lossplane.questions import QUESTIONS
from ui.shell import plane_runs
from ui.shell.frame import framed
from ui.shell.pages import PLANE
from ui.shell.text import show_input_errors, theme


def add_start(x: float, y: float) -> None:
    """Add a starting point where the reader clicked."""
    given = st.session_state.get("own", "")
    st.session_state["own"] = f"{given}; {x:.2f}, {y:.2f}".removeprefix("; ")


@st.fragment
def laboratory() -> None:
    """Everything that moves together when a knob turns; the player stands first, and what sets it below."""
    edges.leave()
    with st.container(border=True, key="stage"):
        stage, line, below = st.container(), st.empty(), st.container()
    with show_input_errors(line):  # where the player would be
        with st.container(border=True):
            settings = controls()
        config, page_theme = settings.config, theme()
        runs = plane_runs.run(config, "plane", line)
        problem = config.build_problem()
        grid = pictures.loss_grid(config.problem, config.scale)
        with stage:
            player.show(runs, problem, grid, page_theme, add_start)
        player.head_start()
        line.markdown(f"**{ends.summary(runs)}**")
        with below:
            edges.show(runs, config)
            ends.gains(runs)
            with st.container(key="paper_only"):  # the knobs are not printed
                st.text(f"What was simulated: {plane_runs.command(config)}")
        lessons.show("player" if runs.gained_share is None else "guaranteed")
        pictures.show(runs, config, problem, grid, page_theme, settings.unfair)
        ends.tables(runs, page_theme)
        st.header("Do the steps agree with every group?", anchor=False)
        if st.toggle("Show how well the steps are aligned with each group", key="align", bind="query-params"):
            alignment.section(config)
        basin.show(config)


with framed(
    PLANE,
    presets=PRESETS,
    words=WORDS,
    labels=LABELS,
    questions=QUESTIONS,
    shapes=player.SHAPES,
    hides="Two or three losses of two parameters, made up so that they conflict. It shows which rules can get stuck and "
    "why, not how often that happens in training; noise and many parameters are on the other pages.",
):
    laboratory()
