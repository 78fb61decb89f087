"""How a text file is laid out: what separates its values, which line names them, and where its rows begin."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nashcore.data.csv_header import check_header, is_row_names
from nashcore.data.csv_rows import Dialect, Row, UnclosedQuoteError, read_rows
from nashcore.data.csv_text import Text
from nashcore.errors import InputError, quoted
from nashcore.options import ReadingOptions

MAX_COLUMNS = 2_000

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
"""What is looked for; any other character may be named."""

_WORDS = {**{word: mark for mark, word in DELIMITERS.items()}, "space": " ", "bar": "|", "\\t": "\t"}
_SAMPLE = 200
"""Rows that are looked at before the whole file is."""
_CUT = 250_000
"""Of a beginning that is longer, the last row may not be whole."""
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\n", re.IGNORECASE)
"""A first line that tells a spreadsheet the delimiter, which the spreadsheet never shows."""


@dataclass(frozen=True)
class Layout:
    """How a text file becomes a table.

    Attributes:
        dialect: how its lines become rows.
        header: the columns' names as the file has them; None where it has none.
        width: values in a row.
        named_in: the number of the header's line; 0 where there is none.
        notices: plain sentences for the user.
    """

    dialect: Dialect
    header: tuple[str, ...] | None
    width: int
    named_in: int
    notices: tuple[str, ...] = ()


def find_layout(text: Text, options: ReadingOptions, shown: str) -> Layout:
    """The layout that options ask for; where they leave it open, the one that gives the header the most columns.

    Raises:
        InputError: there is one column only, or see `lay_out`.
    """
    return lay_out(*_choose(text, options, shown), options, shown)


def lay_out(dialect: Dialect, rows: Sequence[Row], options: ReadingOptions, shown: str) -> Layout:
    """The layout of a table that begins with these rows.

    Raises:
        InputError: there are too many columns, no row, or the line that would name the columns looks like something else
            and nobody has said that it is the header.
    """
    if options.no_header and options.header_line is not None:
        raise InputError("Give either --header-line or --no-header. Found both.")
    notices = []
    header: tuple[str, ...] | None
    if dialect.backslash and not options.backslash:
        line = next((row.line for row in rows if '\\"' in row.text), 1)
        notices.append(
            f"Quotation marks inside values are written with a backslash (first in line {line:,}) and read so."
        )
    if options.no_header:
        width = _usual_width(rows)
        header, body, named_in = None, rows, 0
    else:
        header, body, named_in = tuple(rows[0].values), rows[1:], rows[0].line
        width = len(header)
    if width > MAX_COLUMNS:
        raise InputError(
            f"{shown} should have at most {MAX_COLUMNS:,} columns. Found {width:,}: leave some out."
        )
    if not body:
        raise InputError(f"{shown} should have rows below its header. Found none.")
    if header is not None:
        if options.header_line is None:
            check_header(rows, shown)
        if is_row_names(header, body):
            header, width = ("", *header), width + 1
            notices.append(
                f"Rows have one value more than the header in line {named_in:,}: the first is taken for the row's name."
            )
        elif not header[0].strip() and _counts(body):
            notices.append(
                "The first column has no name and numbers the rows: leave it out unless it tells something."
            )
    if width < 2:
        raise InputError(
            f"{shown} should have at least two columns. Found one: name another --delimiter if there is one."
        )
    return Layout(dialect, header, width, named_in, tuple(notices))


def delimiter_of(text: str) -> str:
    """The character that a word or a sign for it means.

    Raises:
        InputError: it cannot separate values.
    """
    found = _WORDS.get(text.strip().lower(), text)
    if len(found) != 1 or found in "\"'\n\r\\" or found.isalnum():
        raise InputError(
            "Option --delimiter should be one character that stands in no word, or comma, semicolon, tab, space or bar. "
            f"Found {quoted(text)}."
        )
    return found


def lines_to_skip(text: str | None, last_line: int) -> frozenset[int]:
    """The numbers of lines that "2,5-7,-1" means; -1 is the last line.

    Raises:
        InputError: a part is no number of a line.
    """
    skipped: set[int] = set()
    for part in (text or "").replace(" ", "").split(","):
        found = re.fullmatch(r"(-?\d{1,9})(?:-(\d{1,9}))?", part)
        if not part:
            continue
        first = int(found[1]) if found else 0
        first = last_line + 1 + first if first < 0 else first
        last = int(found[2] or first) if found else 0
        if not 1 <= first <= last:
            raise InputError(
                f"Option --skip-lines should be numbers of lines, as 2,5-7, or -1 for the last. Found {quoted(text)}."
            )
        skipped.update(range(first, min(last, last_line) + 1))
    return frozenset(skipped)


def _choose(text: Text, options: ReadingOptions, shown: str) -> tuple[Dialect, list[Row]]:
    """The dialect, and the first rows read with it, which begin with the header."""
    skipped = set(lines_to_skip(options.skip_lines, text.last_line))
    hint = _SEPARATOR_LINE.match(text.start)
    if hint:
        skipped.add(1)
    if options.header_line is not None:
        if options.header_line > text.last_line:
            raise InputError(
                f"Option --header-line should be a line of {shown}, which has {text.last_line:,}. "
                f"Found {options.header_line:,}."
            )
        skipped.update(range(1, options.header_line))
    given = delimiter_of(options.delimiter) if options.delimiter else hint[1] if hint else None
    escapes = [True] if options.backslash else [False, True] if '\\"' in text.start else [False]
    best: tuple[tuple[float, ...], Dialect, list[Row]] | None = None
    for delimiter in [given] if given else DELIMITERS:
        for backslash in escapes:
            dialect = Dialect(delimiter, (options.comment or "").strip(), frozenset(skipped), backslash)
            rows = _first_rows(text.start, dialect, shown)
            fit = _fit(rows)
            if fit and (best is None or fit > best[0]):
                best = fit, dialect, rows
    if best is None:
        raise InputError(_one_column(text, dialect, shown, given))
    return best[1], best[2]


def _one_column(text: Text, dialect: Dialect, shown: str, given: str | None) -> str:
    rows = _first_rows(text.start, dialect, shown)
    if not rows:
        return f"{shown} should have rows. Found none among the lines that are read."
    if any(all(row.text.startswith('"') and mark in row.text for row in rows) for mark in DELIMITERS):
        return f"{shown} should have at least two columns. Found each line in quotation marks as a whole: take them away."
    by = (
        f"separated by {quoted(given)}" if given else "separated by commas, semicolons, tabs or vertical bars"
    )
    return f"{shown} should have at least two columns, {by}. Found one: name another --delimiter if there is one."


def _fit(rows: Sequence[Row]) -> tuple[float, ...]:
    """How well a delimiter fits the first rows; empty where it gives one column.

    A delimiter that most rows share comes first, give or take one value; then the one that gives the header more
    columns; then the one with more even rows.
    """
    widths = [len(row.values) for row in rows]
    if max(widths, default=0) < 2:
        return ()
    usual = _usual_width(rows)
    near = sum(width >= 2 and abs(width - usual) <= 1 for width in widths) / len(widths)
    first = widths[0] if widths[0] >= 2 else 0
    return near >= 0.5, first, sum(width == first for width in widths) / len(widths), near


def _usual_width(rows: Sequence[Row]) -> int:
    counts = Counter(len(row.values) for row in rows if len(row.values) > 1)
    return max(counts, key=lambda width: (counts[width], width), default=1)


def _first_rows(start: str, dialect: Dialect, shown: str) -> list[Row]:
    rows: list[Row] = []
    try:
        for row in read_rows(io.StringIO(start, newline="\n"), dialect, shown):
            rows.append(row)
            if len(rows) == _SAMPLE:
                return rows
    except UnclosedQuoteError as unclosed:
        if (
            not rows and '"' not in start
        ):  # a line of more columns than a table may have, by another sign than theirs
            return rows
        if not rows:
            raise InputError(unclosed_quote(shown, unclosed.line)) from None
        if (
            len(start) < _CUT or len(rows) == 1
        ):  # reading the whole file refuses this row; until then it stands for itself
            rows.append(Row([""] * len(rows[0].values), unclosed.line, ""))
        return rows
    return rows[:-1] if len(start) >= _CUT and len(rows) > 1 else rows


def unclosed_quote(shown: str, line: int) -> str:
    """The sentence about a quotation mark that is never closed."""
    return f"{shown} is not an even table. A quotation mark opened near line {line:,} is never closed."


def _counts(body: Sequence[Row]) -> bool:
    """Whether the first values number the rows."""
    firsts = [row.values[0].strip() for row in body]
    return len(firsts) > 1 and any(
        firsts == [str(start + place) for place in range(len(firsts))] for start in (0, 1)
    )
