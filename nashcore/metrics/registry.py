"""What is measured of predictions: one line a metric, with its words, its kind, which way is better, and its function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import torch
from torch import Tensor

from nashcore.errors import InputError, quoted
from nashcore.metrics.rates import (
    Rates,
    gap,
    group_rates,
    group_roc_auc,
    overall_rates,
    roc_auc,
    worst,
)
from nashcore.metrics.rows import check_rows, check_scores


@dataclass(frozen=True)
class Predictions:
    """What many models say of rows that they share; measures share the rates that are formed here.

    A model with a score that is not finite has no rates: NaN, all of them (see `sound`).

    Attributes:
        scores: [..., n]; a row is predicted 1 where its score is above zero.
        labels: [n], 0 or 1, of any type that holds them.
        groups: [n], numbers below ``count``.
        count: number of groups, G.
        checked: whether all of these are known to be good; to look waits for the device.

    Raises:
        InputError: scores, labels or groups are not of this kind.
    """

    scores: Tensor
    labels: Tensor
    groups: Tensor
    count: int
    checked: bool = False

    def __post_init__(self) -> None:
        if not self.checked:
            labels, groups = check_rows(self.labels, self.groups, self.count)
            object.__setattr__(self, "scores", check_scores(self.scores, len(labels)))
            object.__setattr__(self, "labels", labels)
            object.__setattr__(self, "groups", groups)

    @cached_property
    def sound(self) -> Tensor:
        """Which models [...] have finite scores only."""
        return self.scores.isfinite().all(-1)

    @cached_property
    def predicted(self) -> Tensor:
        """Hard labels [..., n], 0 or 1; NaN throughout where a model has a score that is not finite."""
        return torch.where(self.sound.unsqueeze(-1), (self.scores > 0).double(), torch.nan)

    @cached_property
    def overall(self) -> Rates:
        """Rates of hard labels over all rows, [...] each."""
        return overall_rates(self.predicted, self.labels, checked=True)

    @cached_property
    def by_group(self) -> Rates:
        """Rates of hard labels, [..., G] each."""
        return group_rates(self.predicted, self.labels, self.groups, self.count, checked=True)

    @cached_property
    def roc_overall(self) -> Tensor:
        """Area under the ROC curve over all rows [...]."""
        return roc_auc(self._sound_scores, self.labels, checked=True)

    @cached_property
    def roc_by_group(self) -> Tensor:
        """Area under each group's ROC curve [..., G]."""
        return group_roc_auc(self._sound_scores, self.labels, self.groups, self.count, checked=True)

    @cached_property
    def _sound_scores(self) -> Tensor:
        return torch.where(self.sound.unsqueeze(-1), self.scores, torch.nan)


@dataclass(frozen=True)
class Metric:
    """A metric of many models.

    Attributes:
        name: in results, files and addresses.
        title: what people call it where it stands alone.
        short: the same beside others of its kind.
        kind: what it rests on, a key of `KINDS` (hard labels, scores, gaps between rates of hard labels) or "losses".
        measure: predictions to values [...], of every group [..., G]; None where the trainer itself records it.
        smaller_is_better: whether less of it is better.
        per_group: whether every group has its own value.
        is_gap: whether it is how far groups are apart, which has a value by chance (see `nashcore.metrics.chance`).
    """

    name: str
    title: str
    short: str
    kind: str
    measure: Callable[[Predictions], Tensor] | None
    smaller_is_better: bool = False
    per_group: bool = False
    is_gap: bool = False

    @property
    def heading(self) -> str:
        """The short title with an arrow towards better: "Max-gAUCD ↓"."""
        return f"{self.short} {'↓' if self.smaller_is_better else '↑'}"


def _by_name(*metrics: Metric) -> Mapping[str, Metric]:
    return MappingProxyType({metric.name: metric for metric in metrics})


# fmt: off
METRICS = _by_name(
    Metric("overall_auc", "Overall AUC, hard labels", "Overall AUC", "hard", lambda p: p.overall.hard_auc),
    Metric("max_gaucd", "Max-gAUCD, hard labels", "Max-gAUCD", "hard", lambda p: gap(p.by_group.hard_auc), True, is_gap=True),
    Metric("worst_gauc", "Worst-gAUC, hard labels", "Worst-gAUC", "hard", lambda p: worst(p.by_group.hard_auc)),
    Metric("overall_roc_auc", "Overall AUC, scores", "Overall AUC", "scores", lambda p: p.roc_overall),
    Metric("max_groc_aucd", "Max-gAUCD, scores", "Max-gAUCD", "scores", lambda p: gap(p.roc_by_group), True, is_gap=True),
    Metric("worst_groc_auc", "Worst-gAUC, scores", "Worst-gAUC", "scores", lambda p: worst(p.roc_by_group)),
    Metric("tpr_gap", "TPR gap", "TPR gap", "gaps", lambda p: gap(p.by_group.tpr), True, is_gap=True),
    Metric("fpr_gap", "FPR gap", "FPR gap", "gaps", lambda p: gap(p.by_group.fpr), True, is_gap=True),
    Metric("f1_gap", "F1 gap", "F1 gap", "gaps", lambda p: gap(p.by_group.f1), True, is_gap=True),
)
"""Metrics with one value a model, by name."""

GROUP_METRICS = _by_name(
    Metric("auc", "AUC, hard labels", "AUC", "hard", lambda p: p.by_group.hard_auc, per_group=True),
    Metric("roc_auc", "AUC, scores", "AUC", "scores", lambda p: p.roc_by_group, per_group=True),
    Metric("tpr", "TPR", "TPR", "hard", lambda p: p.by_group.tpr, per_group=True),
    Metric("fpr", "FPR", "FPR", "hard", lambda p: p.by_group.fpr, smaller_is_better=True, per_group=True),
    Metric("f1", "F1", "F1", "hard", lambda p: p.by_group.f1, per_group=True),
    Metric("train_loss", "Training loss", "Training loss", "losses", None, smaller_is_better=True, per_group=True),
    Metric("validation_loss", "Validation loss", "Validation loss", "losses", None, smaller_is_better=True, per_group=True),
)
"""Metrics with one value a model and group, by name."""
# fmt: on


@dataclass(frozen=True)
class Kind:
    """Metrics that may stand in one table.

    Attributes:
        title: what people call them.
        metrics: names of those in `METRICS`.
    """

    title: str
    metrics: tuple[str, ...]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind: Kind(title, tuple(name for name, metric in METRICS.items() if metric.kind == kind))
        for kind, title in (
            ("hard", "Hard labels, as in the paper"),
            ("scores", "Scores (ROC)"),
            ("gaps", "Rate gaps"),
        )
    }
)
"""The kinds of metrics, which never share a table."""


def get_kind(kind: str) -> Kind:
    """The kind of this name.

    Raises:
        InputError: it is not one of `KINDS`.
    """
    if kind not in KINDS:
        raise InputError(f"Kind should be one of {', '.join(KINDS)}. Found {quoted(kind)}.")
    return KINDS[kind]


def metric_title(name: str) -> str:
    """What people call the metric of this name, of models or of groups.

    Raises:
        InputError: it is neither one of `METRICS` nor of `GROUP_METRICS`.
    """
    found = METRICS.get(name) or GROUP_METRICS.get(name)
    if found is None:
        raise InputError(
            f"Metric should be one of {', '.join((*METRICS, *GROUP_METRICS))}. Found {quoted(name)}."
        )
    return found.title


def measure(predictions: Predictions, metrics: Mapping[str, Metric]) -> dict[str, Tensor]:
    """Every metric of the registry that is measured of predictions, in float64, by name.

    A model with a score that is not finite has none: NaN.
    """
    sound = predictions.sound
    return {
        name: torch.where(
            sound.unsqueeze(-1) if metric.per_group else sound, metric.measure(predictions), torch.nan
        )
        for name, metric in metrics.items()
        if metric.measure is not None
    }
