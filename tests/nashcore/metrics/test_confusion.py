"""Shares of counted rows: hand-worked values, and none where nothing is counted."""

from __future__ import annotations

import torch

from nashcore.metrics.confusion import COUNTED_RATES, Confusion, counted_rates


def counts(*values: list[float]) -> Confusion:
    return Confusion(*(torch.tensor(one, dtype=torch.float64) for one in values))


def test_hand_worked_shares() -> None:
    found = counted_rates(counts([3.0], [2.0], [1.0], [4.0]))
    assert {name: (one.hits.item(), one.of.item()) for name, one in found.items()} == {
        "selection_rate": (5, 10),
        "accuracy": (7, 10),
        "tpr": (3, 4),
        "fpr": (2, 6),
        "precision": (3, 5),
    }
    assert list(found) == list(COUNTED_RATES)
    assert found["tpr"].value.item() == 0.75


def test_a_group_without_what_a_share_is_of_has_none() -> None:
    found = counted_rates(counts([0.0, 0.0], [0.0, 1.0], [0.0, 0.0], [2.0, 0.0]))
    assert found["tpr"].value.isnan().all()
    assert found["precision"].value.isnan().tolist() == [True, False]
    assert found["fpr"].value.tolist() == [0.0, 1.0]


def test_all_groups_together_are_their_sum() -> None:
    whole = counts([3.0, 1.0], [2.0, 0.0], [1.0, 5.0], [4.0, 2.0]).overall()
    assert [one.tolist() for one in (whole.tp, whole.fp, whole.fn, whole.tn)] == [[4], [2], [6], [6]]
