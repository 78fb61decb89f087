"""The generalised-mean family: its members, its continuity in p, and its optimality judged from outside."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from nashcore.bargaining import Status, bargain
from tests.nashcore.bargaining.game_families import FAMILIES, gramian_of, half_agree, unrelated

INFINITY = math.inf
WALK = (
    1.0,
    0.999,
    0.9,
    0.5,
    0.1,
    1e-3,
    1e-9,
    0.0,
    -1e-9,
    -1e-3,
    -0.1,
    -1.0,
    -3.0,
    -10.0,
    -100.0,
    -1e4,
    -INFINITY,
)


def _direction(gramian: Tensor, weights: Tensor) -> Tensor:
    """Weights scaled to a direction of length one."""
    length = (weights * (gramian @ weights.unsqueeze(-1)).squeeze(-1)).sum(-1).sqrt()
    return weights / length.unsqueeze(-1)


def _utilities(gramian: Tensor, weights: Tensor) -> Tensor:
    return (gramian @ _direction(gramian, weights).unsqueeze(-1)).squeeze(-1)


@pytest.mark.parametrize("players", [1, 2, 3, 4, 8, 16])
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("power", [1.0, 0.5, 1e-3, -1.0, -10.0, -INFINITY])
def test_residuals(power: float, family: str, players: int) -> None:
    outcome = bargain(gramian_of(FAMILIES[family](players)), power)
    assert (outcome.residual[outcome.agreement] <= 1e-9).all()


@pytest.mark.parametrize("power", [0.5, 1e-3, -1e-3, -1.0, -10.0])
def test_weights_are_the_stated_power_of_the_utilities(power: float) -> None:
    gramian = gramian_of(unrelated(5))
    outcome = bargain(gramian, power)
    assert torch.allclose(outcome.weights, outcome.utilities ** (power - 1), rtol=1e-9)


def test_utilitarian_is_the_plain_sum_where_nobody_loses_by_it() -> None:
    gramian = gramian_of(unrelated(4))
    gains = gramian.sum(-1)
    outcome = bargain(gramian, 1.0)
    willing = (gains > 0).all(-1)
    assert willing.any()
    assert torch.allclose(outcome.weights[willing], torch.ones(4, dtype=torch.float64), atol=1e-8)


def test_utilitarian_lets_nobody_lose() -> None:
    """Complementarity where the plain sum hurts somebody: weight above one only for those held at zero."""
    gradients = torch.tensor(
        [[3.0, 0.0], [-1.0, 1.0]], dtype=torch.float64
    )  # the sum (2, 1) costs the second player 1
    outcome = bargain(gramian_of(gradients), 1.0)
    assert torch.allclose(outcome.weights[0], torch.ones((), dtype=torch.float64))
    assert outcome.weights[1] > 1
    assert outcome.utilities[1].abs() < 1e-9
    # by hand: d = g_1 + a g_2 with <g_2, d> = -3 + 2 a = 0
    assert torch.allclose(outcome.weights[1], torch.full((), 1.5, dtype=torch.float64), rtol=1e-9)


@pytest.mark.parametrize(
    "family", ["unrelated", "opposed 1e-2", "duplicates", "rank deficient", "half agree"]
)
def test_egalitarian_lifts_the_worst_off(family: str) -> None:
    """The duality gap of the least-norm point: no direction has a larger smallest utility."""
    outcome = bargain(gramian_of(FAMILIES[family](6)), -INFINITY)
    agreed = outcome.agreement
    total = (outcome.weights * outcome.utilities).sum(-1)[agreed]
    bound = outcome.weights.sum(-1)[agreed] * outcome.utilities.amin(-1)[agreed]
    assert (total / bound - 1).abs().max() < 1e-8


def test_egalitarian_by_hand() -> None:
    """(1, 0) and (0, 2): equal utilities along (2, 1) / sqrt 5."""
    gradients = torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=torch.float64)
    outcome = bargain(gramian_of(gradients), -INFINITY)
    direction = torch.nn.functional.normalize(outcome.weights @ gradients, dim=-1)
    assert torch.allclose(direction, torch.tensor([2.0, 1.0], dtype=torch.float64) / math.sqrt(5), atol=1e-9)


@pytest.mark.parametrize("power", [0.5, -1.0, -10.0])
def test_no_nearby_direction_is_better(power: float) -> None:
    gramian = gramian_of(unrelated(4))
    weights = bargain(gramian, power).weights

    def mean(w: Tensor) -> Tensor:
        return (_utilities(gramian, w).clamp_min(1e-300) ** power).mean(-1) ** (1 / power)

    best = mean(weights)
    generator = torch.Generator().manual_seed(0)
    for size in (1e-1, 1e-2, 1e-3):
        noise = torch.randn(*weights.shape, generator=generator, dtype=torch.float64)
        assert (mean(weights * (1 + size * noise).abs()) <= best * (1 + 1e-12)).all()


@pytest.mark.parametrize(
    "family", ["unrelated", "opposed 1e-2", "duplicates", "rank deficient", "half agree"]
)
def test_the_direction_is_continuous_in_p(family: str) -> None:
    """Near every exponent of the walk, the two ends included, a small step in p moves the direction a little."""
    gradients = FAMILIES[family](4)
    gramian = gramian_of(gradients)

    def direction(power: float) -> Tensor:
        outcome = bargain(gramian, power)
        return torch.nn.functional.normalize((outcome.weights.unsqueeze(-1) * gradients).sum(-2), dim=-1)

    for power in WALK:
        below = -1e9 if power == -INFINITY else power - 1e-7 * max(1.0, abs(power))
        assert (direction(power) - direction(below)).abs().max() < 1e-5


def test_two_players_trade_the_sum_for_the_smallest() -> None:
    """Along falling p two players' sum falls and their smallest utility rises."""
    gramian = gramian_of(unrelated(2))
    utilities = torch.stack([_utilities(gramian, bargain(gramian, p).weights) for p in WALK])
    assert (utilities.sum(-1).diff(dim=0) <= 1e-8).all()
    assert (utilities.amin(-1).diff(dim=0) >= -1e-8).all()


def test_exponents_of_a_batch() -> None:
    gramian = gramian_of(half_agree(5))[:4]
    powers = torch.tensor([1.0, 0.0, -1.0, -INFINITY], dtype=torch.float64)
    together = bargain(gramian, powers)
    for game, power in enumerate(powers.tolist()):
        assert torch.allclose(
            together.weights[game], bargain(gramian[game], power).weights, rtol=1e-8, atol=1e-30
        )


@pytest.mark.parametrize("size", [1e-150, 1e-100, 1e-50, 1e50, 1e100, 1e150])
@pytest.mark.parametrize("power", [1.0, 0.9, 0.5, -1.0, -50.0, -1e6, -INFINITY])
@pytest.mark.parametrize("players", [2, 3, 8])
def test_a_factor_of_the_gramian_changes_nothing_but_the_weights_length(
    players: int, power: float, size: float
) -> None:
    """By a_i = u_i^(p-1), weights change by the factor to the power (p - 1) / (2 - p), which is -1 at the egalitarian end."""
    gramian = gramian_of(unrelated(players))
    one, other = bargain(gramian, power), bargain(size * gramian, power)
    assert torch.equal(other.status, one.status)
    change = -1.0 if power == -INFINITY else (power - 1) / (2 - power)
    expected = one.weights * size**change
    longest = expected.amax(-1, keepdim=True)
    assert ((other.weights - expected).abs() <= 1e-6 * longest)[one.agreement].all()
    assert (other.residual[one.agreement] <= 1e-9).all()


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1e150])
@pytest.mark.parametrize("power", [1.0, 0.5, 0.0, -1.0, -50.0, -INFINITY])
def test_a_factor_of_all_bargaining_powers_changes_nothing_but_the_weights_length(
    power: float, size: float
) -> None:
    gramian = gramian_of(unrelated(3))
    one = bargain(gramian, power)
    other = bargain(gramian, power, bargaining_power=torch.full((3,), size, dtype=torch.float64))
    assert torch.equal(other.status, one.status)
    first, second = (
        each.weights / each.weights.amax(-1, keepdim=True).clamp_min(1e-300) for each in (one, other)
    )
    torch.testing.assert_close(first, second, rtol=0, atol=1e-6)


def test_a_game_whose_utilities_are_out_of_range_is_not_solved() -> None:
    """Weights near the largest number that there is: their utilities, or what these are computed of, are none."""
    gramian = gramian_of(unrelated(3))
    outcome = bargain(gramian, 1.0, bargaining_power=torch.full((3,), 1e306, dtype=torch.float64))
    assert (outcome.status[outcome.agreement] == Status.UNSOLVED).all()
    assert not outcome.weights.any()
    assert not outcome.utilities.any()


@pytest.mark.parametrize("power", [0.5, -1.0, -INFINITY])
def test_bargaining_power_weighs_the_mean(power: float) -> None:
    gradients = unrelated(3)
    weighted = bargain(gramian_of(gradients), power, bargaining_power=torch.tensor([1.0, 2.0, 1.0]).double())
    many = bargain(gramian_of(gradients[:, [0, 1, 1, 2]]), power)
    direction = torch.nn.functional.normalize((weighted.weights.unsqueeze(-1) * gradients).sum(-2), dim=-1)
    expected = torch.nn.functional.normalize(
        (many.weights.unsqueeze(-1) * gradients[:, [0, 1, 1, 2]]).sum(-2), dim=-1
    )
    assert torch.allclose(direction, expected, atol=1e-8)


@pytest.mark.parametrize("power", [1.0, 1 - 1e-9, 0.999, 0.5, -1.0, -INFINITY])
@pytest.mark.parametrize("players", [3, 4, 8, 16])
def test_duplicates_of_unequal_power(players: int, power: float) -> None:
    """Who is held at no gain shares the weight with a duplicate by their bargaining powers, from a hundredth to a hundred.

    The duplicates' inner products are the same to the last bit, which a product of matrices does not promise.
    """
    gramian = gramian_of(FAMILIES["duplicates"](players // 2)).repeat(1, 2, 2)
    shares = torch.logspace(-2, 2, gramian.shape[-1], dtype=torch.float64)
    outcome = bargain(gramian, power, bargaining_power=shares)
    assert outcome.agreement.all()
    assert outcome.residual.max() <= 1e-9
    first, second = (outcome.weights / shares).tensor_split([players // 2], -1)
    if power > -INFINITY:  # there a group of duplicates may share in any way
        torch.testing.assert_close(first, second, rtol=1e-6, atol=0)


@pytest.mark.parametrize("power", [1.0, 1 - 1e-9, 0.999, 0.9, -1.0, -INFINITY])
@pytest.mark.parametrize("players", [4, 8, 16])
def test_rounding_moves_the_shares_of_duplicates_but_not_the_direction(players: int, power: float) -> None:
    """Held at no gain, duplicates that rounding tells apart may share their weight in another way: nothing else moves."""
    gramian = gramian_of(FAMILIES["duplicates"](players // 2)).repeat(1, 2, 2)
    noise = torch.rand(gramian.shape, generator=torch.Generator().manual_seed(players), dtype=torch.float64)
    rounded = gramian * (1 + 5e-16 * (noise + noise.mT - 1))
    powers = torch.logspace(-2, 2, players, dtype=torch.float64)
    exact, moved = (bargain(game, power, bargaining_power=powers) for game in (gramian, rounded))
    assert moved.residual.max() <= 1e-9
    change = moved.weights - exact.weights
    lengths = [(w * (gramian @ w.unsqueeze(-1)).squeeze(-1)).sum(-1) for w in (change, exact.weights)]
    assert (lengths[0] <= 1e-20 * lengths[1]).all()
