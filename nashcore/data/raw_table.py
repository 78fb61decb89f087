"""A table file of any kind as its columns stand in it: text as the file spells it, before any value is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from nashcore.data.arff_file import is_arff, read_arff
from nashcore.data.arrow_file import read_arrow
from nashcore.data.column_names import clean_names
from nashcore.data.csv_layout import find_layout, lay_out, lines_to_skip
from nashcore.data.csv_rows import Dialect
from nashcore.data.csv_table import gather, read_table
from nashcore.data.csv_text import guessed_encoding, known_encoding, look_through
from nashcore.data.file_source import check_size, opened, unpacked
from nashcore.data.read_column import as_numbers
from nashcore.data.workbook import open_sheet
from nashcore.errors import InputError, quoted
from nashcore.options import ReadingOptions

_OTHER_FILES = {
    b"\xd0\xcf\x11\xe0": "an old or a locked Excel file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"%PDF": "a PDF file",
    b"{\\rtf": "a text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "a NumPy file",
    b"FEA1": "a Feather file of the old kind",
    b"SQLite format 3": "a database",
    b"$FL2": "an SPSS file",
    b"<stata_dta>": "a Stata file",
}
_OTHER_TEXT = (
    (re.compile(r"\s*\{\s*[\"}]"), "JSON lines or a JSON object"),
    (re.compile(r"\s*\[\s*[\[{\"]"), "a JSON array"),
    (re.compile(r"\s*<(!doctype html|html|table|head|body)\b", re.IGNORECASE), "a web page"),
    (re.compile(r"\s*<\?xml\b"), "an XML file"),
)


@dataclass(frozen=True, eq=False)
class RawTable:
    """A file's table before its values are read.

    Attributes:
        frame: columns under distinct names; text as the file spells it, "" where there is none, or numbers and yes or no
            where the file itself says that they are.
        kind: what kind of file it is, in words.
        encoding: of a text file; "" of others.
        delimiter: of a text file; "" of others.
        repeated: names that stood for several columns, each with those that they were given instead.
        notices: plain sentences for the user.
    """

    frame: pd.DataFrame
    kind: str
    encoding: str = ""
    delimiter: str = ""
    repeated: Mapping[str, Sequence[str]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def read_raw(source: Path | str | BinaryIO, options: ReadingOptions, shown: str) -> RawTable:
    """Read a table file, whose kind is seen from what it holds rather than from its name.

    Args:
        source: a path, or an open binary file that can be rewound.
        options: how it is read.
        shown: what messages call it.

    Raises:
        InputError: it is too large, damaged, or no table; the message says what is wrong, where, and what to do.
    """
    with opened(source) as given:
        check_size(given, shown)
        with unpacked(given, shown, options.sheet) as content:
            found = _read(content.file, shown, options)
            if content.member:
                return _with_notices(found, [f"Read from {quoted(content.member)} in the archive."])
            other = options.sheet is not None and found.kind != "Excel workbook"
            return _with_notices(found, ["Without a meaning for this file: --sheet."] if other else [])


def first_lines(
    source: Path | str | BinaryIO, options: ReadingOptions, shown: str, count: int = 12
) -> list[str]:
    """The first lines of a text file as they stand in it, long ones cut; none of other kinds of file.

    Raises:
        InputError: the file cannot be opened or unpacked, or there is no such encoding.
    """
    with opened(source) as given, unpacked(given, shown, options.sheet) as content:
        content.file.seek(0)
        first = content.file.read(1 << 16)
        if first.startswith((b"PK", b"PAR1", b"ARROW1", *_OTHER_FILES)):
            return []
        encoding = known_encoding(options.encoding) if options.encoding else guessed_encoding(content.file)
    lines = first.decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line[:200] for line in lines[:count]]


def _read(file: BinaryIO, shown: str, options: ReadingOptions) -> RawTable:
    file.seek(0)
    first = file.read(1 << 16)
    if first.startswith(b"PK\x03\x04"):
        return _with_notices(_workbook(file, shown, options), _text_options(options, "a workbook"))
    kind = "Parquet" if first.startswith(b"PAR1") else "Feather" if first.startswith(b"ARROW1") else None
    if kind is not None:
        frame, header, notices = read_arrow(file, shown, kind)
        return _named(frame, header, kind, [*notices, *_text_options(options, f"a {kind} file")])
    what = next((what for mark, what in _OTHER_FILES.items() if first.startswith(mark)), None)
    if first[257:262] == b"ustar":
        what = "a tar archive"
    if what is not None:
        raise InputError(f"{shown} should be a CSV file. Found {what}: save the table as CSV first.")
    return _text(file, shown, options)


def _text(file: BinaryIO, shown: str, options: ReadingOptions) -> RawTable:
    text = look_through(file, shown, options.encoding)
    if is_arff(text.start):
        frame, header = read_arff(file, shown, text)
        notices = [*text.notices, *_text_options(options, "an ARFF file")]
        return _named(frame, header, "ARFF", notices, encoding=text.encoding)
    if options.header_line is None and not options.no_header and options.delimiter is None:
        start = text.start.lstrip("\ufeff")
        what = next((what for shape, what in _OTHER_TEXT if shape.match(start)), None)
        if what is not None:
            raise InputError(f"{shown} should be a table. Found {what}: save the table as CSV first.")
    layout = find_layout(text, options, shown)
    frame, odd = read_table(file, shown, text, layout)
    header = list(layout.header or [""] * layout.width)[: frame.shape[1]]
    notices = [*text.notices, *layout.notices, *odd]
    return _named(frame, header, "CSV", notices, encoding=text.encoding, delimiter=layout.dialect.delimiter)


def _workbook(file: BinaryIO, shown: str, options: ReadingOptions) -> RawTable:
    with open_sheet(file, shown, options.sheet) as sheet:
        skipped = lines_to_skip(options.skip_lines, sheet.last_row() if options.skip_lines else 0)
        if options.header_line is not None:
            skipped |= frozenset(range(1, options.header_line))
        dialect = Dialect("", options.comment or "", skipped)
        rows = sheet.rows(skipped, dialect.comment)
        sample = list(islice(rows, 200))
        if not sample:
            left_out = skipped or dialect.comment
            found = (
                "none among the lines that are read"
                if left_out
                else "an empty sheet: choose another with --sheet"
            )
            raise InputError(f"{shown} should have rows. Found {found}.")
        layout = lay_out(dialect, sample, options, shown)
        frame, odd = gather(chain(sample, rows), layout, shown)
        for place in sheet.numbers(layout.header is not None):
            if place in frame.columns:
                frame[place] = as_numbers([float(text or "nan") for text in frame[place]])
    header = list(layout.header or [""] * layout.width)[: frame.shape[1]]
    return _named(frame, header, "Excel workbook", [*sheet.notices, *layout.notices, *odd])


def _named(
    frame: pd.DataFrame,
    header: Sequence[str],
    kind: str,
    notices: Sequence[str],
    *,
    encoding: str = "",
    delimiter: str = "",
) -> RawTable:
    names = clean_names(header)
    frame.columns = pd.Index(names.names, dtype=object)
    return RawTable(frame, kind, encoding, delimiter, names.repeated, (*notices, *names.notices))


def _with_notices(table: RawTable, notices: Sequence[str]) -> RawTable:
    whole = (*notices, *table.notices)
    return RawTable(table.frame, table.kind, table.encoding, table.delimiter, table.repeated, whole)


def _text_options(options: ReadingOptions, what: str) -> list[str]:
    """What was said of the text of a file that is none."""
    said: dict[str, object] = {"--delimiter": options.delimiter, "--backslash": options.backslash}
    if what != "an ARFF file":
        said |= {"--encoding": options.encoding}
    if what != "a workbook":
        said |= {"--header-line": options.header_line, "--no-header": options.no_header}
        said |= {"--comment": options.comment, "--skip-lines": options.skip_lines}
    given = [flag for flag, value in said.items() if value]
    return [f"Without a meaning for {what}: {', '.join(given)}."] if given else []
