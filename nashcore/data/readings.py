"""From a frame of text to columns of numbers and of text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype

from nashcore.options import ReadingOptions

_PROBE = 2_000
"""Values of a column of text that are tried as numbers before all of them are."""

_THOUSANDS = (r"\s*[+-]?(0|[1-9]\d{0,2}(,\d{3})*)(\.\d+)?\s*", ",", ".", "commas between thousands")
_DECIMALS = (r"\s*[+-]?\d+(,\d+)?\s*", ".", ",", "a decimal comma")
_BOTH = (r"\s*[+-]?(0|[1-9]\d{0,2}(\.\d{3})*)(,\d+)?\s*", ".", ",", "a decimal comma")
_MARKS = {True: (_THOUSANDS, _DECIMALS), False: (_DECIMALS, _BOTH)}
"""Numbers with commas: their shape, what parts thousands, the decimal mark, and both in words; by whether the
delimiter is a comma."""

MISSING_WORDS = ("", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A")
"""Values that stand for "no value" in a file."""


@dataclass(frozen=True)
class ColumnReading:
    """How the values of a column were read.

    Attributes:
        column: its name.
        kind: "number", "category" (numbers that are names), "yes/no" or "text".
    """

    column: str
    kind: str


@dataclass(frozen=True, eq=False)
class ReadColumns:
    """A table whose values have been read.

    Attributes:
        frame: the table.
        readings: how each column was read.
        notices: plain sentences for the user.
    """

    frame: pd.DataFrame
    readings: tuple[ColumnReading, ...]
    notices: tuple[str, ...]


def read_columns(
    frame: pd.DataFrame,
    options: ReadingOptions,
    *,
    known: Collection[ColumnReading] = (),
    delimiter: str = ",",
) -> ReadColumns:
    """Read the values of a frame of text.

    Args:
        frame: the text as the file spells it, "" where there is none; columns that are no text stay as they are.
        options: how.
        known: how columns are read in any case.
        delimiter: what separates the values in the file.
    """
    text = {*options.as_text, *(one.column for one in known if one.kind == "text")}
    frame = frame.copy()
    for name in frame.columns:
        column = frame[name].mask(frame[name].isin(MISSING_WORDS))
        numbers = column if name in text else pd.to_numeric(column, errors="coerce")
        present = column.dropna()
        if (
            name not in text
            and len(present)
            and set(present.unique()) <= {"True", "False", "TRUE", "FALSE", "true", "false"}
        ):
            column = column.map(lambda value: value if pd.isna(value) else value.lower() == "true")
            frame[name] = column.astype(bool) if len(present) == len(column) else column
        else:
            frame[name] = numbers if numbers.notna().sum() == len(present) else column
    notices = _marked_numbers(frame, delimiter, text) + _tidy(frame)
    readings = tuple(
        ColumnReading(str(n), "number" if is_numeric_dtype(c) else "text") for n, c in frame.items()
    )
    return ReadColumns(frame, readings, tuple(notices))


def _marked_numbers(frame: pd.DataFrame, delimiter: str, text: Collection[str]) -> list[str]:
    """Turn text into numbers, in place, where every value is a number with a comma that pandas left as text:
    "1,500" between commas counts thousands; between other delimiters the comma is the decimal mark."""
    notices = []
    for name, column in frame.items():
        if is_numeric_dtype(column) or name in text:
            continue
        texts = column.dropna().drop_duplicates()
        probe = texts.iloc[:: max(1, len(texts) // _PROBE)].astype(str)
        for shape, group, mark, what in _MARKS[delimiter == ","]:
            if not probe.str.fullmatch(shape).all():
                continue
            texts = texts.astype(str)
            if texts.str.fullmatch(shape).all() and texts.str.contains(",", regex=False).any():
                plain = texts.str.replace(group, "", regex=False).str.replace(mark, ".", regex=False)
                frame[name] = column.map(dict(zip(texts, plain.astype(float), strict=True))).astype(float)
                notices.append(f"{name} is read as numbers with {what}.")
                break
    return notices


def _tidy(frame: pd.DataFrame) -> list[str]:
    """Turn infinite numbers into missing ones, in place, and name columns that mix numbers and text."""
    notices = []
    for name, column in frame.items():
        if is_float_dtype(column):
            infinite = np.isinf(column.to_numpy())
            if infinite.any():
                frame[name] = column.mask(infinite)
                notices.append(f"{int(infinite.sum()):,} infinite numbers in {name} count as missing.")
        elif not is_numeric_dtype(column):
            values = column.dropna().drop_duplicates()
            probe = values.iloc[:: max(1, len(values) // _PROBE)]
            if len(values) > _PROBE and pd.to_numeric(probe, errors="coerce").notna().mean() < 0.25:
                continue  # far from the half that makes a mixture: spare the million other names
            numbers = pd.to_numeric(values, errors="coerce").notna()
            if 0.5 < numbers.mean() < 1:
                example = str(values[~numbers].iloc[0])[:40]
                notices.append(f"{name} mixes numbers and text (such as {example!r}) and is read as text.")
    return notices
