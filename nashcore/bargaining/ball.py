"""A batched interior-point method for the worst-off player in a ball: behind CAGrad.

Primal-dual with Mehrotra's predictor and corrector (1992). Second-order terms count by the square of the step that the predictor
could take, and steps stay near the central path: a ball's boundary is curved, and straight steps alone get stuck on it.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.bargaining.interior import ACCEPTED, BOUNDARY, MAX_ITERATIONS, STEADY, reach

CENTRAL = 0.02  # least product of a pair, relative to the mean, that a step may leave
SETTLED = 1e-12  # relative error of a solved game
CLOSE = 1e-10  # error below which a game rests as soon as a step no longer halves it
COMMON_ITERATIONS = 13  # enough for most games; the others are solved anew by themselves
SHORTER = (1.0, 0.8, 0.5, 0.2, 0.05)  # shares of the longest step that are tried


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
    alone = gains.numel() == gains.shape[-1]
    answer, error = _solve(root, gains, prices, MAX_ITERATIONS if alone else COMMON_ITERATIONS)
    late = error > CLOSE
    if not alone and bool(late.any()):  # most games would wait for these
        answer[late], error[late] = _solve(root[late], gains[late], prices[late], MAX_ITERATIONS)
    return torch.where((error <= ACCEPTED).unsqueeze(-1), answer, torch.nan)


def _solve(root: Tensor, gains: Tensor, prices: Tensor, iterations: int) -> tuple[Tensor, Tensor]:
    """The multipliers [..., K] and their error [...], at most so many iterations."""
    size = gains.abs().amax(-1, keepdim=True).clamp_min(1.0)
    rows = torch.cat([root, -prices.unsqueeze(-1)], -1)  # (x, level) -> utilities above the level
    columns = rows.mT.contiguous()
    aim = torch.zeros_like(rows[..., 0, :])
    aim[..., -1] = 1.0
    inside = 1.0 - aim
    # From the ball's centre, at a level below everybody's gains: prices may span a dozen decades, and so may levels.
    level = ((gains - 1.0) / prices).amin(-1, keepdim=True).clamp_max(0.0)
    point = level * aim
    slack = gains - level * prices
    gap = 1.0 / (prices / slack).sum(-1, keepdim=True)
    shares = gap / slack
    pull = 2.0 * gap  # the ball's multiplier
    done = torch.zeros_like(level, dtype=torch.bool)
    best = last = torch.full_like(level, torch.inf)
    answer = shares
    count = gains.shape[-1] + 1
    steady = STEADY * torch.eye(count, dtype=gains.dtype, device=gains.device)
    tries = torch.tensor(SHORTER, dtype=gains.dtype, device=gains.device).view(-1, *[1] * gains.ndim)
    check_every = 1 if gains.device.type == "cpu" else 4
    for iteration in range(iterations):
        x = point * inside
        room = _room(x)
        dual = pull * x - aim - _onto(rows, shares)
        primal = _along(rows, point) + gains - slack
        product, ball_product = shares * slack, pull * room
        gap = (product.sum(-1, keepdim=True) + ball_product) / count
        heavy = shares.amax(-1, keepdim=True).clamp_min(1.0)
        error = torch.maximum(dual.abs().amax(-1, keepdim=True), gap / size) / heavy
        error = torch.maximum(error, primal.abs().amax(-1, keepdim=True) / size)
        better = error < best
        answer, best = torch.where(better, shares, answer), torch.where(better, error, best)
        done = done | (best <= SETTLED) | ((best <= CLOSE) & (error > 0.5 * last)) | ~torch.isfinite(error)
        last = error
        if iteration % check_every == 0 and bool(done.all()):
            break
        ratio = shares / slack
        system = columns @ (ratio.unsqueeze(-1) * rows) + torch.diag_embed(pull * inside) + steady
        system = system + (pull / room * x).unsqueeze(-1) * x.unsqueeze(-2)
        factors, pivots, _ = torch.linalg.lu_factor_ex(system)

        def direction(
            target: Tensor | float, ball_target: Tensor | float, bend: Tensor | float
        ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
            left = (target - product) / slack  # noqa: B023 - called within this turn only
            ball_left = (ball_target - ball_product) / room  # noqa: B023
            right = _onto(rows, left - ratio * primal) - dual - x * ball_left - bend  # noqa: B023
            move = torch.linalg.lu_solve(factors, pivots, right.unsqueeze(-1)).squeeze(-1)  # noqa: B023
            fall = _along(rows, move) + primal  # noqa: B023
            tighter = ball_left + pull / room * (x * move).sum(-1, keepdim=True)  # noqa: B023
            return move, fall, left - ratio * fall, tighter  # noqa: B023

        def longest(move: Tensor, fall: Tensor, rise: Tensor, tighter: Tensor) -> Tensor:
            step = torch.minimum(reach(slack, fall), reach(shares, rise))  # noqa: B023
            return torch.minimum(step, torch.minimum(reach(pull, tighter), _reach(x, move * inside, room)))  # noqa: B023

        move, fall, rise, tighter = direction(0.0, 0.0, 0.0)
        step = longest(move, fall, rise, tighter)
        trust, bend = step**2, move * inside
        ahead = ((slack + step * fall) * (shares + step * rise)).sum(-1, keepdim=True)
        ahead = ahead + (pull + step * tighter) * _room(x + step * bend)
        centre = (ahead / count / gap).clamp(0, 1) ** 3 * gap
        curved = tighter * (x * bend).sum(-1, keepdim=True) + pull * (bend * bend).sum(-1, keepdim=True) / 2
        move, fall, rise, tighter = direction(
            centre - trust * fall * rise, centre + trust * curved, trust * tighter * bend
        )
        step = (BOUNDARY * longest(move, fall, rise, tighter)).clamp_max(1.0) * tries
        products = (slack + step * fall) * (shares + step * rise)
        ball_products = (pull + step * tighter) * _room(x + step * move * inside)
        least = torch.minimum(products.amin(-1, keepdim=True), ball_products)
        mean = (products.sum(-1, keepdim=True) + ball_products) / count
        central = (least >= CENTRAL * mean) | (tries == SHORTER[-1])
        step = torch.where(done, 0.0, torch.where(central, step, 0.0).amax(0))
        point, slack = point + step * move, slack + step * fall
        shares, pull = shares + step * rise, pull + step * tighter
    return answer, best.squeeze(-1)


def _along(rows: Tensor, move: Tensor) -> Tensor:
    """Rows times a vector; quicker than a matrix product for this few players."""
    return (rows * move.unsqueeze(-2)).sum(-1)


def _onto(rows: Tensor, shares: Tensor) -> Tensor:
    """The rows' combination."""
    return (rows * shares.unsqueeze(-1)).sum(-2)


def _room(x: Tensor) -> Tensor:
    """(1 - |x|^2) / 2, positive in the ball."""
    return (1.0 - (x * x).sum(-1, keepdim=True)) / 2


def _reach(x: Tensor, move: Tensor, room: Tensor) -> Tensor:
    """The longest step [..., 1] (at most 1 / `BOUNDARY`) that stays in the ball."""
    along, square = (x * move).sum(-1, keepdim=True), (move * move).sum(-1, keepdim=True)
    root = (along**2 + 2 * square * room).sqrt() + along
    return 1.0 / (root / (2 * room)).clamp_min(BOUNDARY)
