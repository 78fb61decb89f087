"""Whether the line that would name the columns does so, or is a title, a comment, a row, or the first of two headers.

Nothing is decided here: what looks odd is refused in a sentence that says how to read it, and whoever names the header's
line is believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from nashcore.data.columns import counted
from nashcore.data.csv_rows import Row
from nashcore.errors import InputError

COMMENT_SIGNS = ("#", "//", "%", "--", ";", "!")
_NUMBER = re.compile(r"[^\w\s]{0,3}\s*\d")
"""What begins like a number, a date or an amount of money."""
_LINE = re.compile(r"[-=+:_ ]*[-=][-=+:_ ]*")
_NO_VALUE = frozenset(("", "?", "-", ".", "na", "n/a", "nan", "null", "none", "<na>", "#n/a"))


def check_header(rows: Sequence[Row], shown: str) -> None:
    """See whether the first of the rows names the columns of the others.

    Raises:
        InputError: it looks like something else.
    """
    header, body = rows[0], rows[1:]
    width = _width(header, body)
    _check_comment(header, rows, width, shown)
    _check_title(header, body, width, shown)
    _check_numbers(header, shown)
    _check_data(header, body, shown)
    _check_second(header, body, shown)


def is_row_names(header: Sequence[str], body: Sequence[Row]) -> bool:
    """Whether rows begin with a name that the header leaves out, as R writes them: every row has one value more than
    the header, and the first values are all different texts, or count."""
    if len(body) < 2 or any(len(row.values) != len(header) + 1 for row in body):
        return False
    firsts, lasts = ([row.values[place].strip() for row in body] for place in (0, -1))
    if not any(lasts) or len(set(firsts)) < len(firsts):
        return False
    if all(first.isdigit() for first in firsts):
        return [int(first) for first in firsts] == list(range(int(firsts[0]), int(firsts[0]) + len(firsts)))
    return all(first and not _NUMBER.match(first) for first in firsts)


def comment_sign(text: str) -> str | None:
    """The sign that a line begins with where lines begin so that are no rows."""
    return next((sign for sign in COMMENT_SIGNS if text.lstrip(" \ufeff").startswith(sign)), None)


def cut(text: str, most: int = 30) -> str:
    """A part of a line as it may stand in a sentence."""
    line = " ".join(text.split())
    return repr(line if len(line) <= most else f"{line[: most - 1]}…")


def _width(header: Row, body: Sequence[Row]) -> int:
    """The most usual number of values in a row, blanks at its end beyond the header aside."""
    widths = [_filled(row.values, len(header.values)) for row in body]
    return max(set(widths), key=lambda width: (widths.count(width), width))


def _filled(values: Sequence[str], least: int) -> int:
    width = len(values)
    while width > least and not values[width - 1].strip():
        width -= 1
    return width


def _check_comment(header: Row, rows: Sequence[Row], width: int, shown: str) -> None:
    sign = comment_sign(header.text)
    if sign is None or len(header.values) == width:
        return
    below = next((row for row in rows if comment_sign(row.text) != sign), None)
    other = "" if below is None else f", or with --header-line {below.line}"
    raise InputError(
        f"{shown} should name its columns in line {header.line}. Found {cut(header.text)}, which looks like a comment: "
        f"read it with --comment '{sign}'{other}."
    )


def _check_title(header: Row, body: Sequence[Row], width: int, shown: str) -> None:
    count = len(header.values)
    named = sum(bool(name.strip()) for name in header.values)
    below = next((row for row in body[:30] if len(row.values) >= width - 1 and _names(row)), None)
    many = below is not None and sum(map(bool, below.values)) > named
    if count < width - 1 or (width >= 3 and many and named <= max(1, count // 2)):
        how = "name the header's line with --header-line"
        if below is not None:
            how = f"line {below.line} looks like the header, so read it with --header-line {below.line}"
        raise InputError(
            f"{shown} should name its columns in line {header.line}. Found {counted(named, 'name')} above rows of "
            f"{width} values ({cut(header.text)}), perhaps a title: {how}."
        )
    last = max((place for place, name in enumerate(header.values, start=1) if name.strip()), default=0)
    most = max(len(row.values) for row in body)
    if most < last:
        raise InputError(
            f"{shown} should have as many values in its rows as names in line {header.line}. Found {last} names and at "
            f"most {most} values: quote names that hold the delimiter, or say --header-line {header.line} if values are "
            "missing."
        )


def _check_numbers(header: Row, shown: str) -> None:
    try:
        for name in header.values:
            float(name)
    except ValueError:
        return
    raise InputError(
        f"{shown} should start with a line of column names. Found numbers: add a header line, or read it with "
        f"--no-header, or with --header-line {header.line} if these are the names."
    )


def _check_data(header: Row, body: Sequence[Row], shown: str) -> None:
    """Names of a header do not stand among the values of their columns, and are no numbers above numbers."""
    numbers, found, open_ = [], 0, 0
    for place, name in enumerate(header.values):
        name, values = name.strip(), _column(body, place, header)
        if not values or name.lower() in _NO_VALUE:
            continue
        numeric = _numeric(values)
        if _NUMBER.match(name):
            if numeric:
                numbers.append(name)
            else:
                open_ += 1
        elif numeric:
            return  # a word above numbers names them
        elif name in values:
            found += 1
        else:
            open_ += 1
    if not (found or (len(numbers) > 1 and not _years(numbers))) or found + len(numbers) < open_:
        return
    some = ", ".join(cut(name, 15) for name in [name.strip() for name in header.values][:3])
    raise InputError(
        f"{shown} should name its columns in line {header.line}. That line looks like data ({some}): read it with "
        f"--no-header, or with --header-line {header.line} if these are the names."
    )


def _check_second(header: Row, body: Sequence[Row], shown: str) -> None:
    """A line below the header that is not of the kind of the lines below it."""
    odd: list[Row] = []
    for place, row in enumerate(body[:3]):
        if not _unlike(row, body[place + 1 :], header):
            break
        odd.append(row)
    if not odd:
        return
    first, last = odd[0].line, odd[-1].line
    lines = f"{first}" if first == last else f"{first}-{last}"
    raise InputError(
        f"{shown} should have rows from line {first} on. Found {cut(odd[0].text)} above numbers, perhaps a second header or "
        f"units: read it with --skip-lines {lines}, or with --header-line {last} to take these names."
    )


def _unlike(row: Row, body: Sequence[Row], header: Row) -> bool:
    cells = [cell.strip() for cell in row.values]
    if len(cells) > 1 and all(_LINE.fullmatch(cell) for cell in cells):
        return True  # a line drawn below the header
    if len(body) < 3:
        return False
    numeric = hits = others = new = repeated = 0
    for place, cell in enumerate(cells):
        values = [value for value in _column(body, place, header) if value.lower() not in _NO_VALUE]
        if len(values) > 1 and _numeric(values):
            numeric += 1
            hits += cell.lower() not in _NO_VALUE and not _NUMBER.match(cell)
        elif cell and values:
            others += 1
            repeated += cell in values
            new += len(set(values)) <= len(values) / 2 and cell not in values
    if not hits or hits < numeric / 2 or repeated:
        return False
    return hits > 1 or not others or new > 0


def _names(row: Row) -> bool:
    """Whether a row could name columns: words, and all different; one may be left out."""
    names = [value.strip() for value in row.values]
    words = [name for name in names if name]
    return (
        len(words) >= 2
        and len(words) >= len(names) - 1
        and len(set(words)) == len(words)
        and not any(map(_NUMBER.match, words))
    )


def _column(body: Sequence[Row], place: int, header: Row) -> list[str]:
    """The values at one place, those of repeated headers and blanks aside."""
    return [
        row.values[place].strip()
        for row in body
        if place < len(row.values) and row.values[place].strip() and row.values != header.values
    ]


def _numeric(values: Sequence[str]) -> bool:
    return sum(bool(_NUMBER.match(value)) for value in values) >= 0.9 * len(values)


def _years(numbers: Sequence[str]) -> bool:
    """Whether numbers may be names after all: years, or numbers that count."""
    if not all(number.isdigit() for number in numbers):
        return False
    found = [int(number) for number in numbers]
    steps = {after - before for before, after in pairwise(found)}
    return all(1800 <= number <= 2200 for number in found) or (len(found) > 2 and len(steps) == 1)
