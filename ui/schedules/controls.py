"""The page's presets, and what its address can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nashcore.bargaining import RULES
from nashcore.methods import GOALS
from ui.schedules import view
from ui.shell.named import by_record
from ui.shell.presets import Preset
from ui.shell.styles import written_style

GOAL_NAMES = list(GOALS)
PRESETS = {
    "never": Preset(
        "Never bargain",
        {"T": 0, "goals": GOAL_NAMES},
        "One stage: FORML closes the gap, far from the front; Meta-gDRO reaches both.",
    ),
    "first-100": Preset(
        "First 100 steps",
        {"T": 100, "goals": GOAL_NAMES},
        "As the paper draws it: FORML still fails from some starts.",
    ),
    "first-400": Preset(
        "First 400 steps", {"T": 400, "goals": GOAL_NAMES}, "Both are met, from every start."
    ),
    "always": Preset(
        "Always bargain",
        {"T": view.STEPS, "goals": GOAL_NAMES},
        "The front is reached, the diagonal is not, but from the second start.",
    ),
}

WORDS = ["T", "goals", "rule", "goal", "first", "from", "every"]
"""What the address can hold: the keys of the widgets."""


def title(name: str) -> str:
    """A goal or rule as menus and addresses show it."""
    return written_style(name).title


LABELS: Mapping[str, Callable[[Any], str]] = {
    "goals": by_record(GOALS, title),
    "rule": by_record(RULES, title),
    "goal": by_record(GOALS, title),
}
