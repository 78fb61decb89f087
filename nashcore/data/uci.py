"""The archive's own file formats, turned into the catalogue's CSV text without changing a value."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import xlrd

from nashcore.errors import InputError

Rows = list[list[str]]


def to_csv(dataset: str, parts: list[bytes]) -> bytes:
    """The catalogue's CSV text of a dataset, made of the archive's files.

    Raises:
        InputError: the files are not in the expected form.
    """
    try:
        rows = _READERS[dataset](parts)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"The files of {dataset} should be text with one row a line. Found: {error}."
        ) from error
    return text.getvalue().encode()


def _adult(parts: list[bytes]) -> Rows:
    """Comma and space, no header, a remark in the first line, a full stop after the test labels."""
    rows = [_bundled_header("adult")]
    for part in parts:
        for row in csv.reader(_text(part), skipinitialspace=True):
            if len(row) > 1:  # the remark and the blank last line have one value or none
                rows.append([*row[:-1], row[-1].removesuffix(".")])
    return rows


def _us_crime(parts: list[bytes]) -> Rows:
    """No header, "?" for a missing value; the catalogue leaves out every column that has one."""
    table = [[value.strip() for value in row] for row in csv.reader(_text(parts[0])) if row]
    complete = [column for column in zip(*table, strict=False) if "?" not in column]
    header = _bundled_header("us_crime")
    if len(complete) != len(header):
        raise InputError(
            f"communities.data should have {len(header)} columns without missing values. Found {len(complete)}."
        )
    return [header, *(list(row) for row in zip(*complete, strict=True))]


def _semicolons(parts: list[bytes]) -> Rows:
    """A header, and semicolons between values that may be quoted."""
    return [row for row in csv.reader(_text(parts[0]), delimiter=";") if row]


def _default_credit(parts: list[bytes]) -> Rows:
    """An old Excel sheet of whole numbers: a row of X1 to X23 and Y, the real header, and an ID before each
    row."""
    try:
        book = xlrd.open_workbook(file_contents=parts[0], logfile=io.StringIO())  # no remarks in the output
        sheet = book.sheet_by_index(0)
        table: list[list[Any]] = [sheet.row_values(place) for place in range(sheet.nrows)]
    except Exception as error:
        raise InputError(
            f"The file of default_credit should be an old Excel sheet. It cannot be read: {error}."
        ) from error
    start = next((place for place, row in enumerate(table[:3]) if "LIMIT_BAL" in row), None)
    if start is None:
        raise InputError(
            "The sheet of default_credit should have LIMIT_BAL among the headers of its first rows. Found none."
        )
    kept = [place for place, name in enumerate(table[start]) if name != "ID"]
    return [[_whole(row[place]) for place in kept] for row in table[start:]]


def _whole(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _text(part: bytes) -> io.StringIO:
    return io.StringIO(part.decode("utf-8-sig"))


def _bundled_header(name: str) -> list[str]:
    with files("nashcore.data").joinpath("bundled", f"{name}.csv.gz").open("rb") as packed:
        return gzip.open(packed, "rt", encoding="utf-8").readline().rstrip("\n").split(",")


_READERS: Mapping[str, Callable[[list[bytes]], Rows]] = MappingProxyType(
    {
        "adult": _adult,
        "bank": _semicolons,
        "default_credit": _default_credit,
        "us_crime": _us_crime,
        "student_por": _semicolons,
    }
)
