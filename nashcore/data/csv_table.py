"""All rows of a text file as a frame of text, every one of them checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

import pandas as pd

from nashcore.data.csv_header import comment_sign, cut
from nashcore.data.csv_layout import Layout, unclosed_quote
from nashcore.data.csv_rows import Row, UnclosedQuoteError, read_rows
from nashcore.data.csv_text import MAX_ROWS, Text, text_of, too_many_rows
from nashcore.errors import InputError

_CHUNK = 500_000
"""Values that are held as separate objects at a time."""

_TOTAL = re.compile(
    r"\W*(grand |sub)?(totals?|sum|average|mean|summe|gesamt\w*|insgesamt|somme|suma|totale|totaal|count)\b", re.IGNORECASE
)


@dataclass
class _Odd:
    """Rows that are odd in the same way: how many, and the first of them."""

    count: int = 0
    row: Row | None = None

    def add(self, row: Row) -> None:
        self.count += 1
        self.row = self.row or row

    def where(self) -> str:
        line = 0 if self.row is None else self.row.line
        return f"line {line:,}" if self.count == 1 else f"{self.count:,} lines, the first of them line {line:,}"


class _Checks:
    """Looks at every row on its way."""

    def __init__(self, layout: Layout) -> None:
        self._width = layout.width
        # A header without the name of the rows' names is repeated as it stood.
        self._header = list(layout.header) if layout.header is not None else None
        self.long, self.short, self.trailing, self.again, self.comments = (_Odd() for _ in range(5))
        self.last: Row | None = None
        self.last_width = 0

    def even(self, rows: Iterator[Row]) -> Iterator[list[str]]:
        """The rows' values, as many in each as the header has names; rows that are too long are only counted."""
        width, header = self._width, self._header
        for row in rows:
            values = row.values
            self.last, self.last_width = row, len(values)
            if len(values) != width:
                if len(values) < width:
                    (self.comments if comment_sign(row.text) else self.short).add(row)
                    values = values + [""] * (width - len(values))
                elif any(value.strip() for value in values[width:]):
                    self.long.add(row)
                    continue
                else:
                    self.trailing.add(row)
                    values = values[:width]
            elif values == header:
                self.again.add(row)
                continue
            yield values


def read_table(file: BinaryIO, shown: str, text: Text, layout: Layout) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows below the header as the file spells them, columns by their places, and sentences on what is odd.

    Values that a row lacks at its end are "". Columns at the end that have neither a name nor a value are left out, and
    so are lines that repeat the header.

    Raises:
        InputError: a row is longer than the header, a quotation mark is not closed, there are no rows or too many.
    """
    checks = _Checks(layout)
    lines = text_of(file, text.encoding)
    try:
        rows = read_rows(lines, layout.dialect, shown)
        if layout.header is not None:
            next(rows, None)
        frame = _gather(checks.even(rows), layout.width, shown)
    except UnclosedQuoteError as unclosed:
        raise InputError(_unclosed(shown, unclosed.line, text)) from None
    except UnicodeError as error:
        raise InputError(f"{shown} cannot be read as a table: {error}.") from error
    finally:
        lines.detach()
    if checks.long.row is not None:
        raise InputError(_too_long(shown, checks, layout))
    if frame.empty:
        raise InputError(f"{shown} should have rows below its header. Found none.")
    frame, left_out = _without_empty_end(frame, layout)
    notices = [*_uneven(checks, layout, text), *left_out, *_total(checks, frame, layout)]
    return frame, tuple(notices)


def _gather(rows: Iterator[list[str]], width: int, shown: str) -> pd.DataFrame:
    size = max(1, _CHUNK // width)
    parts: list[list[pd.Series]] = []
    count = 0
    while chunk := list(islice(rows, size)):
        count += len(chunk)
        if count > MAX_ROWS:
            raise InputError(too_many_rows(shown))
        parts.append([pd.Series(values, dtype=str) for values in zip(*chunk, strict=True)])
    if not parts:
        return pd.DataFrame()
    columns = [pd.concat(pieces, ignore_index=True) for pieces in zip(*parts, strict=True)]
    return pd.DataFrame(dict(enumerate(columns)), copy=False)


def _too_long(shown: str, checks: _Checks, layout: Layout) -> str:
    row = checks.long.row
    assert row is not None
    width = layout.width
    more = "" if checks.long.count == 1 else f" (and in {checks.long.count - 1:,} more lines)"
    head = (
        f"{shown} is not an even table. Line {row.line:,} should have {width} values. Found {len(row.values)}{more}: "
    )
    leave = f"leave it out with --skip-lines {row.line}"
    if (sign := comment_sign(row.text)) is not None:
        return f"{head}it looks like a comment, so read it with --comment '{sign}'."
    if '\\"' in row.text and not layout.dialect.backslash:
        return f"{head}it holds quotation marks behind backslashes, so read it with --backslash."
    return f"{head}quote values that hold the delimiter, or {leave}."


def _unclosed(shown: str, line: int, text: Text) -> str:
    sentence = unclosed_quote(shown, line)
    if line == text.last_line:
        return f"{sentence} It is the last line, perhaps cut off: leave it out with --skip-lines -1."
    return sentence


def _uneven(checks: _Checks, layout: Layout, text: Text) -> Iterator[str]:
    last_short = checks.last is not None and checks.last_width < layout.width
    if checks.comments.row is not None:
        sign = comment_sign(checks.comments.row.text)
        yield (
            f"Lines that begin with {sign!r} and are shorter than others are read as rows ({checks.comments.where()}): "
            f"leave comments out with --comment '{sign}'."
        )
    if checks.short.row is not None:
        yield (
            f"Some rows have fewer values than the header ({checks.short.where()}); the others count as missing."
        )
    if last_short and checks.last is not None and not comment_sign(checks.last.text):
        yield (
            f"The last line ({checks.last.line:,}, {cut(checks.last.text)}) has {checks.last_width} of {layout.width} "
            "values, so it may be cut off or no row: leave it out with --skip-lines -1."
        )
    if checks.trailing.row is not None:
        yield (
            f"Rows end with more delimiters than the header ({checks.trailing.where()}); the blank values behind them are "
            "left out."
        )
    if checks.again.row is not None:
        yield f"The header is repeated among the rows ({checks.again.where()}); what repeats it is no row."


def _total(checks: _Checks, frame: pd.DataFrame, layout: Layout) -> Iterator[str]:
    """A last row that adds the others up."""
    row = checks.last
    if row is None or checks.last_width < layout.width:
        return
    cells = [value.strip() for value in row.values[: layout.width]]
    filled = [value for value in cells if value]
    blank_before = float((frame.iloc[:-1] == "").mean().mean()) if len(frame) > 1 else 1.0
    sparse = len(cells) >= 3 and len(filled) <= len(cells) / 2 and blank_before < 0.1
    if filled and (sparse or _TOTAL.match(filled[0])) and not _usual(frame, cells):
        yield (
            f"The last line ({row.line:,}, {cut(row.text)}) may be a total rather than a row: leave it out with "
            "--skip-lines -1."
        )


def _usual(frame: pd.DataFrame, cells: Sequence[str]) -> bool:
    """Whether the first value of the last row also stands in others, as a category would."""
    place = next(place for place, cell in enumerate(cells) if cell)
    return place in frame.columns and bool((frame[place].iloc[:-1] == cells[place]).any())


def _without_empty_end(frame: pd.DataFrame, layout: Layout) -> tuple[pd.DataFrame, list[str]]:
    width = layout.width
    names: Sequence[str] = layout.header or [""] * width
    while width > 2 and not names[width - 1].strip() and not frame[width - 1].str.strip().any():
        width -= 1
    if width == layout.width:
        return frame, []
    left = layout.width - width
    what = "One column" if left == 1 else f"{left:,} columns"
    return frame.iloc[:, :width], [f"{what} at the end without a name or a value left out."]
