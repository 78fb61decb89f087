"""What every problem keeps, whichever it is."""

from __future__ import annotations

import pytest
import torch

from nashcore.errors import InputError
from synthetic.problems import PROBLEMS, get_problem
from tests.synthetic.problems.points import plane


@pytest.mark.parametrize("name", PROBLEMS)
def test_evaluate_keeps_shape_dtype_and_fits_its_problem(name: str) -> None:
    problem = get_problem(name)
    K, n = len(problem.groups), problem.parameters
    losses, gradients = problem.evaluate(torch.zeros((3, 4, n), dtype=torch.float32))
    assert losses.shape == (3, 4, K)
    assert gradients.shape == (3, 4, K, n)
    assert losses.dtype == gradients.dtype == torch.float32
    assert problem.name == name
    assert len(problem.loss_range) == K
    for start in problem.starts:
        assert all(low <= v <= high for v, (low, high) in zip(start, problem.theta_range, strict=True))


def test_scaling_multiplies_only_the_first_loss() -> None:
    theta = plane(50)
    losses, gradients = get_problem("standard").evaluate(theta)
    scaled_losses, scaled_gradients = get_problem("standard", 0.1).evaluate(theta)
    by = torch.tensor([0.1, 1.0], dtype=torch.float64)
    torch.testing.assert_close(scaled_losses, losses * by)
    torch.testing.assert_close(scaled_gradients, gradients * by.unsqueeze(-1))


def test_unknown_problem_and_bad_scale_are_refused() -> None:
    with pytest.raises(InputError, match=r"Problem should be one of standard, .* Found 'nowhere'\."):
        get_problem("nowhere")
    with pytest.raises(InputError, match="'scale' should hold 2 positive finite numbers"):
        get_problem("standard", -1.0)
