"""A table's columns as text, as numbers and as codes, and their names on one line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nashcore.errors import InputError, quoted

if TYPE_CHECKING:
    import pandas as pd

MISSING = "(missing)"
"""The name of the group, and of the category, of rows without a value."""

MAX_NAME = 120
"""A longer name is cut."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
"""Line ends and other controls, marks without a width, and marks that turn the direction of reading. Joiners, which
some scripts need, are none of these."""

Ints = NDArray[np.int64]


Gathered = tuple[tuple[str, int], ...]
"""The values that a label or group gathers, each with its rows, the most frequent first."""


@dataclass(frozen=True)
class CodedColumn:
    """A column turned into whole numbers.

    Attributes:
        values: [n] int64; -1 where the value is missing (labels only).
        names: the name of each number.
        notices: plain sentences about what was decided on the way.
        gathered: the values behind each number, where it is no range of numbers (labels only).
    """

    values: Ints
    names: tuple[str, ...]
    notices: tuple[str, ...] = field(default=())
    gathered: tuple[Gathered, ...] = ()


def as_codes(column: pd.Series) -> tuple[Ints, list[str]]:
    """Each row's place [n] in a list of the column's distinct values as text; missing values are
    `MISSING`."""
    import pandas as pd  # here, so that names of columns can be read without it
    from pandas.api.types import is_integer_dtype

    numeric = is_number(column)
    whole = is_integer_dtype(column) and not column.hasnans  # beyond 2**53, floats would merge neighbours
    values = column.to_numpy(dtype=np.float64, na_value=np.nan) if numeric and not whole else column
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    plain = np.asarray(
        distinct, dtype=object
    ).tolist()  # a loop over pandas' own strings takes 20 times as long
    texts = [plain_number(value) if numeric and not whole else str(value) for value in plain]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(texts), codes)
        texts.append(MISSING)
    return codes.astype(np.int64), texts


def as_text(column: pd.Series) -> pd.Series:
    """The column's values as text, whole numbers without a decimal point, missing values as `MISSING`."""
    import pandas as pd

    codes, texts = as_codes(column)
    return pd.Series(np.array(texts, dtype=object)[codes], index=column.index, name=column.name)


def called(names: Container[str], name: str) -> str:
    """What the column that is meant is called among ``names``, where blanks at its ends and what nobody sees were left out."""
    return one_line(name) if name not in names and one_line(name) in names else name


def get_column(frame: pd.DataFrame, name: str, role: str) -> pd.Series:
    """The column called ``name``; ``role`` is what the message calls it.

    Raises:
        InputError: the table has no such column.
    """
    name = called(frame.columns, name)
    if name not in frame.columns:
        raise InputError(
            f"{role} column {quoted(name)} is not in the table. Found columns: {first_few(list(frame.columns))}."
        )
    column: pd.Series = frame[name]
    return column


def counted(number: int, what: str) -> str:
    """A count with its noun: "1 row", "1,200 rows"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def one_line(text: str) -> str:
    """The text as it may stand in a sentence or a table: on one line, with nothing unseen in it, cut at `MAX_NAME`."""
    line = _UNSEEN.sub(" ", unicodedata.normalize("NFC", text)).replace("\u00a0", " ").strip()
    return line if len(line) <= MAX_NAME else f"{line[: MAX_NAME - 1]}…"


def make_unique(names: Iterable[str]) -> list[str]:
    """The names, with a number after each that was there before."""
    taken: dict[str, None] = {}
    for base in names:
        name, copy = base, 2
        while name in taken:
            name, copy = f"{base} ({copy})", copy + 1
        taken[name] = None
    return list(taken)


def first_few(names: Sequence[str], count: int = 8) -> str:
    """The first names as one text, and how many more there are."""
    more = f" and {len(names) - count:,} more" if len(names) > count else ""
    return ", ".join(map(one_line, names[:count])) + more


def is_number(column: pd.Series) -> bool:
    """Whether the column holds numbers; yes and no are none."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return bool(is_numeric_dtype(column) and not is_bool_dtype(column))


def plain_number(value: float) -> str:
    """The number as people write it: 25 rather than 25.0, and with all its digits, since different numbers have different names."""
    return f"{int(value)}" if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def number_or_text(value: str) -> float | str:
    """The number that the text spells, else the text; 1_000 is none."""
    if "_" in value:
        return value
    try:
        return float(value)
    except ValueError:
        return value
