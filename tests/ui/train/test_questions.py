"""The run that is shown answers, and says where it cannot."""

from __future__ import annotations

import pytest

from tests.nashcore.runs.made_up_results import made_up_run
from tests.ui.train.trained import trained
from ui.train.questions import QUESTIONS, answer

OPTIONS = QUESTIONS["A real table"].options


def test_too_few_seeds_cannot_tell() -> None:
    found = answer(trained(seeds=2))
    assert found.option == OPTIONS.index("This run cannot tell")
    assert "2 seeds" in found.says


def test_a_run_without_the_twins_does_not_answer() -> None:
    assert answer(made_up_run("a" * 8, [[[0.5]] * 2, [[0.5]] * 2])).option is None


@pytest.mark.parametrize(
    ("low", "high", "option"),
    [(-0.2, -0.1, "Bargaining first"), (0.1, 0.2, "LtR alone"), (-0.1, 0.1, "This run cannot tell")],
)
def test_the_interval_decides(low: float, high: float, option: str) -> None:
    run = trained(seeds=2)
    gap = run.summary["differences"]["nash_ltr"]["last"]["max_gaucd"]
    gap |= {"mean": (low + high) / 2, "low": low, "high": high, "count": 5}
    found = answer(run)
    assert found.option is not None
    assert OPTIONS[found.option] == option
    assert f"{low:.3f}".replace("-", "−") in found.says
    assert "Max-gAUCD" in found.says
