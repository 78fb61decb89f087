"""Thresholds of decisions, one for all groups or one for each, and what it costs to have one for each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nashcore.errors import InputError, quoted
from nashcore.metrics import Confusion, Z, counted_rates

PLAIN = 0.5
"""The threshold that a run's other tables rest on."""

CHOSEN_HERE = (
    "A row is given label 1 where its score is above the threshold. A threshold that is chosen by looking at these numbers looks "
    "better on these rows than it is: choose on some rows, and judge on others."
)
OWN_THRESHOLDS = (
    "Thresholds that differ by group use a person's group at the moment of the decision. In many places and uses that is not "
    "allowed, whatever it does to the rates: ask before it is done."
)
"""What is said wherever groups have thresholds of their own."""


@dataclass(frozen=True)
class Thresholds:
    """A threshold for all groups, and those of single ones.

    Raises:
        InputError: one is no number from 0 to 1.
    """

    common: float = PLAIN
    of_groups: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in (self.common, *self.of_groups.values()):
            if not 0 <= value <= 1:  # NaN is not either
                raise InputError(f"Threshold should be from 0 to 1, as scores are. Found {value:g}.")

    def of(self, groups: tuple[str, ...]) -> list[float]:
        """One for each group.

        Raises:
            InputError: a group that has one is none of these.
        """
        for name in self.of_groups:
            if name not in groups:
                raise InputError(f"A group should be one of {', '.join(groups)}. Found {quoted(name)}.")
        return [self.of_groups.get(name, self.common) for name in groups]


def cost_of(common: Confusion, own: Confusion, model: tuple[int, int], effective: float) -> dict[str, Any]:
    """What thresholds of the groups' own change against the common one, over all rows of one model.

    Within a group a threshold that moves only adds rows given label 1, or only takes some away, so that the changes of the counts
    are the rows that change.

    Args:
        common, own: counts [A, N, G].
        model: the places of its arm and seed.
        effective: how many distinct rows there are in effect.

    Returns:
        "rows"; "changed", those that are given another label, of which some "became_right" and some "became_wrong"; "accuracy" and
        "selection_rate", each "common", "own" and "change", of accuracy with "low" and "high", the ends of its 95% interval for
        paired rows (D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial proportions
        based on paired data", 2012); "says", all of this in a sentence.
    """
    more_right, more_wrong = (own.tp - common.tp)[model], (own.fp - common.fp)[model]
    right = float(more_right.clamp(min=0).sum() + (-more_wrong).clamp(min=0).sum())
    wrong = float((-more_right).clamp(min=0).sum() + more_wrong.clamp(min=0).sum())
    rows = float(common.rows[model].sum())
    better, worse = ((changed * effective / rows + 1) / (effective + 2) for changed in (right, wrong))
    middle = better - worse
    reach = Z * math.sqrt(max(better + worse - middle**2, 0.0) / (effective + 2))
    before, after = (counted_rates(one.overall()) for one in (common, own))
    rates = {
        name: {
            "common": float(before[name].value[model][0]),
            "own": float(after[name].value[model][0]),
            "change": float((after[name].value - before[name].value)[model][0]),
        }
        for name in ("accuracy", "selection_rate")
    }
    rates["accuracy"] |= {"low": middle - reach, "high": middle + reach}
    counts = {"rows": rows, "changed": right + wrong, "became_right": right, "became_wrong": wrong}
    found = {**{name: int(value) for name, value in counts.items()}, **rates}
    return {**found, "says": _says(found)}


def _says(found: Mapping[str, Any]) -> str:
    """The cost in a sentence."""
    accuracy, selection = found["accuracy"], found["selection_rate"]
    changed = f"{found['changed']:,} of {found['rows']:,} rows get"
    return (
        f"Against the common threshold {changed} another label: {found['became_right']:,} become right, {found['became_wrong']:,} "
        f"wrong. Accuracy goes from {accuracy['common']:.3f} to {accuracy['own']:.3f} ({accuracy['change']:+.3f}, 95% interval "
        f"{accuracy['low']:+.3f} to {accuracy['high']:+.3f}), the selection rate from {selection['common']:.3f} to "
        f"{selection['own']:.3f} ({selection['change']:+.3f})."
    )
