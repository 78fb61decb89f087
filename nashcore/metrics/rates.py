"""Group metrics of many models at once.

Every function takes a prediction or a score per model and row, [..., n], and labels and groups that the models share, [n].
A rate whose denominator is empty (no row of the label in the group) is NaN: it is unknown, and no number stands for it. Gaps
and worsts are taken over the groups that have the metric, and are NaN where fewer than two (for a worst: none) have it;
`undefined_groups` says which groups those are. A score or a prediction that is NaN is no number either: the rates it would count
in are NaN.

Labels may be of any type that holds 0 and 1 (bool, int, float), groups of any that holds whole numbers; others are refused in one
sentence, and so are predictions that are neither 0 nor 1 nor NaN, and scores of other rows. Looking for them waits for the device,
so whoever calls in a loop and knows its rows says ``checked``.

The AUC of hard 0/1 predictions is the balanced accuracy (one point of the ROC curve, joined by straight lines); the AUC of
scores is the probability that a row of label 1 scores above one of label 0, ties counting half. Never put both in one table.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from nashcore.errors import quoted
from nashcore.metrics.rows import check_labels, check_predictions, check_rows, check_scores


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


def rates_of_counts(hits: Tensor, alarms: Tensor, positives: Tensor, negatives: Tensor) -> Rates:
    """Rates from counts of rows: rightly predicted 1, wrongly predicted 1, of label 1, and of label 0."""
    tpr, fpr = hits / positives, alarms / negatives
    f1 = torch.where(positives > 0, 2 * hits / (hits + alarms + positives), torch.nan)
    return Rates(tpr, fpr, f1, (tpr + 1 - fpr) / 2)


def _rates(predicted: Tensor, labels: Tensor, members: Tensor) -> Rates:
    """Rates in each column of ``members`` [n, G]; predictions [..., n] are 0 or 1, or NaN, and so are then all of their rates."""
    predicted = predicted.to(torch.float64)
    labels = labels.double().unsqueeze(-1)
    positive, negative = members * labels, members * (1 - labels)
    return rates_of_counts(predicted @ positive, predicted @ negative, positive.sum(0), negative.sum(0))


def group_rates(
    predicted: Tensor, labels: Tensor, groups: Tensor, count: int, *, checked: bool = False
) -> Rates:
    """Rates of each group: predictions [..., n] of 0 or 1 -> [..., count].

    Args:
        predicted: hard predictions; where one is NaN, so are the rates of its model.
        labels: [n], 0 or 1, of any type.
        groups: [n], numbers below ``count``.
        count: number of groups.
        checked: whether all of these are known to be good.

    Raises:
        InputError: predictions, labels or groups are not of this kind.
    """
    if not checked:
        labels, groups = check_rows(labels, groups, count)
        predicted = check_predictions(predicted, len(labels))
    return _rates(predicted, labels, one_hot(groups, count).double())


def overall_rates(predicted: Tensor, labels: Tensor, *, checked: bool = False) -> Rates:
    """Rates over all rows together: predictions [..., n] of 0 or 1 -> [...]. Arguments as in `group_rates`."""
    if not checked:
        labels = check_labels(labels)
        predicted = check_predictions(predicted, len(labels))
    rates = _rates(predicted, labels, torch.ones(len(labels), 1, dtype=torch.float64, device=labels.device))
    return Rates(*(rate.squeeze(-1) for rate in (rates.tpr, rates.fpr, rates.f1, rates.hard_auc)))


def group_roc_auc(
    scores: Tensor, labels: Tensor, groups: Tensor, count: int, *, checked: bool = False
) -> Tensor:
    """Area under each group's ROC curve: scores [..., n] -> [..., count], from mean ranks within the group.

    Arguments as in `group_rates`, with scores of any scale; a group with a score that is NaN has no area.
    """
    if not checked:
        labels, groups = check_rows(labels, groups, count)
        scores = check_scores(scores, len(labels))
    order_free = scores.contiguous()
    ascending = order_free.sort(-1).values
    place = torch.searchsorted(ascending, order_free)  # equal scores get equal places
    keys = groups * scores.shape[-1] + place.clamp(
        max=max(scores.shape[-1] - 1, 0)
    )  # NaN is placed beyond the end
    in_groups = keys.sort(-1).values
    below = torch.searchsorted(in_groups, keys)
    upto = torch.searchsorted(in_groups, keys, right=True)
    members = one_hot(groups, count).double()
    before = members.sum(0).cumsum(0) - members.sum(0)
    rank = (below + upto + 1) / 2 - before[groups]
    positive = members * labels.double().unsqueeze(-1)
    positives, negatives = positive.sum(0), members.sum(0) - positive.sum(0)
    wins = rank.double() @ positive - positives * (positives + 1) / 2
    unknown = scores.isnan().double() @ members > 0
    return torch.where(unknown, torch.nan, wins / (positives * negatives))


def roc_auc(scores: Tensor, labels: Tensor, *, checked: bool = False) -> Tensor:
    """Area under the ROC curve over all rows: scores [..., n] -> [...]; NaN with a score that is NaN."""
    if not checked:
        labels = check_labels(labels)
        scores = check_scores(scores, len(labels))
    one_group = torch.zeros(len(labels), dtype=torch.int64, device=labels.device)
    return group_roc_auc(scores, labels, one_group, 1, checked=True).squeeze(-1)


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
    """A sentence for each group that has no AUC because its rows lack a label.

    Raises:
        InputError: labels or groups are not of the kind that `group_rates` takes.
    """
    labels, groups = check_rows(labels, groups, len(names))
    counts = torch.bincount(2 * groups + labels.long(), minlength=2 * len(names)).view(-1, 2).tolist()
    return tuple(
        f"Group {quoted(name)} has {zeros} rows of label 0 and {ones} of label 1, so it has no AUC: "
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
