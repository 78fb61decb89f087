"""Decisions at any threshold, against scikit-learn and fairlearn, with ties, empty groups and rows drawn several times."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score

from nashcore.errors import InputError
from nashcore.metrics.confusion import counted_rates
from nashcore.metrics.thresholds import Sweep, copies_of

MODELS, ROWS, GROUPS = 4, 300, 3
THRESHOLDS = torch.tensor([-1.0, 0.0, 0.1, 0.25, 0.5, 0.55, 0.9, 1.0, 2.0], dtype=torch.float64)


@pytest.fixture
def drawn() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Scores with many ties, some of them at thresholds, labels and groups."""
    draws = torch.Generator().manual_seed(3)
    scores = torch.randint(0, 21, (MODELS, ROWS), generator=draws).double() / 20
    labels = torch.randint(0, 2, (ROWS,), generator=draws)
    return scores, labels, torch.randint(0, GROUPS, (ROWS,), generator=draws)


def test_counts_agree_with_scikit_learn_in_every_group(drawn) -> None:
    scores, labels, groups = drawn
    found, squares = Sweep(scores, labels, groups, GROUPS).at(THRESHOLDS)
    assert torch.equal(found.tp, squares.tp)
    for model in range(MODELS):
        for at, threshold in enumerate(THRESHOLDS.tolist()):
            for group in range(GROUPS):
                own = groups == group
                expected = confusion_matrix(
                    labels[own], (scores[model][own] > threshold).long(), labels=[0, 1]
                ).ravel()
                counts = [one[model, at, group].item() for one in (found.tn, found.fp, found.fn, found.tp)]
                assert counts == expected.tolist()


def test_rates_agree_with_fairlearn(drawn) -> None:
    scores, labels, groups = drawn
    counts, _ = Sweep(scores, labels, groups, GROUPS).at(torch.tensor([0.5]))
    rates, whole = counted_rates(counts), counted_rates(counts.overall())
    functions = {
        "selection_rate": selection_rate,
        "accuracy": accuracy_score,
        "tpr": true_positive_rate,
        "fpr": false_positive_rate,
        "precision": precision_score,
    }
    for model in range(MODELS):
        frame = MetricFrame(
            metrics=functions,
            y_true=labels.numpy(),
            y_pred=(scores[model] > 0.5).long().numpy(),
            sensitive_features=groups.numpy(),
        )
        for name in functions:
            assert rates[name].value[model, 0].tolist() == pytest.approx(frame.by_group[name].tolist())
            assert whole[name].value[model, 0].item() == pytest.approx(frame.overall[name])


def test_every_group_can_have_a_threshold_of_its_own(drawn) -> None:
    scores, labels, groups = drawn
    sweep = Sweep(scores, labels, groups, GROUPS)
    own = torch.tensor([[0.2, 0.5, 0.8]], dtype=torch.float64)
    found, _ = sweep.at(own)
    for group in range(GROUPS):
        alone, _ = sweep.at(own[0, group : group + 1])
        assert torch.equal(found.tp[:, 0, group], alone.tp[:, 0, group])
        assert torch.equal(found.fp[:, 0, group], alone.fp[:, 0, group])


def test_a_group_without_rows_and_a_model_without_scores(drawn) -> None:
    scores, labels, groups = drawn
    scores[1, 7] = torch.nan
    scores[2, 9] = torch.inf
    found, _ = Sweep(scores, labels, groups, GROUPS + 1).at(torch.tensor([0.5]))
    assert found.rows[0, 0, GROUPS].item() == 0
    assert found.tp.isnan().all(-1).flatten().tolist() == [False, True, True, False]
    expected = ((scores[3] > 0.5) & (labels == 1) & (groups == GROUPS - 1)).sum()
    assert found.tp[3, 0, GROUPS - 1] == expected
    nobody, _ = Sweep(torch.empty(2, 0), labels[:0], groups[:0], 2).at(torch.tensor([0.5]))
    assert nobody.rows.tolist() == [[[0, 0]], [[0, 0]]]


def test_rows_drawn_several_times_count_as_the_square_of_their_draws() -> None:
    rows = torch.tensor([4, 4, 4, 9, 2, 2])
    copies = copies_of(rows)
    assert copies.tolist() == [3, 3, 3, 1, 2, 2]
    labels, groups = torch.tensor([1, 1, 1, 1, 0, 0]), torch.zeros(6, dtype=torch.int64)
    scores = torch.tensor([[0.9, 0.9, 0.9, 0.1, 0.8, 0.8]])
    counts, squares = Sweep(scores, labels, groups, 1, copies).at(torch.tensor([0.5]))
    assert (counts.positives.item(), squares.positives.item()) == (4, 9 + 1)
    tpr = counted_rates(counts, squares)["tpr"]
    assert tpr.value.item() == 0.75
    assert tpr.high - tpr.low > counted_rates(counts)["tpr"].high - counted_rates(counts)["tpr"].low


def test_a_higher_threshold_never_selects_more() -> None:
    draws = np.random.default_rng(0)
    scores = torch.tensor(draws.random((3, 50)))
    labels, groups = torch.tensor(draws.integers(0, 2, 50)), torch.tensor(draws.integers(0, 2, 50))
    counts, _ = Sweep(scores, labels, groups, 2).at(torch.linspace(0, 1, 33, dtype=torch.float64))
    assert (counts.selected.diff(dim=1) <= 0).all()
    assert (counts.rows == counts.rows[:, :1]).all()


def test_labels_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="Labels should be 0 or 1"):
        Sweep(torch.rand(1, 2), torch.tensor([0, 2]), torch.tensor([0, 0]), 1)
