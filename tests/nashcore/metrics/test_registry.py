"""The registry of metrics: every metric has words, a kind and a way that is better, and is measured as the rates say."""

from __future__ import annotations

import math

import pytest
import torch

from nashcore.errors import InputError
from nashcore.metrics import (
    GROUP_METRICS,
    KINDS,
    METRICS,
    Predictions,
    gap,
    get_kind,
    group_rates,
    measure,
    metric_title,
)

LABELS = torch.tensor([0, 1, 0, 1, 1, 0])
GROUPS = torch.tensor([0, 0, 0, 1, 1, 1])
SCORES = torch.tensor([[-1.0, 2.0, 0.5, 0.1, -0.2, -0.3], [1.0, -2.0, -0.5, math.inf, 0.2, 0.3]])


def test_every_metric_of_models_stands_in_one_table() -> None:
    shown = [name for kind in KINDS.values() for name in kind.metrics]
    assert sorted(shown) == sorted(METRICS)


def test_names_are_told_apart_and_titles_too() -> None:
    both = {**METRICS, **GROUP_METRICS}
    assert len(both) == len(METRICS) + len(GROUP_METRICS)
    assert len({metric_title(name) for name in both}) == len(both)
    assert all(metric.name == name for name, metric in both.items())
    assert METRICS["max_gaucd"].heading == "Max-gAUCD ↓"


def test_a_gap_is_better_when_it_is_smaller() -> None:
    smaller = [name for name, metric in METRICS.items() if metric.smaller_is_better]
    assert smaller == ["max_gaucd", "max_groc_aucd", "tpr_gap", "fpr_gap", "f1_gap"]


def test_measures_are_the_rates_and_a_broken_model_has_none() -> None:
    predictions = Predictions(SCORES, LABELS, GROUPS, 2)
    one, grouped = measure(predictions, METRICS), measure(predictions, GROUP_METRICS)
    rates = group_rates(SCORES > 0, LABELS, GROUPS, 2)
    assert list(one) == list(METRICS)
    assert set(GROUP_METRICS) - set(grouped) == {"train_loss", "validation_loss"}
    assert one["tpr_gap"][0] == gap(rates.tpr)[0]
    assert torch.equal(grouped["f1"][0], rates.f1[0])
    for values in one.values():
        assert values.shape == (2,)
        assert values[1].isnan()
    for values in grouped.values():
        assert values.shape == (2, 2)
        assert values[1].isnan().all()


def test_an_unknown_metric_has_no_title() -> None:
    assert metric_title("tpr") == "TPR"
    with pytest.raises(InputError, match=r"Metric should be one of overall_auc, .*Found 'accuracy'"):
        metric_title("accuracy")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="Kind should be one of hard, scores, gaps"):
        get_kind("all")
