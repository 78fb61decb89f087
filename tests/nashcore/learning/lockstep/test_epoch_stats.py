"""What is recorded, against sums by hand, batch by batch."""

from __future__ import annotations

import pytest
import torch

from nashcore.bargaining import Status
from nashcore.learning.lockstep.epoch_stats import BINS, GATHERED, Recorder
from nashcore.learning.lockstep.game import Play
from nashcore.methods import NOT_ASKED, Decision


def play(
    gradients: list[list[float]],
    weights: list[float],
    goal: list[float],
    status: int = Status.AGREED,
    active: list[bool] | None = None,
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
    )


def test_shares_by_hand() -> None:
    recorder = Recorder(1, 2, 2, torch.device("cpu"))
    right = [[1.0, 0.0], [0.0, 1.0]]
    recorder.game(play(right, [1, 3], [1, 0]))  # aligned; the goal alone would not be (a cosine of zero)
    recorder.game(play(right, [1, -1], [1, 1], status=Status.STATIONARY))
    recorder.game(play(right, [2, 0], [1, 1], active=[True, False]))
    recorder.game(play(right, [1, 1], [1, 1], status=NOT_ASKED, active=[False, False]))
    for before, after in (([2.0, 2.0], [1.0, 1.0]), ([1.0, 1.0], [0.5, 1.0])):
        recorder.batch(torch.tensor([[[1.0, 2.0]]]), torch.tensor([[[1.0, 0.0], [0.0, 1.0]]]))
        recorder.all_losses_fell(torch.tensor([before]), torch.tensor([after]))
    shares = {name: value.item() for name, value in recorder.shares().items()}
    assert shares == {
        "aligned": pytest.approx(2 / 3),
        "aligned_before": pytest.approx(2 / 3),
        "bargained": 0.75,
        "agreement": pytest.approx(2 / 3),
        "stationary": pytest.approx(1 / 3),
        "satisfied": 0.375,
        "all_satisfied": 0.25,
        "fell": 0.5,
    }
    assert recorder.player_weights().tolist() == [
        [pytest.approx((0.25 + 0.5 + 1 + 0.5) / 4), pytest.approx((0.75 - 0.5 + 0.5) / 4)]
    ]
    assert recorder.training_losses().tolist() == [[1.0, 2.0]]


def test_histograms_hold_one_entry_a_batch_in_the_right_bin() -> None:
    recorder = Recorder(1, 2, 1, torch.device("cpu"))
    recorder.game(play([[1.0, 0.0], [0.6, 0.8]], [1, 0], [1, 0]))  # cosines 1 and 0.6
    recorder.shares()
    after = recorder.histograms[0, 1]
    assert after.sum(-1).tolist() == [1, 1, 1]
    assert after.argmax(-1).tolist() == [int(1.6 * BINS / 2), int(1.8 * BINS / 2), BINS - 1]


def test_gathering_changes_nothing() -> None:
    recorder = Recorder(1, 2, 1, torch.device("cpu"))
    for _ in range(2 * GATHERED + 3):
        recorder.game(play([[1.0, 0.0], [0.0, 1.0]], [1, 1], [1, 0]))
    assert recorder.shares()["aligned"].item() == 1
    assert recorder.histograms[0, 0].sum(-1).tolist() == [2 * GATHERED + 3] * 3
