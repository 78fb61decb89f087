"""Gramians of single and double precision whose rounding counts: more players than dimensions, duplicates, gradients on one line or
opposed to a hull, points that are stationary or nearly so, at any scale. Every rule keeps its own definition, as far as its Gramian
can tell, and is held to an answer that is computed from the gradients themselves in float64, never from a Gramian."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
import torch
from scipy.optimize import nnls
from torch import Tensor

from nashcore.bargaining import RULES, Status, bargain, get_rule
from nashcore.bargaining._kernels.gramian import rounding_of, vanishing_of
from tests.nashcore.bargaining.optimality_gaps import cagrad_gap, combine, mgda_gap, outside, utilities

GAMES = 6
DTYPES = (torch.float32, torch.float64)
PLAYERS = (3, 4, 10)
SEARCHED = 1e-12  # a search in float64 ends about here
SCALES = (1e-6, 1.0, 1e6)
CASES = [*((name, {}) for name in RULES), *(("gm", {"power": p}) for p in (0.5, 1.0, -math.inf))]


def _normal(players: int, dimensions: int, seed: int) -> Tensor:
    draws = torch.Generator().manual_seed(100 * players + seed)
    return torch.randn(GAMES, players, dimensions, generator=draws, dtype=torch.float64)


def _half_space(players: int, dimensions: int, seed: int) -> Tensor:
    gradients = _normal(players, dimensions, seed)
    return gradients * gradients[..., :1].sign()


def _normal_wide(players: int) -> Tensor:
    return _normal(players, 2 * players, 8)


def duplicates(players: int) -> Tensor:
    gradients = _normal(players, 2 * players, 1)
    gradients[:, -1] = gradients[:, 0]
    return gradients


def on_one_line(players: int) -> Tensor:
    return _normal(players, 2 * players, 2)[:, :1] * _normal(players, 1, 3)


def opposed_to_a_hull(players: int) -> Tensor:
    gradients = _normal(players, 2 * players, 4)
    gradients[:, -1] = -(_normal(players - 1, 1, 5).abs() * gradients[:, :-1]).sum(1)
    return gradients


def stationary(players: int) -> Tensor:
    gradients = _normal(players, 2 * players, 6)
    return gradients - gradients.mean(1, keepdim=True)


def nearly_stationary(players: int) -> Tensor:
    return stationary(players) + 3e-3 * _normal(1, 2 * players, 7)


FAMILIES: dict[str, Callable[[int], Tensor]] = {
    "unrelated": lambda players: _normal(players, 2 * players, 0),
    "more players than dimensions": lambda players: _half_space(players, max(2, players // 2), 8),
    "in a plane": lambda players: _half_space(players, 2, 9),
    "duplicates": duplicates,
    "on one line": on_one_line,
    "opposed to a hull": opposed_to_a_hull,
    "stationary": stationary,
    "nearly stationary": nearly_stationary,
}
AGREEING = ("unrelated", "more players than dimensions", "in a plane", "duplicates")
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=("single", "double"))
each_family = pytest.mark.parametrize("family", FAMILIES)
each_size = pytest.mark.parametrize("players", PLAYERS)


def games_of(family: str, players: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Gradients [games, K, n] at every scale and with lengths that span six decades, as the dtype holds them, in float64; and the
    Gramian that the dtype makes of them."""
    gradients = FAMILIES[family](players)
    lengths = 10 ** torch.linspace(-3, 3, players, dtype=torch.float64).unsqueeze(-1)
    held = torch.cat([*(gradients * scale for scale in SCALES), gradients * lengths]).to(dtype)
    return held.double(), held @ held.mT


@each_dtype
@each_size
@each_family
@pytest.mark.parametrize(("rule", "options"), CASES)
def test_no_rule_answers_nan(
    rule: str, options: dict[str, float], family: str, players: int, dtype: torch.dtype
) -> None:
    _, gramian = games_of(family, players, dtype)
    answer = get_rule(rule, **options).answer(gramian, torch.ones(gramian.shape[:-1], dtype=dtype))
    assert answer.weights.isfinite().all()
    assert not (answer.status == Status.UNSOLVED).any()
    if family == "stationary":
        known = {"nash": Status.NO_AGREEMENT, "mgda": Status.STATIONARY}
        assert rule not in known or bool((answer.status == known[rule]).all())
    if family in AGREEING:
        assert answer.agreed.all()


@each_dtype
@each_size
@each_family
def test_upgrad_is_the_mean_of_projections(family: str, players: int, dtype: torch.dtype) -> None:
    """Projected by an active-set method on the gradients; a Gramian tells lengths to the root of its rounding."""
    gradients, gramian = games_of(family, players, dtype)
    found = combine(gradients, get_rule("upgrad")(gramian).double())
    for game, direction in zip(gradients, found, strict=True):
        lengths = game.norm(dim=-1)
        units = (game / lengths.unsqueeze(-1)).numpy()
        added = [nnls(units.T, -own, maxiter=1000)[0] for own in units]
        projected = np.stack([own + units.T @ more for own, more in zip(units, added, strict=True)])
        expected = (torch.from_numpy(projected) * lengths.unsqueeze(-1)).mean(0)
        known = vanishing_of(players, torch.finfo(dtype).eps) * (1 + max(float(more.sum()) for more in added))
        assert float((direction - expected).norm() / lengths.max()) < known


@each_dtype
@each_size
@each_family
def test_upgrad_harms_nobody(family: str, players: int, dtype: torch.dtype) -> None:
    gradients, gramian = games_of(family, players, dtype)
    weights = get_rule("upgrad")(gramian).double()
    lengths = gradients.norm(dim=-1)
    terms = (weights.abs() * lengths).sum(-1, keepdim=True)
    lost = -utilities(gradients, combine(gradients, weights)) / (terms * lengths)
    assert float(lost.max()) < 4 * rounding_of(players, torch.finfo(dtype).eps) + SEARCHED


@each_dtype
@each_size
@each_family
def test_mgda_is_the_shortest_of_the_hull(family: str, players: int, dtype: torch.dtype) -> None:
    gradients, gramian = games_of(family, players, dtype)
    weights = get_rule("mgda")(gramian).double()
    assert bool((weights >= 0).all())
    torch.testing.assert_close(weights.sum(-1), torch.ones(len(weights)).double(), rtol=1e-6, atol=0)
    known = 4 * rounding_of(players, torch.finfo(dtype).eps) + SEARCHED
    assert float(mgda_gap(gradients, weights).max()) < known


@each_dtype
@each_size
@each_family
def test_cagrad_stays_in_its_ball_and_is_best_there(family: str, players: int, dtype: torch.dtype) -> None:
    gradients, gramian = games_of(family, players, dtype)
    answer, exact = (get_rule("cagrad").answer(each) for each in (gramian, gradients @ gradients.mT))
    moves = answer.agreed & exact.agreed
    some, weights = gradients[moves], answer.weights.double()[moves]
    lengths, shares = some.norm(dim=-1), weights - 1 / players
    # How long the mean and the pull are beside their terms says how well a Gramian tells their lengths.
    mean = some.mean(-2).norm(dim=-1) / lengths.mean(-1)
    pull = combine(some, shares).norm(dim=-1) / (shares.abs() * lengths).sum(-1)
    known = rounding_of(players, torch.finfo(dtype).eps) / torch.minimum(mean, pull).square() + 1e-6
    assert bool((outside(some, weights, 0.5) < known.clamp_max(0.3)).all())
    if dtype == torch.float64:
        assert bool((cagrad_gap(some, weights, 0.5).abs() < known).all())
    else:
        direction, expected = combine(some, weights), combine(some, exact.weights[moves])
        wrong = (direction - expected).norm(dim=-1) / expected.norm(dim=-1)
        assert bool((wrong < 4 * known + 1e-5).all())


@each_dtype
@each_size
@pytest.mark.parametrize("family", AGREEING)
def test_imtl_g_has_the_most_equal_projections(family: str, players: int, dtype: torch.dtype) -> None:
    """By least squares on the unit gradients themselves."""
    gradients, gramian = games_of(family, players, dtype)
    found = combine(gradients, get_rule("imtl_g")(gramian).double())
    for game, direction in zip(gradients, found, strict=True):
        units = (game / game.norm(dim=-1, keepdim=True)).numpy()
        expected, _, _, singular = np.linalg.lstsq(units, np.ones(players), rcond=1e-6)
        least = float(singular[singular > 1e-6 * singular[0]].min()) ** 2
        cosine = (
            float(direction.numpy() @ expected) / float(direction.norm()) / float(np.linalg.norm(expected))
        )
        # Its weights sum to one, whatever the sign of the projections that follow from it.
        assert 1 - abs(cosine) < (10 * rounding_of(players, torch.finfo(dtype).eps) / least) ** 2 + 1e-12


@each_dtype
def test_imtl_g_lifts_three_who_agree_in_a_plane(dtype: torch.dtype) -> None:
    rows = torch.tensor([[1.0, 0.3], [1.0, -0.2], [0.9, 0.1]], dtype=torch.float64)
    turned = rows @ torch.tensor([[0.6, 0.8], [-0.8, 0.6]], dtype=torch.float64)
    for order in permutations(range(3)):
        some = turned[list(order)].to(dtype)
        weights = get_rule("imtl_g")(some @ some.T).double()
        assert bool((some.double() @ (weights @ some.double()) > 0).all())


@each_dtype
@pytest.mark.parametrize("along", [(1.0, -1.0), (1.0, -2.0, 3.0), (0.7, 0.7, -0.3), (1.0, 1.0, -0.5, -7.0)])
def test_imtl_g_answers_zero_where_one_line_has_two_ways(
    along: tuple[float, ...], dtype: torch.dtype
) -> None:
    line = torch.tensor([0.3, -0.7, 0.11, 2.9], dtype=torch.float64)
    for order in permutations(along):
        gradients = (torch.tensor(order, dtype=torch.float64).unsqueeze(-1) * line).to(dtype)
        answer = get_rule("imtl_g").answer(gradients @ gradients.T)
        assert not answer.weights.any()
        assert answer.status == Status.STATIONARY


@each_dtype
@pytest.mark.parametrize("rule", ["imtl_g", "aligned_mtl", "cagrad", "mgda", "upgrad"])
def test_an_answer_does_not_depend_on_the_games_beside_it(rule: str, dtype: torch.dtype) -> None:
    """Of full rank or less, stationary or not, badly scaled or none: alone as in the batch."""
    gradients = torch.cat([family(4) for family in (_normal_wide, duplicates, stationary, on_one_line)])
    gradients = torch.cat(
        [gradients, gradients * torch.tensor([1e-3, 1.0, 1e3, 1.0], dtype=torch.float64)[:, None]]
    )
    gramian = (gradients @ gradients.mT).to(dtype)
    gramian[5] = torch.nan
    solver = get_rule(rule, check=False)
    together = solver(gramian)
    for number in range(len(gramian)):
        torch.testing.assert_close(solver(gramian[number]), together[number], rtol=1e-3, atol=1e-6)


@each_dtype
@each_size
@pytest.mark.parametrize("family", AGREEING)
def test_aligned_mtl_has_the_length_of_the_shortest_component(
    family: str, players: int, dtype: torch.dtype
) -> None:
    """By the singular values of the gradients; where their lengths span six decades a Gramian does not tell the shortest."""
    gradients, gramian = (each[: GAMES * len(SCALES)] for each in games_of(family, players, dtype))
    found = combine(gradients, get_rule("aligned_mtl")(gramian).double())
    for game, direction in zip(gradients, found, strict=True):
        left, singular, right = np.linalg.svd(game.numpy(), full_matrices=False)
        kept = singular > 1e-5 * singular[0]
        least = singular[kept].min()
        expected = least * right[kept].T @ (left[:, kept].T @ np.full(players, 1 / players))
        wrong = np.linalg.norm(direction.numpy() - expected) / np.linalg.norm(expected)
        known = rounding_of(players, torch.finfo(dtype).eps) * (singular[0] / least) ** 2
        assert wrong < 4 * known + 1e-6


@each_dtype
@each_size
@each_family
def test_nash_is_what_it_says(family: str, players: int, dtype: torch.dtype) -> None:
    gradients, gramian = games_of(family, players, dtype)
    outcome = bargain(gramian)
    weights = outcome.weights.double()
    products = weights * utilities(gradients, combine(gradients, weights))
    agreed = outcome.agreement
    if agreed.any():
        terms = weights[agreed] * (gradients @ gradients.mT)[agreed].abs().matmul(
            weights[agreed].unsqueeze(-1)
        ).squeeze(-1)
        assert float(((products[agreed] - 1) / terms).abs().max()) < 4 * torch.finfo(dtype).eps * players
    assert not weights[~agreed].any()


@pytest.mark.parametrize("rule", [name for name in RULES if name != "loss_gm"])
def test_a_training_in_single_precision_stays_finite(rule: str) -> None:
    """Ten quadratic losses towards the front, where gradients come to oppose each other's hull."""
    draws = torch.Generator().manual_seed(0)
    theta = torch.randn(6, generator=draws)
    centres = torch.randn(10, 6, generator=draws)
    weigh = get_rule(rule)
    for step in range(200):
        gradients = theta - centres
        weights = weigh(gradients @ gradients.T, step=step)
        direction = weights @ gradients
        theta = theta - 0.05 * direction / direction.norm().clamp_min(1.0)
        assert theta.isfinite().all()


@pytest.mark.parametrize("rule", [name for name in RULES if name != "loss_gm"])
@pytest.mark.parametrize(("dtype", "off"), [(torch.float32, 5e-5), (torch.float64, 5e-9)])
def test_a_gramian_that_is_none_by_less_than_is_refused_is_answered(
    rule: str, dtype: torch.dtype, off: float
) -> None:
    """Inner products of fewer digits than their dtype has (TF32, sums in another order): eigenvalues below zero, and not only by
    rounding."""
    gradients = opposed_to_a_hull(8)
    units = gradients / gradients.norm(dim=-1, keepdim=True)
    wrong = _normal(8, 8, 12)
    wrong = off / 8 * (wrong + wrong.mT)
    gramian = (units @ units.mT + wrong - torch.diag_embed(wrong.diagonal(dim1=-2, dim2=-1))).to(dtype)
    assert float(torch.linalg.eigvalsh(gramian.double()).min()) < -10 * torch.finfo(dtype).eps
    answer = get_rule(rule).answer(gramian)
    assert answer.weights.isfinite().all()
    assert not (answer.status == Status.UNSOLVED).any()
