"""The order that PCGrad's players meet in is the one that its door tells."""

from __future__ import annotations

import torch

from nashcore.bargaining import get_rule, pcgrad_order


def test_everybody_meets_everybody_once_and_the_same_seed_gives_the_same() -> None:
    order = pcgrad_order(5, seed=3)
    assert [sorted(row) for row in order] == [list(range(5))] * 5
    assert order == pcgrad_order(5, seed=3)
    assert order != pcgrad_order(5, seed=4)


def test_projections_in_that_order_are_the_rules_own() -> None:
    gradients = torch.randn(4, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    projected = gradients.clone()
    for own, row in enumerate(pcgrad_order(4, seed=7)):
        for other in row:
            product = projected[own] @ gradients[other]
            if other != own and product < 0:
                projected[own] -= product / (gradients[other] @ gradients[other]) * gradients[other]
    step = get_rule("pcgrad", seed=7)(gradients @ gradients.T) @ gradients
    torch.testing.assert_close(step, projected.sum(0))
