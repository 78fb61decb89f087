"""The guided tour: six stops, each of which sets a page's controls, asks a question and keeps its answer folded away."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui.shell.text import ask

_HINT_ON_A_PHONE = "@media (min-width: 769px) { .st-key-tour_hint { display: none; } }"
"""Narrower pages fold the sidebar away."""

KEY = "tour"
"""The address's word for the stop: ``?tour=3``."""


@dataclass(frozen=True)
class Stop:
    """One stop.

    Attributes:
        title: a few words.
        page: the page's file.
        preset: the page's preset that sets the scene, or none.
        look_for: at most five sentences on what to look at.
        formula: one, as LaTeX.
        question: to think about before unfolding the answer.
        answer: the answer.
    """

    title: str
    page: str
    preset: str | None
    look_for: str
    formula: str
    question: str
    answer: str


STOPS = (
    Stop(
        "Conflict",
        "pages/1_Conflict_geometry.py",
        "conflict",
        "Each group's gradient points where its loss falls fastest. Here the two point apart, and one is twice as "
        "long. Look at the mean's arrow and at the bars: whom does it help? Then turn group 1 and watch the bar of "
        "group 2.",
        r"u_i = \langle g_i, d \rangle",
        "Why does the mean step hurt group 2 and not group 1?",
        "Group 1's gradient is longer, so it has more say in the mean. When the angle between them is wide enough, "
        "the mean points more than a right angle away from the shorter gradient, and that group's gain is negative.",
    ),
    Stop(
        "The agreement set",
        "pages/1_Conflict_geometry.py",
        "no-agreement",
        "The shaded cone holds the directions from which every group gains. Here it is empty: three groups pull "
        "evenly in three directions. Turn one of them slowly towards another and see the cone open.",
        r"A = \{d : \langle g_i, d\rangle > 0 \text{ for all } i\}",
        "How far apart may two gradients be before the cone is empty?",
        "Up to, but not including, half a turn. With two groups only exactly opposite gradients leave no agreement; "
        "with three it is enough that zero lies among their weighted averages.",
    ),
    Stop(
        "Bargaining",
        "pages/1_Conflict_geometry.py",
        "one-shouts",
        "One gradient is a hundred times as long as the others. The mean listens to it alone; Nash does not hear the "
        "volume. Move the exponent from 1 to −∞ and see the same family of rules go from loudest to worst-off.",
        r"\max_{d \in A,\ \|d\| \le 1}\ \prod_i \langle g_i, d\rangle \iff a_i\,(G a)_i = 1",
        "What happens to the Nash direction if you make the long gradient short?",
        "Nothing. Scaling a gradient scales its utility by a constant, and a product of utilities has its maximum in "
        "the same place. No other rule of the family has this property.",
    ),
    Stop(
        "Trajectories",
        "pages/2_Loss_plane.py",
        "rules",
        "Every rule takes a thousand steps from five starts. Press play and follow start 3, from which the mean fails. The red "
        "rings mark the runs that stop short of the front. Under the play bar, full colour means that both "
        "groups gained from every start.",
        r"\theta_{t+1} = \theta_t - \eta\, \textstyle\sum_i a_i\, g_i(\theta_t)",
        "Why does the mean get stuck where Nash does not?",
        "Where one loss is steep and the other shallow, the mean follows the steep one along the valley's wall and "
        "back again. Nash gives both the same say, whatever their slopes, and goes down the valley.",
    ),
    Stop(
        "Goals alone",
        "pages/2_Loss_plane.py",
        "one-stage",
        "Now each run follows one fairness goal from the first step on. FORML wants equal losses and gets them, on "
        "the dotted diagonal, yet far from the front: both groups lose alike. Meta-gDRO reaches both, and shows no need for "
        "bargaining here.",
        r"\text{FORML: } \min_\theta\ \max_i L_i - \min_i L_i",
        "Is a gap of zero a good result?",
        "Not by itself. A gap can be closed by making the better-off group worse. That is why distance to the front "
        "and gap are shown side by side here.",
    ),
    Stop(
        "Two stages",
        "pages/3_Schedules.py",
        "first-400",
        "First bargain, then follow the goal. Move T from 0 to 1000 and look for the ends with neither ring nor "
        "square. The curves show how wide that window is for each goal.",
        r"d_t = \begin{cases} d_{\text{Nash}} & t < T \\ d_{\text{goal}} & t \ge T \end{cases}",
        "What goes wrong when T is too small, and what when it is too large?",
        "Too small, and the goal starts where its own gradient leads away from the front. Too large, and no steps are "
        "left to walk along the front to the diagonal.",
    ),
)

GLOSSARY = {
    "Utility": "what a group gains from a step, to first order: the inner product of its gradient and the step.",
    "Gramian": "the table of inner products between the groups' gradients; all rules here need nothing else, but for the "
    "generalised mean of losses, which needs the losses.",
    "Agreement set": "the directions from which every group gains.",
    "Disagreement point": "the step of length zero: what happens without an agreement.",
    "Nash bargaining solution": "the direction in the agreement set with the largest product of utilities.",
    "Pareto front": "the points from which no group can gain without another losing.",
    "Fair diagonal": "the points at which all losses are the same.",
    "Gap": "the highest loss less the lowest; zero exactly on the fair diagonal.",
    "Failing run": "one that ends further than 0.1 from the Pareto front.",
    "Basin": "the starts from which a method ends in the same place; the map shows how far from the front that is.",
    "Alignment": "how a step agrees with each group's gradient: positive where the group gains, to first order.",
    "Guaranteed step": "one so short that a bound on the losses' curvature proves that every group gains.",
    "Schedule": "at which steps a run bargains; at the others it follows its goal.",
    "LtR, FORML, Meta-gDRO": "the goals: the mean loss, the gap between the groups, the highest loss.",
    "Hypergradient": "how a group's validation loss would change with the weight of a training row.",
    "One-stage, two-stage": "follow the goal throughout; bargain first and follow the goal afterwards.",
    "Max-gAUCD": "the difference between the best and the worst group's AUC; smaller is more equal.",
}


def overview() -> None:
    """The six stops as links, and the glossary."""
    for row in (STOPS[:3], STOPS[3:]):
        for column, stop in zip(st.columns(3), row, strict=True):
            number = STOPS.index(stop) + 1
            with column:
                st.page_link(
                    stop.page,
                    label=f"{number}. {stop.title}",
                    icon=":material/flag:",
                    query_params=_address(number),
                )
    with st.expander("Glossary", icon=":material/menu_book:"):
        st.markdown("\n".join(f"- **{term}**: {meaning}" for term, meaning in GLOSSARY.items()))


def show(path: str) -> None:
    """The stop that the address names, when it belongs to this page: in the sidebar, beside what it speaks of."""
    asked = st.query_params.get(KEY)
    numbers = {str(number): stop for number, stop in enumerate(STOPS, 1)}
    stop = numbers.get(asked or "")
    if stop is None or stop.page != path:
        return
    number = STOPS.index(stop) + 1
    st.html(f"<style>{_HINT_ON_A_PHONE}</style>")
    with st.container(key="tour_hint"):
        st.caption(
            f"Tour, stop {number} of {len(STOPS)}: the text is in the sidebar, behind the arrow at the top left."
        )
    with st.sidebar, st.container(border=True, key="tour"):
        st.markdown(f"**Tour, stop {number} of {len(STOPS)}: {stop.title}.** {stop.look_for}")
        st.latex(stop.formula)
        ask(stop.question, stop.answer)
        if number < len(STOPS):
            after = STOPS[number]
            st.page_link(
                after.page,
                label=f"Next: {after.title}",
                icon=":material/arrow_forward:",
                query_params=_address(number + 1),
            )
        if number > 1:
            before = STOPS[number - 2]
            st.page_link(
                before.page, label="Back", icon=":material/arrow_back:", query_params=_address(number - 1)
            )
        st.page_link(path, label="Leave the tour", icon=":material/close:")


def _address(number: int) -> dict[str, str]:
    preset = STOPS[number - 1].preset
    return {KEY: str(number)} | ({} if preset is None else {"preset": preset})
