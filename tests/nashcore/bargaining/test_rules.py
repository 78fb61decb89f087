"""What every rule has in common: players who are left out, and input that cannot be used."""

from __future__ import annotations

import pytest
import torch

from nashcore.bargaining import RULES, get_rule
from nashcore.errors import InputError
from tests.nashcore.bargaining import game_families as games

CASES = [
    *((name, {}) for name in RULES),
    ("cagrad", {"c": 0.05}),
    ("cagrad", {"c": 1.5}),
    ("gm", {"power": 0.5}),
]
GRAMIAN = torch.eye(3, dtype=torch.float64)


@pytest.mark.parametrize("family", ["unrelated", "norms 1e-3..1e3", "opposed 1e-2"])
@pytest.mark.parametrize("players", [2, 3, 5, 9])
@pytest.mark.parametrize(("rule", "options"), CASES)
def test_players_who_are_left_out_change_nothing_but_the_weights_length(
    rule: str, options: dict[str, float], players: int, family: str
) -> None:
    gradients = games.FAMILIES[family](players)[:10]
    draws = torch.Generator().manual_seed(players)
    losses = torch.rand(10, players, dtype=torch.float64, generator=draws) + 0.1
    active = torch.rand(10, players, generator=draws) < 0.7
    active[:3] = torch.eye(3, players, dtype=torch.bool)  # one alone
    active[3] = False  # nobody at all
    weigh = get_rule(rule, **options)
    # What the others' entries are does not matter.
    gramian = torch.where(active.unsqueeze(-1) & active.unsqueeze(-2), games.gramian_of(gradients), torch.nan)
    weights = get_rule(rule, check=False, **options)(gramian, losses, active)
    assert (weights[~active] == 0).all()
    # PyTorch's eigenvalues lose digits where scales are bad (see test_eigen).
    tolerance = 1e-3 if (rule, family) == ("aligned_mtl", "norms 1e-3..1e3") else 1e-5
    for game in range(10):
        inside = active[game]
        if inside.any() and not (rule == "pcgrad" and players > 2):  # whose order is drawn for all players
            own = gradients[game][inside]
            alone = own.mT @ weigh(games.gramian_of(own.unsqueeze(0)), losses[game][inside].unsqueeze(0))[0]
            found = own.mT @ weights[game][inside]
            size = alone.norm()
            assert (alone / size - found / found.norm()).norm() < tolerance if size > 0 else found.norm() == 0


def test_pcgrad_among_two_of_four_is_that_of_two() -> None:
    gramian = games.gramian_of(games.unrelated(4))
    active = torch.tensor([False, True, False, True]).expand(len(gramian), 4)
    found = get_rule("pcgrad")(gramian, None, active)
    alone = get_rule("pcgrad")(gramian[:, 1::2, 1::2])
    torch.testing.assert_close(found[:, 1::2], alone)
    assert not found[:, ::2].any()


@pytest.mark.parametrize(
    ("rule", "losses", "active", "says"),
    [
        ("loss_gm", None, None, "needs the players' losses. Found none"),
        ("loss_gm", [1.0, 2.0, 3.0], None, "'losses' should be a tensor, one loss a player. Found list"),
        ("loss_gm", torch.ones(2), None, r"'losses' should have the shape \[3\].*Found \[2\]"),
        ("loss_gm", torch.full((3,), torch.nan), None, "'losses' should be finite"),
        ("nash", None, [True] * 3, "'active' should be a tensor of bools. Found list"),
        ("nash", None, torch.ones(3), r"'active' should be bool, .*Found torch.float32"),
        ("cagrad", None, torch.ones(2) > 0, r"of the shape \[3\]. Found torch.bool, of the shape \[2\]"),
    ],
)
def test_what_a_rule_cannot_use_is_refused(rule: str, losses: object, active: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        get_rule(rule)(GRAMIAN, losses, active)  # type: ignore[arg-type]
