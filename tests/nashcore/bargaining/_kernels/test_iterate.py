"""The one loop: it ends when all games are settled, or after the most steps that it may take."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nashcore.bargaining._kernels import polling
from nashcore.bargaining._kernels.iterate import iterate
from tests.fake_async_device import work_ahead

LEFT = torch.tensor([3, 7, 5])


def _step(left: Tensor) -> Tensor:
    return (left - 1).clamp_min(0)


def _count(most: int) -> tuple[Tensor, int]:
    steps = 0

    def step(left: Tensor) -> Tensor:
        nonlocal steps
        steps += 1
        return _step(left)

    return iterate(LEFT, step, lambda left: left == 0, most), steps


@pytest.mark.parametrize(("most", "steps"), [(100, 7), (7, 7), (4, 4)])
def test_as_many_steps_as_the_slowest_game_takes(most: int, steps: int) -> None:
    left, taken = _count(most)
    assert torch.equal(left, (LEFT - most).clamp_min(0))
    assert taken == steps


@pytest.mark.parametrize("late", [0, 3])
def test_an_end_that_is_noticed_late_changes_nothing(late: int, monkeypatch: pytest.MonkeyPatch) -> None:
    work_ahead(monkeypatch, late)
    left, taken = _count(100)
    assert not left.any()
    assert 7 <= taken <= 7 + 2 * polling.PATIENCE + late
