"""What a sheet says of its cells besides their values: which are merged, which numbers are shown with leading zeros, and which
hold a formula that nobody computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from nashcore.data.columns import counted
from nashcore.errors import InputError

_MERGED = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"')
_UNCOMPUTED = re.compile(
    rb'<c\s(?![^<>]*\bt="str")[^<>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^<>]*>\s*<f\b[^<]*(?:</f>)?\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_ZEROS = re.compile(r"0{2,20}")
_BLOCK = 1 << 20
_LONGEST = 10_000
"""Bytes of markup that say one thing: a formula has at most 8,192 signs."""
MOST_MERGED = 100_000
"""Groups of cells merged over rows that a sheet may have."""
_LOOKED_AT = 200
"""Rows whose number formats are looked at."""


class MergedDown:
    """Cells merged over several rows: a reader means their value in each of these rows, the file holds it once.

    Cells merged across columns stay as the file has them: they are titles.

    Attributes:
        first: where the first of them are.
        count: how many groups of them there are.
        width: columns up to the last of them.

    Raises:
        InputError: there are more than `MOST_MERGED`.
    """

    def __init__(self, part: IO[bytes]) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        self._active: dict[int, tuple[object, int]] = {}
        self.first = ""
        self.count = self.width = 0
        for found in _all(_MERGED, part):
            column, top, bottom = found[1], int(found[2]), int(found[3])
            if bottom > top:
                self.count += 1
                if self.count > MOST_MERGED:
                    raise InputError(
                        f"A sheet should have at most {MOST_MERGED:,} groups of merged cells. Found more: save the table as CSV."
                    )
                self.width = max(self.width, _place(column) + 1)
                self.first = self.first or f"{column.decode()}{top}:{column.decode()}{bottom}"
                self._starts.setdefault(top, []).append((_place(column), bottom))

    @property
    def notice(self) -> str:
        """A sentence on them; "" where there are none."""
        if not self.count:
            return ""
        what = counted(self.count, "group")
        return f"Cells merged over several rows hold their value in each of them ({what} of cells, such as {self.first})."

    def fill(self, number: int, cells: Sequence[Any]) -> Sequence[Any]:
        """The cells of a row, to be called row by row; blank rows stay blank."""
        if not self.count:
            return cells
        row = list(cells)
        for place, bottom in self._starts.get(number, ()):
            self._active[place] = (row[place] if place < len(row) else None, bottom)
        if self._active and any(cell is not None for cell in row):
            for place, (value, bottom) in list(self._active.items()):
                if number > bottom:
                    del self._active[place]
                    continue
                row += [None] * (place + 1 - len(row))
                row[place] = value if row[place] is None else row[place]
        return row


def shown_zeros(rows: Iterable[Iterable[Any]]) -> dict[int, int]:
    """Of columns whose whole numbers are all shown with leading zeros (as 01067), how many digits are shown."""
    found: dict[int, set[int]] = {}
    for cells in rows:
        for place, cell in enumerate(cells):
            if isinstance(cell.value, int) and not isinstance(cell.value, bool):
                zeros = _ZEROS.fullmatch(str(cell.number_format))
                found.setdefault(place, set()).add(len(zeros[0]) if zeros else 0)
    return {place: digits.pop() for place, digits in found.items() if len(digits) == 1 and 0 not in digits}


def first_rows(sheet: Any) -> Iterator[Iterable[Any]]:
    """The first cells of a sheet with their formats."""
    return sheet.iter_rows(max_row=_LOOKED_AT)  # type: ignore[no-any-return]


def uncomputed(part: IO[bytes]) -> str:
    """A sentence on formulas whose values the file does not hold; "" where there are none."""
    count, first = 0, ""
    for found in _all(_UNCOMPUTED, part):
        count, first = count + 1, first or found[1].decode()
    if not count:
        return ""
    hold, are = ("holds a formula", "counts") if count == 1 else ("hold formulas", "count")
    return (
        f"{counted(count, 'cell')} {hold} whose value was never computed (such as {first}) and {are} as missing: open the "
        "workbook in a spreadsheet program and save it."
    )


def _all(pattern: re.Pattern[bytes], part: IO[bytes]) -> Iterator[re.Match[bytes]]:
    kept = b""
    while block := part.read(_BLOCK):
        kept += block
        end = 0
        for found in pattern.finditer(kept):
            end = found.end()
            yield found
        kept = kept[max(end, len(kept) - _LONGEST) :]


def _place(column: bytes) -> int:
    place = 0
    for letter in column:
        place = place * 26 + letter - 64
    return place - 1
