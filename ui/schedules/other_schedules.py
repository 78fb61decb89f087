"""All schedules for one goal, side by side."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nashcore.methods import (
    Schedule,
    bargain_last,
    continuous,
    every_nth,
    make_method,
    method_text,
    parse_method,
    two_stage,
    while_in_conflict,
)
from synthetic.config import PlaneConfig
from synthetic.two_stage_sweep import GAP_TOLERANCE
from ui.figures import plane as draw
from ui.figures.style import Style
from ui.schedules import view
from ui.schedules.controls import GOAL_NAMES, title
from ui.shell import figure_box, plane_runs
from ui.shell.plane_work import PlaneRuns
from ui.shell.styles import schedule_style, written_style
from ui.shell.text import ask, show_input_errors, theme


@st.fragment
def show() -> None:
    """All schedules for one goal."""
    with show_input_errors():
        st.header("Other schedules", anchor=False)
        goal, schedules = _choices()
        config = PlaneConfig(
            methods=(goal, *(method_text(make_method(goal, "nash", when)) for when in schedules)),
            steps=view.STEPS,
            nudges=0,
        )
        runs = plane_runs.run(config, "schedules", st.empty())
        gap = np.asarray(runs.ends["gap"]).reshape(runs.failed.shape)
        left, right = st.columns([1, 1.25], gap="medium")
        with left:
            _figure(goal, config, runs, gap)
        with right:
            _table(runs, gap)
            _how_to_read()


def _choices() -> tuple[str, tuple[Schedule, ...]]:
    """The goal, and the schedules."""
    with st.container(border=True):
        a, b, c, d = st.columns(4, gap="medium")
        goal = a.selectbox(
            "Goal",
            GOAL_NAMES,
            1,
            format_func=title,
            key="goal",
            bind="query-params",
        )
        first = b.slider("Two-stage: first", 1, view.STEPS, 300, 1, key="first", bind="query-params")
        late = c.slider("Bargain last: from step", 1, view.STEPS, 500, 1, key="from", bind="query-params")
        every = d.slider("Every n-th step: n", 2, 20, 2, key="every", bind="query-params")
    return goal, (continuous(), two_stage(first), bargain_last(late), every_nth(every), while_in_conflict())


def _figure(goal: str, config: PlaneConfig, runs: PlaneRuns, gap: NDArray[np.float64]) -> None:
    problem = config.build_problem()
    figure_box.show(
        draw.loss_plane(
            draw.Paths(_styles(runs), runs.losses, runs.failed, gap > GAP_TOLERANCE),
            problem.front.losses.numpy(),
            problem.loss_range[0],
            problem.loss_range[1],
            theme(),
        ),
        key="schedules",
        caption="The same goal and starts under six schedules, told apart by colour and dash. A start is red where "
        "some schedule fails from it.",
        alt=f"Paths of {written_style(goal).title} under six schedules.",
        data=lambda: plane_runs.paths_table(config),
        command=plane_runs.command(config, "schedules.csv"),
    )


def _styles(runs: PlaneRuns) -> list[Style]:
    """All runs share their goal: each is drawn by its schedule."""
    return [schedule_style(parse_method(name)) for name in runs.names]


def _table(runs: PlaneRuns, gap: NDArray[np.float64]) -> None:
    """From how many starts each schedule reaches the front, and ends on it fairly."""
    met = (~runs.failed & (gap <= GAP_TOLERANCE)).sum(1)
    st.dataframe(
        {
            "Method": [style.title for style in _styles(runs)],
            "Front": [f"{count} of {runs.failed.shape[1]}" for count in (~runs.failed).sum(1)],
            "And fair": [f"{count} of {runs.failed.shape[1]}" for count in met],
            "Distance": runs.distance.max(1),
            "Gap": gap.max(1),
        },
        column_config={
            "Method": st.column_config.Column(width=205),
            "Front": st.column_config.Column(width=52, help="Starts that end on the front."),
            "And fair": st.column_config.Column(width=60, help="Of these, with a gap within the tolerance."),
            "Distance": st.column_config.NumberColumn(format="%.3f", width=64, help="Of the worst start."),
            "Gap": st.column_config.NumberColumn(format="%.3f", width=60, help="Of the worst start."),
        },
        hide_index=True,
    )


def _how_to_read() -> None:
    """What to look for, which steps bargain, and a question."""
    st.markdown(
        "**When to bargain.** Outside its bargaining steps every run follows the goal. Look for the "
        "schedule whose ends have neither a ring nor a square. Bargaining last starts where the goal "
        "alone has led; bargaining only in conflict leaves the step to the goal wherever the two "
        "gradients agree. Training uses the same schedules, counted in epochs instead of steps."
    )
    st.caption("Bargain at step t where")
    st.latex(
        r"\begin{array}{ll} t < T & \text{two-stage} \\ t \ge T & \text{bargain last} \\ "
        r"n \mid t & \text{every } n\text{-th step} \\ \langle g_1, g_2 \rangle < 0 & \text{in conflict} \end{array}"
    )
    ask(
        "Why does FORML alone end with a tiny gap, but far from the front?",
        "It follows the gap between the losses and nothing else: making the better-off worse closes the gap as "
        "well as helping the worse-off. Once the losses are equal, nothing in it leads on to the front.",
    )
