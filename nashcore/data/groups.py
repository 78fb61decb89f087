"""From sensitive columns and their rules to groups."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nashcore.data.columns import (
    MISSING,
    CodedColumn,
    Ints,
    as_text,
    first_few,
    get_column,
    is_number,
    make_unique,
    number_or_text,
    one_line,
    plain_number,
)
from nashcore.data.roles import Sensitive
from nashcore.errors import InputError, quoted

if TYPE_CHECKING:
    import pandas as pd

MAX_GROUPS = 24
"""More groups than this leave too few rows in each for a comparison that means anything."""

MAX_PLAIN_NUMBERS = 10
"""A number with more distinct values than this is cut into quantiles before it can make groups."""


@dataclass(frozen=True)
class GroupRule:
    """How a column makes groups, once its table is known.

    Attributes:
        column: its name.
        names: of the groups.
        edges: where numbers are cut; None where every value is a group.
        values: the value, as text, of each group, where every value is one.
        notices: plain sentences about what was decided.
    """

    column: str
    names: tuple[str, ...]
    edges: NDArray[np.float64] | None = None
    values: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def apply(self, column: pd.Series) -> Ints:
        """The group [n] of each row; -1 where the table had none such."""
        if self.edges is None:
            known = {value: place for place, value in enumerate(self.values)}
            return np.array([known.get(text, -1) for text in as_text(column)], dtype=np.int64)
        if not is_number(column):
            raise InputError(
                f"Sensitive column {quoted(self.column)} should hold numbers, as in the run's table. Found text."
            )
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        groups = np.searchsorted(self.edges, numbers, side="left").astype(np.int64)
        without = len(self.edges) + 1
        return np.where(np.isnan(numbers), without if len(self.names) > without else -1, groups)


@dataclass(frozen=True)
class Groups(CodedColumn):
    """Groups of rows, with the rules that made them, one for each column."""

    rules: tuple[GroupRule, ...] = ()


def make_groups(frame: pd.DataFrame, sensitive: Sequence[Sensitive]) -> Groups:
    """Group numbers [n] of the rows; several columns give the groups of their intersection.

    Groups are numbered in the order of the first column's groups, then the second's. Rows without a value
    make a group of their own.

    Raises:
        InputError: no column is given, one is not there, its rule does not fit it, or there are fewer than
            two groups or more than `MAX_GROUPS`.
    """
    if not sensitive:
        raise InputError("At least one sensitive column is needed to make groups. Found none.")
    if len(set(sensitive)) < len(sensitive):
        named = first_few([one.column for one in sensitive])
        raise InputError(f"Sensitive columns should be named once each. Found {named}.")
    columns = [get_column(frame, one.column, "Sensitive") for one in sensitive]
    rules = [_fit(column, one) for column, one in zip(columns, sensitive, strict=True)]
    parts = [rule.apply(column) for rule, column in zip(rules, columns, strict=True)]
    sizes = tuple(len(rule.names) for rule in rules)
    joint = np.ravel_multi_index(tuple(parts), sizes)
    present, groups = np.unique(joint, return_inverse=True)
    title = " and ".join(quoted(one.column) for one in sensitive)
    if len(present) < 2:
        raise InputError(f"Sensitive column {title} should make at least two groups. Found one.")
    if len(present) > MAX_GROUPS:
        raise InputError(
            f"Sensitive column {title} should make at most {MAX_GROUPS} groups. Found {len(present)}: choose "
            "another column, or cut a number at a threshold or into quantiles."
        )
    places = zip(*np.unravel_index(present, sizes), strict=True)
    values = [[rule.names[i] for rule, i in zip(rules, place, strict=True)] for place in places]
    names = tuple(map(", ".join, values))
    if len(set(names)) < len(names):
        names = tuple(map(_quoted, values))
    notices = tuple(notice for rule in rules for notice in rule.notices)
    return Groups(groups.astype(np.int64), names, notices, rules=tuple(rules))


def groups_of_rows(frame: pd.DataFrame, rules: Sequence[GroupRule], names: Sequence[str]) -> Ints:
    """Groups [n] of new rows, by the rules that made those of a table: with its values, medians and quantiles.

    Args:
        frame: the new rows.
        rules: of the table's columns that make the groups.
        names: of the table's groups, which are looked up.

    Returns:
        Places in ``names``; -1 for a row whose group is none of them.

    Raises:
        InputError: a column is not there, or holds text where the table's holds numbers that are cut.
    """
    parts = list[list[str]]()
    known = np.ones(len(frame), dtype=bool)
    for rule in rules:
        codes = rule.apply(get_column(frame, rule.column, "Sensitive"))
        known &= codes >= 0
        parts.append([rule.names[code] for code in codes.tolist()])
    places = {name: place for place, name in enumerate(names)}
    rows = zip(*parts, strict=True)
    found = np.array(
        [places.get(_quoted(row), places.get(", ".join(row), -1)) for row in rows], dtype=np.int64
    )
    return np.where(known, found, -1)


def _quoted(values: Sequence[str]) -> str:
    """The name of a group of several columns where two groups would have the same: "A, B" and "C", and "A" and "B, C"."""
    return ", ".join(quoted(value) if "," in value else value for value in values)


def _fit(column: pd.Series, rule: Sensitive) -> GroupRule:
    if rule.threshold is not None and rule.quantiles is not None:
        raise InputError(
            f"Sensitive column {quoted(rule.column)} takes a threshold or quantiles. Found both."
        )
    numeric = is_number(column)
    if (rule.threshold is not None or rule.quantiles is not None) and not numeric:
        raise InputError(
            f"Only a number can be cut into groups. Found text in sensitive column {quoted(rule.column)}."
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
            f"Sensitive column {quoted(rule.column)} should have values that rows share. Found a different value "
            "in every row: choose another column, or cut a number at a threshold or into quantiles."
        )
    if numeric and distinct > MAX_PLAIN_NUMBERS:
        notice = (
            f"{rule.column} has {distinct:,} values: cut at its median; a threshold or quantiles change it."
        )
        return replace(_cut(column, _quantile_edges(column, 2), rule), notices=(notice,))
    given = dict(rule.names)
    text = as_text(column)
    values = sorted(
        text.unique(), key=lambda value: (value == MISSING, number_or_text(value) if numeric else value)
    )
    if len(values) > MAX_GROUPS:
        raise InputError(
            f"Sensitive column {quoted(rule.column)} should make at most {MAX_GROUPS} groups. Found {len(values)} "
            "values: choose another column."
        )
    names = make_unique(one_line(given.get(value, value)) or "(blank)" for value in values)
    return GroupRule(rule.column, tuple(names), values=tuple(values))


def _cut(column: pd.Series, edges: NDArray[np.float64], rule: Sensitive) -> GroupRule:
    shown = [plain_number(edge) for edge in edges]
    names = [f"{rule.column} <= {shown[0]}"]
    names += [f"{low} < {rule.column} <= {high}" for low, high in pairwise(shown)]
    names.append(f"{rule.column} > {shown[-1]}")
    if column.isna().any():
        names.append(f"{rule.column} {MISSING}")
    return GroupRule(rule.column, tuple(names), edges)


def _quantile_edges(column: pd.Series, count: int) -> NDArray[np.float64]:
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = numbers[np.isfinite(numbers)]
    if not numbers.size:
        raise InputError(f"Sensitive column {quoted(column.name)} should hold finite numbers. Found none.")
    edges: NDArray[np.float64] = np.unique(np.quantile(numbers, np.arange(1, count) / count, method="lower"))
    edges = edges[edges < numbers.max()]
    if not edges.size:
        raise InputError(
            f"Sensitive column {quoted(column.name)} cannot be cut into {count} quantiles: too many rows share one "
            "value. Give a threshold instead."
        )
    return edges


def parse_sensitive(text: str, columns: Collection[str]) -> tuple[Sensitive, ...]:
    """Sensitive columns written as one text: "race", "race,sex", "age>25" (threshold) or "age:4" (quantiles).

    A column whose name holds one of these signs is found first.

    Args:
        text: the text, columns separated by commas.
        columns: the table's columns.

    Raises:
        InputError: a part is empty, or its number is none.
    """
    if text in columns:
        return (Sensitive(text),)
    return tuple(_parse_one(part.strip(), columns) for part in text.split(","))


def _parse_one(part: str, columns: Collection[str]) -> Sensitive:
    if part in columns:
        return Sensitive(part)
    cut = re.fullmatch(r"(.+?)\s*([>:])\s*([^>:]+)", part)
    if cut is None:
        if not part:
            raise InputError("Sensitive columns should be names separated by commas. Found an empty one.")
        return Sensitive(part)
    column, sign, number = cut.groups()
    try:
        value = float(number) if sign == ">" else int(number)
    except ValueError:
        wanted = "a number after '>'" if sign == ">" else "a whole number of quantiles after ':'"
        raise InputError(
            f"Sensitive column {quoted(part)} should have {wanted}. Found {quoted(number)}."
        ) from None
    return Sensitive(column, threshold=value) if sign == ">" else Sensitive(column, quantiles=int(value))
