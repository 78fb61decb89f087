"""When to bargain: one slider over every number of bargaining steps, and the other schedules beside it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nashcore.errors import InputError
from nashcore.fairness.goals import GOALS
from synthetic.config import PlaneConfig
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.problems import get_problem
from synthetic.switching import GAP_TOLERANCE
from ui import below, plane
from ui.figures import plane as draw
from ui.figures import schedules as draw_schedules
from ui.figures.style import look, schedule_look
from ui.frame import SCHEDULES, framed, theme, told_plainly
from ui.knobs import Preset, entry_preset, preset_row

STEPS = 1000
GOAL_NAMES = list(GOALS)
PRESETS = {
    "never": Preset(
        "Never bargain", {"T": 0, "goals": GOAL_NAMES}, "One stage: FORML closes the gap, far from the front."
    ),
    "first-100": Preset("First 100 steps", {"T": 100, "goals": GOAL_NAMES}, "As the paper draws it."),
    "first-400": Preset(
        "First 400 steps", {"T": 400, "goals": GOAL_NAMES}, "Both are met, from every start."
    ),
    "always": Preset(
        "Always bargain", {"T": STEPS, "goals": GOAL_NAMES}, "The front is reached, the diagonal is not."
    ),
}


def window_sentence(goals: list[str], windows: tuple[tuple[int, int] | None, ...]) -> str:
    """From which T each goal meets both from every start."""
    parts = [
        f"{look(goal).title}: T = {window[0]} to {window[1]}" if window else f"{look(goal).title}: no T"
        for goal, window in zip(goals, windows, strict=True)
    ]
    return "On the front and on the diagonal from every start: " + "; ".join(parts) + "."


@st.fragment
def two_stages() -> None:
    """The slider and what it selects from."""
    with told_plainly():
        with st.container(border=True):
            switch = st.slider(
                "Bargaining steps T, then the goal's own gradient",
                0,
                STEPS,
                100,
                10,
                key="T",
                bind="query-params",
                help=f"0 never bargains, {STEPS} always. Every T offered has been computed beforehand; the slider "
                f"selects.",
            )
            left, right = st.columns(2, gap="large")
            goals = left.pills(
                "Goals",
                GOAL_NAMES,
                selection_mode="multi",
                default=GOAL_NAMES,
                format_func=lambda name: look(name).title,
                key="goals",
                bind="query-params",
            )
            rule = right.selectbox(
                "Rule of the first stage",
                ("nash", "mean", "pcgrad", "cagrad", "mgda"),
                format_func=lambda name: look(name).title,
                key="rule",
                bind="query-params",
            )
        if not goals:
            raise InputError("Nothing to draw: choose at least one goal.")
        config = PlaneConfig(steps=STEPS)
        swept = plane.sweep(config.to_json(), tuple(GOAL_NAMES), rule)
        rows = [GOAL_NAMES.index(goal) for goal in goals]
        place = swept.switches.index(switch)
        problem = get_problem(config.problem)
        distance, gap = swept.distance[rows, place], swept.gap[rows, place]
        st.markdown(f"**{window_sentence(goals, tuple(swept.windows[row] for row in rows))}**")
        left, right = st.columns([1.15, 1], gap="medium")
        names = [f"{goal}-{rule}@two_stage:{switch}" for goal in goals]
        with left:
            below.show(
                draw.loss_plane(
                    draw.Paths(
                        names, swept.losses[:, rows, place], distance > FAILURE_DISTANCE, gap > GAP_TOLERANCE
                    ),
                    problem.front.losses.numpy(),
                    *problem.loss_range,
                    theme(),
                ),
                key="two-stages",
                caption=f"Red ring: further than {FAILURE_DISTANCE} from the front. Square: more than "
                f"{GAP_TOLERANCE} off the "
                "fair diagonal. An end with neither is where both groups do as well as they can, and alike.",
                alt=f"Paths after {switch} bargaining steps on the loss plane.",
                data=swept.table[swept.table["switch"] == switch],
                command=plane.command(PlaneConfig(methods=tuple(names), nudges=0)),
            )
        with right:
            for values, title, unit, tolerance, caption in (
                (
                    swept.distance,
                    "Distance to the front",
                    "Distance, worst start",
                    FAILURE_DISTANCE,
                    "Inside the shaded band the end counts as on the front. The worst of the starts is "
                    "drawn.",
                ),
                (
                    swept.gap,
                    "Gap between the groups",
                    "Gap, worst start",
                    GAP_TOLERANCE,
                    "Inside the band the end counts as fair. Values below 0.001 are drawn at 0.001.",
                ),
            ):
                below.show(
                    draw_schedules.over_switches(
                        goals,
                        swept.switches,
                        np.max(values[rows], axis=-1),
                        tolerance,
                        switch,
                        title,
                        unit,
                        theme(),
                    ),
                    key=f"over-switches-{title.split()[0].lower()}",
                    caption=caption,
                    alt=f"{title} over the number of bargaining steps, one line a goal.",
                    data=swept.table,
                    command=plane.command(PlaneConfig(methods=tuple(names), nudges=0)),
                )


@st.fragment
def other_schedules() -> None:
    """All schedules for one goal."""
    with told_plainly():
        st.subheader("Other schedules", anchor=False)
        with st.container(border=True):
            a, b, c, d = st.columns(4, gap="medium")
            goal = a.selectbox(
                "Goal",
                GOAL_NAMES,
                1,
                format_func=lambda name: look(name).title,
                key="goal",
                bind="query-params",
            )
            first = b.slider("Two-stage: first", 10, STEPS, 300, 10, key="first", bind="query-params")
            late = c.slider("Bargain last: from step", 10, STEPS, 500, 10, key="from", bind="query-params")
            every = d.slider("Every n-th step: n", 2, 20, 2, key="every", bind="query-params")
        methods = (
            goal,
            *(
                f"{goal}-nash{when}"
                for when in (
                    "",
                    f"@two_stage:{first}",
                    f"@bargain_last:{late}",
                    f"@every_nth:{every}",
                    "@while_in_conflict",
                )
            ),
        )
        config = PlaneConfig(methods=methods, steps=STEPS, nudges=0)
        ran = plane.run(config.to_json())
        problem = config.build_problem()
        gap = np.asarray(ran.ends["gap"]).reshape(ran.failed.shape)
        left, right = st.columns([1.15, 1], gap="medium")
        with left:
            below.show(
                draw.loss_plane(
                    draw.Paths(ran.names, ran.losses, ran.failed, gap > GAP_TOLERANCE, schedule_look),
                    problem.front.losses.numpy(),
                    *problem.loss_range,
                    theme(),
                ),
                key="schedules",
                caption="The same goal and starts under six schedules, told apart by colour and dash. Look "
                "for the "
                "schedule whose ends have neither a ring nor a square.",
                alt=f"Paths of {look(goal).title} under six schedules.",
                data=ran.ends,
                command=plane.command(config),
            )
        with right:
            met = (~ran.failed & (gap <= GAP_TOLERANCE)).sum(1)
            st.dataframe(
                {
                    "Schedule": [schedule_look(name).title for name in ran.names],
                    "On the front": [f"{count} of {ran.failed.shape[1]}" for count in (~ran.failed).sum(1)],
                    "And fair": [f"{count} of {ran.failed.shape[1]}" for count in met],
                    "Worst distance": ran.distance.max(1),
                    "Worst gap": gap.max(1),
                },
                column_config={
                    "Worst distance": st.column_config.NumberColumn(format="%.3f"),
                    "Worst gap": st.column_config.NumberColumn(format="%.3f"),
                },
            )
            st.caption("Training uses the same schedules, counted in epochs instead of steps.")


with framed(
    SCHEDULES,
    hides="One made-up problem with two losses. How many steps are enough depends on the problem, the "
    "optimizer and the learning "
    "rate; the numbers here are no advice for training.",
):
    entry_preset(SCHEDULES, PRESETS, {"goals": lambda name: look(name).title})
    preset_row(PRESETS)
    two_stages()
    other_schedules()
