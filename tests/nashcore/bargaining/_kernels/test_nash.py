"""The Nash game: hand-worked values, exactness on nasty games, symmetries, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from nashcore.bargaining import bargain, exponents_of, get_rule
from nashcore.errors import InputError
from tests.nashcore.bargaining.exact_arithmetic import exact_products, exact_terms
from tests.nashcore.bargaining.game_families import (
    FAMILIES,
    PLAYERS,
    badly_scaled,
    gramian_of,
    half_agree,
    opposed,
    unrelated,
)


def _gramian(*rows: list[float]) -> Tensor:
    return gramian_of(torch.tensor(rows, dtype=torch.float64))


def test_orthogonal_gradients_by_hand() -> None:
    outcome = bargain(_gramian([1.0, 0.0], [0.0, 2.0]))
    assert torch.allclose(outcome.weights, torch.tensor([1.0, 0.5], dtype=torch.float64), atol=1e-15)
    assert torch.allclose(outcome.utilities, torch.tensor([1.0, 2.0], dtype=torch.float64), atol=1e-15)
    assert outcome.agreement


def test_parallel_gradients_by_hand() -> None:
    """g = (1, 0) and (2, 0): a_1 (a_1 + 2 a_2) = 1 and a_2 (2 a_1 + 4 a_2) = 1 give a = (1, 1/2) / sqrt 2."""
    outcome = bargain(_gramian([1.0, 0.0], [2.0, 0.0]))
    expected = torch.tensor([1.0, 0.5], dtype=torch.float64) / math.sqrt(2)
    assert torch.allclose(outcome.weights, expected, atol=1e-15)
    assert torch.allclose(outcome.margin, torch.ones((), dtype=torch.float64))


def test_sixty_degrees_by_hand() -> None:
    """Unit gradients at 60 degrees: a_i = 1 / sqrt(1 + 1/2)."""
    outcome = bargain(_gramian([1.0, 0.0], [0.5, math.sqrt(3) / 2]))
    assert torch.allclose(
        outcome.weights, torch.full((2,), math.sqrt(2 / 3), dtype=torch.float64), atol=1e-15
    )


def test_opposite_gradients_have_no_agreement() -> None:
    outcome = bargain(_gramian([1.0, 0.0], [-3.0, 0.0]))
    assert not outcome.agreement
    assert outcome.weights.tolist() == [0.0, 0.0]
    assert outcome.utilities.tolist() == [0.0, 0.0]
    assert outcome.residual.isnan()


def test_one_player_gets_the_unit_gradient() -> None:
    assert torch.allclose(bargain(_gramian([3.0, 4.0])).weights, torch.tensor([0.2], dtype=torch.float64))


def test_three_gradients_around_the_circle_have_no_agreement() -> None:
    angles = torch.tensor([0.0, 2.0, 4.0], dtype=torch.float64) * math.pi / 3
    outcome = bargain(gramian_of(torch.stack([angles.cos(), angles.sin()], -1)))
    assert not outcome.agreement
    assert not outcome.weights.any()


@pytest.mark.parametrize("players", PLAYERS)
@pytest.mark.parametrize("family", FAMILIES)
def test_stationarity_is_met_to_the_last_digits(family: str, players: int) -> None:
    """Judged in exact arithmetic: within 1e-9 of the condition, relative to the terms that make it up."""
    gramian = gramian_of(FAMILIES[family](players))
    outcome = bargain(gramian)
    if family != "half agree" and not (players == 1 and family.startswith("opposed")):
        assert outcome.agreement.all()
    assert outcome.weights[outcome.agreement].min() > 0
    assert not outcome.weights[~outcome.agreement].any()
    assert (outcome.residual[outcome.agreement] <= 1e-9).all()
    for game in outcome.agreement.nonzero().flatten()[:3].tolist():
        weights = outcome.weights[game]
        for product, terms in zip(
            exact_products(gramian[game], weights), exact_terms(gramian[game], weights), strict=True
        ):
            assert abs(float((product - 1) / max(terms, 1))) <= 1e-9


@pytest.mark.parametrize("players", PLAYERS)
@pytest.mark.parametrize("family", FAMILIES)
def test_single_precision_is_met_to_its_own_last_digits(family: str, players: int) -> None:
    """Float32 Gramians, which rounding leaves not quite semidefinite: weights are good, or there is no agreement."""
    gradients = FAMILIES[family](players).float()
    gramian = gramian_of(gradients)
    outcome = bargain(gramian)
    agreed = outcome.agreement
    weights, exact = outcome.weights[agreed].double(), gramian[agreed].double()
    assert (weights > 0).all()
    terms = weights * (exact.abs() @ weights.unsqueeze(-1)).squeeze(-1)
    miss = (weights * (exact @ weights.unsqueeze(-1)).squeeze(-1) - 1) / terms.clamp_min(1)
    assert not len(miss) or miss.abs().max() < 1e-6
    assert not outcome.weights[~agreed].any()
    assert [bool(bargain(game).agreement) for game in gramian[:4]] == agreed[:4].tolist()


def test_rounding_below_zero_is_no_agreement() -> None:
    """Rounded inner products of nearly opposite float32 gradients, where a'G a comes out negative."""
    gradients = opposed(2, 3e-4).float()
    rounded = torch.tensor([[0.99987584, -0.99991769], [-0.99991769, 0.99995953]])
    outcome = bargain(torch.cat([gramian_of(gradients), rounded.unsqueeze(0)]))
    assert not outcome.agreement.any()
    assert not outcome.weights.any()


@pytest.mark.parametrize("players", range(2, 11))
@pytest.mark.parametrize(
    "family", ["unrelated", "norms 1e-3..1e3", "opposed 1e-2", "duplicates", "rank deficient"]
)
def test_stationarity_is_met_to_1e_9_as_a_user_would_compute_it(family: str, players: int) -> None:
    gramian = gramian_of(FAMILIES[family](players))
    weights = bargain(gramian).weights
    product = weights * (gramian @ weights.unsqueeze(-1)).squeeze(-1)
    assert (product - 1).abs().max() <= 1e-9


def test_nearly_opposite_weights_are_as_good_as_float64_can_hold() -> None:
    """At a margin of 1e-6 one rounding of a weight moves a_i u_i by about 1e-4; ours is at that floor, not above it."""
    gramian = gramian_of(opposed(2, 1.4e-6))
    weights = bargain(gramian).weights
    for game in range(4):
        miss = max(abs(float(p - 1)) for p in exact_products(gramian[game], weights[game]))
        nudged = weights[game] * (1 + torch.tensor([2.0**-52, 0.0], dtype=torch.float64))
        moved = max(
            abs(float(p - q))
            for p, q in zip(
                exact_products(gramian[game], nudged),
                exact_products(gramian[game], weights[game]),
                strict=True,
            )
        )
        assert miss <= 4 * moved


def test_players_scales_do_not_matter() -> None:
    """Scaling a player's gradient scales its weight back and leaves the direction alone."""
    gradients = unrelated(5)
    scales = 10 ** torch.linspace(-6, 6, 5, dtype=torch.float64)
    plain = bargain(gramian_of(gradients)).weights
    scaled = bargain(gramian_of(gradients * scales.unsqueeze(-1))).weights
    assert torch.allclose(scaled * scales, plain, rtol=1e-12)


def test_players_order_does_not_matter() -> None:
    gradients = unrelated(6)
    order = torch.tensor([3, 1, 5, 0, 2, 4])
    assert torch.allclose(
        bargain(gramian_of(gradients[:, order])).weights,
        bargain(gramian_of(gradients)).weights[:, order],
        rtol=1e-12,
    )


def test_a_batch_is_its_games_one_by_one() -> None:
    gramian = gramian_of(half_agree(6))
    together = bargain(gramian)
    for game in range(len(gramian)):
        alone = bargain(gramian[game])
        assert bool(alone.agreement) == bool(together.agreement[game])
        assert torch.allclose(alone.weights, together.weights[game], rtol=1e-9)


def test_batch_shapes() -> None:
    gramian = gramian_of(unrelated(3))[:6].reshape(2, 3, 3, 3)
    outcome = bargain(gramian)
    assert outcome.weights.shape == (2, 3, 3)
    assert outcome.agreement.shape == outcome.residual.shape == outcome.iterations.shape == (2, 3)
    assert outcome.margin.shape == (2, 3)
    empty = bargain(torch.empty(0, 4, 4))
    assert empty.weights.shape == (0, 4)
    assert empty.agreement.shape == (0,)


@pytest.mark.parametrize("players", [2, 4, 10])
def test_float32_games_are_solved_in_float64(players: int) -> None:
    gramian = gramian_of(badly_scaled(players, 3.0))
    single, double = bargain(gramian.float()), bargain(gramian)
    assert single.weights.dtype == torch.float32
    assert torch.allclose(single.weights.double(), double.weights, rtol=1e-4)


def test_bargaining_power_is_worth_as_many_equal_players() -> None:
    gradients = unrelated(3)
    tripled = gradients[:, [0, 1, 1, 1, 2]]
    power = torch.tensor([1.0, 3.0, 1.0], dtype=torch.float64)
    weighted = bargain(gramian_of(gradients), bargaining_power=power)
    many = bargain(gramian_of(tripled)).weights
    assert torch.allclose(weighted.weights[:, 1], many[:, 1:4].sum(-1), rtol=1e-10)
    assert torch.allclose(
        weighted.weights * weighted.utilities, power.expand_as(weighted.weights), rtol=1e-10
    )


@pytest.mark.parametrize("spread", [1e-6, 1.0, 1e6])
def test_bargaining_power_of_any_size(spread: float) -> None:
    gramian = gramian_of(unrelated(4))
    power = torch.tensor([1.0, spread, 3.0, 1.0], dtype=torch.float64) * 1e-3
    outcome = bargain(gramian, bargaining_power=power)
    assert torch.allclose(
        outcome.weights * outcome.utilities / power, torch.ones(4, dtype=torch.float64), rtol=1e-10
    )


def test_a_zero_gradient_cannot_gain() -> None:
    outcome = bargain(_gramian([1.0, 0.0], [0.0, 0.0], [0.0, 1.0]))
    assert not outcome.agreement
    assert outcome.cannot_gain.tolist() == [False, True, False]
    assert not outcome.weights.any()


@pytest.mark.parametrize(
    ("gramian", "says"),
    [
        (torch.empty(0, 0), "at least one player"),
        (torch.ones(2, 3), r"shape \[\.\.\., K, K\]\. Found \[2, 3\]"),
        (torch.ones(3), r"shape \[\.\.\., K, K\]\. Found \[3\]"),
        (torch.eye(2, dtype=torch.int64), "float32 or float64. Found torch.int64: make it as"),
        (torch.eye(2, dtype=torch.float16), "float32 or float64. Found torch.float16: make it as"),
        (torch.eye(2).to_sparse(), "dense tensor. Found torch.sparse_coo: call its to_dense"),
        (
            torch.nested.as_nested_tensor([torch.eye(2)], layout=torch.jagged),
            "dense tensor. Found a nested one",
        ),
        (torch.eye(2, device="meta"), "should hold numbers. Found one on the device 'meta'"),
        (torch.tensor([[1e-40, 1.1e-40], [1.1e-40, 1e-40]]), "at least 1e-34 .*Found 1e-40, too small"),
        (torch.tensor([[1.0, math.nan], [math.nan, 1.0]]), "finite. Found NaN"),
        (torch.tensor([[1.0, math.inf], [math.inf, 1.0]]), "finite. Found NaN or infinity"),
        (
            torch.tensor([[1.0, 0.5], [0.0, 1.0]]),
            "symmetric. Found entries that differ from their mirror by 0.5",
        ),
        (torch.tensor([[-1.0, 0.0], [0.0, 1.0]]), "squared norms on its diagonal. Found -1"),
        (torch.tensor([[1.0, 2.0], [2.0, 1.0]]), "positive semidefinite"),
        (torch.tensor([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]), "positive semidefinite"),
        ([[1.0]], "should be a torch tensor. Found list"),
    ],
)
def test_bad_gramians_are_refused(gramian: Tensor, says: str) -> None:
    with pytest.raises(InputError, match=says):
        bargain(gramian)


def test_a_transform_of_torch_func_is_refused() -> None:
    """Games are batched by themselves and give no gradients; what PyTorch says of it within is about its own insides."""

    def total(gramian: Tensor) -> Tensor:
        return bargain(gramian).weights.sum()

    games = torch.eye(3).expand(2, 3, 3)
    for asked in (torch.vmap(total), torch.func.grad(total), torch.vmap(torch.func.grad(total))):
        with pytest.raises(InputError, match="inside a transform"):
            asked(games)
    with pytest.raises(InputError, match="inside a transform"):
        torch.vmap(get_rule("mgda"))(games)


@pytest.mark.parametrize("gramian", [np.eye(2), None, torch.ones(3), torch.eye(2).to_sparse()])
def test_exponents_are_of_a_gramian(gramian: object) -> None:
    with pytest.raises(InputError, match="Gramian should"):
        exponents_of(0.0, gramian)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"power": 1.5}, "'power' should be at most 1 .*Found 1.5"),
        ({"power": math.nan}, "'power' should be at most 1 .*Found nan"),
        ({"power": "nash"}, "'power' should be at most 1 .*Found 'nash'"),
        ({"power": False}, "'power' should be at most 1 .*Found False"),
        ({"power": np.zeros(2)}, r"'power' should be at most 1 .*Found array\(\[0., 0.\]\)"),
        ({"power": torch.zeros(2).to_sparse()}, "'power' should be made of numbers. Found torch.sparse_coo"),
        (
            {"power": torch.zeros((), device="meta")},
            "'power' should be made of numbers. Found the device 'meta'",
        ),
        ({"bargaining_power": torch.ones(2).to_sparse()}, "'bargaining_power' should be a tensor of numbers"),
        ({"power": torch.zeros(7)}, r"'power' should be one number .*Found the shape \[7\]"),
        ({"bargaining_power": "equal"}, "'bargaining_power' should be a tensor of numbers. Found 'equal'"),
        ({"bargaining_power": torch.tensor([1.0, 0.0])}, "'bargaining_power' should be positive .*Found 0"),
        (
            {"bargaining_power": torch.ones(3)},
            r"'bargaining_power' should have one entry .*Found the shape \[3\]",
        ),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        bargain(torch.eye(2), **options)  # type: ignore[arg-type]
