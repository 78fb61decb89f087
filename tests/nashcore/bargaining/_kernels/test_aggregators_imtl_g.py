"""IMTL-G among some of the players: its weights sum to one among those who are in the game, and a line is theirs alone."""

from __future__ import annotations

import pytest
import torch

from nashcore.bargaining import Status, get_rule

each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


@each_dtype
@pytest.mark.parametrize("along", [(1.0, -1.0), (1.0, -3.0), (1.0, -2.0, 3.0), (2.0, 1.0), (0.5, 3.0, 0.25)])
def test_imtl_g_on_a_line_is_that_of_the_players_who_are_in_the_game(
    along: tuple[float, ...], dtype: torch.dtype
) -> None:
    line = torch.tensor([0.3, -0.7, 0.11, 2.9], dtype=torch.float64)
    others = torch.tensor([[2.9, 0.0, 0.0, -0.3], [1.0, 2.0, 3.0, 4.0]], dtype=torch.float64)
    gradients = torch.cat([torch.tensor(along, dtype=torch.float64).unsqueeze(-1) * line, others]).to(dtype)
    active = torch.tensor([True] * len(along) + [False, False])
    answer = get_rule("imtl_g").answer(gradients @ gradients.T, active=active)
    inverse = torch.tensor([1 / abs(own) for own in along])
    same_way = all(own > 0 for own in along)
    expected = inverse / inverse.sum() if same_way else torch.zeros(len(along))
    torch.testing.assert_close(answer.weights[:-2].float(), expected, rtol=1e-5, atol=0)
    assert not answer.weights[-2:].any()
    assert answer.status == (Status.AGREED if same_way else Status.STATIONARY)


@each_dtype
def test_imtl_g_keeps_its_sign_without_those_who_left(dtype: torch.dtype) -> None:
    """Weights sum to one among those who are in the game: here one gains by what the other loses, and one more would hide it."""
    gradients = torch.tensor([[1.0, 0.0], [0.0, 0.5], [-0.8, -0.6], [0.3, 0.9]], dtype=dtype)
    for left in range(4):
        active = torch.arange(4) != left
        some = gradients[active]
        alone = get_rule("imtl_g")(some @ some.T)
        among = get_rule("imtl_g")(gradients @ gradients.T, None, active)[active]
        torch.testing.assert_close(among, alone, rtol=1e-4, atol=1e-5)
