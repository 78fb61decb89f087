"""Any CSV file: encoding, delimiter and types are found out, and what is broken is named in one sentence."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype, is_numeric_dtype

from nashcore.data.columns import MAX_NAME, make_unique, one_line
from nashcore.data.csv_text import (
    DELIMITERS,
    MAX_ROWS,
    SEPARATOR_LINE,
    find_layout,
    look_through,
    too_many_rows,
)
from nashcore.errors import InputError

MAX_BYTES = 200_000_000

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


@dataclass(frozen=True, eq=False)
class CsvTable:
    """A CSV file's table and how it was read.

    Attributes:
        name: the file's name, without its folder and ".csv".
        frame: the table.
        encoding: the encoding found.
        delimiter: what separates the values.
        notices: plain sentences for the user.
    """

    name: str
    frame: pd.DataFrame
    encoding: str
    delimiter: str
    notices: tuple[str, ...]

    @property
    def delimiter_name(self) -> str:
        """The delimiter in words."""
        return DELIMITERS[self.delimiter]

    def columns(self) -> pd.DataFrame:
        """What each column holds: column, kind (number, category or yes/no), values, missing, example."""
        return pd.DataFrame(
            [
                {
                    "column": name,
                    "kind": _kind(column),
                    "values": int(column.nunique()),
                    "missing": int(column.isna().sum()),
                    "example": "" if column.isna().all() else str(column.dropna().iloc[0])[:60],
                }
                for name, column in self.frame.items()
            ]
        )


def read_csv(
    source: Path | str | BinaryIO, *, name: str | None = None, text: Collection[str] = ()
) -> CsvTable:
    """Read a CSV file of at most `MAX_BYTES`, `MAX_ROWS` and `MAX_COLUMNS`.

    The file is read in blocks, first to look at its text, then to parse it, so that what is too large or no
    table is refused early. Blank and repeated column names are made distinct and infinite numbers count as
    missing; a notice says so.

    Args:
        source: a path, or an open binary file that can be rewound, such as an upload.
        name: the file's name; taken from the source when left out.
        text: columns whose values stay text as the file spells it, also where all look like numbers.

    Raises:
        InputError: the file cannot be read as a table. The message says what is wrong with it, where, and
            what to do.
    """
    shown = _name_of(source, name)
    with _opened(source) as file:
        size = file.seek(0, io.SEEK_END)
        if size > MAX_BYTES:
            raise InputError(
                f"{shown} should be at most {MAX_BYTES // 1_000_000} MB. Found {-(-size // 1_000_000):,} MB: take "
                "fewer rows or columns."
            )
        if size == 0:
            raise InputError(f"{shown} should be a CSV file. Found an empty file.")
        encoding, start, notices = look_through(file, shown)
        hint = SEPARATOR_LINE.match(start)
        delimiter, header, sample = find_layout(start[hint.end() if hint else 0 :], shown)
        names, renamed = _clean_names(header)
        decimal = _decimal_mark(sample, delimiter)
        file.seek(0)
        frame = _parse(file, shown, encoding, delimiter, names, decimal, int(hint is not None), text)
    if any(len(row) < len(names) for row in sample):
        notices.append("Some rows have fewer values than the header; the others count as missing.")
    if decimal == ",":
        notices.append("Numbers are read with a decimal comma.")
    notices += renamed + _marked_numbers(frame, delimiter, text) + _tidy(frame)
    return CsvTable(
        re.sub(r"\.(csv|tsv|txt)$", "", shown, flags=re.IGNORECASE),
        frame,
        encoding,
        delimiter,
        tuple(notices),
    )


@contextmanager
def _opened(source: Path | str | BinaryIO) -> Iterator[BinaryIO]:
    with ExitStack() as stack:
        if isinstance(source, (str, Path)):
            if not Path(source).is_file():  # a pipe or a device would be read for ever
                raise InputError(f"File {source} cannot be opened: there is no such file.")
            try:
                file: BinaryIO = stack.enter_context(Path(source).open("rb"))
            except OSError as error:
                raise InputError(f"File {source} cannot be opened: {error.strerror}.") from error
        else:
            file = source
        yield file


def _name_of(source: Path | str | BinaryIO, name: str | None) -> str:
    if name is None:
        name = str(source) if isinstance(source, (str, Path)) else str(getattr(source, "name", "table"))
    return Path(name).name or "table"


def _clean_names(header: list[str]) -> tuple[list[str], list[str]]:
    lines = [one_line(raw) for raw in header]
    blank = [f"column {place}" for place, line in enumerate(lines, start=1) if not line]
    wanted = [line or f"column {place}" for place, line in enumerate(lines, start=1)]
    names = make_unique(wanted)
    repeated = sum(name != line for name, line in zip(names, wanted, strict=True))
    cut = sum(len(line) == MAX_NAME and line.endswith("…") for line in lines)
    notices = []
    if blank:
        notices.append(
            f"Columns without a name: {len(blank):,}, called by their place, such as {blank[0]!r}."
        )
    if repeated:
        notices.append(f"Columns with a repeated name: {repeated:,}, told apart by a number.")
    if cut:
        notices.append(f"Columns with a very long name: {cut:,}, cut.")
    return names, notices


def _decimal_mark(rows: list[list[str]], delimiter: str) -> str:
    if delimiter == ",":
        return "."
    values = [value.strip() for row in rows for value in row]
    commas = any(re.fullmatch(r"[+-]?\d+,\d+", value) for value in values)
    points = any(re.fullmatch(r"[+-]?\d+\.\d+", value) for value in values)
    return "," if commas and not points else "."


def _parse(
    file: BinaryIO,
    shown: str,
    encoding: str,
    delimiter: str,
    names: list[str],
    decimal: str,
    skipped: int,
    text: Collection[str],
) -> pd.DataFrame:
    try:
        frame = pd.read_csv(
            file,
            sep=delimiter,
            encoding=encoding,
            header=skipped,
            names=names,
            index_col=None,
            skipinitialspace=True,
            keep_default_na=False,
            na_values=list(MISSING_WORDS),
            decimal=decimal,
            low_memory=False,
            dtype={name: str for name in names if name in text},
            nrows=MAX_ROWS + 1,
        )
    except pd.errors.ParserError as error:
        raise InputError(f"{shown} is not an even table. {_parser_says(str(error))}") from error
    except (pd.errors.EmptyDataError, UnicodeError, OverflowError) as error:
        raise InputError(f"{shown} cannot be read as a table: {error}.") from error
    if len(frame) > MAX_ROWS:
        raise InputError(too_many_rows(shown))
    if frame.empty:
        raise InputError(f"{shown} should have rows below its header. Found none.")
    return frame


def _parser_says(message: str) -> str:
    uneven = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    if uneven:
        wanted, line, found = uneven.groups()
        return (
            f"Line {line} should have {wanted} values. Found {found}: quote values that hold the delimiter."
        )
    quote = re.search(r"EOF inside string starting at row (\d+)", message)
    if quote:
        return f"A quotation mark opened near line {int(quote[1]) + 1} is never closed."
    return "Its rows cannot be told apart: check the quotation marks."


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


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "yes/no"
    return "number" if is_numeric_dtype(column) else "category"
