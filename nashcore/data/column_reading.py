"""How one column was read: kept with a model, so that new rows are read alike."""

from __future__ import annotations

import shlex
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from nashcore.data.columns import counted, one_line
from nashcore.data.number_form import NumberForm
from nashcore.errors import quoted

Kind = Literal["number", "category", "yes/no", "text"]

_THOUSANDS = {
    ",": "commas between thousands",
    ".": "points between thousands",
    " ": "blanks between thousands",
    "'": "apostrophes between thousands",
}

WHY = {
    "codes": "codes with leading zeros",
    "digits": "digits in groups",
    "long": "whole numbers with more digits than a number keeps",
    "units": "several units",
    "marks": "marks that contradict each other",
    "dates": "dates",
    "mixed": "numbers and text",
}
"""What a column of text holds that looks like numbers."""


@dataclass(frozen=True)
class ColumnReading:
    """How the values of a column were read.

    Attributes:
        column: its name.
        kind: "number", "category" (numbers that are names), "yes/no" or "text".
        decimal: the decimal mark; "" where no value has a mark.
        thousands: what parts thousands, or "".
        unit: the currency or unit of all values, or "".
        open: whether another reading fits as well.
        scaled: whether k is a thousand, and so on.
        why: of text that looks like numbers, a key of `WHY`; or "".
        example: a value as it is spelled and the number that it is read as, or nothing.
        missing: the words taken as missing and the rows of each; "" is a blank.
        merged: nearly equal spellings, and what each was taken as.
    """

    column: str
    kind: Kind
    decimal: str = ""
    thousands: str = ""
    unit: str = ""
    open: bool = False
    scaled: bool = False
    why: str = ""
    example: tuple[str, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()
    merged: tuple[tuple[str, str], ...] = ()

    @property
    def form(self) -> NumberForm:
        """How its numbers are written."""
        return NumberForm(self.decimal, self.thousands, self.unit, 0, self.open, self.scaled)

    @property
    def marks(self) -> str:
        """What is special about its numbers, in words; "" where they are plain."""
        found = [_THOUSANDS[self.thousands]] if self.thousands else []
        found += ["a decimal comma"] if self.decimal == "," and self.thousands != "." else []
        return " and ".join(found)

    @property
    def says(self) -> str:
        """The reading in some words, for a table."""
        if self.kind == "number" or self.kind == "category":
            what = "numbers" if self.kind == "number" else "numbers as categories"
            what += f" in {one_line(self.unit)}" if self.unit else ""
            what += f" with {self.marks}" if self.marks else ""
            return what + (f": {self.example[0]} is read as {self.example[1]}" if self.example else "")
        return self.kind + (f" ({WHY[self.why]})" if self.why else "")

    @property
    def words(self) -> str:
        """The words taken as missing with their rows, "None (121), blank (20)"."""
        return ", ".join(f"{one_line(word) or 'blank'} ({rows:,})" for word, rows in self.missing)

    def to_dict(self) -> dict[str, Any]:
        """The reading as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> ColumnReading:
        """The reading that `to_dict` wrote.

        Raises:
            KeyError, TypeError: it is no such description.
        """
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        for name in ("missing", "merged"):
            values[name] = tuple((str(a), b) for a, b in values.get(name, ()))
        values["example"] = tuple(map(str, values.get("example", ())))
        if values["kind"] not in ("number", "category", "yes/no", "text"):
            raise TypeError("another kind of column")
        return cls(**values)


def taken_as_missing(reading: ColumnReading | None) -> str:
    """The end of a sentence about rows without a value: which words were taken as none, and how to keep one; "" without words."""
    words = [(word, rows) for word, rows in reading.missing if word] if reading is not None else []
    if reading is None or not words:
        return ""
    shown = " and ".join(f"{quoted(one_line(word))} ({counted(rows, 'row')})" for word, rows in words)
    option = shlex.quote(f"{reading.column}={words[0][0]}")
    return f", since {shown} {'was' if len(words) == 1 else 'were'} taken as missing: keep it with --keep-missing {option}"
