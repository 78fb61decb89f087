"""A small batched interior-point method for smooth convex functions of non-negative weights.

Minimises f(w) over w >= 0, with or without sum w = 1: the problems behind MGDA, CAGrad and UPGrad. Primal-dual with Mehrotra's
predictor and corrector (1992); every game of the batch takes its own step lengths.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

MAX_ITERATIONS = 60
BOUNDARY = 0.995  # share of the way to the boundary that a step may go
SETTLED = 1e-13  # complementarity, relative to where it began

Derivatives = Callable[[Tensor], tuple[Tensor, Tensor]]
"""From weights [..., K] to the gradient [..., K] and the Hessian [..., K, K] of f, of order one."""


def minimise(derivatives: Derivatives, start: Tensor, *, on_simplex: bool) -> Tensor:
    """The minimiser of f.

    Args:
        derivatives: gradient and Hessian of f at given weights.
        start: [..., K], positive; sums to one when ``on_simplex``.
        on_simplex: whether the weights must sum to one.

    Returns:
        [..., K], non-negative weights.
    """
    weights = start
    gradient, hessian = derivatives(weights)
    slack = torch.ones_like(weights) * gradient.abs().amax(-1, keepdim=True).clamp_min(1.0)
    level = torch.zeros_like(weights[..., :1])  # multiplier of the sum
    ones = torch.ones_like(weights)
    first = (weights * slack).mean(-1)
    check_every = 1 if start.device.type == "cpu" else 4
    for iteration in range(1, MAX_ITERATIONS + 1):
        gap = (weights * slack).mean(-1, keepdim=True)
        dual = gradient - slack - level
        system = hessian + torch.diag_embed(slack / weights)

        def direction(
            target: Tensor, system: Tensor = system, dual: Tensor = dual
        ) -> tuple[Tensor, Tensor, Tensor]:
            right = -dual + (target - weights * slack) / weights  # noqa: B023 - called within this turn only
            if on_simplex:
                solved = torch.linalg.solve_ex(system, torch.stack([right, ones], -1))[0]
                free, along = solved[..., 0], solved[..., 1]
                missing = 1.0 - weights.sum(-1, keepdim=True) - free.sum(-1, keepdim=True)  # noqa: B023
                rise = missing / along.sum(-1, keepdim=True)
                move = free + rise * along
            else:
                move, rise = torch.linalg.solve_ex(system, right)[0], torch.zeros_like(level)  # noqa: B023
            return move, (target - weights * slack - slack * move) / weights, rise  # noqa: B023

        move, dual_move, _ = direction(torch.zeros_like(weights))
        reach = torch.minimum(_reach(weights, move), _reach(slack, dual_move))
        ahead = ((weights + reach * move) * (slack + reach * dual_move)).mean(-1, keepdim=True)
        centre = (ahead / gap).clamp(0, 1) ** 3 * gap
        move, dual_move, rise = direction(centre - move * dual_move)
        reach = BOUNDARY * torch.minimum(_reach(weights, move), _reach(slack, dual_move))
        reach = reach.clamp_max(1.0)
        weights, slack, level = weights + reach * move, slack + reach * dual_move, level + reach * rise
        gradient, hessian = derivatives(weights)
        if iteration % check_every == 0:
            settled = (weights * slack).mean(-1) <= SETTLED * first
            exact = (gradient - slack - level).abs().amax(-1) <= 1e-11
            if bool((settled & exact).all()):
                break
    return weights


def _reach(values: Tensor, move: Tensor) -> Tensor:
    """The longest step [..., 1] (at most 1 / `BOUNDARY`) that keeps the values non-negative."""
    return 1.0 / (-move / values).amax(-1, keepdim=True).clamp_min(BOUNDARY)
