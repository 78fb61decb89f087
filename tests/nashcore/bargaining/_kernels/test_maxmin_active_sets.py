"""Looking at every coalition: right where it says so, beside the interior-point methods, and silent where it cannot tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from nashcore.bargaining import RULES, get_rule
from nashcore.bargaining._kernels import maxmin, maxmin_interior_point
from nashcore.bargaining._kernels.gramian import EXACT
from nashcore.bargaining._kernels.maxmin_active_sets import MOST_PLAYERS, try_active_sets
from nashcore.bargaining._kernels.nonneg_qp import minimise
from tests.nashcore.bargaining import game_families as games
from tests.nashcore.bargaining.optimality_gaps import cagrad_gap, outside

FAMILIES: dict[str, Callable[[int], Tensor]] = {
    name: games.FAMILIES[name] for name in ("unrelated", "norms 1e-3..1e3", "opposed 1e-2", "duplicates")
}
FEW = range(2, MOST_PLAYERS + 1)
each_size = pytest.mark.parametrize("players", FEW)
each_family = pytest.mark.parametrize("family", FAMILIES)


def _problem(gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The Gramian of unit gradients, the cosines with their mean, and costs as one over their norms."""
    norms = gradients.norm(dim=-1)
    units = gradients / norms.unsqueeze(-1)
    mean = torch.nn.functional.normalize(gradients.mean(-2), dim=-1)
    gains = 2 * (units @ mean.unsqueeze(-1)).squeeze(-1)
    return units @ units.mT, gains, norms.amin(-1, keepdim=True) / norms


def _shares(found: Tensor) -> Tensor:
    return found / found.sum(-1, keepdim=True)


@each_size
@each_family
def test_the_ball_agrees_with_the_interior_point_method(family: str, players: int) -> None:
    units, gains, costs = _problem(FAMILIES[family](players))
    shares, solved = try_active_sets(units, gains, costs)
    assert bool(solved.all())
    assert bool((shares >= 0).all())
    values, vectors = torch.linalg.eigh(units)
    root = vectors * values.clamp_min(0).sqrt().unsqueeze(-2)
    expected = maxmin_interior_point.maximise_worst(root, gains, costs)
    # The multipliers of duplicates are not unique; where they lead is.
    there, here = ((root.mT @ _shares(y).unsqueeze(-1)).squeeze(-1) for y in (shares, expected))
    torch.testing.assert_close(there, here, rtol=1e-5, atol=1e-6)


@each_size
@each_family
def test_the_hull_agrees_with_the_interior_point_method(family: str, players: int) -> None:
    units, _, costs = _problem(FAMILIES[family](players))
    nothing = torch.zeros_like(costs)
    shares, solved = try_active_sets(units, nothing, costs)
    assert bool(solved.all())
    squares = [
        (y * (units @ y.unsqueeze(-1)).squeeze(-1)).sum(-1) / (y * costs).sum(-1) ** 2
        for y in (shares, minimise(units, nothing, costs))
    ]
    torch.testing.assert_close(squares[0], squares[1], rtol=1e-9, atol=1e-12)


def test_two_unrelated_players_by_hand() -> None:
    """Nothing at the centre, costs 1 and 1/2: x = (2, 1) / sqrt 5 reaches the level 2 / sqrt 5."""
    costs = torch.tensor([1.0, 0.5], dtype=torch.float64)
    shares, solved = try_active_sets(torch.eye(2).double(), torch.zeros(2).double(), costs)
    assert solved
    torch.testing.assert_close(shares, torch.tensor([2.0, 1.0]).double() / 5**0.5, rtol=1e-15, atol=0)


def test_one_who_has_enough_stays_out_with_exactly_nothing() -> None:
    """The second player has 5 at the centre; the first alone holds the level back."""
    gains = torch.tensor([0.0, 5.0], dtype=torch.float64)
    shares, solved = try_active_sets(torch.eye(2).double(), gains, torch.ones(2).double())
    assert solved
    assert shares.tolist() == [1.0, 0.0]


def test_a_hull_around_the_origin_is_left_to_others() -> None:
    angles = torch.arange(3, dtype=torch.float64) * 2 * torch.pi / 3
    ring = torch.stack([angles.cos(), angles.sin()], -1)
    gramians = torch.stack([ring @ ring.mT, torch.eye(3).double()])
    nothing, ones = torch.zeros(2, 3).double(), torch.ones(2, 3).double()
    assert try_active_sets(gramians, nothing, ones)[1].tolist() == [False, True]
    found = _shares(maxmin.shortest_of_hull(gramians, ones, EXACT))
    torch.testing.assert_close(found, ones / 3, rtol=1e-6, atol=0)


def test_what_is_not_a_number_is_not_solved() -> None:
    broken = torch.full((1, 3, 3), torch.nan, dtype=torch.float64)
    ones = torch.ones(1, 3).double()
    assert not bool(try_active_sets(broken, ones, ones)[1].any())
    assert bool(maxmin.lift_worst_off(broken, ones * torch.nan, ones).isnan().all())
    assert bool(maxmin.shortest_of_hull(broken, ones, EXACT).isnan().all())
    for name in RULES:
        for players in (2, 4, 8):
            gramians = torch.stack([torch.eye(players), torch.full((players, players), torch.nan)]).double()
            rule = get_rule(name, check=False)
            found = rule(gramians, losses=torch.ones(2, players) if RULES[name].needs_losses else None)
            assert not bool(found.isnan().any()), name
            alone = rule(gramians[0], losses=torch.ones(players) if RULES[name].needs_losses else None)
            torch.testing.assert_close(found[0], alone, msg=name)


@pytest.mark.parametrize("players", [3, 4, MOST_PLAYERS])
@pytest.mark.parametrize("c", [0.4, 0.99, 2.0])
def test_cagrad_is_exact_beside_norms_a_trillion_times_longer(players: int, c: float) -> None:
    draws = torch.Generator().manual_seed(0)
    orders = [torch.randperm(players, generator=draws) for _ in range(20)]
    gradients = torch.cat([games.badly_scaled(players)[:, order] for order in orders])
    gradients = gradients * (1 + torch.arange(len(gradients)).view(-1, 1, 1) / 7)
    weights = get_rule("cagrad", c=c)(games.gramian_of(gradients))
    assert float(cagrad_gap(gradients, weights, c).max()) < 1e-11
    assert float(outside(gradients, weights, c).max()) < 1e-11
