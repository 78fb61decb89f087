"""Quadratic problems against autograd, and their stated curvature."""

from __future__ import annotations

import pytest
import torch

from synthetic.problems import get_problem
from tests.synthetic.problems.points import gradients_by_autograd, plane


@pytest.mark.parametrize("name", ["convex_pair", "three_groups"])
def test_quadratic_gradients_match_autograd_and_obey_their_curvature(name: str) -> None:
    problem = get_problem(name)
    theta = plane(200)
    _, gradients = problem.evaluate(theta)
    torch.testing.assert_close(gradients, gradients_by_autograd(lambda t: problem.evaluate(t)[0], theta))
    change = (gradients[1:] - gradients[:-1]).norm(dim=-1)
    moved = (theta[1:] - theta[:-1]).norm(dim=-1, keepdim=True)
    assert problem.curvature is not None
    assert bool((change <= problem.curvature * moved * (1 + 1e-12)).all())
