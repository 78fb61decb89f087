"""ARFF files, which say of every column whether it holds numbers or which values."""

from __future__ import annotations

import re
from typing import BinaryIO

import pandas as pd

from nashcore.data.columns import one_line
from nashcore.data.csv_layout import MAX_COLUMNS
from nashcore.data.csv_text import MAX_ROWS, Text, text_of, too_many_rows
from nashcore.errors import InputError, missing_package

_START = re.compile(r"(\s*(%[^\n]*)?\n)*\s*@relation\b", re.IGNORECASE)
_DATE = re.compile(r"^(\s*@attribute\s+(?:'[^']*'|\"[^\"]*\"|\S+))\s+date\b[^\n]*", re.IGNORECASE)


def is_arff(start: str) -> bool:
    """Whether a text begins as an ARFF file does."""
    return bool(_START.match(start.lstrip("\ufeff")))


def read_arff(file: BinaryIO, shown: str, text: Text) -> tuple[pd.DataFrame, list[str]]:
    """The table of an ARFF file: numbers where it declares them, else text, "" where there is no value.

    Returns:
        The columns by their places, and their names.

    Raises:
        InputError: it cannot be read; the message says where, as far as the reader of such files does.
    """
    try:
        import arff
    except ImportError as missing:
        raise InputError(missing_package(missing, f"{shown}, an ARFF file,", "data")) from None
    lines = text_of(file, text.encoding)
    try:
        found = arff.load(map(_without_date, lines), return_type=arff.DENSE)
        attributes, rows = found["attributes"], found["data"]
        if not 2 <= len(attributes) <= MAX_COLUMNS:
            raise InputError(f"{shown} should have 2 to {MAX_COLUMNS:,} columns. Found {len(attributes):,}.")
        if len(rows) > MAX_ROWS:
            raise InputError(too_many_rows(shown))
    except arff.ArffException as error:
        raise InputError(f"{shown} should be an ARFF file. {one_line(str(error)).rstrip('.')}.") from None
    except (UnicodeError, ValueError, IndexError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{shown} should be an ARFF file. It cannot be read as one.") from error
    finally:
        lines.detach()
    if not rows:
        raise InputError(f"{shown} should have rows below @data. Found none.")
    columns: dict[int, pd.Series] = {}
    for place, (values, (_, kind)) in enumerate(zip(zip(*rows, strict=True), attributes, strict=True)):
        if isinstance(kind, str) and kind.upper() in ("NUMERIC", "REAL", "INTEGER"):
            columns[place] = pd.Series(values, dtype=float)
        else:
            columns[place] = pd.Series(
                ["" if value is None else str(value) for value in values], dtype=object
            )
    return pd.DataFrame(columns), [str(name) for name, _ in attributes]


def _without_date(line: str) -> str:
    """The line, with a declared date as the text that it is: the reader knows no dates."""
    return _DATE.sub(r"\1 STRING", line)
