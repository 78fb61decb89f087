"""The two-group conflict against an independent reference and values worked by hand."""

from __future__ import annotations

import math
from functools import partial

import pytest
import torch
from torch import Tensor

from synthetic.problems import get_problem
from tests.synthetic.problems.points import gradients_by_autograd, plane, standard_by_the_book


@pytest.mark.parametrize(
    "theta",
    [
        plane(2000),
        torch.tensor(get_problem("standard").starts, dtype=torch.float64),
        torch.tensor(
            [[0.0, 0.0], [3.0, 0.0], [-7.0, 0.0], [-9.0, 0.0]], dtype=torch.float64
        ),  # the kink y = 0
        torch.tensor(
            [
                [2 * math.tanh(1.5) - 7, 1.5],
                [7 - 2 * math.tanh(4.0), 4.0],
                [2 * math.tanh(4.0) + 7, 4.0],
            ],
            dtype=torch.float64,
        ),  # floors
        torch.tensor([[0.0, 300.0], [0.0, -300.0]], dtype=torch.float64),
    ],
    ids=["plane", "starts", "kink", "floor", "far"],
)
@pytest.mark.parametrize(("name", "sign"), [("standard", 1.0), ("printed", -1.0)])
def test_losses_and_gradients_match_autograd(theta: Tensor, name: str, sign: float) -> None:
    by_the_book = partial(standard_by_the_book, sign=sign)
    losses, gradients = get_problem(name).evaluate(theta)
    torch.testing.assert_close(losses, by_the_book(theta), rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(gradients, gradients_by_autograd(by_the_book, theta), rtol=1e-9, atol=1e-9)


def test_the_derivative_on_the_kink_is_the_mean_of_both_sides() -> None:
    on = torch.tensor([[3.0, 0.0]], dtype=torch.float64)
    aside = torch.tensor([[0.0, 1e-9]], dtype=torch.float64)
    slope = [get_problem("standard").evaluate(theta)[1] for theta in (on - aside, on, on + aside)]
    torch.testing.assert_close(slope[1], (slope[0] + slope[2]) / 2, rtol=1e-7, atol=1e-7)
    assert (slope[0] - slope[2]).abs().max() > 1  # it is a kink


def test_standard_losses_at_a_point_worked_by_hand() -> None:
    losses, _ = get_problem("standard").evaluate(torch.tensor([0.0, 0.0], dtype=torch.float64))
    assert losses.tolist() == [0.0, 0.0]  # both switches are off at y = 0
    at = torch.tensor([7.0, -40.0], dtype=torch.float64)  # tanh is -1 here: only the bowls remain
    assert get_problem("standard").evaluate(at)[0].tolist() == pytest.approx([-9.76, 9.84])


def test_losses_at_start_3_worked_by_hand_with_either_sign() -> None:
    nine = torch.tensor([9.0, 9.0], dtype=torch.float64)  # tanh(9) is 1 and tanh(4.5) is 0.99975
    high = 0.999753
    assert get_problem("standard").evaluate(nine)[0].tolist() == pytest.approx(
        [high * (math.log(7) + 6), high * (math.log(2) + 6)], abs=1e-5
    )
    assert get_problem("standard").evaluate(nine)[0].tolist() == pytest.approx([7.94, 6.69], abs=5e-3)
    losses, gradients = get_problem("printed").evaluate(nine)
    assert losses.tolist() == pytest.approx([high * (math.log(7) + 6), high * (math.log(5e-6) + 6)], abs=1e-5)
    assert float(gradients[1].abs().max()) < 0.01  # the floor of the second valley


def test_both_signs_are_one_problem_below_the_ridge() -> None:
    below = plane(500) * torch.tensor([1.0, -0.5], dtype=torch.float64) - torch.tensor([0.0, 5.0])
    below = below[below[:, 1] < 0]
    for coded, printed in zip(
        get_problem("standard").evaluate(below), get_problem("printed").evaluate(below), strict=True
    ):
        assert torch.equal(coded, printed)
    assert torch.equal(get_problem("standard").front.losses, get_problem("printed").front.losses)
