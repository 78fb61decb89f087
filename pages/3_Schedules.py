"""When to bargain: one slider over every number of bargaining steps, and the other schedules beside it."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nashcore.errors import InputError
from nashcore.methods.goals import GOALS
from synthetic.config import PlaneConfig
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.two_stage_sweep import GAP_TOLERANCE, SwitchRange
from ui.figures import plane as draw
from ui.figures import schedules as draw_schedules
from ui.figures.base import Figure
from ui.figures.style import look, schedule_look
from ui.lossplane import lessons, plane_runs
from ui.schedules import view
from ui.shell import address, figure_box
from ui.shell.frame import SCHEDULES, framed, theme, told_plainly
from ui.shell.presets import Preset, entry_preset, preset_row, seen

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
        "Always bargain",
        {"T": view.STEPS, "goals": GOAL_NAMES},
        "The front is reached, the diagonal is not.",
    ),
}

WORDS = ["T", "goals", "rule", "goal", "first", "from", "every"]
"""What the address can hold: the keys of the widgets."""


def title(name: str) -> str:
    """A goal or rule as menus and addresses show it."""
    return look(name).title


LABELS = {"goals": title, "rule": title, "goal": title}


def window_words(name: str, window: SwitchRange | None) -> str:
    """From which T on a goal meets both from every start."""
    if window is None:
        return f"**{title(name)}**: at no T."
    here = f"**{title(name)}**: first at **T = {window.first}**"
    if window.met == window.tried:
        return f"{here}, and at every T from there to {window.last}."
    first, last = window.longest
    return (
        f"{here}; without a break from {first} to {last}; in all at {window.met} of the {window.tried} values "
        f"from {window.first} to {window.last}."
    )


def picture(swept: view.Swept, shown: list[int], T: int) -> Figure:
    """The page's picture at one T as a file."""
    problem = swept.found.problem
    return draw_schedules.two_stages(
        [swept.found.goals[row] for row in shown],
        T,
        (
            swept.found.path(T)[1][:, shown].numpy(),
            swept.off_front[shown, T],
            swept.off_diagonal[shown, T],
        ),
        (
            draw_schedules.Ends("Distance", swept.distance[shown], FAILURE_DISTANCE),
            draw_schedules.Ends("Gap", swept.gap[shown], GAP_TOLERANCE),
        ),
        (problem.front.losses.numpy(), *problem.loss_range),
        theme(),
    )


@st.fragment
def two_stages() -> None:
    """The slider and what it selects from."""
    with told_plainly():
        with st.container(border=True):
            left, right = st.columns(2, gap="large")
            goals = left.pills(
                "Goals",
                GOAL_NAMES,
                selection_mode="multi",
                default=GOAL_NAMES,
                format_func=title,
                key="goals",
                bind="query-params",
            )
            rule = right.selectbox(
                "Rule of the first stage",
                ("nash", "mean", "pcgrad", "cagrad", "mgda"),
                format_func=title,
                key="rule",
                bind="query-params",
            )
        T = view.switch()
        if not goals:
            raise InputError("Nothing to draw: choose at least one goal.")
        config = PlaneConfig(steps=view.STEPS)
        swept = view.sweep(config.to_json(), tuple(GOAL_NAMES), rule)
        shown = sorted(GOAL_NAMES.index(goal) for goal in goals)
        view.show(swept, shown, T, theme())
        left, right = st.columns([1.15, 1], gap="large")
        with left:
            st.markdown(
                "**On the plane.** Each run bargains for T steps and then follows its goal. Move T and look "
                "for the T at which no end has a ring (further than "
                f"{FAILURE_DISTANCE} from the front) and none a square (a gap above {GAP_TOLERANCE}): there both "
                "groups do as well as they can, and alike. Numbered circles are the starts. How fast a run "
                "moves is not shown, and after T a path is drawn through every tenth of its steps or more."
            )
            st.latex(
                r"d_t = \begin{cases} d_{\text{rule}}(\theta_t) & t < T \\ d_{\text{goal}}(\theta_t) & t \ge T \end{cases}"
            )
        with right:
            st.markdown(
                "**Over T.** Every T from 0 to "
                f"{view.STEPS} has been run; a curve shows where its runs end, from the worst start. In the "
                f"shaded band the end counts: at most {FAILURE_DISTANCE} from the front, a gap of at most "
                f"{GAP_TOLERANCE}. The bars below show where both hold from every start. They have holes: a "
                "run that hops over the diagonal may end on either side of the tolerance. Values under "
                f"{draw_schedules.FLOOR} are drawn there."
            )
            st.latex(r"\min_{f \in \text{front}} \lVert L(\theta_N) - f \rVert, \qquad |L_1 - L_2|(\theta_N)")
        windows = [window_words(GOAL_NAMES[row], swept.windows[row]) for row in shown]
        st.markdown(
            f"**From which T both are met**: every start ends within {FAILURE_DISTANCE} of the front and with a gap "
            f"of at most {GAP_TOLERANCE}.\n\n" + "\n".join(f"- {line}" for line in windows)
        )
        lessons.ask(
            "Why does bargaining to the last step not end on the diagonal?",
            "Bargaining looks at gradients, not at who is how well off: it stops as soon as no group can gain without "
            "another losing, wherever on the front that is. Only the goal's own gradient knows of the gap, and it "
            "needs steps of its own to close it.",
        )
        names = tuple(f"{goal}-{rule}@two_stage:{T}" for goal in goals)
        figure_box.numbers(
            lambda: picture(swept, shown, T),
            key="two-stages",
            data=swept.table[swept.table["goal"].isin(goals)],
            command=(
                f"# every T\npython -m nashcore schedules --goals={','.join(goals)} --rule={rule} --csv=two-stages.csv\n"
                f"# this T\n{plane_runs.command(PlaneConfig(methods=names, nudges=0))}"
            ),
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
                format_func=title,
                key="goal",
                bind="query-params",
            )
            first = b.slider("Two-stage: first", 1, view.STEPS, 300, 1, key="first", bind="query-params")
            late = c.slider("Bargain last: from step", 1, view.STEPS, 500, 1, key="from", bind="query-params")
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
        config = PlaneConfig(methods=methods, steps=view.STEPS, nudges=0)
        ran = plane_runs.run(config.to_json())
        problem = config.build_problem()
        gap = np.asarray(ran.ends["gap"]).reshape(ran.failed.shape)
        left, right = st.columns(2, gap="medium")
        with left:
            figure_box.show(
                draw.loss_plane(
                    draw.Paths(ran.names, ran.losses, ran.failed, gap > GAP_TOLERANCE, schedule_look),
                    problem.front.losses.numpy(),
                    *problem.loss_range,
                    theme(),
                ),
                key="schedules",
                caption="The same goal and starts under six schedules, told apart by colour and dash. A start is red where "
                "some schedule fails from it.",
                alt=f"Paths of {look(goal).title} under six schedules.",
                data=lambda: plane_runs.paths_table(config.to_json()),
                command=plane_runs.command(config, "schedules.csv"),
            )
        with right:
            met = (~ran.failed & (gap <= GAP_TOLERANCE)).sum(1)
            st.dataframe(
                {
                    "Schedule": [schedule_look(name).title for name in ran.names],
                    "Front": [f"{count} of {ran.failed.shape[1]}" for count in (~ran.failed).sum(1)],
                    "And fair": [f"{count} of {ran.failed.shape[1]}" for count in met],
                    "Distance": ran.distance.max(1),
                    "Gap": gap.max(1),
                },
                column_config={
                    "Schedule": st.column_config.Column(width=150),
                    "Front": st.column_config.Column(width=52, help="Starts that end on the front."),
                    "And fair": st.column_config.Column(
                        width=60, help="Of these, with a gap within the tolerance."
                    ),
                    "Distance": st.column_config.NumberColumn(
                        format="%.3f", width=64, help="Of the worst start."
                    ),
                    "Gap": st.column_config.NumberColumn(format="%.3f", width=60, help="Of the worst start."),
                },
                hide_index=True,
            )
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
            lessons.ask(
                "Why does FORML alone end with a tiny gap, but far from the front?",
                "It follows the gap between the losses and nothing else: making the better-off worse closes the gap as "
                "well as helping the worse-off. Once the losses are equal, nothing in it leads on to the front.",
            )


with framed(
    SCHEDULES,
    hides="One made-up problem with two losses. How many steps are enough depends on the problem, the "
    "optimizer and the learning "
    "rate; the numbers here are no advice for training.",
):
    entry_preset(SCHEDULES, PRESETS, LABELS)
    words = {} if seen(PRESETS) else address.asked(WORDS)
    faults = st.container()
    preset_row(PRESETS)
    view.begin()
    two_stages()
    other_schedules()
    with faults:
        address.tell(address.refused(words, LABELS))
