"""What a class predicts before a run, and how the run that the page shows answers."""

from __future__ import annotations

import streamlit as st

from nashcore.metrics import metric_title
from nashcore.runs.results import StoredResult, interval_cell
from ui.shell.questions import Answer, Question
from ui.shell.runs import get_result
from ui.train.shown_run import RUN

_ARM, _GAP = "nash_ltr", "max_gaucd"


def _bargained_against_alone() -> Answer:
    """What the shown run says of the gap with bargaining first, against the same goal alone."""
    shown = st.query_params.get(RUN, st.session_state.get(RUN))
    if shown is None:
        return Answer(None, "Nobody knows yet: press Train, wait for the result, and ask again.")
    run = get_result(str(shown))
    if not run.run.over or not run.epochs:
        return Answer(None, "The run is not over yet: ask again when its result stands on the page.")
    return answer(run)


def answer(run: StoredResult) -> Answer:
    """The answer of a run that is over."""
    found = run.summary["differences"].get(_ARM)
    if found is None:
        return Answer(None, "This run does not hold LtR against LtR that bargains first.")
    gap = found["last"][_GAP]
    if gap["low"] is None or gap["high"] is None:
        return Answer(2, f"The two cannot be told apart by the gap of this run: {gap['reason']}.")
    numbers = interval_cell(gap["mean"], gap["low"], gap["high"]).replace("-", "−")
    return Answer(
        0 if gap["high"] < 0 else 1 if gap["low"] > 0 else 2,
        f"{metric_title(_GAP)}, bargaining first minus LtR alone, with the 95% interval by itself: {numbers}, over "
        f"{gap['count']} {run.summary['unit']}s. It covers only what these {run.summary['unit']}s vary.",
    )


QUESTIONS = {
    "A real table": Question(
        "LtR alone against LtR that bargains first: which will have the smaller gap between the groups' AUC?",
        ("Bargaining first", "LtR alone", "This run cannot tell"),
        _bargained_against_alone,
    )
}
"""By the title of the stop that asks."""
