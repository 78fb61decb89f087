"""The order that PCGrad's players meet in is the one that its door tells: drawn anew at each step, from seed and step alone."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import torch

from nashcore.bargaining import get_rule, pcgrad_order
from nashcore.errors import InputError


def test_everybody_meets_everybody_once_and_the_same_seed_and_step_give_the_same() -> None:
    order = pcgrad_order(5, seed=3)
    assert [sorted(row) for row in order] == [list(range(5))] * 5
    assert order == pcgrad_order(5, seed=3) == pcgrad_order(5, 3, 0)
    assert order != pcgrad_order(5, seed=4)
    assert order != pcgrad_order(5, seed=3, step=1)
    assert sorted(pcgrad_order(5, 3, 10**12)[0]) == list(range(5))


@pytest.mark.parametrize("over", ["steps", "seeds"])
def test_every_order_is_drawn_about_as_often(over: str) -> None:
    """6,000 draws of each of 3 players' 6 orders: 1,000 each, give or take six standard deviations of 29."""
    draws = [pcgrad_order(3, 0, n) if over == "steps" else pcgrad_order(3, n) for n in range(6000)]
    for player in range(3):
        counts = Counter(tuple(draw[player]) for draw in draws)
        assert len(counts) == 6
        assert all(abs(count - 1000) < 174 for count in counts.values())
    repeats = sum(one == other for one, other in pairwise(draws))
    assert repeats < 60  # one in 216 by chance


@pytest.mark.parametrize("step", [0, 1, 17])
def test_projections_in_that_order_are_the_rules_own(step: int) -> None:
    gradients = torch.randn(4, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    projected = gradients.clone()
    for own, row in enumerate(pcgrad_order(4, seed=7, step=step)):
        for other in row:
            product = projected[own] @ gradients[other]
            if other != own and product < 0:
                projected[own] -= product / (gradients[other] @ gradients[other]) * gradients[other]
    found = get_rule("pcgrad", seed=7)(gradients @ gradients.T, step=step) @ gradients
    torch.testing.assert_close(found, projected.sum(0))


def test_the_order_is_drawn_as_seldom_as_asked() -> None:
    gradients = torch.randn(6, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    gramian = gradients @ gradients.T
    anew = [get_rule("pcgrad")(gramian, step=step) for step in range(9)]
    third = [get_rule("pcgrad", redraw=3)(gramian, step=step) for step in range(9)]
    fixed = [get_rule("pcgrad", redraw=0)(gramian, step=step) for step in range(9)]
    assert all(torch.equal(third[step], anew[step // 3]) for step in range(9))
    assert all(torch.equal(one, anew[0]) for one in fixed)
    assert not torch.equal(anew[0], anew[1])
    with pytest.raises(InputError, match="'redraw' of rule 'pcgrad' should be a whole number from 0"):
        get_rule("pcgrad", redraw=-1)


def test_only_whole_numbers_have_an_order() -> None:
    assert pcgrad_order(np.int64(3), np.int64(2), np.int64(1)) == pcgrad_order(3, 2, 1)  # type: ignore[arg-type]
    for players, seed, step, name in ((2.5, 0, 0, "players"), (2, 1.5, 0, "seed"), (2, 0, None, "step")):
        with pytest.raises(InputError, match=f"{name!r} should be a whole number. Found"):
            pcgrad_order(players, seed, step)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"'players' should be at least 0. Found -1"):
        pcgrad_order(-1, 0)
