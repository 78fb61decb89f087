"""Labels of any type that holds 0 and 1 mean the same everywhere; others are refused; NaN scores give NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from nashcore.errors import InputError
from nashcore.metrics import (
    GROUP_METRICS,
    METRICS,
    Predictions,
    Sweep,
    bootstrap_means,
    group_rates,
    group_roc_auc,
    measure,
    overall_rates,
    reliability,
    roc_auc,
    undefined_groups,
)

LABELS, GROUPS = [0, 1, 1, 0, 1, 0, 0], [0, 0, 1, 1, 1, 1, 0]
SCORES = torch.tensor([[0.5, 0.2, -1.0, 3.0, 0.2, -0.2, -0.4], [-1.0, 2.0, 3.0, -4.0, 5.0, -6.0, 7.0]])
TYPES = [
    torch.bool,
    torch.float8_e4m3fn,
    torch.uint16,
    torch.uint8,
    torch.int32,
    torch.int64,
    torch.float16,
    torch.float32,
    torch.float64,
]


@pytest.mark.parametrize("dtype", TYPES)
def test_every_type_of_label_gives_the_same_numbers(dtype: torch.dtype) -> None:
    right, labels = torch.tensor(LABELS), torch.tensor(LABELS).to(dtype)
    groups = torch.tensor(GROUPS)
    predicted = SCORES > 0
    for found, expected in (
        (group_rates(predicted, labels, groups, 2).f1, group_rates(predicted, right, groups, 2).f1),
        (overall_rates(predicted, labels).fpr, overall_rates(predicted, right).fpr),
        (roc_auc(SCORES, labels), roc_auc(SCORES, right)),
        (group_roc_auc(SCORES, labels, groups, 2), group_roc_auc(SCORES, right, groups, 2)),
    ):
        assert torch.equal(found, expected)
    one, other = Predictions(SCORES, labels, groups, 2), Predictions(SCORES, right, groups, 2)
    for registry in (METRICS, GROUP_METRICS):
        found, expected = measure(one, registry), measure(other, registry)
        assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert undefined_groups(labels, groups, ("a", "b")) == ()
    assert undefined_groups(torch.zeros_like(labels), groups, ("a", "b"))[0].startswith(
        "Group 'a' has 3 rows of label 0"
    )


def test_predictions_of_any_type_and_what_numpy_and_lists_hold_are_taken() -> None:
    labels, groups = torch.tensor(LABELS), torch.tensor(GROUPS)
    right = group_rates(SCORES > 0, labels, groups, 2)
    for dtype in TYPES:
        assert torch.equal(group_rates((SCORES > 0).to(dtype), labels, groups, 2).hard_auc, right.hard_auc)
        assert torch.equal(group_rates(SCORES > 0, labels, groups.to(dtype), 2).hard_auc, right.hard_auc)
        assert torch.equal(roc_auc((SCORES > 0).to(dtype), labels), roc_auc((SCORES > 0).double(), labels))
    for given_labels, given_groups in ((LABELS, GROUPS), (np.array(LABELS, bool), np.array(GROUPS, float))):
        found = Predictions(SCORES, given_labels, given_groups, 2)  # type: ignore[arg-type]
        assert torch.equal(found.by_group.hard_auc, right.hard_auc)


@pytest.mark.parametrize(
    ("labels", "groups", "sentence"),
    [
        ([0, 1, 2], [0, 0, 1], "Labels should be 0 or 1 for every row. Found 2"),
        ([-1, 1, 1], [0, 0, 1], "Labels should be 0 or 1 for every row. Found -1"),
        ([0.0, 0.5, 1.0], [0, 0, 1], "Found 0.5"),
        ([0.0, float("nan"), 1.0], [0, 0, 1], "Found nan"),
        ([0.0, float("inf"), 1.0], [0, 0, 1], "Found inf"),
        (["no", "yes", "no"], [0, 0, 1], "Labels should be numbers, 0 and 1. Found list"),
        ([[0, 1, 1]], [0, 0, 1], "in one dimension, one for each row. Found the shape (1, 3)"),
        ([0j, 1j, 1j], [0, 0, 1], "Found complex numbers"),
        ([0, 1], [0, 0, 1], "Found 2 labels and 3 groups"),
        ([0, 1, 1], [0, 0, 2], "Groups should be whole numbers from 0 to 1. Found 2"),
        ([0, 1, 1], [0, 0, -1], "Found -1"),
        ([0, 1, 1], [0, 0.5, 1], "Found 0.5"),
        ([0, 1, 1], None, "Groups should be numbers"),
    ],
)
def test_other_labels_and_groups_are_refused_in_a_sentence(labels: Any, groups: Any, sentence: str) -> None:
    for call in (
        lambda: Predictions(SCORES[:, :3], labels, groups, 2),
        lambda: group_rates(SCORES[:, :3] > 0, labels, groups, 2),
        lambda: group_roc_auc(SCORES[:, :3], labels, groups, 2),
        lambda: undefined_groups(labels, groups, ("a", "b")),
    ):
        with pytest.raises(InputError) as refused:
            call()
        assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        (SCORES.tolist(), "should be a tensor, one number for each row. Found list"),
        (SCORES.to_sparse(), "should be a dense tensor of real numbers. Found torch.sparse_coo"),
        (SCORES + 0j, "should be a dense tensor of real numbers. Found complex numbers"),
        (SCORES.to("meta"), "Found the device 'meta'"),
        (SCORES[:, :5], "and labels should be of the same rows. Found 5 and 7"),
        (SCORES.T, "and labels should be of the same rows. Found 2 and 7"),
        (torch.tensor(1.0), "the last for the rows. Found the shape []"),
    ],
)
def test_scores_and_predictions_of_another_form_are_refused_in_a_sentence(scores: Any, sentence: str) -> None:
    labels, groups = torch.tensor(LABELS), torch.tensor(GROUPS)
    for call in (
        lambda: measure(Predictions(scores, labels, groups, 2), METRICS),
        lambda: bootstrap_means(Predictions(scores, labels, groups, 2), METRICS, 3),
        lambda: group_rates(scores, labels, groups, 2),
        lambda: overall_rates(scores, labels),
        lambda: group_roc_auc(scores, labels, groups, 2),
        lambda: roc_auc(scores, labels),
        lambda: Sweep(scores, labels, groups, 2),
        lambda: reliability(scores, labels, groups, 2),
    ):
        with pytest.raises(InputError) as refused:
            call()
        assert sentence in str(refused.value) or "dimensions, the last for the rows" in str(refused.value)


def test_scores_are_no_predictions_and_no_probabilities() -> None:
    """They made rates below zero and calibration errors above one."""
    labels, groups = torch.tensor(LABELS), torch.tensor(GROUPS)
    for call in (lambda: group_rates(SCORES, labels, groups, 2), lambda: overall_rates(SCORES, labels)):
        with pytest.raises(
            InputError, match=r"Predictions should be 0 or 1 for every row. Found 0.5: of scores"
        ):
            call()
    with pytest.raises(InputError, match=r"Scores should be from 0 to 1, .*Found -1"):
        reliability(SCORES, labels, groups, 2)


def test_intervals_take_arms_and_seeds_and_sweeps_models() -> None:
    labels, groups = torch.tensor(LABELS), torch.tensor(GROUPS)
    with pytest.raises(InputError, match=r"Scores should have 3 dimensions.*Found the shape \[2, 7\]"):
        bootstrap_means(Predictions(SCORES, labels, groups, 2), METRICS, 3)
    with pytest.raises(InputError, match=r"Scores should have 2 dimensions.*Found the shape \[1, 2, 7\]"):
        Sweep(SCORES[None], labels, groups, 2)
    with pytest.raises(InputError, match=r"The number of groups should be a whole number. Found '2'"):
        group_rates(SCORES > 0, labels, groups, "2")  # type: ignore[arg-type]


def test_no_model_has_no_counts() -> None:
    labels, groups = torch.tensor(LABELS), torch.tensor(GROUPS)
    assert Sweep(SCORES[:0], labels, groups, 2).at(torch.zeros(3))[0].tp.shape == (0, 3, 2)
    assert reliability(SCORES[:0], labels, groups, 2).by_chance.shape == (0, 2)


def test_a_score_that_is_no_number_makes_its_rates_no_number() -> None:
    labels, groups = torch.tensor(LABELS), torch.tensor(GROUPS)
    scores = SCORES.clone()
    scores[0, 1] = torch.nan  # of group 0
    by_group = group_roc_auc(scores, labels, groups, 2)
    assert by_group.isnan().tolist() == [[True, False], [False, False]]
    assert torch.equal(by_group[1], group_roc_auc(SCORES, labels, groups, 2)[1])
    assert by_group[0, 1] == group_roc_auc(SCORES, labels, groups, 2)[0, 1]
    assert roc_auc(scores, labels).isnan().tolist() == [True, False]
    predicted = torch.where(scores.isnan(), torch.nan, (scores > 0).double())
    assert overall_rates(predicted, labels).tpr.isnan().tolist() == [True, False]
    found = Predictions(scores, labels, groups, 2)
    assert found.sound.tolist() == [False, True]
    for values in (found.by_group.tpr, found.roc_by_group, found.by_group.f1):
        assert values.isnan().all(-1).tolist() == [True, False]
    assert found.overall.hard_auc.isnan().tolist() == [True, False]
    assert found.roc_overall.isnan().tolist() == [True, False]


ROWS = st.lists(
    st.tuples(st.sampled_from([-1.5, 0.0, 0.25, 0.25, 3.0]), st.booleans(), st.integers(0, 2)), max_size=24
)


@given(ROWS)
def test_rates_agree_with_scikit_learn_whatever_rows_there_are(rows: list[tuple[float, bool, int]]) -> None:
    """All ties, one label alone, empty groups and no row at all."""
    scores = torch.tensor([[row[0] for row in rows]])
    labels = torch.tensor([row[1] for row in rows], dtype=torch.bool)
    groups = torch.tensor([row[2] for row in rows], dtype=torch.int64)
    hard, soft = group_rates(scores > 0, labels, groups, 3), group_roc_auc(scores, labels, groups, 3)
    for group in range(3):
        mine = groups == group
        truth, score = labels[mine].numpy(), scores[0, mine].numpy()
        if len(set(truth.tolist())) < 2:
            assert soft[0, group].isnan()
            assert hard.hard_auc[0, group].isnan()
            continue
        assert soft[0, group].item() == pytest.approx(roc_auc_score(truth, score), abs=1e-12)
        assert hard.hard_auc[0, group].item() == pytest.approx(
            balanced_accuracy_score(truth, score > 0), abs=1e-12
        )
        assert hard.f1[0, group].item() == pytest.approx(f1_score(truth, score > 0), abs=1e-12)
