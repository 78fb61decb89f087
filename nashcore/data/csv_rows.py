"""Rows of a text file with the numbers of the lines where they begin, whatever is quoted, skipped or commented out."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from nashcore.errors import InputError, quoted

_LONG = 100_000
"""In a longer line, long stretches within one value are put aside while it is split: the standard library's reader takes no
value above 131,072 characters, and that limit belongs to the whole process."""
_STRETCH = re.compile(r"[^,;\t|\\\n]{100,}")
_QUOTED = re.compile(r"[^\n]{100,}")
DELIMITER_SIGNS = ",;\t|"
_ASIDE = re.compile("\ue000(\\d+)\ue001")

_ESCAPED = re.compile(r'\\(["\\])')


@dataclass(frozen=True)
class Dialect:
    """How lines become rows.

    Attributes:
        delimiter: what separates values.
        comment: lines that start so are left out; "" leaves none out.
        skipped: numbers of lines that are left out, from 1.
        backslash: whether a backslash before a quotation mark makes it a part of the value.
    """

    delimiter: str
    comment: str = ""
    skipped: frozenset[int] = frozenset()
    backslash: bool = False


class Row(NamedTuple):
    """One row: its values, the number of the line where it begins, and that line."""

    values: list[str]
    line: int
    text: str


class UnclosedQuoteError(Exception):
    """A quotation mark is never closed; ``line`` is where its row begins."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_rows(lines: Iterable[str], dialect: Dialect, shown: str) -> Iterator[Row]:
    """The rows of lines, in order; blank lines are none, and neither is the sign that ends old files.

    Raises:
        UnclosedQuoteError: the lines end within a quoted value, or it grows beyond all measure.
        InputError: the signs given cannot part values.
    """
    feed = _Feed(lines, dialect)
    delimiter = dialect.delimiter
    try:
        reader = csv.reader(feed, delimiter=delimiter, skipinitialspace=delimiter != " ")
    except (TypeError, ValueError, csv.Error):
        raise InputError(
            f"{shown} cannot be separated by {quoted(delimiter)}: name another --delimiter."
        ) from None
    while True:
        try:
            values = next(reader, None)
        except csv.Error:
            raise UnclosedQuoteError(feed.first) from None
        if feed.cut:
            raise UnclosedQuoteError(feed.first)
        if values is None:
            return
        if values:
            if feed.aside:
                values = [_ASIDE.sub(lambda found: feed.aside[int(found[1])], value) for value in values]
            yield Row(values, feed.first, feed.text)
        feed.start()


class _Feed:
    """Hands lines to the reader and remembers where the row in progress began."""

    def __init__(self, lines: Iterable[str], dialect: Dialect) -> None:
        self._lines, self._dialect = enumerate(lines, start=1), dialect
        self.cut = False
        self.number = 0
        self.start()

    def start(self) -> None:
        """A new row begins."""
        self.first, self.text = 0, ""
        self.aside: list[str] = []

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        dialect = self._dialect
        for number, line in self._lines:
            self.number = number
            if number in dialect.skipped:
                continue
            if not self.first:
                if dialect.comment and line.lstrip(" \ufeff").startswith(dialect.comment):
                    continue
                self.first, self.text = number, line[:1000]
            if number == 1:
                line = line.lstrip("\ufeff")
            if "\x1a" in line:
                line = line.rstrip("\x1a\n") + "\n"
                if line == "\n":
                    self.first = 0
                    continue
            if dialect.backslash and "\\" in line:
                line = _ESCAPED.sub(lambda found: '""' if found[1] == '"' else "\\", line)
            if dialect.delimiter == " ":
                line = " ".join(line.split()) + "\n"
            if len(line) > _LONG:
                line = self._shortened(line)
            return line
        self.cut = bool(self.first)
        raise StopIteration

    def _shortened(self, line: str) -> str:
        """The line with what is long put aside: between quotation marks everything, elsewhere what holds no delimiter."""
        pieces = line.split('"')
        if len(pieces) % 2 == 0 or self.first != self.number:
            return line  # a quoted value goes on over several lines
        for place, piece in enumerate(pieces):
            shape = _QUOTED if place % 2 else _STRETCH
            if len(piece) >= 100 and (place % 2 or self._dialect.delimiter in DELIMITER_SIGNS):
                pieces[place] = shape.sub(self._put_aside, piece)
        return '"'.join(pieces)

    def _put_aside(self, found: re.Match[str]) -> str:
        self.aside.append(found[0])
        return f"\ue000{len(self.aside) - 1}\ue001"
