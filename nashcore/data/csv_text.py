"""What kind of text a file holds: its encoding, its delimiter and its first rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import BinaryIO

from nashcore.errors import InputError

MAX_ROWS = 1_000_000
MAX_COLUMNS = 2_000
MAX_LINE = 1_000_000
"""A longer line (in characters) is no row of a table."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_BLOCK = 1 << 20
csv.field_size_limit(
    2 * _BLOCK
)  # lines are bounded here, so that a long value need not be refused as no table
SEPARATOR_LINE = re.compile(r"\ufeff?sep=.\n", re.IGNORECASE)
"""A first line that tells a spreadsheet the delimiter, which the spreadsheet never shows."""

_OTHER_FILES = {
    b"PK\x03\x04": "a zip or Excel file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
}


def look_through(file: BinaryIO, shown: str) -> tuple[str, str, list[str]]:
    """Look through a whole file once, in blocks.

    Returns:
        The encoding, the text's beginning with "\\n" as line end, and plain sentences for the user.

    Raises:
        InputError: the file holds no text, a NUL byte, bytes of another encoding, a line longer than
            `MAX_LINE`, or more than `MAX_ROWS` rows (counted here only where nothing is quoted).
    """
    file.seek(0)
    first = file.read(_BLOCK)
    for mark, what in _OTHER_FILES.items():
        if first.startswith(mark):
            raise InputError(f"{shown} should be a CSV file. Found {what}: save the table as CSV first.")
    encoding = _guess_encoding(first)
    try:
        return encoding, _scan(file, shown, encoding), []
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise InputError(
                f"{shown} starts as {encoding} text but holds other bytes: save it as UTF-8."
            ) from None
    notice = "The file is not UTF-8; it is read as {}, so check that accents look right."
    try:
        return "windows-1252", _scan(file, shown, "windows-1252"), [notice.format("Windows-1252")]
    except UnicodeDecodeError:
        return "latin-1", _scan(file, shown, "latin-1"), [notice.format("Latin-1")]


def _guess_encoding(first: bytes) -> str:
    if first.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = first[:4096]
    if len(start) >= 4 and start[1::2].count(0) > 0.6 * len(start[1::2]) and not start[::2].count(0):
        return "utf-16-le"
    if len(start) >= 4 and start[::2].count(0) > 0.6 * len(start[::2]) and not start[1::2].count(0):
        return "utf-16-be"
    return "utf-8"


def _scan(file: BinaryIO, shown: str, encoding: str) -> str:
    file.seek(0)
    start, lines, open_line, filled, quoted = "", 0, 0, 0, False
    ends = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    while block := file.read(_BLOCK):
        text = ends.decode(block)
        if not start:
            start = text
            odd = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\f\x1a")
            if odd > 0.02 * len(text) and odd > 1:
                raise InputError(
                    f"{shown} should be a text file. Found binary data: save the table as CSV first."
                )
        if "\0" in text:
            line = lines + text.count("\n", 0, text.index("\0")) + 1
            raise InputError(
                f"{shown} should be text. Found a NUL byte in line {line:,}: the file is damaged."
            )
        pieces = text.split("\n")
        lengths = [open_line + len(pieces[0]), *map(len, pieces[1:])]  # the first goes on from the last block
        if max(lengths) > MAX_LINE:
            line = lines + 1 + next(place for place, length in enumerate(lengths) if length > MAX_LINE)
            raise InputError(
                f"{shown} should have lines of at most {MAX_LINE:,} characters. Found a longer one, line "
                f"{line:,}: it is no table."
            )
        quoted = quoted or '"' in text
        filled += sum(map(bool, pieces)) - bool(open_line and pieces[0])
        if not quoted and filled > MAX_ROWS + 1:
            raise InputError(too_many_rows(shown))
        open_line = lengths[-1]
        lines += len(pieces) - 1
    ends.decode(b"", final=True)
    if not start.strip("\n\t ,;|\ufeff"):
        raise InputError(f"{shown} should be a CSV file. Found only blank text.")
    return start


def find_layout(start: str, shown: str) -> tuple[str, list[str], list[list[str]]]:
    """The delimiter that gives the most even rows, the header, and the first rows.

    Raises:
        InputError: there is one column only, too many, no header, no row, or a row longer than the header.
    """
    start = start.lstrip("\n\ufeff")
    best: tuple[float, int] = (0.0, 1)
    found = ""
    rows: list[list[str]] = []
    for delimiter in DELIMITERS:
        sample = _first_rows(start, delimiter)
        width = len(sample[0]) if sample else 0
        if width < 2:
            continue
        score = (sum(len(row) == width for row in sample) / len(sample), width)
        if score > best:
            best, found, rows = score, delimiter, sample
    if not found:
        raise InputError(
            f"{shown} should have at least two columns, separated by commas, semicolons, tabs or vertical "
            "bars. Found one."
        )
    header = rows[0]
    if len(header) > MAX_COLUMNS:
        raise InputError(
            f"{shown} should have at most {MAX_COLUMNS:,} columns. Found {len(header):,}: leave some out."
        )
    if all(_is_number(value) for value in header):
        raise InputError(
            f"{shown} should start with a line of column names. Found numbers: add a header line."
        )
    if len(rows) < 2:
        raise InputError(
            f"{shown} should have rows below its header. Found none, or a quotation mark that is never "
            "closed."
        )
    for number, row in enumerate(rows[1:], start=2):
        if len(row) > len(header):
            raise InputError(
                f"{shown} should have {len(header)} values in every row, as in its header. Found {len(row)} "
                f"in row {number}: quote values that hold the delimiter."
            )
    return found, header, rows[1:]


def _first_rows(start: str, delimiter: str, count: int = 50) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter, skipinitialspace=True):
        if row:
            rows.append(row)
        if len(rows) == count:
            return rows
    return rows[:-1] if len(start) >= _BLOCK // 4 and len(rows) > 1 else rows  # the last may be cut off


def too_many_rows(shown: str) -> str:
    """The sentence about a file with more than `MAX_ROWS` rows."""
    return f"{shown} should have at most {MAX_ROWS:,} rows. Found more: take a sample of them."


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
