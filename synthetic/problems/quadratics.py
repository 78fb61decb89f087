"""Convex quadratic losses, whose fronts are known: a line for a pair, a surface for three groups."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from synthetic.pareto import Front, line_front, simplex_grid, surface_front
from synthetic.problem import Evaluate, Problem

_LINE_POINTS = 1025
_SURFACE_SIDE = 48


def quadratic_losses(centres: Sequence[Sequence[float]], curvatures: Sequence[Sequence[float]]) -> Evaluate:
    """``L_i(theta) = 1/2 sum_k a_ik (theta_k - c_ik)^2`` with centres c [K, n] and curvatures a [K, n]."""
    c, a = torch.tensor(centres, dtype=torch.float64), torch.tensor(curvatures, dtype=torch.float64)

    def evaluate(theta: Tensor) -> tuple[Tensor, Tensor]:
        away = theta.unsqueeze(-2) - c.to(theta)
        gradients = away * a.to(theta)
        return (gradients * away).sum(-1) / 2, gradients

    return evaluate


def quadratic_front(centres: Sequence[Sequence[float]], curvatures: Sequence[Sequence[float]]) -> Front:
    """The exact front: for player weights w it holds ``theta_k = sum_i w_i a_ik c_ik / sum_i w_i a_ik``."""
    c, a = torch.tensor(centres, dtype=torch.float64), torch.tensor(curvatures, dtype=torch.float64)
    if len(c) == 2:
        w = torch.linspace(1, 0, _LINE_POINTS, dtype=torch.float64)
        weights = torch.stack((w, 1 - w), -1)
    else:
        weights, triangles = simplex_grid(_SURFACE_SIDE)
    theta = (weights @ (a * c)) / (weights @ a)
    losses = quadratic_losses(centres, curvatures)(theta)[0]
    return line_front(theta, losses) if len(c) == 2 else surface_front(theta, losses, triangles)


def convex_pair() -> Problem:
    """Two quadratic bowls of different shape; every descent method can reach their front."""
    centres, curvatures = ((-2.0, 0.0), (2.0, 1.0)), ((1.0, 4.0), (2.0, 0.5))
    return Problem(
        name="convex_pair",
        title="Two convex bowls",
        says="Two quadratic losses with a known front; small enough steps are bound to help both groups.",
        groups=("group 1", "group 2"),
        evaluate=quadratic_losses(centres, curvatures),
        starts=((-4.0, 3.0), (0.0, -3.0), (4.0, 4.0), (4.0, -2.0), (-4.0, -3.0)),
        theta_range=((-5.0, 5.0), (-5.0, 5.0)),
        loss_range=((-2.0, 54.0), (-2.0, 54.0)),
        front=quadratic_front(centres, curvatures),
        curvature=4.0,
    )


def three_groups() -> Problem:
    """Three quadratic bowls over one plane: the front is a surface in the space of the three losses."""
    centres = ((-3.0, -2.0), (3.0, -2.0), (0.0, 3.0))
    curvatures = ((1.0, 2.0), (2.0, 1.0), (1.0, 1.0))
    return Problem(
        name="three_groups",
        title="Three groups",
        says="Three quadratic losses over one plane; the front is a surface in the space of the losses.",
        groups=("group 1", "group 2", "group 3"),
        evaluate=quadratic_losses(centres, curvatures),
        starts=((-4.5, 4.0), (4.5, 4.0), (0.0, -4.5), (-4.5, -4.0), (4.5, -4.0)),
        theta_range=((-5.0, 5.0), (-5.0, 5.0)),
        loss_range=((-2.0, 68.0), (-2.0, 78.0), (-2.0, 38.0)),
        front=quadratic_front(centres, curvatures),
        curvature=2.0,
    )
