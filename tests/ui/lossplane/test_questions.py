"""The counts are those of the simulation."""

from __future__ import annotations

import pytest

from synthetic.config import PlaneConfig
from synthetic.simulate import own_runs
from ui.lossplane import questions


def test_the_answer_counts_the_means_failures() -> None:
    found = [
        own_runs(PlaneConfig(methods=("mean", "nash"), scale=scale)).failed.sum(1).tolist()
        for scale in (1.0, 0.1)
    ]
    asked = questions.QUESTIONS["Trajectories"]
    answer = asked.see()
    (before, _), (after, nash) = found
    assert f"misses the front from {after} of 5 starts; before it was {before}." in answer.says
    assert answer.says.endswith(f"Nash bargaining misses it from {nash}.")
    assert asked.scene["scale"] == 0.1


@pytest.mark.parametrize(("count", "option"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_every_count_has_its_option(count: int, option: int) -> None:
    assert questions.option_of(count) == option
