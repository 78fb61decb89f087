"""A small batched interior-point method for a quadratic function of non-negative weights: behind MGDA and UPGrad.

Primal-dual with Mehrotra's predictor and corrector (1992), started outside the constraints; every game of the batch takes its
own step lengths and rests once it is solved.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.bargaining._kernels import polling
from nashcore.bargaining._kernels.gramian import apply

MAX_ITERATIONS = 80
BOUNDARY = 0.995  # share of the way to the boundary that a step may go
SETTLED = 1e-13  # largest residual and mean complementarity of a solved game, relative to the game's numbers
ACCEPTED = 1e-6  # the same for a game that rounding kept from settling; worse games are answered with NaN
STEADY = 1e-14  # added to the linear systems (not to the problem), which are singular for dependent gradients


def minimise(
    gramian: Tensor, linear: Tensor, prices: Tensor | None = None, idle: Tensor | None = None
) -> Tensor:
    """The minimiser of ``w'G w / 2 + linear'w`` over w >= 0, with or without ``prices'w = 1``.

    Args:
        gramian: [..., K, K], positive semidefinite, of order one.
        linear: [..., K].
        prices: [..., K], positive, the largest of order one; None for no such constraint.
        idle: [...] (bool), the games that need no answer and get a useless one; None for no such game.

    Returns:
        [..., K], positive weights (a zero is a small number); NaN where a game was not solved.
    """
    size = linear.abs().amax(-1, keepdim=True).clamp_min(1.0)
    weights = (
        torch.ones_like(linear) if prices is None else 1.0 / prices.sum(-1, keepdim=True).expand_as(linear)
    )
    slack = size.expand_as(linear)
    level = torch.zeros_like(size)  # multiplier of the prices
    identity = torch.eye(linear.shape[-1], dtype=linear.dtype, device=linear.device)
    done = torch.zeros_like(size, dtype=torch.bool) if idle is None else idle.unsqueeze(-1)
    best = torch.full_like(size, torch.inf)
    answer = weights
    ending = polling.Ending()
    for _ in range(MAX_ITERATIONS):
        dual = apply(gramian, weights) + linear - slack
        if prices is not None:
            dual = dual - level * prices
        product = weights * slack
        gap = product.mean(-1, keepdim=True)
        error = torch.maximum(dual.abs().amax(-1, keepdim=True), gap) / size
        better = error < best
        answer, best = torch.where(better, weights, answer), torch.where(better, error, best)
        done = done | (best <= SETTLED) | ~torch.isfinite(error)
        if ending.reached(~done):
            break
        system = gramian + torch.diag_embed(slack / weights) + STEADY * identity
        factors, pivots, _ = torch.linalg.lu_factor_ex(system)
        along = missing = None
        if prices is not None:
            along = torch.linalg.lu_solve(factors, pivots, prices.unsqueeze(-1)).squeeze(-1)
            missing = 1.0 - (prices * weights).sum(-1, keepdim=True)

        def direction(target: Tensor | float) -> tuple[Tensor, Tensor, Tensor | float]:
            left = target - product  # noqa: B023 - called within this turn only
            right = left / weights - dual  # noqa: B023
            move = torch.linalg.lu_solve(factors, pivots, right.unsqueeze(-1)).squeeze(-1)  # noqa: B023
            rise: Tensor | float = 0.0
            if along is not None:  # noqa: B023
                spent = (prices * along).sum(-1, keepdim=True)  # noqa: B023
                rise = (missing - (prices * move).sum(-1, keepdim=True)) / spent  # noqa: B023
                move = move + rise * along  # noqa: B023
            return move, (left - slack * move) / weights, rise  # noqa: B023

        move, fall, _ = direction(0.0)
        step = torch.minimum(reach(weights, move), reach(slack, fall))
        ahead = ((weights + step * move) * (slack + step * fall)).mean(-1, keepdim=True)
        centre = (ahead / gap).clamp(0, 1) ** 3 * gap
        move, fall, rise = direction(centre - move * fall)
        step = (BOUNDARY * torch.minimum(reach(weights, move), reach(slack, fall))).clamp_max(1.0)
        step = torch.where(done, 0.0, step)
        weights, slack, level = weights + step * move, slack + step * fall, level + step * rise
    return torch.where(best <= ACCEPTED, answer, torch.nan)


def reach(values: Tensor, move: Tensor) -> Tensor:
    """The longest step [..., 1] (at most 1 / `BOUNDARY`) that keeps the values non-negative."""
    return 1.0 / (-move / values).amax(-1, keepdim=True).clamp_min(BOUNDARY)
