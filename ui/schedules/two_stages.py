"""The slider over every number of bargaining steps, what it selects from, and what to take away."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from nashcore.errors import InputError
from nashcore.methods import make_method, method_text, two_stage
from synthetic.config import PlaneConfig
from synthetic.cost import sweep_cost
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.two_stage_sweep import GAP_TOLERANCE, SwitchRange
from ui.figures import schedules as draw
from ui.figures.base import Figure
from ui.schedules import view
from ui.schedules.controls import GOAL_NAMES, title
from ui.schedules.sweep_view import SweepView, sweep
from ui.shell import figure_box, plane_runs
from ui.shell.compute import compute
from ui.shell.styles import bargained_style
from ui.shell.text import ask, show_input_errors, theme


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


def meets_both_alone(swept: SweepView, shown: Sequence[int]) -> str:
    """The titles of the shown goals that meet both from every start without any bargaining."""
    met = swept.found.both_met[:, 0].all(-1).tolist()
    return " and ".join(title(GOAL_NAMES[row]) for row in shown if met[row])


def picture(swept: SweepView, shown: list[int], T: int) -> Figure:
    """The page's picture at one T as a file."""
    problem = swept.found.problem
    return draw.two_stages(
        {name: bargained_style(name) for name in (swept.found.goals[row] for row in shown)},
        T,
        (
            swept.found.path(T)[1][:, shown].numpy(),
            swept.off_front[shown, T],
            swept.off_diagonal[shown, T],
        ),
        (
            draw.Ends("Distance", swept.distance[shown], FAILURE_DISTANCE),
            draw.Ends("Gap", swept.gap[shown], GAP_TOLERANCE),
        ),
        (problem.front.losses.numpy(), problem.loss_range[0], problem.loss_range[1]),
        theme(),
    )


def every_switch(rule: str, slot: str) -> SweepView:
    """Every number of bargaining steps with this rule; see `ui.shell.compute.compute` for where it comes from, and for the slot."""
    config = PlaneConfig(steps=view.STEPS)
    swept: SweepView = compute(
        slot,
        st.empty(),
        sweep_cost(config, GOAL_NAMES),
        "Simulating every schedule at once",
        sweep,
        config.to_json(),
        tuple(GOAL_NAMES),
        rule,
    )
    return swept


@st.fragment
def show() -> None:
    """The slider and what it selects from."""
    with show_input_errors():
        goals, rule = _choices()
        T = view.switch()
        if not goals:
            raise InputError("Nothing to draw: choose at least one goal.")
        swept = every_switch(rule, "sweep")
        shown = sorted(GOAL_NAMES.index(goal) for goal in goals)
        view.show(swept, shown, T, theme())
        _how_to_read()
        if alone := meets_both_alone(swept, shown):
            st.markdown(
                f"**{alone} alone** (T = 0) ends on the front and on the diagonal from every start: this problem shows no need for "
                "bargaining to it."
            )
        windows = [window_words(GOAL_NAMES[row], swept.windows[row]) for row in shown]
        st.markdown(
            f"**From which T both are met**: every start ends within {FAILURE_DISTANCE} of the front and with a gap "
            f"of at most {GAP_TOLERANCE}.\n\n" + "\n".join(f"- {line}" for line in windows)
        )
        ask(
            "Why does bargaining to the last step not end on the diagonal?",
            "Bargaining looks at gradients, not at who is how well off: it stops as soon as no group can gain without "
            "another losing, wherever on the front that is. Only the goal's own gradient knows of the gap, and it "
            "needs steps of its own to close it.",
        )
        names = tuple(method_text(make_method(goal, rule, two_stage(T))) for goal in goals)
        figure_box.show_numbers(
            lambda: picture(swept, shown, T),
            key="two-stages",
            data=swept.table[swept.table["goal"].isin(goals)],
            command=(
                f"# every T\npython -m nashcore schedules --goals={','.join(goals)} --rule={rule} --csv=two-stages.csv\n"
                f"# this T\n{plane_runs.command(PlaneConfig(methods=names, nudges=0))}"
            ),
        )


def _choices() -> tuple[list[str], str]:
    """The goals to draw and the rule of the first stage."""
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
    return goals, rule


def _how_to_read() -> None:
    """What to look for in both pictures, and the formula of each."""
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
            f"{draw.FLOOR} are drawn there."
        )
        st.latex(r"\min_{f \in \text{front}} \lVert L(\theta_N) - f \rVert, \qquad |L_1 - L_2|(\theta_N)")
