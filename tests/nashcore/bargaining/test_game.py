"""Agreement is decided: against the least-norm point of the hull by cvxpy, on both sides of the boundary."""

from __future__ import annotations

import cvxpy
import pytest
import torch
from torch import Tensor

from nashcore.bargaining import bargain, get_rule
from nashcore.bargaining.game import TOLERANCE
from tests.nashcore.bargaining.game_families import FAMILIES, gramian_of, half_agree


def _distance_to_hull(gradients: Tensor) -> float:
    """From the origin to the convex hull of the normalised gradients [K, n], by cvxpy."""
    units = torch.nn.functional.normalize(gradients, dim=-1).numpy()
    shares = cvxpy.Variable(len(units), nonneg=True)
    problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm(units.T @ shares)), [cvxpy.sum(shares) == 1])
    problem.solve(solver=cvxpy.CLARABEL)
    return float(problem.value)


@pytest.mark.parametrize("players", [3, 4, 6, 8])
def test_agreement_is_where_the_hull_leaves_the_origin_out(players: int) -> None:
    gradients = half_agree(players)
    agreement = bargain(gramian_of(gradients)).agreement
    distances = [_distance_to_hull(game) for game in gradients]
    clear = torch.tensor([not 1e-8 < d < 1e-5 for d in distances])  # where cvxpy itself is sure
    expected = torch.tensor([d > 1e-6 for d in distances])
    assert torch.equal(agreement[clear], expected[clear])
    assert expected.any()
    assert not expected.all()


@pytest.mark.parametrize("players", [2, 3, 5, 9])
@pytest.mark.parametrize("margin", [1e-1, 1e-3, 1e-5, 1e-6])
def test_both_sides_of_the_boundary(players: int, margin: float) -> None:
    """Vectors on a cone around an axis whose hull just misses, meets, or contains the origin as the cone is lifted."""
    angles = torch.arange(players, dtype=torch.float64) * 2 * torch.pi / players
    ring = torch.stack([angles.cos(), angles.sin()], -1)

    def lifted(height: float) -> Tensor:
        axis = torch.full((players, 1), height, dtype=torch.float64)
        return torch.cat([ring, axis], -1)

    assert bargain(gramian_of(lifted(margin))).agreement
    assert not bargain(gramian_of(lifted(0.0))).agreement
    sunk = torch.cat([lifted(margin), torch.tensor([[0.0, 0.0, -1.0]], dtype=torch.float64)])
    assert not bargain(gramian_of(sunk)).agreement


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_tolerance_is_the_stated_one(dtype: torch.dtype) -> None:
    """Two unit vectors whose hull stays ``margin`` from the origin: agreed above the tolerance, not below it."""
    for factor, expected in ((4.0, True), (0.25, False)):
        margin = factor * TOLERANCE[dtype]
        cosine = 2 * margin**2 - 1
        gramian = torch.tensor([[1.0, cosine], [cosine, 1.0]], dtype=torch.float64)
        assert bool(bargain(gramian.to(dtype)).agreement) is expected


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", ["nash", "gm"])
@pytest.mark.parametrize("players", [2, 3, 8])
def test_rules_decide_as_the_bargain_does(players: int, name: str, dtype: torch.dtype) -> None:
    """Also in single precision, whose rounding must not pass for a margin."""
    gramian = gramian_of(half_agree(players).to(dtype))
    agreement = bargain(gramian).agreement
    assert torch.equal(get_rule(name)(gramian).any(-1), agreement)
    assert agreement.any()
    assert not agreement.all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_rule_and_the_bargain_of_two_are_one_solution(family: str, dtype: torch.dtype) -> None:
    """To the last bit, in a batch and alone."""
    gramian = gramian_of(FAMILIES[family](2)).to(dtype)
    rule, together = get_rule("nash"), bargain(gramian)
    assert torch.equal(rule(gramian), together.weights)
    assert torch.equal(rule.answer(gramian).agreed, together.agreement)
    for game, weights in zip(gramian, together.weights, strict=True):
        assert torch.equal(rule(game), weights)
        assert torch.equal(bargain(game).weights, weights)


@pytest.mark.parametrize("size", [1e-140, 1e-100, 1e100, 1e140])
def test_a_pair_of_any_size(size: float) -> None:
    gramian = gramian_of(half_agree(2) * size)
    outcome = bargain(gramian)
    torch.testing.assert_close(get_rule("nash")(gramian), outcome.weights, rtol=1e-9, atol=0)
    assert outcome.agreement.any()


def test_margin_is_the_smallest_cosine() -> None:
    gradients = half_agree(5)
    outcome = bargain(gramian_of(gradients))
    direction = (outcome.weights.unsqueeze(-1) * gradients).sum(-2)
    cosines = torch.nn.functional.cosine_similarity(direction.unsqueeze(-2), gradients, dim=-1).amin(-1)
    agreed = outcome.agreement
    assert torch.allclose(outcome.margin[agreed], cosines[agreed], rtol=1e-8)
    assert not outcome.margin[~agreed].any()
