"""What a class predicts on the loss plane, and how the answer is computed."""

from __future__ import annotations

from bisect import bisect_left

import streamlit as st

from synthetic.presets import PRESETS as FOUND
from ui.lossplane.controls import PRESETS
from ui.shell import plane_runs
from ui.shell.questions import Answer, Question

_SCALE = 0.1
_MOST = (0, 2, 4)
"""The most starts of every option but the last."""
_BEFORE = FOUND["rules"].config
_AFTER = _BEFORE.model_copy(update={"scale": _SCALE})


def option_of(count: int) -> int:
    """The place of the option that holds so many starts."""
    return bisect_left(_MOST, count)


def _failing_mean() -> Answer:
    """From how many starts the mean misses the front once the first loss counts a tenth."""
    before, after = (plane_runs.run(config, "question", st.empty()) for config in (_BEFORE, _AFTER))
    row = after.names.index("mean")
    count, earlier = int(after.failed[row].sum()), int(before.failed[row].sum())
    nash = after.failed[after.names.index("nash")].sum()
    return Answer(
        option_of(count),
        f"With L1 a tenth as large the mean misses the front from {count} of {after.failed.shape[1]} starts; "
        f"before it was {earlier}. Nash bargaining misses it from {nash}.",
    )


QUESTIONS = {
    "Trajectories": Question(
        "L1 is made ten times smaller for everybody. From how many of the five starts does the mean then miss the front?",
        ("None", "One or two", "Three or four", "All five"),
        _failing_mean,
        {**PRESETS["rules"].scene, "scale": _SCALE},
    )
}
"""By the title of the stop that asks."""
