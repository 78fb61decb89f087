"""When to bargain: one slider over every number of bargaining steps, and the other schedules beside it."""

from __future__ import annotations

from ui.schedules import other_schedules, two_stages, view
from ui.schedules.controls import LABELS, PRESETS, WORDS
from ui.schedules.questions import QUESTIONS
from ui.shell.frame import framed
from ui.shell.pages import SCHEDULES

with framed(
    SCHEDULES,
    presets=PRESETS,
    words=WORDS,
    labels=LABELS,
    questions=QUESTIONS,
    hides="One made-up problem with two losses. How many steps are enough depends on the problem, the optimizer and the "
    "learning rate; the numbers here are no advice for training.",
):
    view.begin()
    two_stages.show()
    other_schedules.show()
