"""One sheet of an Excel workbook as rows of text, and which of its columns hold numbers alone."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO
from xml.etree import ElementTree

from nashcore.data.columns import first_few, one_line
from nashcore.data.csv_layout import MAX_COLUMNS
from nashcore.data.csv_rows import Row
from nashcore.data.sheet_format import MergedDown, first_rows, shown_zeros, uncomputed
from nashcore.errors import InputError, missing_package, quoted

MAX_XML = 400_000_000
"""A workbook's parts, unpacked, in bytes in all: some ten bytes of markup a value."""
MAX_LINES = 1_048_576
"""A sheet ends there, in every program."""
MAX_CELLS = MAX_XML // 10
"""Cells of a sheet, blank ones among them: one at the right end of a row has all to its left looked at."""
MAX_TEXTS = 2_000_000
"""Different texts in a workbook."""
MAX_TAGS = 400_000
"""In all parts but sheets and texts, such as the styles: each becomes an object of the library's."""
MAX_WHOLE = 50_000_000
"""Bytes of all these parts, which the library reads whole."""
_TEXTS = "xl/sharedstrings.xml"
_BY_ROWS = re.compile(r"(worksheets/(?!_rels)|(media|pivotCache|embeddings|externalLinks)/)")
"""Where parts lie that are read row by row, or not at all."""
_WHOLE = re.compile(r"main\+xml|chartsheet|sharedStrings")
"""What the library may be told to read from anywhere, as a whole."""
_BLOCK = 1 << 20


class SheetRows:
    """The rows of a sheet.

    Attributes:
        notices: which sheet it is, where there are several, and whether cells are merged or hold formulas without a value.
    """

    def __init__(self, sheet: Any, shown: str, notices: Sequence[str], merged: MergedDown) -> None:
        self._sheet, self._shown, self._merged = sheet, shown, merged
        self.notices = [one for one in (*notices, merged.notice) if one]
        try:
            self._zeros = shown_zeros(first_rows(sheet))
        except Exception as error:
            raise InputError(_damaged(shown)) from error
        self._widest = 0
        self._numbers: Counter[int] = Counter()
        self._filled: Counter[int] = Counter()
        self._first: list[Any] = []

    def rows(self, skipped: frozenset[int], comment: str) -> Iterator[Row]:
        """The rows that hold something, each with its number in the sheet."""
        for number, cells in self._cells():
            cells = self._merged.fill(number, cells)
            values = [_text(cell, self._zeros.get(place, 0)) for place, cell in enumerate(cells)]
            while values and not values[-1]:
                values.pop()
            if not values or number in skipped or (comment and values[0].startswith(comment)):
                continue
            if len(values) > MAX_COLUMNS:
                raise InputError(
                    f"Sheets should have at most {MAX_COLUMNS:,} columns. Found {len(values):,}."
                )
            self._note(cells[: len(values)])
            self._widest = max(self._widest, len(values))
            values += [""] * (self._widest - len(values))  # a sheet has no short rows, only blank cells
            yield Row(values, number, " ".join(value for value in values if value)[:1000])

    def last_row(self) -> int:
        """The number of the last row that holds something."""
        return max(
            (number for number, cells in self._cells() if any(cell is not None for cell in cells)), default=0
        )

    def _cells(self) -> Iterator[tuple[int, Sequence[Any]]]:
        rows, number, seen = self._sheet.iter_rows(values_only=True), 0, 0
        while True:
            try:
                cells = next(rows, None)
            except Exception as error:
                raise InputError(_damaged(self._shown)) from error
            number += 1
            if cells is None:
                return
            if number > MAX_LINES:
                raise InputError(
                    f"{self._shown} should have its rows in the first {MAX_LINES:,} lines of a sheet. Found a row below: the "
                    "workbook is damaged."
                )
            seen += max(len(cells), self._merged.width)
            if seen > MAX_CELLS:
                raise InputError(
                    f"{self._shown} should have at most {MAX_CELLS:,} cells in a sheet, blank ones among them. Found more: delete "
                    "the blank columns at its right, or save the table as CSV."
                )
            yield number, cells

    def numbers(self, header: bool) -> list[int]:
        """Of the rows read so far, the columns whose cells are all numbers; with a header, below it."""
        first = self._first if header else []
        filled = self._filled - Counter(place for place, cell in enumerate(first) if cell is not None)
        numbers = self._numbers - Counter(place for place, cell in enumerate(first) if _is_number(cell))
        return [place for place, count in filled.items() if count == numbers[place]]

    def _note(self, cells: Sequence[Any]) -> None:
        self._first = self._first or list(cells)
        for place, cell in enumerate(cells):
            if cell is not None:
                self._filled[place] += 1
                self._numbers[place] += _is_number(cell) and place not in self._zeros


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _damaged(shown: str) -> str:
    """What is said of whatever the library stumbles over in a sheet."""
    return f"{shown} cannot be read: its sheet is damaged or cut off."


@contextmanager
def open_sheet(file: BinaryIO, shown: str, wanted: str | None) -> Iterator[SheetRows]:
    """The sheet that is wanted, or the first that is shown.

    Nothing outside the file is looked up, and formulas are the values that were last saved.

    Raises:
        InputError: it is no workbook, too large when unpacked, or has no such sheet; or what is done with its rows refuses them,
            to which is added that there are other sheets.
    """
    _check_parts(file, shown)
    try:
        from openpyxl import load_workbook
    except ImportError as missing:
        raise InputError(missing_package(missing, f"{shown}, an Excel workbook,", "data")) from None
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise InputError(f"{shown} should be an Excel workbook (.xlsx). It cannot be read as one.") from error
    try:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        seen = [name for name, sheet in sheets.items() if sheet.sheet_state == "visible"] or list(sheets)
        if not seen or (wanted is not None and wanted not in sheets):
            raise InputError(
                f"{shown} should have the sheet {quoted(wanted)}. Found {first_few(list(sheets)) or 'none'}: choose with --sheet."
            )
        name = seen[0] if wanted is None else wanted
        rest = [other for other in seen if other != name]
        told = ""
        if rest and wanted is None:
            told = f"Sheet {quoted(one_line(name))} is read; there are also {first_few(rest, 4)} (--sheet chooses)."
        sheet = sheets[name]
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        with sheet._get_source() as part:  # the library itself leaves merged cells out
            merged = MergedDown(part)
        with sheet._get_source() as part:
            formulas = uncomputed(part)
        try:
            yield SheetRows(sheet, shown, [told, formulas], merged)
        except InputError as refused:
            raise InputError(f"{refused} {told}".strip()) from refused
    finally:
        book.close()


def _check_parts(file: BinaryIO, shown: str) -> None:
    """Unpack every part once, without keeping it, and count: what an archive says of its own size may be wrong."""
    size = whole = texts = tags = 0
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise InputError(f"{shown} should be open to read. Found it locked by a password.")
                if entry.filename.startswith("xl/media/"):
                    continue
                texted = entry.filename.lower() == _TEXTS
                counted = not texted and _BY_ROWS.search(entry.filename) is None
                with archive.open(entry) as part:
                    while block := part.read(_BLOCK):
                        size += len(block)
                        texts += texted * block.count(b"<si")
                        tags += counted * block.count(b"<")
                        whole += counted * len(block)
                        for found, most, what in (
                            (size, MAX_XML, f"unpack to at most {MAX_XML // 1_000_000} MB"),
                            (
                                whole,
                                MAX_WHOLE,
                                f"hold at most {MAX_WHOLE // 1_000_000} MB besides its sheets",
                            ),
                            (texts, MAX_TEXTS, f"hold at most {MAX_TEXTS:,} different texts"),
                            (tags, MAX_TAGS, f"hold at most {MAX_TAGS:,} marks of styles and names"),
                        ):
                            if found > most:
                                raise InputError(f"{shown} should {what}. Found more: save the table as CSV.")
            _check_places(archive)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"{shown} cannot be unpacked: it is damaged or cut off.") from error


def _check_places(archive: zipfile.ZipFile) -> None:
    """Nothing that is read whole lies where a part may be large.

    Raises:
        ValueError: something does.
    """
    for name in archive.namelist():
        if name == "[Content_Types].xml" or name.endswith(".rels"):
            for one in ElementTree.fromstring(archive.read(name)):  # noqa: S314  counted, and expat expands little
                said = " ".join(one.attrib.values())
                if _WHOLE.search(said) and _BY_ROWS.search(said):
                    raise ValueError(said)


def _text(cell: Any, digits: int) -> str:
    if cell is None:
        return ""
    if digits and isinstance(cell, int):
        return str(cell).zfill(digits)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return (cell.date() if cell.time() == dt.time() else cell).isoformat()
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)
