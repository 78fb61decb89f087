"""The game inside training: players, satisfied players, goals, stages and row weights."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nashcore.bargaining import RULES, bargain
from nashcore.errors import InputError
from nashcore.learning.lockstep.game import Game, row_weights
from nashcore.learning.lockstep.players import players_of
from nashcore.methods import (
    PUBLISHED,
    Arm,
    Schedule,
    arms_of,
    continuous,
    make_method,
    two_stage,
    while_in_conflict,
)
from nashcore.metrics import alignment

LIKE = torch.zeros((), dtype=torch.float64)


def four_players() -> object:
    return players_of(torch.arange(4), ("a", "b"), ("no", "yes"), LIKE)


def friendly(players: int = 4, rows: int = 30, models: int = 1, seed: int = 0) -> Tensor:
    """Gradients that have an agreement: a common part and a smaller own part."""
    draws = torch.Generator().manual_seed(seed)
    own = torch.randn(models, players, rows, dtype=torch.float64, generator=draws)
    return own + 1.5 * torch.randn(models, 1, rows, dtype=torch.float64, generator=draws)


def nash_arm(name: str = "nash_ltr", rule: str = "nash", schedule: Schedule | None = None) -> Arm:
    return Arm(name, name, make_method(PUBLISHED[name].goal, rule, schedule or continuous()))


def test_players_of_unequal_cells_by_hand() -> None:
    # Group a has cells 0 (two rows) and 1 (one row); group c has cell 5 only; group b has none.
    players = players_of(torch.tensor([0, 5, 0, 1]), ("a", "b", "c"), ("no", "yes"), LIKE)
    assert players.cells.tolist() == [0, 1, 5]
    assert players.cell_means.tolist() == [[0.5, 0, 0.5, 0], [0, 0, 0, 1], [0, 1, 0, 0]]
    assert players.groups.tolist() == [0, 2]
    assert players.group_means.tolist() == [[pytest.approx(2 / 3), pytest.approx(1 / 3), 0], [0, 0, 1]]
    assert players.shares.tolist() == [0.75, 0.25]
    assert players.notices == (
        "Cell (b, no) has no validation rows, so it takes no part in the game.",
        "Cell (b, yes) has no validation rows, so it takes no part in the game.",
        "Cell (c, no) has no validation rows, so it takes no part in the game.",
    )


def test_no_validation_rows_is_refused() -> None:
    with pytest.raises(InputError, match="no one to bargain"):
        players_of(torch.tensor([], dtype=torch.int64), ("a",), ("no", "yes"), LIKE)


def test_a_player_below_a_millionth_of_its_largest_norm_is_satisfied() -> None:
    game = Game([nash_arm()], 1, four_players(), 1e-6)
    gradients, losses = friendly(), torch.ones(1, 4, dtype=torch.float64)
    first = game.play(gradients, losses, 0)
    assert first.active.all()
    assert first.decision.agreed.all()
    smaller = gradients.clone()
    smaller[:, 0] *= 1e-5
    assert game.play(smaller, losses, 0).active.all()
    smaller[:, 0] *= 0.05
    later = game.play(smaller, losses, 0)
    assert later.active.tolist() == [[False, True, True, True]]
    alone = bargain(smaller[0, 1:] @ smaller[0, 1:].T).weights
    assert torch.allclose(
        later.decision.weights[0, 1:] / later.decision.weights[0, 1], alone / alone[0], rtol=1e-7
    )
    assert later.decision.weights[0, 0] == 0


@pytest.mark.parametrize(
    "gradients", [torch.zeros(1, 4, 5).double(), torch.tensor([1.0, -1, 1, -1]).double().view(1, 4, 1)]
)
def test_without_players_or_agreement_the_goal_decides(gradients: Tensor) -> None:
    game = Game([nash_arm("nash_meta_gdro")], 1, four_players(), 1e-6)
    decision = game.play(gradients, torch.tensor([[1.0, 2, 3, 1]]).double(), 0).decision
    assert decision.asked.tolist() == [True]
    assert decision.agreed.tolist() == [False]
    assert decision.weights.tolist() == [[0, 0, 0.5, 0.5]]  # the second group has the higher mean loss


def test_goals_weigh_groups_and_not_cells() -> None:
    arms = arms_of(("ltr", "forml", "meta_gdro", "baseline"), {})
    players = players_of(torch.tensor([0, 0, 0, 1, 2, 3]), ("a", "b"), ("no", "yes"), LIKE)
    game = Game(arms, 1, players, 1e-6)
    losses = torch.tensor([[1.0, 5.0, 1.5, 1.5]]).double().expand(4, 4)  # group means 2 and 1.5
    weights = game.play(friendly(models=4), losses, 0).decision.weights
    assert weights[0].tolist() == pytest.approx([3 / 6, 1 / 6, 1 / 6, 1 / 6])
    assert weights[1].tolist() == pytest.approx([0.75, 0.25, -0.5, -0.5])
    assert weights[2].tolist() == pytest.approx([0.75, 0.25, 0, 0])
    assert weights[3].tolist() == [0, 0, 0, 0]


def test_stages_rules_and_conflict_are_kept_apart_in_one_call() -> None:
    arms = (
        nash_arm(schedule=two_stage(2)),
        nash_arm("nash_forml", rule="mean"),
        nash_arm("nash_meta_gdro", schedule=while_in_conflict()),
        *arms_of(("ltr",), {}),
    )
    game = Game(arms, 2, four_players(), 1e-6)
    one = friendly()
    no_conflict = one.abs()
    conflict = torch.cat([-one[:, :1], one[:, 1:]], dim=1)
    gradients = torch.cat([one, one, no_conflict, one, one, one, conflict, one])
    losses = torch.tensor([[1.0, 2, 1, 1]]).double().expand(8, 4)
    early, late = game.play(gradients, losses, 1), game.play(gradients, losses, 2)
    assert early.decision.asked.tolist() == [True, True, False, False, True, True, True, False]
    assert late.decision.asked.tolist() == [False, True, False, False, False, True, True, False]
    nash = bargain(early.gramian[0]).weights
    assert torch.allclose(early.decision.weights[0], nash)
    assert torch.allclose(early.decision.weights[1], torch.full((4,), 0.25).double())
    assert torch.equal(late.decision.weights[0], late.goal_weights[0])
    assert torch.equal(early.decision.weights[2], early.goal_weights[2])


@pytest.mark.parametrize("rule", list(RULES))
def test_a_model_that_broke_does_not_touch_the_others(rule: str) -> None:
    arms = [nash_arm(rule=rule)]
    gradients, losses = friendly(models=3), torch.rand(3, 4, dtype=torch.float64) + 0.5
    expected = Game(arms, 3, four_players(), 1e-6).play(gradients, losses, 0).decision.weights
    broken, broken_losses = gradients.clone(), losses.clone()
    broken[1], broken_losses[1] = torch.nan, torch.nan
    found = Game(arms, 3, four_players(), 1e-6).play(broken, broken_losses, 0).decision.weights
    assert torch.allclose(found[[0, 2]], expected[[0, 2]], rtol=1e-9)
    broken[1] = torch.inf
    found = Game(arms, 3, four_players(), 1e-6).play(broken, losses, 0).decision.weights
    assert torch.allclose(found[[0, 2]], expected[[0, 2]], rtol=1e-9)


def test_row_weights_by_hand() -> None:
    hypergradients = torch.tensor([[[-3.0, 1.0, 0.0], [0.0, 1.0, -4.0]], [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]])
    weights = row_weights(hypergradients.double(), torch.ones(2, 2).double())
    assert torch.allclose(weights, torch.tensor([[0.6, 0, 0.8], [0, 0, 0]]).double())
    tiny = row_weights(1e-30 * hypergradients.double(), torch.ones(2, 2).double())
    assert torch.allclose(tiny, weights)


def test_signed_row_weights_keep_what_the_cut_takes_away() -> None:
    hypergradients = torch.tensor([[[-3.0, 1.0, 0.0], [0.0, 3.0, 0.0]], [[0.0] * 3] * 2]).double()
    signed = row_weights(hypergradients, torch.ones(2, 2).double(), signed=True)
    assert torch.allclose(signed, torch.tensor([[0.6, -0.8, 0], [0, 0, 0]]).double())


@pytest.mark.parametrize("signed", [False, True])
def test_the_cut_turns_a_bargain_against_a_player_by_hand(signed: bool) -> None:
    # Row 1 lowers the first cell's loss and raises the second's; row 2 raises the second's. The bargain between the unit
    # hypergradients is their sum, (-0.4, 0.8): weight row 1 by 0.4 and row 2 by -0.8, and both losses fall alike. The cut
    # takes row 2 away, and what is left, row 1 alone, raises the second cell's loss.
    hypergradients = torch.tensor([[[-1.0, 0.0], [0.6, 0.8]]]).double()
    players = players_of(torch.arange(2), ("a",), ("no", "yes"), LIKE)
    game = Game([nash_arm()], 1, players, 1e-6, signed)
    played = game.play(hypergradients, torch.ones(1, 2).double(), 0)
    before = alignment(played.gramian, played.decision.weights)
    assert before[0].tolist() == pytest.approx([0.2**0.5] * 2)
    if signed:
        assert played.row_weights[0].tolist() == pytest.approx([0.2**0.5, -(0.8**0.5)])
        assert played.row_cosines[0].tolist() == pytest.approx(before[0].tolist())
    else:
        assert played.row_weights[0].tolist() == pytest.approx([1, 0])
        assert played.row_cosines[0].tolist() == pytest.approx([1, -0.6])


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_cosines_after_the_cut_are_those_with_the_row_weights(scale: float) -> None:
    gradients = scale * friendly(models=5, seed=7)
    gradients[1, 2] = 0  # a cell that nothing moves
    gradients[2] = gradients[2].abs()  # every row would raise every loss: all are cut away
    played = Game([nash_arm()], 5, four_players(), 1e-6).play(gradients, torch.ones(5, 4).double(), 0)
    for model, (found, rows) in enumerate(zip(gradients / scale, played.row_weights, strict=True)):
        for cell, row in enumerate(found):
            cosine = played.row_cosines[model, cell]
            if model == 2 or (model, cell) == (1, 2):
                assert cosine.isnan()
            else:
                expected = torch.cosine_similarity(-row, rows, dim=0)
                assert cosine.item() == pytest.approx(expected.item(), abs=1e-12)
