"""A batched interior-point method for the worst-off player in a ball: behind CAGrad.

Primal-dual with Mehrotra's predictor and corrector (1992). Second-order terms count by the square of the step that the predictor
could take, and steps stay near the central path: a ball's boundary is curved, and straight steps alone get stuck on it. The
batch is the last axis throughout, where elementwise work on a few numbers a game is quickest.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from nashcore.bargaining._kernels import polling
from nashcore.bargaining._kernels.nonneg_qp import ACCEPTED, BOUNDARY, MAX_ITERATIONS, STEADY

CENTRAL = 0.02  # least product of a pair, relative to the mean, that a step may leave
SETTLED = 1e-12  # relative error of a solved game
CLOSE = 1e-10  # error below which a game rests as soon as a step no longer halves it
TOGETHER = 16  # iterations after which solved games are put aside, and again after as many
SHORTER = (1.0, 0.8, 0.5, 0.2, 0.05)  # shares of the longest step that are tried


def lift_worst_off(root: Tensor, gains: Tensor, prices: Tensor, idle: Tensor | None = None) -> Tensor:
    """Who holds back the worst-off in the unit ball: the multipliers of ``max_{|x| <= 1} min_i (R x + gains)_i / prices_i``.

    Args:
        root: [..., K, K], rows R_i of length at most one.
        gains: [..., K], what each player has at the ball's centre.
        prices: [..., K], positive, the largest of order one.
        idle: [...] (bool), the games that need no answer and get a useless one; None for no such game.

    Returns:
        y [..., K], positive, with ``prices'y = 1``; the best x points along R'y where that is not zero. NaN where a game was not
        solved.
    """
    players, batch = gains.shape[-1], gains.shape[:-1]
    rows = torch.cat([root, -prices.unsqueeze(-1)], -1).reshape(-1, players, players + 1)
    problem = _Problem(rows.permute(1, 2, 0).contiguous(), gains.reshape(-1, players).T.contiguous())
    state = _start(problem, prices.reshape(-1, players).T.contiguous())
    if idle is not None:
        state = state._replace(done=idle.flatten())
    # Solved games are put aside where there are several, and where asking which they are costs nothing.
    to_the_end = batch.numel() == 1 or not polling.may_ask(state.done)
    together = MAX_ITERATIONS if to_the_end else TOGETHER
    state = _improve(problem, state, together)
    for _ in range(together, MAX_ITERATIONS, TOGETHER):
        left = (~state.done).nonzero().squeeze(-1)
        if not len(left):
            break
        some = _Problem(*(t[..., left] for t in problem)), _State(*(t[..., left] for t in state))
        for whole, better in zip(state, _improve(*some, TOGETHER), strict=True):
            whole[..., left] = better
    answer = torch.where(state.best <= ACCEPTED, state.answer, torch.nan)
    return answer.T.reshape(gains.shape)


class _Problem(NamedTuple):
    """N games, the last axis: rows [K, K + 1, N] from (x, level) to utilities above the level, and gains [K, N]."""

    rows: Tensor
    gains: Tensor


class _State(NamedTuple):
    """Where the games stand: a point (x, level), the slack of its utilities, the multipliers, and the best found."""

    point: Tensor  # [K + 1, N]
    slack: Tensor  # [K, N]
    shares: Tensor  # [K, N]
    pull: Tensor  # [N], the ball's multiplier
    answer: Tensor  # [K, N]
    best: Tensor  # [N]
    last: Tensor  # [N]
    done: Tensor  # [N] bool


def _start(problem: _Problem, prices: Tensor) -> _State:
    """From the ball's centre, at a level below everybody's gains: prices may span a dozen decades, and so may levels."""
    gains = problem.gains
    level = ((gains - 1.0) / prices).amin(0).clamp_max(0.0)
    point = torch.cat([torch.zeros_like(gains), level.unsqueeze(0)])
    slack = gains - level * prices
    gap = 1.0 / (prices / slack).sum(0)
    never = torch.full_like(gap, torch.inf)
    shares = gap / slack
    done = torch.zeros_like(gap, dtype=torch.bool)
    return _State(point, slack, shares, 2.0 * gap, shares.clone(), never, never.clone(), done)


def _improve(problem: _Problem, state: _State, iterations: int) -> _State:
    """The games after at most so many iterations more."""
    rows, gains = problem
    point, slack, shares, pull, answer, best, last, done = state
    size = gains.abs().amax(0).clamp_min(1.0)
    by_game = rows.permute(2, 0, 1).contiguous()
    aim = torch.zeros_like(point)
    aim[-1] = 1.0
    inside = 1.0 - aim
    count = len(point)
    tries = torch.stack([gains.new_full((1,), share) for share in SHORTER])  # filled there, not sent there
    ending = polling.Ending()
    for iteration in range(1, iterations + 1):
        x = point * inside
        room = (1.0 - _dot(x, x)) / 2  # positive in the ball
        dual = pull * x - aim - _onto(rows, shares)
        primal = _along(rows, point) + gains - slack
        product, ball_product = shares * slack, pull * room
        gap = (product.sum(0) + ball_product) / count
        heavy = shares.amax(0).clamp_min(1.0)
        error = torch.maximum(dual.abs().amax(0), gap / size) / heavy
        error = torch.maximum(error, primal.abs().amax(0) / size)
        better = error < best
        answer, best = torch.where(better, shares, answer), torch.where(better, error, best)
        done = done | (best <= SETTLED) | ((best <= CLOSE) & (error > 0.5 * last)) | ~torch.isfinite(error)
        last = error
        if iteration < iterations and ending.reached(~done):
            break
        ratio, stiff = shares / slack, pull / room
        pulled = torch.cat([by_game, x.T.unsqueeze(-2)], -2)
        system = (pulled * torch.cat([ratio, stiff.unsqueeze(0)]).T.unsqueeze(-1)).mT @ pulled
        system.diagonal(dim1=-2, dim2=-1).add_((pull * inside + STEADY).T)
        factors, pivots, _ = torch.linalg.lu_factor_ex(system)

        def direction(
            target: Tensor | float, ball_target: Tensor | float, bend: Tensor | float
        ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
            left = (target - product) / slack  # noqa: B023 - called within this turn only
            ball_left = (ball_target - ball_product) / room  # noqa: B023
            right = _onto(rows, left - ratio * primal) - dual - x * ball_left - bend  # noqa: B023
            solved = torch.linalg.lu_solve(factors, pivots, right.T.contiguous().unsqueeze(-1))  # noqa: B023
            move = solved.squeeze(-1).T.contiguous()
            fall = _along(rows, move) + primal  # noqa: B023
            tighter = ball_left + stiff * _dot(x, move)  # noqa: B023
            return move, fall, left - ratio * fall, tighter  # noqa: B023

        def longest(along: Tensor, square: Tensor, fall: Tensor, rise: Tensor, tighter: Tensor) -> Tensor:
            root = (along**2 + 2 * square * room).sqrt() + along  # noqa: B023
            steepest = torch.maximum((-fall / slack).amax(0), (-rise / shares).amax(0))  # noqa: B023
            steepest = torch.maximum(steepest, torch.maximum(-tighter / pull, root / (2 * room)))  # noqa: B023
            return 1.0 / steepest.clamp_min(BOUNDARY)

        move, fall, rise, tighter = direction(0.0, 0.0, 0.0)
        bend = move * inside
        along, square = _dot(x, bend), _dot(bend, bend)
        step = longest(along, square, fall, rise, tighter)
        trust = step**2
        ahead = _dot(slack + step * fall, shares + step * rise)
        ahead = ahead + (pull + step * tighter) * (room - step * along - trust * square / 2)
        centre = (ahead / count / gap).clamp(0, 1) ** 3 * gap
        curved = tighter * along + pull * square / 2
        move, fall, rise, tighter = direction(
            centre - trust * fall * rise, centre + trust * curved, trust * tighter * bend
        )
        bend = move * inside
        along, square = _dot(x, bend), _dot(bend, bend)
        step = (BOUNDARY * longest(along, square, fall, rise, tighter)).clamp_max(1.0) * tries  # [tries, N]
        products = (slack + step.unsqueeze(1) * fall) * (shares + step.unsqueeze(1) * rise)
        ball_products = (pull + step * tighter) * (room - step * along - step**2 * square / 2)
        least = torch.minimum(products.amin(1), ball_products)
        mean = (products.sum(1) + ball_products) / count
        central = (least >= CENTRAL * mean) | (tries == SHORTER[-1])
        step = torch.where(done, 0.0, torch.where(central, step, 0.0).amax(0))
        point, slack = point + step * move, slack + step * fall
        shares, pull = shares + step * rise, pull + step * tighter
    return _State(point, slack, shares, pull, answer, best, last, done)


def _along(rows: Tensor, move: Tensor) -> Tensor:
    """Rows [K, K + 1, N] times a vector [K + 1, N]."""
    return (rows * move).sum(1)


def _onto(rows: Tensor, shares: Tensor) -> Tensor:
    """The combination [K + 1, N] of the rows with shares [K, N]."""
    return (rows * shares.unsqueeze(1)).sum(0)


def _dot(left: Tensor, right: Tensor) -> Tensor:
    return (left * right).sum(0)
