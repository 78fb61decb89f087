"""What a class predicts on the schedules page, and how the answer is computed."""

from __future__ import annotations

from ui.schedules.controls import GOAL_NAMES, PRESETS
from ui.schedules.two_stages import every_switch
from ui.shell.questions import Answer, Question

_GOAL, _BEFORE, _AFTER = "forml", "nash", "mean"


def _first_switch(rule: str) -> int | None:
    """The smallest T with which the goal meets both from every start."""
    window = every_switch(rule, "question").windows[GOAL_NAMES.index(_GOAL)]
    return None if window is None else window.first


def _later_or_earlier() -> Answer:
    before, after = _first_switch(_BEFORE), _first_switch(_AFTER)
    return compared(before, after)


def compared(before: int | None, after: int | None) -> Answer:
    """The answer, from the first T of both rules; None where there is none."""
    words = ["at no T" if first is None else f"first at T = {first}" for first in (before, after)]
    says = f"With Nash bargaining in the first stage FORML meets both {words[0]}, with the mean {words[1]}."
    if after is None:
        return Answer(3, says)
    if before is None:
        return Answer(0, says)
    return Answer(1 + (after > before) - (after < before), says)


QUESTIONS = {
    "Two stages": Question(
        "The first stage follows the plain mean instead of Nash bargaining. From which T on does FORML then reach the front "
        "and the diagonal from every start?",
        ("From an earlier T", "From the same T", "From a later T", "At no T"),
        _later_or_earlier,
        {**PRESETS["first-400"].values, "rule": _AFTER},
    )
}
"""By the title of the stop that asks."""
