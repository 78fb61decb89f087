"""Group metrics of many models at once.

Every function takes a prediction or a score per model and row, [..., n], and labels and groups that the models share, [n].
A rate whose denominator is empty (no row of the label in the group) is NaN: it is unknown, and no number stands for it. Gaps
and worsts are taken over the groups that have the metric, and are NaN where fewer than two (for a worst: none) have it;
`undefined_groups` says which groups those are.

The AUC of hard 0/1 predictions is the balanced accuracy (one point of the ROC curve, joined by straight lines); the AUC of
scores is the probability that a row of label 1 scores above one of label 0, ties counting half. Never put both in one table.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot


@dataclass(frozen=True)
class Rates:
    """Shares of predictions, [..., G] each.

    Attributes:
        tpr: predicted 1 among the rows of label 1.
        fpr: predicted 1 among the rows of label 0.
        f1: harmonic mean of precision and `tpr`; 0 where label 1 exists but is never predicted rightly.
        hard_auc: balanced accuracy, (tpr + 1 - fpr) / 2.
    """

    tpr: Tensor
    fpr: Tensor
    f1: Tensor
    hard_auc: Tensor


def _rates(predicted: Tensor, labels: Tensor, members: Tensor) -> Rates:
    """Rates in each column of ``members`` [n, G]; predictions [..., n] are 0 or 1."""
    predicted = predicted.to(torch.float64)
    positive, negative = members * labels.unsqueeze(-1), members * (1 - labels).unsqueeze(-1)
    return rates_of(predicted @ positive, predicted @ negative, positive.sum(0), negative.sum(0))


def rates_of(hits: Tensor, alarms: Tensor, positives: Tensor, negatives: Tensor) -> Rates:
    """Rates of so many rows predicted 1 among those of label 1 (``hits``) and of label 0 (``alarms``)."""
    tpr, fpr = hits / positives, alarms / negatives
    f1 = torch.where(positives > 0, 2 * hits / (hits + alarms + positives), torch.nan)
    return Rates(tpr, fpr, f1, (tpr + 1 - fpr) / 2)


def group_rates(predicted: Tensor, labels: Tensor, groups: Tensor, count: int) -> Rates:
    """Rates of each group: predictions [..., n] of 0 or 1 -> [..., count].

    Args:
        predicted: hard predictions.
        labels: [n], 0 or 1.
        groups: [n], numbers below ``count``.
        count: number of groups.
    """
    return _rates(predicted, labels.double(), one_hot(groups, count).double())


def overall_rates(predicted: Tensor, labels: Tensor) -> Rates:
    """Rates over all rows together: predictions [..., n] of 0 or 1 -> [...]."""
    rates = _rates(
        predicted, labels.double(), torch.ones(len(labels), 1, dtype=torch.float64, device=labels.device)
    )
    return Rates(*(rate.squeeze(-1) for rate in (rates.tpr, rates.fpr, rates.f1, rates.hard_auc)))


def group_roc_auc(scores: Tensor, labels: Tensor, groups: Tensor, count: int) -> Tensor:
    """Area under each group's ROC curve: scores [..., n] -> [..., count], from mean ranks within the group.

    Arguments as in `group_rates`, with scores of any scale.
    """
    order_free = scores.contiguous()
    ascending = order_free.sort(-1).values
    place = torch.searchsorted(ascending, order_free)  # equal scores get equal places
    keys = groups * scores.shape[-1] + place
    in_groups = keys.sort(-1).values
    below = torch.searchsorted(in_groups, keys)
    upto = torch.searchsorted(in_groups, keys, right=True)
    members = one_hot(groups, count).double()
    before = members.sum(0).cumsum(0) - members.sum(0)
    rank = (below + upto + 1) / 2 - before[groups]
    positive = members * labels.double().unsqueeze(-1)
    positives, negatives = positive.sum(0), members.sum(0) - positive.sum(0)
    wins = rank.double() @ positive - positives * (positives + 1) / 2
    return wins / (positives * negatives)


def roc_auc(scores: Tensor, labels: Tensor) -> Tensor:
    """Area under the ROC curve over all rows: scores [..., n] -> [...]."""
    return group_roc_auc(scores, labels, torch.zeros_like(labels), 1).squeeze(-1)


def gap(values: Tensor) -> Tensor:
    """Largest minus smallest over the groups that have a value: [..., G] -> [...]; NaN where fewer than two have."""
    known = ~values.isnan()
    largest = torch.where(known, values, -torch.inf).amax(-1)
    smallest = torch.where(known, values, torch.inf).amin(-1)
    return torch.where(known.sum(-1) >= 2, largest - smallest, torch.nan)


def worst(values: Tensor) -> Tensor:
    """Smallest over the groups that have a value: [..., G] -> [...]; NaN where none has."""
    known = ~values.isnan()
    return torch.where(known.any(-1), torch.where(known, values, torch.inf).amin(-1), torch.nan)


def undefined_groups(labels: Tensor, groups: Tensor, names: tuple[str, ...]) -> tuple[str, ...]:
    """A sentence for each group that has no AUC because its rows lack a label."""
    counts = torch.bincount(2 * groups + labels, minlength=2 * len(names)).view(-1, 2).tolist()
    return tuple(
        f"Group {name!r} has {zeros} rows of label 0 and {ones} of label 1, so it has no AUC: "
        "gaps and worst groups leave it out."
        for name, (zeros, ones) in zip(names, counts, strict=True)
        if not (zeros and ones)
    )


def alignment(gramian: Tensor, weights: Tensor) -> Tensor:
    """Cosine of the joint direction with every player's gradient: [..., K, K] and [..., K] -> [..., K].

    The direction is the gradients' sum with these weights; it is aligned where every cosine is positive. A player or a
    direction of norm zero has no cosine: NaN.
    """
    inner = (gramian @ weights.unsqueeze(-1)).squeeze(-1)
    own = gramian.diagonal(dim1=-2, dim2=-1).clamp(min=0).sqrt()
    joint = (inner * weights).sum(-1, keepdim=True).clamp(min=0).sqrt()
    return torch.where((own > 0) & (joint > 0), inner / (own * joint), torch.nan)
