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
from nashcore.errors import InputError, quoted

_CHUNK = 500_000
"""Values that are held as separate objects at a time."""

_TOTAL = re.compile(
    r"\W*(grand |sub)?(totals?|sum|average|mean|summe|gesamt\w*|insgesamt|somme|suma|totale|totaal|count)\b",
    re.IGNORECASE,
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
        return (
            f"line {line:,}" if self.count == 1 else f"{self.count:,} lines, the first of them line {line:,}"
        )


class _Checks:
    """Looks at every row on its way."""

    def __init__(self, layout: Layout) -> None:
        self._width = layout.width
        self._header = list(layout.header) if layout.header is not None else None
        self.long, self.trailing, self.again, self.comments = (_Odd() for _ in range(4))
        self.short: dict[int, _Odd] = {}  # by how many values there are
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
                    short = self.short.setdefault(len(values), _Odd())
                    (self.comments if comment_sign(row.text) else short).add(row)
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


def read_table(
    file: BinaryIO, shown: str, text: Text, layout: Layout
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows of a text file; see `gather`.

    Raises:
        InputError: a quotation mark is not closed, or see `gather`.
    """
    lines = text_of(file, text.encoding)
    try:
        return gather(read_rows(lines, layout.dialect, shown), layout, shown)
    except UnclosedQuoteError as unclosed:
        raise InputError(_unclosed(shown, unclosed.line, text)) from None
    finally:
        lines.detach()


def gather(rows: Iterator[Row], layout: Layout, shown: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Rows below their header as a frame of text, columns by their places, and sentences on what is odd.

    Values that a row lacks at its end are "". Columns at the end that have neither a name nor a value are left out, and
    so are lines that repeat the header.

    Raises:
        InputError: a row is longer than the header, there are no rows or too many.
    """
    checks = _Checks(layout)
    if layout.header is not None:
        next(rows, None)
    frame = _all(checks.even(rows), layout.width, shown)
    if checks.long.row is not None:
        raise InputError(_too_long(shown, checks.long.row, checks.long.count, layout))
    if frame.empty:
        raise InputError(f"{shown} should have rows below its header. Found none.")
    frame, left_out = _without_empty_end(frame, layout)
    return frame, (*_uneven(checks, frame.shape[1]), *left_out, *_total(checks, frame))


def _all(rows: Iterator[list[str]], width: int, shown: str) -> pd.DataFrame:
    size = max(1, _CHUNK // width)
    parts: list[list[pd.Series]] = []
    seen: list[dict[str, str]] = [{} for _ in range(width)]
    count = 0
    while chunk := list(islice(rows, size)):
        count += len(chunk)
        if count > MAX_ROWS:
            raise InputError(too_many_rows(shown))
        columns = zip(zip(*chunk, strict=True), seen, strict=True)
        parts.append([pd.Series(_shared(values, before), dtype=object) for values, before in columns])
    if not parts:
        return pd.DataFrame()
    whole = [pd.concat(pieces, ignore_index=True) for pieces in zip(*parts, strict=True)]
    return pd.DataFrame(dict(enumerate(whole)), copy=False)


def _shared(values: Sequence[str], before: dict[str, str]) -> Sequence[str]:
    """The values, equal ones being one object: most columns repeat a few."""
    distinct = set(values)
    if len(distinct) > len(values) / 2:
        return values
    if len(before) < _CHUNK:
        before |= {value: value for value in distinct - before.keys()}
    return [before.get(value, value) for value in values]


def _too_long(shown: str, row: Row, count: int, layout: Layout) -> str:
    width = layout.width
    more = "" if count == 1 else f" (and in {count - 1:,} more lines)"
    head = f"{shown} is not an even table. Line {row.line:,} should have {width} values. Found {len(row.values)}{more}: "
    leave = f"leave it out with --skip-lines {row.line}"
    if (sign := comment_sign(row.text)) is not None:
        return f"{head}it looks like a comment, so read it with --comment '{sign}'."
    if '\\"' in row.text and not layout.dialect.backslash:
        return f"{head}it holds quotation marks behind backslashes, so read it with --backslash."
    if not layout.dialect.delimiter:  # a sheet
        return f"{head}a cell beside the table holds {cut(row.values[-1])}: empty it, or {leave}."
    return f"{head}quote values that hold the delimiter, or {leave}."


def _unclosed(shown: str, line: int, text: Text) -> str:
    sentence = unclosed_quote(shown, line)
    if line == text.last_line:
        return f"{sentence} It is the last line, perhaps cut off: leave it out with --skip-lines -1."
    return sentence


def _uneven(checks: _Checks, width: int) -> Iterator[str]:
    """Sentences on rows of other lengths than the ``width`` of the table."""
    if checks.comments.row is not None:
        sign = comment_sign(checks.comments.row.text)
        yield (
            f"Lines that begin with {quoted(sign)} and are shorter than others are read as rows ({checks.comments.where()}): "
            f"leave comments out with --comment '{sign}'."
        )
    short = _Odd()
    for length, odd in checks.short.items():
        if length < width and odd.row is not None:
            first = min((odd.row, short.row or odd.row), key=lambda row: row.line)
            short = _Odd(short.count + odd.count, first)
    if short.row is not None:
        yield f"Some rows have fewer values than the header ({short.where()}); the others count as missing."
    last = checks.last
    if last is not None and checks.last_width < width and not comment_sign(last.text):
        yield (
            f"The last line ({last.line:,}, {cut(last.text)}) has {checks.last_width} of {width} values, so it may be cut "
            "off or no row: leave it out with --skip-lines -1."
        )
    if checks.trailing.row is not None:
        yield (
            f"Rows end with more delimiters than the header ({checks.trailing.where()}); the blank values behind them are "
            "left out."
        )
    if checks.again.row is not None:
        yield f"The header is repeated among the rows ({checks.again.where()}); what repeats it is no row."


def _total(checks: _Checks, frame: pd.DataFrame) -> Iterator[str]:
    """A last row that adds the others up."""
    row = checks.last
    if row is None or checks.last_width < frame.shape[1]:
        return
    cells = [value.strip() for value in row.values[: frame.shape[1]]]
    filled = [value for value in cells if value]
    blank_before = float((frame.iloc[:-1].head(1000) == "").mean().mean()) if len(frame) > 1 else 1.0
    sparse = len(cells) >= 3 and len(filled) <= len(cells) / 2 and blank_before < 0.1
    if filled and (sparse or (_TOTAL.match(filled[0]) and not _usual(frame, cells))):
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
