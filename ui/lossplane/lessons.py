"""What to look for beside each figure of the loss plane: a few sentences, one formula, a question and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from ui.shell.text import ask


@dataclass(frozen=True)
class Lesson:
    """What stands beside one figure.

    Attributes:
        look_for: at most five sentences on what to look for.
        formula: one, as LaTeX.
        question: to think about before unfolding the answer.
        answer: the answer.
    """

    look_for: str
    formula: str
    question: str
    answer: str


LESSONS: Mapping[str, Lesson] = MappingProxyType(
    {
        "loss-plane": Lesson(
            "Follow one start from its number to its ends. An end θ* on the thick line cannot be bettered for both "
            "groups at once. An end inside a red ring could still be bettered for both.",
            r"\nexists\, \theta:\ \ L_i(\theta) < L_i(\theta^\ast)\ \ \forall i",
            "Is an end on the front also a fair one?",
            "Not by itself: the front runs from the best point of one group to the best of the other. Fairness, here, "
            "is the dotted diagonal, on which all lose alike; the two meet in one point.",
        ),
        "loss-space": Lesson(
            "Each axis is one group's loss, and the front is a surface: from each of its points, one group can gain "
            "only if another loses. Turn the figure and see the paths come down to it from the far side. "
            "The dotted line holds the points at which all three lose alike.",
            r"\min_{\theta}\ \textstyle\sum_i w_i L_i(\theta),\quad w_i \ge 0,\ \sum_i w_i = 1",
            "Why is the front of three groups a surface and not a line?",
            "Each way of weighing the groups has its own best point. Two groups have one number to choose, the share of "
            "the first; three have two numbers, so the best points fill a surface.",
        ),
        "parameter-plane": Lesson(
            "The same runs where they really move. Where the level lines of one loss are crowded, its gradient is "
            "long and drowns the other in a mean. Look for paths that bounce between the walls of such a valley "
            "instead of following its floor.",
            r"\theta_{t+1} = \theta_t - \eta\, \textstyle\sum_i a_i\, \nabla L_i(\theta_t)",
            "Multiply L1 by 0.1 under “More”. Which paths move, and which stay?",
            "The mean's paths move, for its weights are the same whatever the scale. Nash's stay: a loss a tenth as large "
            "has a gradient a tenth as long, and gets ten times the weight.",
        ),
        "player": Lesson(
            "Numbered arrows are the groups' descents, the shaded cone the directions from which every group gains, and "
            "the coloured arrow the one that the method follows. Press play and see whether that arrow stays inside the "
            "cone. The cone closes as a run nears the front: there, gradients are opposed.",
            r"\text{cone} = \{d : \langle g_i, d \rangle > 0 \ \forall i\}",
            "Can a group lose in a step whose direction lies inside the cone?",
            "Yes, if the step is too long: the cone speaks of the first instant only. How long is short enough is what "
            "guaranteed steps compute.",
        ),
        "guaranteed": Lesson(
            "With steps from the bound, the ribbon is full until the front is reached; there, nobody can gain any more. "
            "Take four times the step and the ribbon breaks up: runs overshoot, and some group pays. The mean has no "
            "such bound: where it would harm a group, its run waits.",
            r"\eta = \frac{1}{L K \max_i a_i} \ \Rightarrow\ L_i(\theta_{t+1}) < L_i(\theta_t) \ \forall i",
            "Why does the length of the step depend on the largest weight?",
            "The largest weight belongs to the group that gains least, as each gain is one over its weight. The step must "
            "be short enough for that group's gain to outweigh its loss's curvature.",
        ),
        "alignment": Lesson(
            "Grey is the goal's own direction, colour the one that was taken. Left of zero in the first panel, some group "
            "loses. While a run bargains, nothing coloured lies there; the goal alone often harms one group. "
            "Counting every moment, tall bars at zero and at the edges are runs that stand on the front.",
            r"\min_i,\ \operatorname{mean}_i,\ \max_i\ \ \langle g_i, d \rangle",
            "Why do both histograms agree for a run that never bargains?",
            "The direction taken is then the goal's own. In two stages they agree after the switch, and differ before.",
        ),
        "basin": Lesson(
            "Every point is a start, its colour how far from the front the run ends; the red line bounds the starts that "
            "fail. Look for whole regions that are lost, and for fringes, where neighbours end in different places. "
            "The share is that of the plane drawn, not of all starts that one could think of.",
            r"\text{failing share} = \Pr_{\theta_0}\left[\operatorname{dist}(L(\theta_T), \text{front}) > 0.1\right]",
            "Why do starts that fail lie right beside starts that reach the front?",
            "In the upper half the runs bounce down a narrow valley. On which side a run leaves it depends on small "
            "differences at its start, so neighbours part and end in different places.",
        ),
    }
)
"""Lessons by figure."""


def show(name: str) -> None:
    """What to look for, the formula, and the question with its folded answer."""
    lesson = LESSONS[name]
    st.caption(f"**Look for.** {lesson.look_for}")
    st.latex(lesson.formula)
    ask(lesson.question, lesson.answer)
