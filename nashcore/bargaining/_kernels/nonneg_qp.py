"""A small batched interior-point method for a quadratic function of non-negative weights: behind MGDA and UPGrad.

Primal-dual with Mehrotra's predictor and corrector (1992), started outside the constraints; every game of the batch takes its
own step lengths and rests once it is solved.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from nashcore.bargaining._kernels.iterate import iterate
from nashcore.bargaining._kernels.matvec import matvec

MAX_ITERATIONS = 80
BOUNDARY = 0.995  # share of the way to the boundary that a step may go
SETTLED = 1e-13  # largest residual and mean complementarity of a solved game, relative to the game's numbers
ACCEPTED = 1e-6  # the same for a game that rounding kept from settling; worse games are answered with NaN
STEADY = 1e-14  # added to the linear systems (not to the problem), which are singular for dependent gradients


def minimise(
    gramian: Tensor, linear: Tensor, costs: Tensor | None = None, skip: Tensor | None = None
) -> Tensor:
    """The minimiser of ``w'G w / 2 + linear'w`` over w >= 0, with or without ``costs'w = 1``.

    Args:
        gramian: [..., K, K], positive semidefinite, of order one.
        linear: [..., K].
        costs: [..., K], positive, the largest of order one; None for no such constraint.
        skip: [...] (bool), the games that need no answer and get a useless one; None for no such game.

    Returns:
        [..., K], positive weights (a zero is a small number); NaN where a game was not solved.
    """
    size = linear.abs().amax(-1, keepdim=True).clamp_min(1.0)
    steady = STEADY * torch.eye(linear.shape[-1], dtype=linear.dtype, device=linear.device)
    problem = _Problem(gramian, linear, costs, size, gramian + steady)
    weights = (
        torch.ones_like(linear) if costs is None else 1.0 / costs.sum(-1, keepdim=True).expand_as(linear)
    )
    done = torch.zeros_like(size, dtype=torch.bool) if skip is None else skip.unsqueeze(-1)
    never = torch.full_like(size, torch.inf)
    start = _judge(
        problem, weights, size.expand_as(linear), torch.zeros_like(size), _Best(weights, never, done)
    )
    end = iterate(
        start, lambda state: _step(problem, state), lambda state: state.best.done, MAX_ITERATIONS - 1
    )
    return torch.where(end.best.error <= ACCEPTED, end.best.weights, torch.nan)


class _Problem(NamedTuple):
    gramian: Tensor  # [..., K, K]
    linear: Tensor  # [..., K]
    costs: Tensor | None  # [..., K]
    size: Tensor  # [..., 1], of the game's numbers
    steadied: Tensor  # [..., K, K], the Gramian as it stands in linear systems


class _Best(NamedTuple):
    """The best point that was met, and whether the search is over."""

    weights: Tensor  # [..., K]
    error: Tensor  # [..., 1]
    done: Tensor  # [..., 1] bool


class _State(NamedTuple):
    """Where the games stand, and what is wrong there."""

    weights: Tensor  # [..., K]
    slack: Tensor  # [..., K], multipliers of w >= 0
    level: Tensor  # [..., 1], multiplier of the costs
    dual: Tensor  # [..., K], by how much the gradient is not zero
    product: Tensor  # [..., K], weights times slack
    gap: Tensor  # [..., 1], its mean
    best: _Best


def _judge(problem: _Problem, weights: Tensor, slack: Tensor, level: Tensor, best: _Best) -> _State:
    """The state at a point."""
    dual = matvec(problem.gramian, weights) + problem.linear - slack
    if problem.costs is not None:
        dual = dual - level * problem.costs
    product = weights * slack
    gap = product.mean(-1, keepdim=True)
    error = torch.maximum(dual.abs().amax(-1, keepdim=True), gap) / problem.size
    better = error < best.error
    least = torch.where(better, error, best.error)
    done = best.done | (least <= SETTLED) | ~torch.isfinite(error)
    answer = _Best(torch.where(better, weights, best.weights), least, done)
    return _State(weights, slack, level, dual, product, gap, answer)


def _step(problem: _Problem, state: _State) -> _State:
    """A predictor, a corrector, and the state where they lead."""
    weights, slack = state.weights, state.slack
    system = problem.steadied + torch.diag_embed(slack / weights)
    factors, pivots, _ = torch.linalg.lu_factor_ex(system)
    newton = _Newton(problem.costs, state, factors, pivots)
    move, fall, _ = newton.direction(-state.product)
    step = torch.minimum(reach(weights, move), reach(slack, fall))
    ahead = ((weights + step * move) * (slack + step * fall)).mean(-1, keepdim=True)
    move, fall, rise = newton.direction(centring(ahead, state.gap) - move * fall - state.product)
    step = (BOUNDARY * torch.minimum(reach(weights, move), reach(slack, fall))).clamp_max(1.0)
    step = torch.where(state.best.done, 0.0, step)
    return _judge(problem, weights + step * move, slack + step * fall, state.level + step * rise, state.best)


class _Newton:
    """The linear system of one step, factored, for several right-hand sides."""

    def __init__(self, costs: Tensor | None, state: _State, factors: Tensor, pivots: Tensor) -> None:
        self._state, self._costs = state, costs
        self._factors, self._pivots = factors, pivots
        if costs is not None:
            self._along = self._solve(costs)
            self._spent = (costs * self._along).sum(-1, keepdim=True)
            self._missing = 1.0 - (costs * state.weights).sum(-1, keepdim=True)

    def _solve(self, right: Tensor) -> Tensor:
        found: Tensor = torch.linalg.lu_solve(self._factors, self._pivots, right.unsqueeze(-1)).squeeze(-1)
        return found

    def direction(self, left: Tensor) -> tuple[Tensor, Tensor, Tensor | float]:
        """The moves of weights [..., K], slack [..., K] and level [..., 1] that change the products by ``left`` [..., K]."""
        state = self._state
        move = self._solve(left / state.weights - state.dual)
        rise: Tensor | float = 0.0
        if self._costs is not None:
            rise = (self._missing - (self._costs * move).sum(-1, keepdim=True)) / self._spent
            move = move + rise * self._along
        return move, (left - state.slack * move) / state.weights, rise


def centring(ahead: Tensor, gap: Tensor) -> Tensor:
    """Mehrotra's aim for the products, from their mean ahead (after the predictor's step) and now."""
    return (ahead / gap).clamp(0, 1) ** 3 * gap


def reach(values: Tensor, move: Tensor) -> Tensor:
    """The longest step [..., 1] (at most 1 / `BOUNDARY`) that keeps the values non-negative."""
    return 1.0 / (-move / values).amax(-1, keepdim=True).clamp_min(BOUNDARY)
