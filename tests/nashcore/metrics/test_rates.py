"""Group metrics: hand-worked values, scikit-learn and fairlearn as references, and what is unknown stays unknown."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from fairlearn.metrics import MetricFrame, false_positive_rate, true_positive_rate
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from nashcore.metrics import rates

MODELS, ROWS, GROUPS = 5, 200, 3


@pytest.fixture
def drawn() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Scores with many ties, labels and groups."""
    draws = torch.Generator().manual_seed(3)
    scores = torch.randint(-6, 7, (MODELS, ROWS), generator=draws) / 4
    labels = torch.randint(0, 2, (ROWS,), generator=draws)
    groups = torch.randint(0, GROUPS, (ROWS,), generator=draws)
    return scores, labels, groups


def test_hand_worked_rates_and_gaps() -> None:
    labels = torch.tensor([1, 1, 0, 0, 1, 1, 0, 0])
    groups = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
    predicted = torch.tensor([1, 0, 0, 0, 1, 1, 1, 0])
    found = rates.group_rates(predicted, labels, groups, 2)
    assert found.tpr.tolist() == [0.5, 1.0]
    assert found.fpr.tolist() == [0.0, 0.5]
    assert found.f1.tolist() == pytest.approx([2 / 3, 4 / 5])
    assert found.hard_auc.tolist() == [0.75, 0.75]
    assert rates.gap(found.tpr).item() == 0.5
    assert rates.worst(found.tpr).item() == 0.5
    assert rates.overall_rates(predicted, labels).hard_auc.item() == 0.75


def test_ties_count_half() -> None:
    labels = torch.tensor([0, 1, 1, 0])
    assert rates.roc_auc(torch.tensor([0.0, 0.0, 1.0, -1.0]), labels).item() == 3.5 / 4
    assert rates.roc_auc(torch.zeros(2, 4), labels).tolist() == [0.5, 0.5]


def test_rates_agree_with_fairlearn_and_scikit_learn(drawn) -> None:
    scores, labels, groups = drawn
    predicted = (scores > 0).long()
    found = rates.group_rates(predicted, labels, groups, GROUPS)
    overall = rates.overall_rates(predicted, labels)
    functions = {
        "tpr": true_positive_rate,
        "fpr": false_positive_rate,
        "f1": f1_score,
        "hard_auc": balanced_accuracy_score,
    }
    for model in range(MODELS):
        frame = MetricFrame(
            metrics=functions,
            y_true=labels.numpy(),
            y_pred=predicted[model].numpy(),
            sensitive_features=groups.numpy(),
        )
        for name in functions:
            rate = getattr(found, name)[model]
            assert rate.tolist() == pytest.approx(frame.by_group[name].tolist(), abs=1e-12)
            assert rates.gap(rate).item() == pytest.approx(frame.difference()[name], abs=1e-12)
            assert rates.worst(rate).item() == pytest.approx(frame.group_min()[name], abs=1e-12)
            assert getattr(overall, name)[model].item() == pytest.approx(frame.overall[name], abs=1e-12)
        hard = roc_auc_score(labels.numpy(), predicted[model].numpy())
        assert overall.hard_auc[model].item() == pytest.approx(hard, abs=1e-12)


def test_roc_auc_agrees_with_scikit_learn(drawn) -> None:
    scores, labels, groups = drawn
    by_group = rates.group_roc_auc(scores, labels, groups, GROUPS)
    overall = rates.roc_auc(scores, labels)
    for model in range(MODELS):
        expected = roc_auc_score(labels.numpy(), scores[model].numpy())
        assert overall[model].item() == pytest.approx(expected, abs=1e-12)
        for group in range(GROUPS):
            of_group = (groups == group).numpy()
            expected = roc_auc_score(labels.numpy()[of_group], scores[model].numpy()[of_group])
            assert by_group[model, group].item() == pytest.approx(expected, abs=1e-12)


def test_roc_auc_ignores_the_scale_of_scores(drawn) -> None:
    scores, labels, groups = drawn
    found = rates.group_roc_auc(scores, labels, groups, GROUPS)
    assert torch.equal(rates.group_roc_auc(torch.exp(scores.double()), labels, groups, GROUPS), found)
    assert torch.allclose(rates.group_roc_auc(-scores, labels, groups, GROUPS), 1 - found)


def test_a_group_with_one_label_has_no_auc_and_is_named() -> None:
    labels, groups = torch.tensor([1, 1, 0, 1, 0]), torch.tensor([0, 0, 1, 1, 1])
    scores = torch.tensor([[0.5, 1.0, -1.0, 2.0, 1.0]])
    predicted = scores > 0
    found = rates.group_rates(predicted, labels, groups, 3)
    assert found.hard_auc.isnan().tolist() == [[True, False, True]]
    assert found.tpr.tolist()[0][:2] == [1.0, 1.0]
    roc = rates.group_roc_auc(scores, labels, groups, 3)
    assert roc.isnan().tolist() == [[True, False, True]]
    assert roc[0, 1].item() == 1.0
    assert math.isnan(rates.gap(roc).item())
    assert rates.worst(roc).item() == 1.0
    assert math.isnan(rates.worst(torch.full((2,), torch.nan)).item())
    assert rates.undefined_groups(labels, groups, ("a", "b", "c")) == (
        "Group 'a' has 0 rows of label 0 and 2 of label 1, so it has no AUC: gaps and worst groups leave it out.",
        "Group 'c' has 0 rows of label 0 and 0 of label 1, so it has no AUC: gaps and worst groups leave it out.",
    )


def test_f1_is_zero_when_label_one_is_never_found_and_unknown_when_it_does_not_exist() -> None:
    found = rates.group_rates(torch.zeros(4), torch.tensor([1, 0, 0, 0]), torch.tensor([0, 0, 1, 1]), 2)
    assert found.f1[0].item() == 0.0
    assert math.isnan(found.f1[1].item())


def test_alignment_is_the_cosine_with_the_joint_direction() -> None:
    draws = torch.Generator().manual_seed(1)
    gradients = torch.randn(4, 3, 7, generator=draws, dtype=torch.float64)
    weights = torch.rand(4, 3, generator=draws, dtype=torch.float64)
    direction = (weights.unsqueeze(-1) * gradients).sum(1)
    expected = torch.cosine_similarity(direction.unsqueeze(1), gradients, dim=-1)
    found = rates.alignment(gradients @ gradients.transpose(1, 2), weights)
    assert np.allclose(found.numpy(), expected.numpy(), atol=1e-12)
    assert rates.alignment(torch.zeros(2, 2), torch.ones(2)).isnan().all()
