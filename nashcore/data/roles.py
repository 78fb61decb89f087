"""What a table's columns are for: which one is the target and which ones make the groups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """How a column becomes the label 0 or 1.

    Attributes:
        column: the column to predict.
        positive: the value that is label 1; every other value is label 0.
        threshold: for a number, label 1 is "at least this" instead.
        below: with a threshold, label 1 is "less than this".
        names: names of label 0 and label 1, for people; made from the rule when left out.
    """

    column: str
    positive: str | None = None
    threshold: float | None = None
    below: bool = False
    names: tuple[str, str] | None = None


@dataclass(frozen=True)
class Sensitive:
    """How a column becomes groups.

    Attributes:
        column: the column whose values make the groups.
        threshold: for a number, two groups: at most this, and more than this.
        quantiles: for a number, this many groups with about the same number of rows.
        names: names for people, as pairs (value, name).
    """

    column: str
    threshold: float | None = None
    quantiles: int | None = None
    names: tuple[tuple[str, str], ...] = ()
