"""How all models do on rows that they share, after an epoch."""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.learning.lockstep.cohort import Layers
from nashcore.learning.lockstep.validation_pass import logits_of
from nashcore.metrics import rates

ROWS = 4096
"""Rows evaluated at a time."""

METRICS = {
    "overall_auc": "Overall AUC, hard labels",
    "max_gaucd": "Max-gAUCD, hard labels",
    "worst_gauc": "Worst-gAUC, hard labels",
    "overall_roc_auc": "Overall AUC, scores",
    "max_groc_aucd": "Max-gAUCD, scores",
    "worst_groc_auc": "Worst-gAUC, scores",
    "tpr_gap": "TPR gap",
    "fpr_gap": "FPR gap",
    "f1_gap": "F1 gap",
}
"""Metrics with one value a model, and their titles."""

GROUP_METRICS = {
    "auc": "AUC, hard labels",
    "roc_auc": "AUC, scores",
    "tpr": "TPR",
    "fpr": "FPR",
    "f1": "F1",
}
"""Metrics with one value a model and group."""


def margins_of(layers: Layers, features: Tensor) -> Tensor:
    """Logit of class 1 minus logit of class 0, without dropout: rows [n, F] -> [M, n]."""
    pieces = [logits_of(layers, piece) for piece in torch.split(features, ROWS)]
    return torch.cat([logits[:, 1] - logits[:, 0] for logits in pieces], dim=-1)


def evaluate(
    layers: Layers, features: Tensor, labels: Tensor, groups: Tensor, count: int
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Metrics of every model on shared rows.

    Args:
        layers: the models' parameters.
        features: [n, F], with the constant one.
        labels: [n], 0 or 1.
        groups: [n], numbers below ``count``.
        count: number of groups.

    Returns:
        `METRICS` [M] and `GROUP_METRICS` [M, count], in float64. A model with a score that is not finite has no metrics: NaN.
    """
    scores = margins_of(layers, features)
    predicted = scores > 0
    by_group = rates.group_rates(predicted, labels, groups, count)
    roc = rates.group_roc_auc(scores, labels, groups, count)
    one = {
        "overall_auc": rates.overall_rates(predicted, labels).hard_auc,
        "max_gaucd": rates.gap(by_group.hard_auc),
        "worst_gauc": rates.worst(by_group.hard_auc),
        "overall_roc_auc": rates.roc_auc(scores, labels),
        "max_groc_aucd": rates.gap(roc),
        "worst_groc_auc": rates.worst(roc),
        "tpr_gap": rates.gap(by_group.tpr),
        "fpr_gap": rates.gap(by_group.fpr),
        "f1_gap": rates.gap(by_group.f1),
    }
    grouped = {
        "auc": by_group.hard_auc,
        "roc_auc": roc,
        "tpr": by_group.tpr,
        "fpr": by_group.fpr,
        "f1": by_group.f1,
    }
    sound = scores.isfinite().all(-1)
    return (
        {name: torch.where(sound, value, torch.nan) for name, value in one.items()},
        {name: torch.where(sound.unsqueeze(-1), value, torch.nan) for name, value in grouped.items()},
    )
