"""What is recorded, against sums by hand, batch by batch."""

from __future__ import annotations

import pytest
import torch

from nashcore.bargaining import Status, get_rule
from nashcore.learning.lockstep.epoch_stats import GATHERED, Recorder
from nashcore.learning.lockstep.game import Play
from nashcore.learning.shares import BINS, CHANGE_EDGES, DIRECTIONS
from nashcore.methods import NOT_ASKED, Decision


def play(
    gradients: list[list[float]],
    weights: list[float],
    goal: list[float],
    status: int = Status.AGREED,
    active: list[bool] | None = None,
    after_cut: list[float] | None = None,
) -> Play:
    vectors = torch.tensor([gradients]).double()
    return Play(
        Decision(
            torch.tensor([weights]).double(),
            torch.tensor([status], dtype=torch.int8),
        ),
        torch.tensor([goal]).double(),
        vectors @ vectors.transpose(1, 2),
        torch.tensor([active or [True] * len(gradients)]),
        torch.zeros(1, 2).double(),
        torch.tensor([after_cut or [1.0] * len(gradients)]).double(),
    )


def test_shares_by_hand() -> None:
    recorder = Recorder(1, 2, 2, torch.device("cpu"), 1, unasked=[0])
    right = [[1.0, 0.0], [0.0, 1.0]]
    opposed = [[1.0, 0.0], [-2.0, 0.0]]
    # Aligned before the cut and not after it; by the goal alone it would not be (a cosine of zero).
    recorder.game(play(right, [1, 3], [1, 0], after_cut=[0.9, -0.1]))
    recorder.game(play(opposed, [1, -1], [1, 0.4], status=Status.STATIONARY, after_cut=[torch.nan] * 2))
    recorder.game(play(right, [2, 0], [1, 1], active=[True, False]))
    recorder.game(play(right, [1, 1], [1, 1], status=NOT_ASKED, active=[False, False]))
    for before, after, playing in (
        ([2.0, 2.0], [1.0, 1.9], [True, True]),
        ([1.0, 1.0], [0.5, 1.0], [True, True]),  # the second stays
        ([1.0, 1.0], [0.5, 1.0], [True, False]),  # the second is out of the game
        ([1.0, 1.0], [1.0, 3.0], [True, True]),
        ([1.0, 1.0], [0.5, 0.5], [False, False]),  # nobody plays: no step to speak of
        ([1.0, 1.0], [torch.nan, 0.5], [True, True]),
    ):
        recorder.batch(torch.tensor([[[1.0, 2.0]]]), torch.tensor([[[1.0, 0.0], [0.0, 1.0]]]))
        recorder.outcome(torch.tensor([before]), torch.tensor([after]), torch.tensor([playing]))
    shares = {name: value.item() for name, value in recorder.shares().items()}
    assert shares == {
        "aligned_before_cut": pytest.approx(2 / 3),
        "aligned_before_cut_by_goal": pytest.approx(1 / 3),
        "aligned_after_cut": pytest.approx(1 / 3),
        "bargain_exists": pytest.approx(2 / 3),  # not between the opposed; of three with a player
        "bargained": 0.75,
        "agreement": pytest.approx(2 / 3),
        "stationary": pytest.approx(1 / 3),
        "satisfied": 0.375,
        "all_satisfied": 0.25,
        "all_losses_fell": 0.4,
    }
    assert recorder.player_weights().tolist() == [
        [pytest.approx((0.25 + 0.5 + 1 + 0.5) / 4), pytest.approx((0.75 - 0.5 + 0.5) / 4)]
    ]
    assert recorder.training_losses().tolist() == [[1.0, 2.0]]
    changes = recorder.loss_changes[0]
    assert changes.sum() == 4  # a loss that is no number has no change
    at = {round(edge, 9): changes[place].item() for place, edge in enumerate(CHANGE_EDGES) if changes[place]}
    assert at == {-0.1: 1, -1.0: 1, 0.0: 1, 1.0: 1}


def test_histograms_hold_one_entry_a_batch_in_the_right_bin() -> None:
    recorder = Recorder(1, 2, 1, torch.device("cpu"))
    recorder.game(play([[1.0, 0.0], [0.6, 0.8]], [1, 0], [1, 0]))  # cosines 1 and 0.6
    recorder.shares()
    before = recorder.histograms[0, list(DIRECTIONS).index("before_cut")]
    assert before.sum(-1).tolist() == [1, 1, 1]
    assert before.argmax(-1).tolist() == [int(1.6 * BINS / 2), int(1.8 * BINS / 2), BINS - 1]
    assert recorder.histograms[0, list(DIRECTIONS).index("after_cut"), :, -1].tolist() == [1, 1, 1]


def test_changes_fill_the_bins_whose_lower_edge_they_have_reached() -> None:
    recorder = Recorder(1, 1, 1, torch.device("cpu"))
    changes = torch.tensor([*CHANGE_EDGES, -1e-9, 1e-9, 5.0], dtype=torch.float64)
    for change in changes:
        recorder.outcome(torch.ones(1, 1), (1 + change).view(1, 1), torch.ones(1, 1, dtype=torch.bool))
    found = recorder.shares()["all_losses_fell"].item()
    below_zero = recorder.loss_changes[0, : CHANGE_EDGES.index(0.0)].sum().item()
    assert below_zero == sum(change < 0 for change in changes.tolist()) == round(found * len(changes))


def test_whether_a_bargain_exists_does_not_hang_on_who_was_asked() -> None:
    draws = torch.Generator().manual_seed(3)
    vectors = torch.randn(
        6, 3, 2, dtype=torch.float64, generator=draws
    )  # two seeds of three arms, three players
    gramian = vectors @ vectors.mT
    active = torch.rand(6, 3, generator=draws) > 0.2
    status = get_rule("nash").answer(gramian, None, active).status
    nothing = torch.zeros(6, 3).double()
    known = Recorder(6, 3, 1, torch.device("cpu"), 3)
    known.game(Play(Decision(nothing, status), nothing, gramian, active, nothing, nothing))
    unasked = torch.where(torch.tensor([True, False, True] * 2), NOT_ASKED, status)
    solved = Recorder(6, 3, 1, torch.device("cpu"), 3, [0, 2])
    solved.game(Play(Decision(nothing, unasked), nothing, gramian, active, nothing, nothing))
    expected = known.shares()["bargain_exists"]
    torch.testing.assert_close(solved.shares()["bargain_exists"], expected, rtol=0, atol=0, equal_nan=True)
    assert {0.0, 1.0} < set(expected.tolist())  # and NaN, where nobody plays


def test_gathering_changes_nothing() -> None:
    recorder = Recorder(1, 2, 1, torch.device("cpu"))
    for _ in range(2 * GATHERED + 3):
        recorder.game(play([[1.0, 0.0], [0.0, 1.0]], [1, 1], [1, 0]))
        recorder.outcome(torch.ones(1, 2), torch.zeros(1, 2), torch.ones(1, 2, dtype=torch.bool))
    shares = recorder.shares()
    assert shares["aligned_before_cut"].item() == shares["all_losses_fell"].item() == 1
    assert recorder.loss_changes.sum() == 2 * GATHERED + 3
    assert recorder.histograms[0, 0].sum(-1).tolist() == [2 * GATHERED + 3] * 3
