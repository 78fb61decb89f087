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
from nashcore.bargaining._kernels.iterate import iterate
from nashcore.bargaining._kernels.nonneg_qp import ACCEPTED, BOUNDARY, MAX_ITERATIONS, STEADY, centring

CENTRAL = 0.02  # least product of a pair, relative to the mean, that a step may leave
SETTLED = 1e-12  # relative error of a solved game
CLOSE = 1e-10  # error below which a game rests as soon as a step no longer halves it
TOGETHER = 16  # iterations after which solved games are put aside, and again after as many
SHORTER = (1.0, 0.8, 0.5, 0.2, 0.05)  # shares of the longest step that are tried


def maximise_worst(root: Tensor, gains: Tensor, costs: Tensor, skip: Tensor | None = None) -> Tensor:
    """Who holds back the worst-off in the unit ball: the multipliers of ``max_{|x| <= 1} min_i (R x + gains)_i / costs_i``.

    Args:
        root: [..., K, K], rows R_i of length at most one.
        gains: [..., K], what each player has at the ball's centre.
        costs: [..., K], positive, the largest of order one.
        skip: [...] (bool), the games that need no answer and get a useless one; None for no such game.

    Returns:
        y [..., K], positive, with ``costs'y = 1``; the best x points along R'y where that is not zero. NaN where a game was not
        solved.
    """
    players, batch = gains.shape[-1], gains.shape[:-1]
    rows = torch.cat([root, -costs.unsqueeze(-1)], -1).reshape(-1, players, players + 1)
    problem = _problem(rows.permute(1, 2, 0).contiguous(), gains.reshape(-1, players).T.contiguous())
    state = _start(problem, costs.reshape(-1, players).T.contiguous(), skip)
    # Solved games are put aside where there are several, and where asking which they are costs nothing.
    to_the_end = batch.numel() == 1 or not polling.sync_is_cheap(state.done)
    together = MAX_ITERATIONS - 1 if to_the_end else TOGETHER
    state = _improve(problem, state, together)
    for _ in range(together, MAX_ITERATIONS - 1, TOGETHER):
        left = (~state.done).nonzero().squeeze(-1)
        if not len(left):
            break
        some = _Problem(*(t[..., left] for t in problem)), _State(*(t[..., left] for t in state))
        for whole, better in zip(state, _improve(*some, TOGETHER), strict=True):
            whole[..., left] = better
    answer = torch.where(state.best <= ACCEPTED, state.answer, torch.nan)
    return answer.T.reshape(gains.shape)


class _Problem(NamedTuple):
    """N games, the last axis."""

    rows: Tensor  # [K, K + 1, N], from (x, level) to utilities above the level
    gains: Tensor  # [K, N]
    size: Tensor  # [N], of the gains
    aim: Tensor  # [K + 1, N], one for the level
    inside: Tensor  # [K + 1, N], one for each coordinate of x


class _State(NamedTuple):
    """Where the games stand: a point (x, level), the slack of its utilities, the multipliers, what is wrong there, and the best
    found."""

    point: Tensor  # [K + 1, N]
    slack: Tensor  # [K, N]
    shares: Tensor  # [K, N], the players' multipliers
    pull: Tensor  # [N], the ball's multiplier
    room: Tensor  # [N], the ball's slack
    dual: Tensor  # [K + 1, N], by how much the gradient is not zero
    primal: Tensor  # [K, N], by how much the slack is not the utilities'
    gap: Tensor  # [N], mean product of a slack and its multiplier
    answer: Tensor  # [K, N]
    best: Tensor  # [N], the answer's error
    last: Tensor  # [N], this point's error
    done: Tensor  # [N] bool


def _problem(rows: Tensor, gains: Tensor) -> _Problem:
    aim = torch.zeros_like(rows[0])
    aim[-1] = 1.0
    return _Problem(rows, gains, gains.abs().amax(0).clamp_min(1.0), aim, 1.0 - aim)


def _start(problem: _Problem, costs: Tensor, skip: Tensor | None) -> _State:
    """From the ball's centre, at a level below everybody's gains: costs may span a dozen decades, and so may levels."""
    gains = problem.gains
    level = ((gains - 1.0) / costs).amin(0).clamp_max(0.0)
    point = torch.cat([torch.zeros_like(gains), level.unsqueeze(0)])
    slack = gains - level * costs
    gap = 1.0 / (costs / slack).sum(0)
    never = torch.full_like(gap, torch.inf)
    shares = gap / slack
    done = torch.zeros_like(gap, dtype=torch.bool) if skip is None else skip.flatten()
    # What follows the multipliers is judged at once; only the best, the last error and who is done count.
    state = _State(point, slack, shares, 2.0 * gap, gap, point, slack, gap, shares, never, never, done)
    return _judge(problem, state)


def _improve(problem: _Problem, state: _State, most: int) -> _State:
    """The games after at most so many iterations more."""
    by_game = problem.rows.permute(2, 0, 1).contiguous()
    # Filled there, not sent there.
    tries = torch.stack([problem.gains.new_full((1,), share) for share in SHORTER])
    return iterate(state, lambda now: _step(problem, by_game, tries, now), lambda now: now.done, most)


def _judge(problem: _Problem, state: _State) -> _State:
    """The state with what is wrong at its point, and with that point's multipliers if they are the best so far."""
    rows, gains, size, aim, inside = problem
    x, shares, pull = state.point * inside, state.shares, state.pull
    room = (1.0 - _dot(x, x)) / 2  # positive in the ball
    dual = pull * x - aim - _onto(rows, shares)
    primal = _along(rows, state.point) + gains - state.slack
    gap = (_dot(shares, state.slack) + pull * room) / len(state.point)
    error = torch.maximum(dual.abs().amax(0), gap / size) / shares.amax(0).clamp_min(1.0)
    error = torch.maximum(error, primal.abs().amax(0) / size)
    better = error < state.best
    best = torch.where(better, error, state.best)
    stuck = (best <= CLOSE) & (error > 0.5 * state.last)
    return state._replace(
        room=room,
        dual=dual,
        primal=primal,
        gap=gap,
        answer=torch.where(better, shares, state.answer),
        best=best,
        last=error,
        done=state.done | (best <= SETTLED) | stuck | ~torch.isfinite(error),
    )


class _Move(NamedTuple):
    """A change of everything at once."""

    point: Tensor  # [K + 1, N]
    slack: Tensor  # [K, N]
    shares: Tensor  # [K, N]
    pull: Tensor  # [N]
    bend: Tensor  # [K + 1, N], the change of x alone
    along: Tensor  # [N], its product with x
    square: Tensor  # [N], and with itself: the ball's slack falls by along + square / 2


class _Newton:
    """The linear system at a point, factored, for several right-hand sides."""

    def __init__(self, problem: _Problem, by_game: Tensor, state: _State) -> None:
        self._rows, self._inside, self._state = problem.rows, problem.inside, state
        self._x = state.point * problem.inside
        self._ratio, self._stiff = state.shares / state.slack, state.pull / state.room
        pulled = torch.cat([by_game, self._x.T.unsqueeze(-2)], -2)
        system = (pulled * torch.cat([self._ratio, self._stiff.unsqueeze(0)]).T.unsqueeze(-1)).mT @ pulled
        system.diagonal(dim1=-2, dim2=-1).add_((state.pull * self._inside + STEADY).T)
        self._factors, self._pivots, _ = torch.linalg.lu_factor_ex(system)

    def direction(self, left: Tensor, ball_left: Tensor, bend: Tensor | float = 0.0) -> _Move:
        """The move that changes the products by ``left`` [K, N] and the ball's by ``ball_left`` [N], against a ``bend``
        [K + 1, N] of the gradient."""
        state = self._state
        left, ball_left = left / state.slack, ball_left / state.room
        right = _onto(self._rows, left - self._ratio * state.primal) - state.dual - self._x * ball_left - bend
        solved = torch.linalg.lu_solve(self._factors, self._pivots, right.T.contiguous().unsqueeze(-1))
        move = solved.squeeze(-1).T.contiguous()
        fall = _along(self._rows, move) + state.primal
        inner = move * self._inside
        along = _dot(self._x, inner)
        return _Move(
            point=move,
            slack=fall,
            shares=left - self._ratio * fall,
            pull=ball_left + self._stiff * along,
            bend=inner,
            along=along,
            square=_dot(inner, inner),
        )


def _longest(state: _State, move: _Move) -> Tensor:
    """The longest step [N] (at most 1 / `BOUNDARY`) that keeps slack and multipliers non-negative, and x in the ball."""
    root = (move.along**2 + 2 * move.square * state.room).sqrt() + move.along
    steepest = torch.maximum((-move.slack / state.slack).amax(0), (-move.shares / state.shares).amax(0))
    steepest = torch.maximum(steepest, torch.maximum(-move.pull / state.pull, root / (2 * state.room)))
    return 1.0 / steepest.clamp_min(BOUNDARY)


def _step(problem: _Problem, by_game: Tensor, tries: Tensor, state: _State) -> _State:
    """A predictor, a corrector, the longest step near the central path, and the state where it leads."""
    slack, shares, pull, room = state.slack, state.shares, state.pull, state.room
    newton = _Newton(problem, by_game, state)
    product, ball_product = shares * slack, pull * room
    move = newton.direction(-product, -ball_product)
    step = _longest(state, move)
    trust = step**2
    ahead = _dot(slack + step * move.slack, shares + step * move.shares)
    ahead = ahead + (pull + step * move.pull) * (room - step * move.along - trust * move.square / 2)
    centre = centring(ahead / len(state.point), state.gap)
    curved = move.pull * move.along + pull * move.square / 2
    move = newton.direction(
        centre - trust * move.slack * move.shares - product,
        centre + trust * curved - ball_product,
        trust * move.pull * move.bend,
    )
    step = (BOUNDARY * _longest(state, move)).clamp_max(1.0) * tries  # [tries, N]
    products = (slack + step.unsqueeze(1) * move.slack) * (shares + step.unsqueeze(1) * move.shares)
    ball_products = (pull + step * move.pull) * (room - step * move.along - step**2 * move.square / 2)
    least = torch.minimum(products.amin(1), ball_products)
    mean = (products.sum(1) + ball_products) / len(state.point)
    central = (least >= CENTRAL * mean) | (tries == SHORTER[-1])
    step = torch.where(state.done, 0.0, torch.where(central, step, 0.0).amax(0))
    moved = state._replace(
        point=state.point + step * move.point,
        slack=slack + step * move.slack,
        shares=shares + step * move.shares,
        pull=pull + step * move.pull,
    )
    return _judge(problem, moved)


def _along(rows: Tensor, move: Tensor) -> Tensor:
    """Rows [K, K + 1, N] times a vector [K + 1, N]."""
    return (rows * move).sum(1)


def _onto(rows: Tensor, shares: Tensor) -> Tensor:
    """The combination [K + 1, N] of the rows with shares [K, N]."""
    return (rows * shares.unsqueeze(1)).sum(0)


def _dot(left: Tensor, right: Tensor) -> Tensor:
    return (left * right).sum(0)
