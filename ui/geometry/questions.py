"""What a class predicts on the conflict-geometry page, and how the answer is computed."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

import numpy as np

from ui.geometry.controls import PRESETS
from ui.geometry.scenes import PRESETS as SCENES
from ui.geometry.scenes import solve
from ui.shell.questions import Answer, Question

_LOUD = SCENES["one shouts"]
_QUIET = replace(_LOUD, lengths=(1.0, *_LOUD.lengths[1:]))
_BOUNDS = (1.0, 10.0, 45.0)


def _turn_of_nash() -> Answer:
    """By how many degrees the directions turn when the loud gradient is made as short as the others."""
    before, after = (solve(scene, ("nash", "mean"), 0.0).directions for scene in (_LOUD, _QUIET))
    turns = {}
    for rule in ("nash", "mean"):
        one, other = before[rule], after[rule]
        if one is None or other is None:
            return Answer(None, "There is no direction to compare: a rule has no answer here.")
        turns[rule] = float(np.degrees(np.arccos(np.clip(one @ other, -1.0, 1.0))))
    return Answer(
        bisect_left(_BOUNDS, turns["nash"]),
        f"The Nash direction turns by {turns['nash']:.1f}°, the mean's by {turns['mean']:.1f}°.",
    )


QUESTIONS = {
    "Bargaining": Question(
        "Group 1's gradient is made a hundred times shorter, as long as the others. By how much does the Nash direction turn?",
        ("Not at all (below 1°)", "A little (up to 10°)", "Clearly (up to 45°)", "By more than 45°"),
        _turn_of_nash,
        {**PRESETS["one-shouts"].values, "length1": 1.0},
    )
}
"""By the title of the stop that asks."""
