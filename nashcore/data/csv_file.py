"""Any CSV file: encoding, delimiter and types are found out, and what is broken is named in one sentence."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from pandas.api.types import is_numeric_dtype

from nashcore.data.columns import MAX_NAME, make_unique, one_line
from nashcore.data.csv_text import (
    DELIMITERS,
    MAX_ROWS,
    SEPARATOR_LINE,
    find_layout,
    look_through,
    too_many_rows,
)
from nashcore.data.readings import ColumnReading, read_columns
from nashcore.errors import InputError
from nashcore.options import ReadingOptions

MAX_BYTES = 200_000_000

STANDARD = ReadingOptions()
"""A file is read so where nothing is chosen."""


@dataclass(frozen=True, eq=False)
class CsvTable:
    """A CSV file's table and how it was read.

    Attributes:
        name: the file's name, without its folder and ".csv".
        frame: the table.
        encoding: the encoding found.
        delimiter: what separates the values.
        notices: plain sentences for the user.
        readings: how each column's values were read.
    """

    name: str
    frame: pd.DataFrame
    encoding: str
    delimiter: str
    notices: tuple[str, ...]
    readings: tuple[ColumnReading, ...] = ()

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
    source: Path | str | BinaryIO,
    options: ReadingOptions = STANDARD,
    *,
    name: str | None = None,
    known: Collection[ColumnReading] = (),
) -> CsvTable:
    """Read a CSV file of at most `MAX_BYTES`, `MAX_ROWS` and `MAX_COLUMNS`.

    The file is read in blocks, first to look at its text, then to parse it, so that what is too large or no
    table is refused early. Blank and repeated column names are made distinct and infinite numbers count as
    missing; a notice says so.

    Args:
        source: a path, or an open binary file that can be rewound, such as an upload.
        options: how its text is read.
        name: the file's name; taken from the source when left out.
        known: how columns are read in any case, such as those of the table that a model was trained on.

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
        file.seek(0)
        frame = _parse(file, shown, encoding, delimiter, names, int(hint is not None))
    if any(len(row) < len(names) for row in sample):
        notices.append("Some rows have fewer values than the header; the others count as missing.")
    columns = read_columns(frame, options, known=known, delimiter=delimiter)
    return CsvTable(
        re.sub(r"\.(csv|tsv|txt)$", "", shown, flags=re.IGNORECASE),
        columns.frame,
        encoding,
        delimiter,
        (*notices, *renamed, *columns.notices),
        columns.readings,
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


def _parse(
    file: BinaryIO,
    shown: str,
    encoding: str,
    delimiter: str,
    names: list[str],
    skipped: int,
) -> pd.DataFrame:
    """The values as text, exactly as the file spells them; "" where a row is short."""
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
            na_filter=False,
            low_memory=False,
            dtype=str,
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


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "yes/no"
    return "number" if is_numeric_dtype(column) else "category"
