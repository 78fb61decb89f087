"""Counts of rows by label and decision, and the shares that are made of them: one line a share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from torch import Tensor

from nashcore.metrics.wilson import Proportion, wilson


@dataclass(frozen=True)
class Confusion:
    """Rows by label and decision, [..., G] each, in float64: rightly and wrongly given label 1, wrongly and rightly given label 0.

    NaN, all of them, for a model that has a score that is not finite.
    """

    tp: Tensor
    fp: Tensor
    fn: Tensor
    tn: Tensor

    @property
    def rows(self) -> Tensor:
        """All rows."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def positives(self) -> Tensor:
        """Rows of label 1."""
        return self.tp + self.fn

    @property
    def selected(self) -> Tensor:
        """Rows that are given label 1."""
        return self.tp + self.fp

    def overall(self) -> Confusion:
        """Over all groups together, [..., 1]."""
        return Confusion(*(one.sum(-1, keepdim=True) for one in (self.tp, self.fp, self.fn, self.tn)))


@dataclass(frozen=True)
class CountedRate:
    """A share of rows at a threshold.

    Attributes:
        name: in files and JSON.
        title: what people call it.
        says: what it is, in a few words.
        count: the rows that have it, and those that could.
    """

    name: str
    title: str
    says: str
    count: Callable[[Confusion], tuple[Tensor, Tensor]]


def _by_name(*rates: CountedRate) -> Mapping[str, CountedRate]:
    return MappingProxyType({rate.name: rate for rate in rates})


# fmt: off
COUNTED_RATES = _by_name(
    CountedRate("selection_rate", "Selection rate", "given label 1, of all rows", lambda c: (c.selected, c.rows)),
    CountedRate("accuracy", "Accuracy", "given the right label, of all rows", lambda c: (c.tp + c.tn, c.rows)),
    CountedRate("tpr", "TPR", "given label 1, of the rows of label 1", lambda c: (c.tp, c.positives)),
    CountedRate("fpr", "FPR", "given label 1, of the rows of label 0", lambda c: (c.fp, c.fp + c.tn)),
    CountedRate("precision", "Precision", "of label 1, of the rows given label 1", lambda c: (c.tp, c.selected)),
)
"""Shares of rows at a threshold, by name."""
# fmt: on


def counted_rates(counts: Confusion, squares: Confusion | None = None) -> dict[str, Proportion]:
    """Every share of `COUNTED_RATES` with its 95% interval, by name.

    Args:
        counts: rows.
        squares: where rows were drawn several times, the same with each distinct row counted as the square of its draws (see
            `nashcore.metrics.wilson.wilson`).
    """
    found = {}
    for name, rate in COUNTED_RATES.items():
        hits, of = rate.count(counts)
        found[name] = wilson(hits, of, None if squares is None else rate.count(squares)[1])
    return found
