"""The lesson "from theorem to training": what keeps a training step from lowering every loss, measured while one waits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.learning import SHARES, SHOWN, SWITCHES, from_theorem_to_training, lesson_summary
from nashcore.methods import GOALS, goal_title
from nashcore.runs import TrainingConfig
from ui.figures import theorem as draw
from ui.figures.style import Style
from ui.shell import figure_box
from ui.shell.styles import written_style
from ui.shell.text import ask, plain, show_input_errors, theme
from ui.train import catalogue

KEPT = "theorem_found"
"""Session key: what the lesson found, and for which choice."""
DRAWN = SHOWN[:3]


@st.fragment
def lesson() -> None:
    """The lesson in a folded box; nothing is computed before its button is pressed."""
    box = st.expander(
        "Lesson: from theorem to training", icon=":material/school:", key="theorem", on_change="rerun"
    )
    if not box.open:
        return
    with box, show_input_errors():
        st.markdown(
            "The theorem says that a short enough step along the bargain lowers **every** group's loss. A training step is more "
            "than that. This lesson trains Nash at every step, and its goal alone, with four parts of the step switched "
            "off and on one by one, and counts the steps after which every playing cell's validation loss had fallen."
        )
        st.markdown("\n".join(f"- **{one.title.capitalize()}.** {one.says}" for one in SWITCHES.values()))
        choice = _choose()
        if st.button("Measure", icon=":material/play_arrow:", key="theorem_start"):
            st.session_state[KEPT] = (choice, _measure(*choice))
        kept = st.session_state.get(KEPT)
        if kept is None or kept[0] != choice:
            st.caption(
                "Some seconds to a minute: ten settings and four other learning rates, nine epochs each."
            )
            return
        _show(kept[1])


def _choose() -> tuple[str, str]:
    small = [
        one for one in catalogue.splits_on_this_machine() if one[0] in ("titanic", "student_por", "us_crime")
    ]
    a, b = st.columns(2)
    names = {f"{dataset}/{sensitive}": (dataset, sensitive) for dataset, sensitive in small}
    table = a.selectbox(
        "Table",
        list(names),
        index=next((i for i, one in enumerate(names.values()) if one[0] == "titanic"), 0),
        format_func=catalogue.split_title,
        key="theorem_table",
    )
    goal = b.selectbox("Goal", list(GOALS), format_func=goal_title, key="theorem_goal")
    return table, goal


def _measure(table: str, goal: str) -> dict[str, Any]:
    dataset, sensitive = table.split("/")
    chosen: dict[str, Any] = {"seeds": 3, "epochs": 9, "methods": "ltr", "device": "cpu"}
    config = TrainingConfig(dataset=dataset, sensitive=sensitive, **chosen)
    task, plan = config.task(), config.plan()
    bar = st.progress(0.0, "Measuring …")
    for step in from_theorem_to_training(task, plan, goal):
        bar.progress(min(step.share, 1.0), "Measuring …")
    bar.empty()
    return lesson_summary(step.found, plan, task, goal)


def _style(found: dict[str, Any], method: str) -> Style:
    goal = found["goal"]
    return written_style(goal if method == "goal" else f"{goal}-nash@continuous")


def _show(found: dict[str, Any]) -> None:
    rows = pd.DataFrame(found["rows"])
    command = f"python -m nashcore theorem --dataset {found['dataset']} --sensitive {found['sensitive']} --goal {found['goal']}"
    left, right = st.columns(2, gap="medium")
    for column, method in ((left, "nash"), (right, "goal")):
        part = rows[(rows["part"] == "switches") & (rows["method"] == method)]
        with column:
            figure_box.show(
                draw.switched(
                    _style(found, method),
                    part["setting"].tolist(),
                    {SHARES[name].title: part[name].to_numpy(float) for name in DRAWN},
                    theme(),
                ),
                key=f"theorem_switches_{method}",
                caption=f"Learning rate {found['lr']:g}, {found['epochs']} epochs, {len(found['seeds'])} seeds together. "
                "Open marks are first order, before and after the cut; the filled one is the outcome. A share says nothing "
                "of how far the losses fell, nor of other rows.",
                alt="Shares of steps in every setting.",
                data=part,
                command=command,
            )
    off = rows[~rows[list(SWITCHES)].any(axis=1)].sort_values("lr")
    by_method = [off[off["method"] == method] for method in ("nash", "goal")]
    figure_box.show(
        draw.by_learning_rate(
            [_style(found, method) for method in ("nash", "goal")],
            by_method[0]["lr"].to_numpy(float),
            np.stack([one["all_losses_fell"].to_numpy(float) for one in by_method]),
            theme(),
        ),
        key="theorem_rates",
        caption="Cut, momentum, dropout and weight decay off, so that a step is the bargain's direction and its length. Look for "
        "the learning rate below which every step of Nash lowers every loss. The goal alone need not have one: it may "
        "let a group pay from the first instant on.",
        alt="Share of steps after which all losses fell, by learning rate.",
        data=off,
        command=command,
    )
    st.markdown(plain(found["verdict"]))
    ask(
        "With all four off, why are the marks of one method on top of each other?",
        "Without a cut the direction after it is the one before it, and without momentum, dropout and decay the step is that "
        "direction and nothing else. If it is short enough, first order is all there is: the outcome is what was promised.",
    )
    ask(
        "So should one train with all four off?",
        "Not for that reason. They were put in for what they do to rows that nobody has seen; the theorem speaks of the losses on "
        "a few validation rows, at one step. The lesson shows where its premises end, not which training is better.",
    )
