"""One row with one column after another set to another value: what a model's score of it can be asked of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nashcore.data.columns import MISSING, as_text, plain_number
from nashcore.data.encode import Encoder, finite_numbers
from nashcore.data.encoded_columns import CategoryColumn, NumberColumn
from nashcore.errors import InputError, quoted

STEPS = 11
"""Numbers that are tried of a column of numbers, besides its median."""

REACH = 2.0
"""They lie within so many standard deviations of the training rows' mean, and within these rows' own range."""

_RARE = "\x00"
"""Stands for all values that few training rows had; no value that is read holds it."""


@dataclass(frozen=True, eq=False)
class Alternatives:
    """A row and what else its columns could hold.

    Attributes:
        frame: [K] rows: the row itself, the row with every column typical, then the alternatives.
        columns: names of the columns that the encoding uses, in its order.
        own: what the row holds in each, as text.
        typical: what is typical in each: the training rows' median, or their most frequent value.
        of: [K - 2] which column each alternative changes, by its place.
        values: [K - 2] what it is set to, as text.
    """

    frame: pd.DataFrame
    columns: tuple[str, ...]
    own: tuple[str, ...]
    typical: tuple[str, ...]
    of: tuple[int, ...]
    values: tuple[str, ...]


def alternatives(encoder: Encoder, frame: pd.DataFrame, row: int) -> Alternatives:
    """What else a row could hold, one column at a time; a column's typical value comes first.

    Args:
        encoder: the fitted encoding.
        frame: rows, with the columns that it needs.
        row: which one, from 0.

    Raises:
        InputError: there is no such row, or a column is missing or of another kind.
    """
    if not 0 <= row < len(frame):
        raise InputError(f"Row should be from 1 to {len(frame):,}, as in the file. Found {row + 1:,}.")
    names = (*(one.name for one in encoder.numbers), *(one.name for one in encoder.categories))
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise InputError(
            f"Column {quoted(missing[0])} should be in the table: the encoder was fitted with it. It is not there."
        )
    alone = frame.iloc[[row]]
    numbers = [(one, *_numbers(encoder, place)) for place, one in enumerate(encoder.numbers)]
    first = len(numbers) + sum(one.flag for one in encoder.numbers)
    own = list[float | str]()
    typical = list[float | str]()
    tried = list[list[float | str]]()
    for number, usual, grid in numbers:
        own.append(float(finite_numbers(alone[number.name])[0]))
        typical.append(usual)
        tried.append([usual, *grid])
    for category in encoder.categories:
        width = len(category.values) + category.rare
        usual_text, others = _values(category, encoder.mean[first : first + width])
        first += width
        own.append(str(as_text(alone[category.name]).iloc[0]))
        typical.append(usual_text)
        tried.append([usual_text, *others])
    of = np.array([place for place, values in enumerate(tried) for _ in values], dtype=np.int64)
    rows = {}
    for place, name in enumerate(names):
        column = np.full(2 + len(of), own[place], dtype=np.float64 if place < len(numbers) else object)
        column[1] = typical[place]
        column[2:][of == place] = tried[place]
        rows[name] = column
    return Alternatives(
        pd.DataFrame(rows),
        names,
        tuple(map(_shown, own)),
        tuple(map(_shown, typical)),
        tuple(of.tolist()),
        tuple(_shown(value) for values in tried for value in values),
    )


def _numbers(encoder: Encoder, place: int) -> tuple[float, list[float | str]]:
    """A number column's typical number, and the numbers to try."""
    column: NumberColumn = encoder.numbers[place]
    around, spread = encoder.mean[place], encoder.scale[place]
    low, high = around - REACH * spread, around + REACH * spread
    if column.low is not None and column.high is not None:
        low, high = max(low, column.low), min(high, column.high)
    even = np.linspace(low, high, STEPS).tolist()
    whole = all(float(end).is_integer() for end in (column.fill, column.low or 0, column.high or 0))
    tried = dict.fromkeys(float(round(one)) if whole else float(f"{one:.3g}") for one in even)
    return column.fill, [*tried, *[float("nan")] * column.flag]


def _values(column: CategoryColumn, shares: tuple[float, ...]) -> tuple[str, list[str]]:
    """A category column's most frequent value, and the others; all rare ones are one."""
    values = [*column.values, *[_RARE] * column.rare]
    if not values:
        return _RARE, []
    usual = values[int(np.argmax(shares))]
    return usual, [value for value in values if value != usual]


def _shown(value: float | str) -> str:
    if isinstance(value, str):
        return "(rare)" if value == _RARE else value
    return MISSING if np.isnan(value) else plain_number(value)
