"""CAGrad, MGDA and UPGrad against cvxpy (Clarabel) in the space of the gradients: slow, and no Gramian in sight."""

from __future__ import annotations

from collections.abc import Callable

import cvxpy
import numpy as np
import pytest
from torch import Tensor

from nashcore.bargaining import get_rule
from tests.nashcore.bargaining import game_families as games
from tests.nashcore.bargaining.optimality_gaps import combine, worst_gain

TIGHT = {"tol_gap_abs": 1e-9, "tol_gap_rel": 1e-9, "tol_feas": 1e-9}
FAMILIES: dict[str, Callable[[int], Tensor]] = {
    "unrelated": games.unrelated,
    "opposed 1e-1": lambda players: games.opposed(players, 0.1),
    "opposed 1e-2": lambda players: games.opposed(players, 1e-2),
    "norms 0.1..10": lambda players: games.badly_scaled(players, 1.0),
    "duplicates": games.duplicates,
    "half agree": games.half_agree,
}
cases = pytest.mark.parametrize("players", [2, 3, 6, 10])
each_family = pytest.mark.parametrize("family", FAMILIES)


@cases
@each_family
def test_mgda(family: str, players: int) -> None:
    gradients = FAMILIES[family](players)[:3]
    ours = combine(gradients, get_rule("mgda")(games.gramian_of(gradients)))
    for game, direction in zip(gradients.numpy(), ours.numpy(), strict=True):
        shares = cvxpy.Variable(players, nonneg=True)
        problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(game.T @ shares)), [cvxpy.sum(shares) == 1])
        problem.solve(solver=cvxpy.CLARABEL, **TIGHT)
        assert direction @ direction <= problem.value + 1e-8
        np.testing.assert_allclose(direction, game.T @ shares.value, atol=1e-4)


@cases
@each_family
def test_cagrad(family: str, players: int) -> None:
    gradients = FAMILIES[family](players)[:3]
    weights = get_rule("cagrad")(games.gramian_of(gradients))
    reached = worst_gain(gradients, weights)
    for game, gain, used in zip(gradients.numpy(), reached.tolist(), weights, strict=True):
        centre = game.mean(0)
        direction = cvxpy.Variable(game.shape[1])
        ball = [cvxpy.norm(direction - centre) <= 0.5 * np.linalg.norm(centre)]
        problem = cvxpy.Problem(cvxpy.Maximize(cvxpy.min(game @ direction)), ball)
        problem.solve(solver=cvxpy.CLARABEL, **TIGHT)
        size = np.linalg.norm(centre) * np.linalg.norm(game, axis=1).max()
        if not bool(used.any()):  # Pareto stationary: nobody in the ball can gain for sure
            assert problem.value < 1e-6 * size
        else:
            assert gain == pytest.approx(problem.value, abs=1e-6 * size)


@cases
@each_family
def test_upgrad(family: str, players: int) -> None:
    gradients = FAMILIES[family](players)[:2]
    ours = combine(gradients, get_rule("upgrad")(games.gramian_of(gradients)))
    for game, direction in zip(gradients.numpy(), ours.numpy(), strict=True):
        total = np.zeros_like(direction)
        for own in game:
            nearest = cvxpy.Variable(len(own))
            problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(nearest - own)), [game @ nearest >= 0])
            problem.solve(solver=cvxpy.CLARABEL, **TIGHT)
            total += nearest.value
        np.testing.assert_allclose(direction, total / players, atol=1e-4 * np.linalg.norm(game, axis=1).max())
