"""Properties of the peer rules on nasty games, and values worked by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from nashcore.bargaining import RULES, Status, bargain, get_rule
from nashcore.bargaining._kernels.maxmin_active_sets import MOST_PLAYERS
from nashcore.bargaining._kernels.maxmin_interior_point import maximise_worst
from nashcore.bargaining._kernels.nonneg_qp import minimise
from tests.nashcore.bargaining import game_families as games
from tests.nashcore.bargaining.optimality_gaps import (
    cagrad_gap,
    combine,
    cosines,
    mgda_gap,
    outside,
    relative,
    worst_gain,
)

PEERS = ("mean", "pcgrad", "cagrad", "mgda", "imtl_g", "upgrad", "aligned_mtl")
PLAYERS = (2, 3, 4, 6, 10)
NASTY: dict[str, Callable[[int], Tensor]] = games.FAMILIES | {
    "zero gradient": lambda players: games.unrelated(players) * _but_first(players, 0.0),
    "all zero": lambda players: games.unrelated(players) * 0.0,
    "exactly opposed": lambda players: torch.cat(
        [-games.unrelated(players)[:, -1:], games.unrelated(players)[:, 1:]], 1
    ),
    "one dimension": lambda players: games.unrelated(players)[..., :1],
    "tiny": lambda players: games.unrelated(players) * 1e-30,
    "huge": lambda players: games.unrelated(players) * 1e30,
}
each_rule = pytest.mark.parametrize("name", PEERS)
each_family = pytest.mark.parametrize("family", NASTY)


def _but_first(players: int, scale: float) -> Tensor:
    factors = torch.ones(players, 1, dtype=torch.float64)
    factors[0] = scale
    return factors


def _weigh(name: str, gradients: Tensor, **options: float) -> Tensor:
    return get_rule(name, **options)(games.gramian_of(gradients))


@each_rule
@each_family
def test_every_nasty_game_is_answered(name: str, family: str) -> None:
    for players in PLAYERS:
        weights = _weigh(name, NASTY[family](players))
        assert weights.shape == (games.BATCH, players)
        assert bool(weights.isfinite().all())


@pytest.mark.parametrize("players", PLAYERS)
@each_family
def test_mgda_is_the_shortest_of_the_hull(family: str, players: int) -> None:
    gradients = NASTY[family](players)
    weights = _weigh("mgda", gradients)
    assert bool((weights >= 0).all())
    torch.testing.assert_close(weights.sum(-1), torch.ones(games.BATCH).double(), rtol=1e-12, atol=0)
    terms = (weights * gradients.norm(dim=-1)).sum(-1)
    assert bool((mgda_gap(gradients, weights)[terms > 0] < 1e-11).all())


@pytest.mark.parametrize("c", [0.5, 0.9])
@pytest.mark.parametrize("players", PLAYERS)
@each_family
def test_cagrad_closes_its_duality_gap(family: str, players: int, c: float) -> None:
    gradients = NASTY[family](players)
    weights = _weigh("cagrad", gradients, c=c)
    moves = (weights != 0).any(-1)
    # From a Gramian, a hull 1e-5 from the origin is known to 1e-6 of itself. Beside norms 1e12 times larger a few games of many
    # players in a thousand are left up to a hundredth short of their optimum.
    beside_long = 1e-2 if players > MOST_PLAYERS else 1e-10
    tolerance = {"opposed 1e-5": 2e-5, "norms 1e-6..1e6": beside_long}.get(family, 1e-7)
    if moves.any():
        gaps = cagrad_gap(gradients[moves], weights[moves], c)
        assert float(gaps.max()) < tolerance
        assert float(gaps.quantile(0.9)) < max(1e-6, tolerance * (family == "opposed 1e-5"))
        assert float(outside(gradients[moves], weights[moves], c).max()) < tolerance
    # Zero only where the hull reaches the origin (as far as a Gramian can tell), so that nobody in the ball gains for sure.
    still = _weigh("mgda", gradients)[~moves]
    terms = (still * gradients[~moves].norm(dim=-1)).sum(-1)
    assert bool((combine(gradients[~moves], still).norm(dim=-1) <= 1e-6 * terms).all())


@pytest.mark.parametrize("players", PLAYERS)
@each_family
def test_upgrad_harms_nobody(family: str, players: int) -> None:
    gradients = NASTY[family](players)
    weights = _weigh("upgrad", gradients)
    size = (weights.abs() * gradients.norm(dim=-1)).sum(-1, keepdim=True)
    utilities = cosines(gradients, weights) * combine(gradients, weights).norm(dim=-1, keepdim=True)
    assert bool((utilities >= -1e-7 * size).all())


@pytest.mark.parametrize("name", [name for name in PEERS if name != "pcgrad"])
@pytest.mark.parametrize("family", ["unrelated", "duplicates", "opposed 1e-2"])
def test_the_direction_does_not_depend_on_the_order_of_players(name: str, family: str) -> None:
    gradients = NASTY[family](4)
    turned = gradients[:, [2, 0, 3, 1]]
    expected = combine(gradients, _weigh(name, gradients))
    assert float(relative(combine(turned, _weigh(name, turned)), expected).max()) < 1e-6


@each_rule
@pytest.mark.parametrize("players", [2, 4])
def test_all_gradients_longer_makes_the_direction_longer(name: str, players: int) -> None:
    gradients = games.unrelated(players)
    expected = _weigh(name, gradients)
    torch.testing.assert_close(_weigh(name, 1e6 * gradients), expected, rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(_weigh(name, 1e-6 * gradients), expected, rtol=1e-6, atol=1e-9)


def test_imtl_g_points_the_same_way_whoever_shouts() -> None:
    gradients = games.unrelated(5)
    louder = gradients * torch.tensor([1.0, 100.0, 1e-3, 7.0, 1e6]).double().unsqueeze(-1)
    quiet, loud = (combine(each, _weigh("imtl_g", each)) for each in (gradients, louder))
    cosine = (quiet * loud).sum(-1) / quiet.norm(dim=-1) / loud.norm(dim=-1)
    torch.testing.assert_close(cosine.abs(), torch.ones(games.BATCH).double(), rtol=1e-9, atol=0)


@each_rule
@pytest.mark.parametrize("players", [2, 3, 8])
def test_a_batch_is_its_games_one_by_one(name: str, players: int) -> None:
    gradients = torch.cat([NASTY[family](players)[:2] @ torch.eye(4 * players).double()
                           for family in ("unrelated", "norms 1e-3..1e3", "opposed 1e-2")])  # fmt: skip
    gramian = games.gramian_of(gradients)
    rule = get_rule(name)
    together = rule(gramian.view(2, 3, players, players)).view(6, players)
    torch.testing.assert_close(together, torch.stack([rule(game) for game in gramian]), rtol=1e-7, atol=1e-10)


@each_rule
@pytest.mark.parametrize("players", [2, 4])
def test_single_precision_stays_near_double(name: str, players: int) -> None:
    gradients = games.unrelated(players)
    weights = get_rule(name)(games.gramian_of(gradients.float()))
    assert weights.dtype == torch.float32
    expected = combine(gradients, _weigh(name, gradients))
    assert float(relative(combine(gradients, weights.double()), expected).max()) < 1e-3


@each_rule
def test_a_single_player_is_followed(name: str) -> None:
    weights = _weigh(name, games.unrelated(1))
    expected = torch.full_like(weights, 1.5 if name == "cagrad" else 1.0)  # CAGrad walks to the ball's edge
    torch.testing.assert_close(weights, expected, rtol=1e-9, atol=0)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3)])
@pytest.mark.parametrize("players", [1, 2, 4])
def test_no_games_no_weights(name: str, shape: tuple[int, ...], players: int) -> None:
    weights = get_rule(name)(torch.zeros(*shape, players, players), torch.zeros(*shape, players))
    assert weights.shape == (*shape, players)


@pytest.mark.parametrize("power", [0.0, -1.0, 1.0, -float("inf")])
def test_no_games_no_bargain(power: float) -> None:
    assert bargain(torch.zeros(0, 3, 3), power).weights.shape == (0, 3)


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("mean", {}, [0.5, 0.5]),
        ("mgda", {}, [0.8, 0.2]),  # (1, 0) and (0, 2): the foot of the perpendicular on their segment
        ("imtl_g", {}, [2 / 3, 1 / 3]),  # equal projections: weights as 1 / norm
        ("pcgrad", {}, [1.0, 1.0]),  # no conflict
        ("upgrad", {}, [0.5, 0.5]),
        ("aligned_mtl", {}, [0.5, 0.25]),  # both components get length 1
        ("cagrad", {"c": 0.0}, [0.5, 0.5]),
    ],
)
def test_orthogonal_pair_by_hand(name: str, options: dict[str, float], expected: list[float]) -> None:
    weights = _weigh(name, torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=torch.float64), **options)
    # UPGrad's multipliers and gains are both zero here, and an interior-point method finds such zeros to about 1e-7.
    tolerance = 1e-6 if name == "upgrad" else 1e-12
    torch.testing.assert_close(weights, torch.tensor(expected, dtype=torch.float64), rtol=tolerance, atol=0)


@pytest.mark.parametrize("short", [1e-3, 1e-7, 1e-12, 1e-60])
def test_aligned_mtl_keeps_a_component_however_short(short: float) -> None:
    """(1, 0) and a short (0.6, 0.8): up to its square, the components are the axes, and the shortest is 0.8 of it long."""
    gradients = torch.tensor([[1.0, 0.0], [0.6 * short, 0.8 * short]], dtype=torch.float64)
    answer = get_rule("aligned_mtl").answer(gradients @ gradients.T)
    assert answer.agreed
    direction = answer.weights @ gradients / (0.4 * short)
    torch.testing.assert_close(direction, torch.ones(2, dtype=torch.float64), rtol=2 * short + 1e-12, atol=0)


@pytest.mark.parametrize(("players", "short"), [(3, 1e-9), (70, 1e-9)])
def test_aligned_mtl_says_where_rounding_hides_a_component(players: int, short: float) -> None:
    """Dependent gradients, or more than Jacobi's method is asked about, and one so short that rounding makes as much."""
    gradients = torch.eye(players, dtype=torch.float64)
    gradients[-1] *= short
    if players == 3:
        gradients[1] = gradients[0]
    answer = get_rule("aligned_mtl").answer(gradients @ gradients.T)
    assert answer.status == Status.UNSOLVED
    assert not answer.weights.any()


@pytest.mark.parametrize("copies", [2, 300])
def test_aligned_mtl_of_copies_is_the_gradient(copies: int) -> None:
    gradients = torch.tensor([[3.0, 1.0, -2.0, 0.5]], dtype=torch.float64).repeat(copies, 1)
    answer = get_rule("aligned_mtl").answer(gradients @ gradients.T)
    assert answer.agreed
    direction = torch.nn.functional.normalize(answer.weights @ gradients, dim=-1)
    torch.testing.assert_close(direction, torch.nn.functional.normalize(gradients[0], dim=-1))


def test_conflicting_pair_by_hand() -> None:
    """(1, 0) and (-1, 1): each loses its part along the other; the inner product is -1, the squared norms 1 and 2."""
    gradients = torch.tensor([[1.0, 0.0], [-1.0, 1.0]], dtype=torch.float64)
    torch.testing.assert_close(_weigh("pcgrad", gradients), torch.tensor([2.0, 1.5]).double())
    # Projected on the dual cone: (1/2, 1/2) and (0, 1), a pair's projections being PCGrad's.
    torch.testing.assert_close(
        _weigh("upgrad", gradients), torch.tensor([1.0, 0.75]).double(), rtol=1e-8, atol=0
    )


def test_upgrad_gives_a_zero_gradient_no_more_than_its_own_share() -> None:
    gradients = torch.tensor([[0.0, 0.0], [1.0, 0.0], [-1.0, 1.0]], dtype=torch.float64)
    weights = _weigh("upgrad", gradients)
    torch.testing.assert_close(weights, torch.tensor([1 / 3, 2 / 3, 0.5]).double(), rtol=1e-6, atol=0)


def test_the_ball_of_cagrad_is_left_nowhere_and_its_radius_matters() -> None:
    gradients = games.opposed(4, 0.1)
    gains = [worst_gain(gradients, _weigh("cagrad", gradients, c=c)) for c in (0.0, 0.2, 0.5, 0.9)]
    assert all(bool((more >= less - 1e-12).all()) for less, more in pairwise(gains))


def test_pcgrad_follows_its_seed() -> None:
    gradients = games.opposed(5, 0.5)
    first, again, other = (_weigh("pcgrad", gradients, seed=seed) for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_the_solvers_name_what_they_cannot_solve() -> None:
    """NaN in, NaN out: no half-way answer passes for one."""
    broken = torch.full((1, 3, 3), torch.nan, dtype=torch.float64)
    assert bool(minimise(broken, torch.ones(1, 3).double()).isnan().all())
    assert bool(maximise_worst(broken, torch.ones(1, 3).double(), torch.ones(1, 3).double()).isnan().all())


def test_the_generalised_mean_of_losses_reaches_its_ends() -> None:
    """As p falls all weight goes to the smallest loss, as it rises to the largest; equal losses share it."""
    losses = torch.tensor([[1.0, 2.0, 4.0], [2.0, 2.0, 3.0], [1.0, 5.0, 5.0]], dtype=torch.float64)
    gramian = torch.eye(3, dtype=torch.float64).expand(3, 3, 3)
    smallest, largest = [[1.0, 0, 0], [0.5, 0.5, 0], [1, 0, 0]], [[0, 0, 1.0], [0, 0, 1], [0, 0.5, 0.5]]
    for expected, powers in ((smallest, (-1e6, -1e308, -math.inf)), (largest, (1e6, 1e308, math.inf))):
        for power in powers:
            found = get_rule("loss_gm", power=power)(gramian, losses)
            torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64))


@pytest.mark.parametrize("power", [-2.0, 0.0, 0.5, 1.0, 1.5, 3.0])
def test_the_generalised_mean_of_losses_is_that_means_gradient_and_its_words_say_whom_it_favours(
    power: float,
) -> None:
    losses = torch.tensor([0.5, 2.0, 4.0], dtype=torch.float64, requires_grad=True)
    mean = losses.log().mean().exp() if power == 0 else losses.pow(power).mean().pow(1 / power)
    (expected,) = torch.autograd.grad(mean, losses)
    found = get_rule("loss_gm", power=power)(torch.eye(3).double(), losses.detach())
    torch.testing.assert_close(found, expected / expected.sum())
    rises = found.diff()
    assert bool(((rises < 0) if power < 1 else (rises.abs() < 1e-12) if power == 1 else (rises > 0)).all())
    words = RULES["loss_gm"]
    assert "higher weighs larger losses more, lower smaller ones" in words.options["power"].says
    assert "below p = 1 the smaller losses weigh more, above it the larger" in words.says


def test_options_may_be_numbers_of_numpy() -> None:
    gradients = games.unrelated(3)
    assert torch.equal(_weigh("cagrad", gradients, c=np.float32(0.5)), _weigh("cagrad", gradients, c=0.5))
    assert torch.equal(_weigh("pcgrad", gradients, seed=np.int64(3)), _weigh("pcgrad", gradients, seed=3))
