"""Two small batched interior-point methods: a quadratic function of non-negative weights, and the worst-off in a ball.

The first is behind MGDA and UPGrad, the second behind CAGrad. Both are primal-dual with Mehrotra's predictor and corrector
(1992) and start outside the constraints; every game of the batch takes its own step lengths and rests once it is solved.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.bargaining.gramian import apply

MAX_ITERATIONS = 80
BOUNDARY = 0.995  # share of the way to the boundary that a step may go
SETTLED = 1e-13  # largest residual and mean complementarity of a solved game, relative to the game's numbers
ACCEPTED = 1e-7  # the same for a game that rounding kept from settling; worse games are answered with NaN
STEADY = 1e-14  # added to the linear systems (not to the problem), which are singular for dependent gradients


def minimise(gramian: Tensor, linear: Tensor, prices: Tensor | None = None) -> Tensor:
    """The minimiser of ``w'G w / 2 + linear'w`` over w >= 0, with or without ``prices'w = 1``.

    Args:
        gramian: [..., K, K], positive semidefinite, of order one.
        linear: [..., K].
        prices: [..., K], positive, the largest of order one; None for no such constraint.

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
    done = torch.zeros_like(size, dtype=torch.bool)
    best = torch.full_like(size, torch.inf)
    answer = weights
    check_every = 1 if linear.device.type == "cpu" else 4
    for iteration in range(MAX_ITERATIONS):
        dual = apply(gramian, weights) + linear - slack
        if prices is not None:
            dual = dual - level * prices
        product = weights * slack
        gap = product.mean(-1, keepdim=True)
        error = torch.maximum(dual.abs().amax(-1, keepdim=True), gap) / size
        better = error < best
        answer, best = torch.where(better, weights, answer), torch.where(better, error, best)
        done = done | (best <= SETTLED) | ~torch.isfinite(error)
        if iteration % check_every == 0 and bool(done.all()):
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
        reach = torch.minimum(_reach(weights, move), _reach(slack, fall))
        ahead = ((weights + reach * move) * (slack + reach * fall)).mean(-1, keepdim=True)
        centre = (ahead / gap).clamp(0, 1) ** 3 * gap
        move, fall, rise = direction(centre - move * fall)
        reach = (BOUNDARY * torch.minimum(_reach(weights, move), _reach(slack, fall))).clamp_max(1.0)
        reach = torch.where(done, 0.0, reach)
        weights, slack, level = weights + reach * move, slack + reach * fall, level + reach * rise
    return torch.where(best <= ACCEPTED, answer, torch.nan)


def lift_worst_off(root: Tensor, gains: Tensor, prices: Tensor) -> Tensor:
    """Who holds back the worst-off in the unit ball: the multipliers of ``max_{|x| <= 1} min_i (R x + gains)_i / prices_i``.

    Args:
        root: [..., K, K], rows R_i of length at most one.
        gains: [..., K], what each player has at the ball's centre.
        prices: [..., K], positive, the largest of order one.

    Returns:
        y [..., K], positive, with ``prices'y = 1``; the best x points along R'y where that is not zero. NaN where a game was not
        solved.
    """
    size = gains.abs().amax(-1, keepdim=True).clamp_min(1.0)
    rows = torch.cat([root, -prices.unsqueeze(-1)], -1)  # utilities minus level, as a function of (x, level)
    point = torch.zeros_like(rows[..., 0, :])
    inside = torch.ones_like(point)
    inside[..., -1] = 0.0  # the level is not in the ball
    aim = 1.0 - inside
    # From the ball's centre, at a level below everybody: prices may span a dozen decades, and so may the levels.
    level = ((gains - 1.0) / prices).amin(-1, keepdim=True).clamp_max(0.0)
    point[..., -1:] = level
    slack = gains - level * prices
    gap = 1.0 / (prices / slack).sum(-1, keepdim=True)
    shares = gap / slack
    pull = 2.0 * gap  # multiplier of the ball
    done = torch.zeros_like(size, dtype=torch.bool)
    best = torch.full_like(size, torch.inf)
    answer = shares
    count = gains.shape[-1] + 1
    steady = STEADY * torch.eye(count, dtype=gains.dtype, device=gains.device)
    check_every = 1 if gains.device.type == "cpu" else 4
    for iteration in range(MAX_ITERATIONS):
        x = point * inside
        room = (1.0 - (x * x).sum(-1, keepdim=True)) / 2
        dual = pull * x - aim - apply(rows.mT, shares)
        primal = apply(rows, point) + gains - slack
        product, ball_product = shares * slack, pull * room
        gap = (product.sum(-1, keepdim=True) + ball_product) / count
        error = torch.maximum(dual.abs().amax(-1, keepdim=True), primal.abs().amax(-1, keepdim=True))
        error = torch.maximum(error, gap) / size
        better = error < best
        answer, best = torch.where(better, shares, answer), torch.where(better, error, best)
        done = done | (best <= SETTLED) | ~torch.isfinite(error)
        if iteration % check_every == 0 and bool(done.all()):
            break
        ratio = shares / slack
        system = rows.mT @ (ratio.unsqueeze(-1) * rows) + torch.diag_embed(pull * inside) + steady
        system = system + (pull / room * x).unsqueeze(-1) * x.unsqueeze(-2)
        factors, pivots, _ = torch.linalg.lu_factor_ex(system)

        def direction(
            target: Tensor | float, ball_target: Tensor | float, bend: Tensor | float
        ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
            left = (target - product) / slack  # noqa: B023 - called within this turn only
            ball_left = (ball_target - ball_product) / room  # noqa: B023
            right = apply(rows.mT, left - ratio * primal) - dual - x * ball_left - bend  # noqa: B023
            move = torch.linalg.lu_solve(factors, pivots, right.unsqueeze(-1)).squeeze(-1)  # noqa: B023
            fall = apply(rows, move) + primal  # noqa: B023
            tighter = ball_left + pull / room * (x * move).sum(-1, keepdim=True)  # noqa: B023
            return move, fall, left - ratio * fall, tighter  # noqa: B023

        def reach_of(move: Tensor, fall: Tensor, rise: Tensor, tighter: Tensor) -> Tensor:
            reach = torch.minimum(_reach(slack, fall), _reach(shares, rise))  # noqa: B023
            reach = torch.minimum(reach, _reach(pull, tighter))  # noqa: B023
            return torch.minimum(reach, _reach_ball(x, move * inside, room))  # noqa: B023

        move, fall, rise, tighter = direction(0.0, 0.0, 0.0)
        reach = reach_of(move, fall, rise, tighter)
        step, trust = move * inside, reach**2
        along, square = (x * step).sum(-1, keepdim=True), (step * step).sum(-1, keepdim=True)
        ahead = ((slack + reach * fall) * (shares + reach * rise)).sum(-1, keepdim=True)
        ahead = ahead + (pull + reach * tighter) * (room - reach * along - reach**2 * square / 2)
        centre = (ahead / count / gap).clamp(0, 1) ** 3 * gap
        ball_centre = centre + trust * (tighter * along + pull * square / 2)
        move, fall, rise, tighter = direction(centre - trust * fall * rise, ball_centre, trust * tighter * step)
        reach = (BOUNDARY * reach_of(move, fall, rise, tighter)).clamp_max(1.0)
        reach = torch.where(done, 0.0, reach)
        point, slack = point + reach * move, slack + reach * fall
        shares, pull = shares + reach * rise, pull + reach * tighter
    return torch.where(best <= ACCEPTED, answer, torch.nan)


def _reach(values: Tensor, move: Tensor) -> Tensor:
    """The longest step [..., 1] (at most 1 / `BOUNDARY`) that keeps the values non-negative."""
    return 1.0 / (-move / values).amax(-1, keepdim=True).clamp_min(BOUNDARY)


def _reach_ball(x: Tensor, step: Tensor, room: Tensor) -> Tensor:
    """The longest step [..., 1] (at most 1 / `BOUNDARY`) that keeps x in the unit ball, where 2 ``room`` = 1 - |x|^2."""
    along, square = (x * step).sum(-1, keepdim=True), (step * step).sum(-1, keepdim=True)
    root = (along**2 + 2 * square * room).sqrt() + along
    return 1.0 / (root / (2 * room)).clamp_min(BOUNDARY)
