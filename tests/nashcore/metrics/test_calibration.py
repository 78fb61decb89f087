"""Calibration: hand-worked bins, scikit-learn's curve, a slow reference, and what chance alone shows."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.calibration import calibration_curve

from nashcore.metrics.calibration import BINS, reliability


def test_hand_worked_bins() -> None:
    scores = torch.tensor([[0.0, 0.05, 0.1, 0.72, 0.78, 1.0]], dtype=torch.float64)
    labels, groups = torch.tensor([0, 1, 0, 1, 0, 1]), torch.zeros(6, dtype=torch.int64)
    found = reliability(scores, labels, groups, 1)
    assert found.rows[0, 0].tolist() == [2, 1, 0, 0, 0, 0, 0, 2, 0, 1]
    assert found.expected[0, 0, 7].item() == pytest.approx(0.75)
    assert found.observed.value[0, 0, 0].item() == 0.5
    assert found.expected[0, 0, 2].isnan()
    # two rows 0.475 off in sum 0.95, one 0.1, two 0.25 each, one 0
    assert found.error.item() == pytest.approx((0.95 + 0.1 + 0.5 + 0.0) / 6)


def test_bins_agree_with_scikit_learn_group_by_group() -> None:
    draws = np.random.default_rng(1)
    scores = draws.random((2, 800))
    labels, groups = draws.integers(0, 2, 800), draws.integers(0, 3, 800)
    found = reliability(torch.tensor(scores), torch.tensor(labels), torch.tensor(groups), 3, draws=2)
    for model in range(2):
        for group in range(3):
            own = groups == group
            observed, expected = calibration_curve(labels[own], scores[model, own], n_bins=BINS)
            filled = found.rows[model, group] > 0
            assert found.expected[model, group][filled].tolist() == pytest.approx(expected.tolist())
            assert found.observed.value[model, group][filled].tolist() == pytest.approx(observed.tolist())
            bins = np.minimum((scores[model, own] * BINS).astype(int), BINS - 1)
            apart = sum(
                abs(scores[model, own][bins == b].sum() - labels[own][bins == b].sum()) for b in range(BINS)
            )
            assert found.error[model, group].item() == pytest.approx(apart / own.sum())


def test_scores_that_mean_what_they_say_are_not_told_from_chance_and_others_are() -> None:
    draws = np.random.default_rng(2)
    scores = draws.random(4000)
    labels = torch.tensor((draws.random(4000) < scores).astype(int))
    groups = torch.zeros(4000, dtype=torch.int64)
    both = torch.tensor(np.stack([scores, scores**3]))
    found = reliability(both, labels, groups, 1)
    assert found.error[0, 0] <= 1.5 * found.by_chance[0, 0]
    assert found.error[1, 0] > 2 * found.by_chance[1, 0]


def test_copies_share_their_luck() -> None:
    """A row that was drawn twenty times is one row: chance alone moves it as far."""
    scores = torch.full((1, 400), 0.5)
    labels, groups = torch.arange(400) % 2, torch.zeros(400, dtype=torch.int64)
    alone = reliability(scores, labels, groups, 1)
    copied = reliability(scores, labels, groups, 1, torch.arange(400) // 20)
    assert copied.by_chance.item() > 2 * alone.by_chance.item()
    width = copied.observed.high - copied.observed.low
    assert width[0, 0, 5] > 2 * (alone.observed.high - alone.observed.low)[0, 0, 5]


def test_a_model_without_scores_and_a_group_without_rows_have_none() -> None:
    scores = torch.tensor([[0.2, torch.nan], [0.2, 0.4]])
    found = reliability(scores, torch.tensor([0, 1]), torch.tensor([0, 0]), 2, draws=3)
    assert found.error.isnan().tolist() == [[True, True], [False, True]]
    assert found.by_chance.isnan().tolist() == [[True, True], [False, True]]
    nobody = reliability(torch.empty(1, 0), torch.tensor([]), torch.tensor([], dtype=torch.int64), 1)
    assert nobody.error.isnan().all()
