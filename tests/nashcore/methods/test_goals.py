"""Goals: their values by hand, and their weights as the derivatives of their values."""

from __future__ import annotations

import pytest
import torch

from nashcore.methods import GOALS, equal_shares

LOSSES = torch.tensor([[1.0, 3.0, 2.0], [0.5, 0.4, 0.1]], dtype=torch.float64)
SHARES = torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)


@pytest.mark.parametrize(
    ("name", "values"), [("ltr", [1.75, 0.375]), ("forml", [2.0, 0.4]), ("meta_gdro", [3.0, 0.5])]
)
def test_values_by_hand(name: str, values: list[float]) -> None:
    assert GOALS[name].value(LOSSES, SHARES).tolist() == pytest.approx(values)


@pytest.mark.parametrize("name", GOALS)
def test_weights_are_the_derivative_of_the_value(name: str) -> None:
    losses = LOSSES.clone().requires_grad_()
    (expected,) = torch.autograd.grad(GOALS[name].value(losses, SHARES).sum(), losses)
    assert torch.equal(GOALS[name].weights(LOSSES, SHARES), expected)


def test_ties_go_to_the_first_group() -> None:
    tied = torch.ones(2)
    assert GOALS["meta_gdro"].weights(tied, equal_shares(2, tied)).tolist() == [1, 0]
    assert GOALS["forml"].weights(tied, equal_shares(2, tied)).tolist() == [0, 0]


@pytest.mark.parametrize("name", GOALS)
def test_two_groups_are_weighed_as_if_a_third_stood_between_them(name: str) -> None:
    losses = torch.tensor([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0], [-1.0, -2.0]])
    shares = torch.tensor([0.5, 0.5])
    between = torch.cat([losses, losses.mean(-1, keepdim=True)], -1)
    found = GOALS[name].weights(losses, shares)
    expected = GOALS[name].weights(between, torch.tensor([0.5, 0.5, 0.0]))[:, :2]
    assert torch.equal(found, expected)
