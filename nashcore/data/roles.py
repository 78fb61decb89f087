"""What a table's columns are for: which one is the target and which ones make the groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from nashcore.errors import InputError

MAX_GROUPS = 24
"""More groups than this leave too few rows in each for a comparison that means anything."""

MAX_PLAIN_NUMBERS = 10
"""A number with more distinct values than this is cut into quantiles before it can make groups."""

MISSING = "(missing)"
"""The name of the group, and of the category, of rows without a value."""

Ints = NDArray[np.int64]


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


@dataclass(frozen=True)
class Coded:
    """A column turned into whole numbers.

    Attributes:
        values: [n] int64; -1 where the value is missing (labels only).
        names: the name of each number.
        notices: plain sentences about what was decided on the way.
    """

    values: Ints
    names: tuple[str, ...]
    notices: tuple[str, ...] = field(default=())


def as_text(column: pd.Series) -> pd.Series:
    """The column's values as text, whole numbers without a decimal point, missing values as `MISSING`."""
    if is_numeric_dtype(column) and not is_bool_dtype(column):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        codes, values = pd.factorize(numbers, use_na_sentinel=True)
        text = np.array([_plain_number(value) for value in values] + [MISSING], dtype=object)
        return pd.Series(text[codes], index=column.index, name=column.name)
    return column.astype("object").where(column.notna(), MISSING).map(str)


def make_labels(frame: pd.DataFrame, target: Target) -> Coded:
    """Labels [n] of the rows (0, 1, or -1 where the target is missing), with both names.

    Raises:
        InputError: the column is not there, the rule does not fit it, or one label would have no row.
    """
    column = _column(frame, target.column, "Target")
    present = column.notna().to_numpy()
    if not present.any():
        raise InputError(
            f"Target column {target.column!r} should hold values. Found none: choose another column."
        )
    notices: list[str] = []
    if target.threshold is not None:
        if not _is_number(column):
            raise InputError(
                f"A threshold needs a target column of numbers. Found text in {target.column!r}: give its "
                "positive "
                "value instead."
            )
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        positive = numbers < target.threshold if target.below else numbers >= target.threshold
        limit = _plain_number(target.threshold)
        low, high = f"{target.column} < {limit}", f"{target.column} >= {limit}"
        names = (high, low) if target.below else (low, high)
    else:
        text = as_text(column)
        values = sorted(text[present].unique())
        chosen = _positive_value(target, values, _is_number(column))
        if target.positive is None:
            notices.append(
                f"Label 1 is {target.column} = {chosen}; name another positive value to change it."
            )
        positive = (text == chosen).to_numpy()
        others = [value for value in values if value != chosen]
        names = (others[0] if len(others) == 1 else f"not {chosen}", chosen)
    labels = np.where(present, positive.astype(np.int64), -1)
    for label in (0, 1):
        if not (labels == label).any():
            raise InputError(
                f"Target column {target.column!r} should have rows of both labels. Found no row of label "
                f"{label} "
                f"({names[label]}): choose another positive value, threshold or column."
            )
    if not present.all():
        notices.append(f"{int((~present).sum()):,} rows without a value of {target.column} are left out.")
    return Coded(labels, target.names or names, tuple(notices))


def make_groups(frame: pd.DataFrame, sensitive: Sequence[Sensitive]) -> Coded:
    """Group numbers [n] of the rows; several columns give the groups of their intersection.

    Groups are numbered in the order of the first column's groups, then the second's. Rows without a value
    make a group of their own.

    Raises:
        InputError: no column is given, one is not there, its rule does not fit it, or there are fewer than
            two groups or more than `MAX_GROUPS`.
    """
    if not sensitive:
        raise InputError("At least one sensitive column is needed to make groups. Found none.")
    parts = [_groups_of(_column(frame, one.column, "Sensitive"), one) for one in sensitive]
    sizes = tuple(len(part.names) for part in parts)
    joint = np.ravel_multi_index(tuple(part.values for part in parts), sizes)
    present, groups = np.unique(joint, return_inverse=True)
    title = " and ".join(repr(one.column) for one in sensitive)
    if len(present) < 2:
        raise InputError(f"Sensitive column {title} should make at least two groups. Found one.")
    if len(present) > MAX_GROUPS:
        raise InputError(
            f"Sensitive column {title} should make at most {MAX_GROUPS} groups. Found {len(present)}: choose "
            "another "
            "column, or cut a number at a threshold or into quantiles."
        )
    places = zip(*np.unravel_index(present, sizes), strict=True)
    names = tuple(", ".join(part.names[i] for part, i in zip(parts, place, strict=True)) for place in places)
    return Coded(groups.astype(np.int64), names, tuple(notice for part in parts for notice in part.notices))


def _groups_of(column: pd.Series, rule: Sensitive) -> Coded:
    if rule.threshold is not None and rule.quantiles is not None:
        raise InputError(f"Sensitive column {rule.column!r} takes a threshold or quantiles. Found both.")
    is_number = _is_number(column)
    if (rule.threshold is not None or rule.quantiles is not None) and not is_number:
        raise InputError(
            f"Only a number can be cut into groups. Found text in sensitive column {rule.column!r}."
        )
    distinct = int(column.nunique())
    if rule.threshold is not None:
        return _cut(column, np.array([rule.threshold]), rule)
    if rule.quantiles is not None:
        if not 2 <= rule.quantiles <= MAX_GROUPS:
            raise InputError(f"Quantiles should be between 2 and {MAX_GROUPS}. Found {rule.quantiles}.")
        return _cut(column, _quantile_edges(column, rule.quantiles), rule)
    if distinct > MAX_GROUPS and distinct == len(column):
        raise InputError(
            f"Sensitive column {rule.column!r} should have values that rows share. Found a different value "
            "in every row: "
            "choose another column, or cut a number at a threshold or into quantiles."
        )
    if is_number and distinct > MAX_PLAIN_NUMBERS:
        coded = _cut(column, _quantile_edges(column, 2), rule)
        return Coded(
            coded.values,
            coded.names,
            (
                f"{rule.column} is a number with {distinct:,} values and is cut at its median; a threshold "
                "or quantiles change it.",
            ),
        )
    given = dict(rule.names)
    text = as_text(column)
    values = sorted(
        text.unique(), key=lambda value: (value == MISSING, _number_or_text(value) if is_number else value)
    )
    if len(values) > MAX_GROUPS:
        raise InputError(
            f"Sensitive column {rule.column!r} should make at most {MAX_GROUPS} groups. Found {len(values)} "
            "values: choose "
            "another column."
        )
    return Coded(
        pd.Categorical(text, categories=values).codes.astype(np.int64), tuple(given.get(v, v) for v in values)
    )


def _cut(column: pd.Series, edges: NDArray[np.float64], rule: Sensitive) -> Coded:
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    values = np.searchsorted(edges, numbers, side="left").astype(np.int64)
    shown = [_plain_number(edge) for edge in edges]
    names = [f"{rule.column} <= {shown[0]}"]
    names += [f"{low} < {rule.column} <= {high}" for low, high in pairwise(shown)]
    names.append(f"{rule.column} > {shown[-1]}")
    missing = np.isnan(numbers)
    if missing.any():
        values[missing] = len(names)
        names.append(f"{rule.column} {MISSING}")
    return Coded(values, tuple(names))


def _quantile_edges(column: pd.Series, count: int) -> NDArray[np.float64]:
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        raise InputError(f"Sensitive column {column.name!r} should hold finite numbers. Found none.")
    edges: NDArray[np.float64] = np.unique(np.quantile(numbers, np.arange(1, count) / count, method="lower"))
    edges = edges[edges < numbers.max()]
    if not edges.size:
        raise InputError(
            f"Sensitive column {column.name!r} cannot be cut into {count} quantiles: too many rows share one "
            "value. Give a "
            "threshold instead."
        )
    return edges


def _positive_value(target: Target, values: Sequence[str], is_number: bool) -> str:
    if target.positive is not None:
        wanted = target.positive.strip()
        for value in values:
            if value.strip() == wanted or (is_number and _number_or_text(value) == _number_or_text(wanted)):
                return value
        shown = ", ".join(values[:5]) + (", ..." if len(values) > 5 else "")
        raise InputError(
            f"Positive value {target.positive!r} should be a value of target column {target.column!r}. Found "
            f"there: {shown}."
        )
    if len(values) != 2:
        what = "one value" if len(values) == 1 else f"{len(values):,} values"
        advice = (
            "choose another column"
            if len(values) == 1
            else "name the positive value" + (", or a threshold for this number" if is_number else "")
        )
        raise InputError(f"Target column {target.column!r} should have two values. Found {what}: {advice}.")
    return max(values, key=_number_or_text) if is_number else values[-1]


def _column(frame: pd.DataFrame, name: str, role: str) -> pd.Series:
    if name not in frame.columns:
        shown = ", ".join(map(str, frame.columns[:8])) + (", ..." if frame.shape[1] > 8 else "")
        raise InputError(f"{role} column {name!r} is not in the table. Found columns: {shown}.")
    column: pd.Series = frame[name]
    return column


def _is_number(column: pd.Series) -> bool:
    return bool(is_numeric_dtype(column) and not is_bool_dtype(column))


def _plain_number(value: float) -> str:
    return f"{int(value)}" if float(value).is_integer() and abs(value) < 1e15 else f"{value:.6g}"


def _number_or_text(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value
