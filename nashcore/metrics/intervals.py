"""Intervals of paired differences, and what can be said of several of them at once.

One place decides where an interval stands and where it does not; tables, figures, files and the terminal show what it says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nashcore.metrics.student_t import t_probability, t_quantile

Array = NDArray[np.float64]

LEAST_DISTINCT = 5
"""An interval needs so many distinct differences: fewer say next to nothing about how differences spread."""

SAME = 1e-9
"""Differences closer than this are the same: metrics are between 0 and 1, and what is smaller is rounding."""

LEVEL = 0.05
"""How often, at most, anything at all may be told from zero in a table where every difference is chance."""


def paired_interval(differences: Array, unit: str = "seed") -> dict[str, Any]:
    """Mean and 95% t interval of paired differences [N].

    An interval stands only behind `LEAST_DISTINCT` distinct differences. Many differences of few values (twenty seeds that flip
    one test row or none) are no sample of a continuous spread: the counts above and below zero are told instead.

    Args:
        differences: one value a unit.
        unit: what a value stands for, in the singular: "seed", or "split" with one mean for each.

    Returns:
        "mean"; "low" and "high", the interval by itself; "p", the two-sided p-value of the t test; "count" of the differences,
        how many are "distinct", "above" and "below" zero; "reason", why there is no interval. What does not exist is None.
    """
    count = len(differences)
    known = bool(count) and bool(np.isfinite(differences).all())
    distinct = 1 + int((np.diff(np.sort(differences)) > SAME).sum()) if known else 0
    found: dict[str, Any] = {
        "mean": float(differences.mean()) if known else None,
        "low": None,
        "high": None,
        "p": None,
        "count": count,
        "distinct": distinct,
        "above": int((differences > SAME).sum()),
        "below": int((differences < -SAME).sum()),
    }
    found["reason"] = _reason(found, unit, int(count - np.isfinite(differences).sum()))
    if found["reason"] is None:
        error = float(differences.std(ddof=1)) / math.sqrt(count)
        reach = t_quantile(0.975, count - 1) * error
        mean = found["mean"]
        beyond = 2 * (1 - t_probability(abs(mean) / error, count - 1))
        found |= {"low": mean - reach, "high": mean + reach, "p": min(max(beyond, 0.0), 1.0)}
    return found


def _reason(found: dict[str, Any], unit: str, unknown: int) -> str | None:
    """Why there is no interval; None where there is one."""
    count, distinct = found["count"], found["distinct"]
    units = f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    if not count:
        return f"no difference: no {unit} got through on both sides"
    if unknown:
        return f"no difference: {unknown} of {units} without a value"
    if count < LEAST_DISTINCT:
        return f"no interval: {units}, five are needed"
    if distinct < LEAST_DISTINCT:
        signs = f"{found['above']} above zero, {found['below']} below"
        if distinct == 1:
            return f"no interval: all {count} differences are the same ({signs})"
        return f"no interval: only {distinct} distinct differences in {units}, five are needed ({signs})"
    return None


def holm(p: Array) -> Array:
    """Holm's adjusted p-values of tests made at once: [N] -> [N].

    Source: S. Holm, "A simple sequentially rejective multiple test procedure" (1979). It holds whatever the tests share.
    """
    adjusted = np.empty(len(p))
    order = np.argsort(p, kind="stable")
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)), 1.0)
    return adjusted


@dataclass(frozen=True)
class Family:
    """Differences that are shown together.

    Attributes:
        shown: how many there are; Holm's correction counts all of them, since which ones have an interval is chance as well.
        tested: how many of them have an interval.
        told: how many can be told from zero after the correction.
    """

    shown: int
    tested: int
    told: int

    @property
    def says(self) -> str:
        """In a sentence; empty where there is no difference."""
        if not self.shown:
            return ""
        without = self.shown - self.tested
        shown = "1 difference" if self.shown == 1 else f"{self.shown} differences at once"
        if not self.tested:
            return f"{shown}, without an interval."
        what = f"{self.told} can" if self.told else "none can"
        more = ", all of them together" if self.told > 1 else ""
        return (
            f"{shown}{f', {without} of them without an interval' if without else ''}. After Holm's correction for "
            f"{'one comparison' if self.shown == 1 else f'{self.shown} comparisons'} at 5%, {what} be told from zero{more}."
        )


def correct(rows: Sequence[dict[str, Any]]) -> Family:
    """Correct differences that are shown together, as `paired_interval` gives them, in place.

    Each gets "p_holm", its p-value after Holm's correction, and "told", whether it can be told from zero at `LEVEL` together with
    all others of which that is said; both are None where there is no interval. A difference without an interval counts as a
    comparison that tells nothing.
    """
    shown = [row for row in rows if row["mean"] is not None]
    p = np.array([1.0 if row["p"] is None else row["p"] for row in shown], dtype=np.float64)
    for row in rows:
        row["p_holm"] = row["told"] = None
    for row, adjusted in zip(shown, holm(p).tolist(), strict=True):
        if row["p"] is not None:
            row["p_holm"], row["told"] = adjusted, adjusted <= LEVEL
    tested = [row for row in shown if row["p"] is not None]
    return Family(len(shown), len(tested), sum(row["told"] for row in tested))
