"""Which rows are the same: in every column that counts, and a name for each row does not count."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import pandas as pd
from pandas.api.types import is_bool_dtype, is_integer_dtype, is_numeric_dtype

from nashcore.data.number_form import is_number_like
from nashcore.data.number_text import DATE

FEW_ROWS = 20
"""So few different values may be a chance."""

_PROBE = 500
"""Values that are looked at for what a column's text resembles."""

DISTINCT_SHARE = 0.2
"""Rows that are the same but for their names count as copies when at least this share of the rows differ in the other
columns: a table where every row is there five times still does."""


def is_identifier(column: pd.Series, distinct: int | None = None) -> bool:
    """Whether the column only names its rows: nearly every value is another, it is no number spread widely, and no text that
    looks like numbers or dates (see `resembles`).

    Args:
        column: [n], any values.
        distinct: how many different values it has; counted when left out.
    """
    present = int(column.notna().sum())
    found = int(column.nunique()) if distinct is None else distinct
    return (
        present > FEW_ROWS and found > 0.95 * present and not _is_continuous(column) and not resembles(column)
    )


def resembles(column: pd.Series) -> Literal["numbers", "dates", ""]:
    """What most values of a column of text look like; "" of other text and of columns that are no text.

    Such a column says more than whose row it is, though as text it cannot say it.
    """
    if is_numeric_dtype(column) or is_bool_dtype(column):
        return ""
    texts = column.dropna().drop_duplicates()
    probe = [str(text) for text in texts.iloc[:: max(1, len(texts) // _PROBE)]]
    dates = sum(DATE.fullmatch(text) is not None for text in probe)
    if 2 * dates > len(probe):
        return "dates"
    return "numbers" if 2 * (dates + sum(map(is_number_like, probe))) > len(probe) else ""


def identity_columns(
    frame: pd.DataFrame, always: Collection[str], names: Collection[str] | None = None
) -> list[str]:
    """The columns in which rows that are the same agree: all of the file's, without those that only name the row.

    Also those that are no features, since leaving one out makes no two people the same. Where few rows differ in the others
    (see `DISTINCT_SHARE`), they agree by chance, and the names count as well.

    Args:
        frame: the table.
        always: columns that count in any case, such as the target and those of the groups.
        names: the columns that only name the row; found here when left out.
    """
    columns = [str(name) for name in frame.columns]
    if names is None:
        names = [name for name in columns if name not in always and is_identifier(frame[name])]
    others = [name for name in columns if name in always or name not in names]
    if len(others) == len(columns) or (~frame.duplicated(others)).mean() < DISTINCT_SHARE:
        return columns
    return others


def _is_continuous(column: pd.Series) -> bool:
    """Whether many different values are natural: numbers with fractions, or whole numbers spread widely."""
    if not is_numeric_dtype(column) or is_bool_dtype(column):
        return False
    numbers = column.dropna()
    if not is_integer_dtype(column) and not (numbers % 1 == 0).all():
        return True
    return bool(numbers.max() - numbers.min() > 20 * len(numbers)) or not numbers.is_unique
