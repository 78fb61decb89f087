"""What a reader should know about how the columns of a file were read, a sentence each."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nashcore.data.column_reading import ColumnReading
from nashcore.data.columns import counted, first_few, one_line
from nashcore.errors import quoted

MOST_SPELLINGS = 3
"""Values with several spellings that are told of a column."""


@dataclass(frozen=True)
class Told:
    """A column's reading and what came up on the way.

    Attributes:
        reading: the reading.
        example: a value that shows why the column is text, or that is no number of its form.
        rows: the rows with such values.
        counts: of several units, the distinct values of each.
        alike: values with several spellings and their rows.
        infinite: rows with an infinite number.
        without_unit: distinct values without the others' unit.
        other: what the reading's example would be, read in the other way that fits.
    """

    reading: ColumnReading
    example: str = ""
    rows: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    alike: tuple[tuple[tuple[str, int], ...], ...] = ()
    infinite: int = 0
    without_unit: int = 0
    other: str = ""


def notices_of(told: Sequence[Told]) -> Iterator[str]:
    """Plain sentences about the columns, those about the same in one."""
    yield from _numbers(told)
    for one in told:
        yield from _text(one)
        yield from _values(one)
    yield from _missing(told)


def _numbers(told: Sequence[Told]) -> Iterator[str]:
    """How marked numbers are read; columns that are written alike share a sentence."""
    alike: dict[tuple[object, ...], list[Told]] = {}
    for one in told:
        reading = one.reading
        if reading.kind in ("number", "category") and reading.example:
            alike.setdefault(
                (reading.marks, reading.unit, reading.open, reading.scaled, reading.decimal), []
            ).append(one)
    for group in alike.values():
        reading = group[0].reading
        written, number = map(one_line, reading.example)
        names = first_few([one.reading.column for one in group])
        with_marks = f" with {reading.marks}" if reading.marks else ""
        unit = f" in {one_line(reading.unit)}" if reading.unit else ""
        verb = "is" if len(group) == 1 else "are"
        says = f"{names} {verb} read as numbers{unit}{with_marks}: {written} is read as {number}."
        if reading.open:
            mark = "comma" if reading.form.mark == "." else "point"
            other = f"{one_line(reading.column)}={mark}"
            says = (
                f"{names} {verb} read as numbers{unit}{with_marks}: {written} is read as {number}, though {group[0].other} would "
                f"fit as well (--number {shlex.quote(other)})."
            )
        yield says
    for one in told:
        if one.without_unit and one.reading.unit not in ("%", "‰"):
            yield (
                f"{one.reading.column} has {counted(one.without_unit, 'different value')} without {one_line(one.reading.unit)}: "
                "taken to be in the same unit."
            )


def _text(one: Told) -> Iterator[str]:
    name, example = one.reading.column, one_line(one.example)[:40]
    option = shlex.quote(name)
    match one.reading.why:
        case "codes":
            yield (
                f"{name} holds codes with leading zeros (such as {quoted(example)} in {counted(one.rows, 'row')}) and stays text; "
                f"--number {option} reads them as numbers."
            )
        case "digits":
            yield f"{name} holds digits in groups, as telephone numbers have them (such as {quoted(example)}), and stays text."
        case "long":
            yield f"{name} holds whole numbers too long to be kept as numbers (such as {quoted(example)}) and stays text."
        case "units":
            units = ", ".join(f"{one_line(unit)}: {count:,}" for unit, count in one.counts[:6])
            yield f"{name} mixes units or currencies (different values of {units}) and is read as text: convert them to one."
        case "marks":
            yield (
                f"{name} holds numbers whose points and commas contradict each other (such as {quoted(example)}) and is read as "
                f"text; --number {shlex.quote(name + '=point')} or {shlex.quote(name + '=comma')} decides."
            )
        case "dates":
            yield f"{name} holds dates (such as {quoted(example)}) and is read as text, each a category."
        case "mixed":
            yield f"{name} mixes numbers and text (such as {quoted(example)}) and is read as text."


def _values(one: Told) -> Iterator[str]:
    name = one.reading.column
    if one.infinite:
        yield f"{counted(one.infinite, 'infinite number')} in {name} {'counts' if one.infinite == 1 else 'count'} as missing."
    if one.reading.kind in ("number", "category") and one.rows:
        yield (
            f"{counted(one.rows, 'row')} of {name} {'holds' if one.rows == 1 else 'hold'} no number written like the others (such "
            f"as {quoted(one_line(one.example))}) and {'counts' if one.rows == 1 else 'count'} as missing."
        )
    if one.alike:
        shown = "; ".join(
            " beside ".join(f"{quoted(one_line(text))} ({rows:,})" for text, rows in spellings[:4])
            for spellings in one.alike[:MOST_SPELLINGS]
        )
        more = f"; and {len(one.alike) - MOST_SPELLINGS:,} more" if len(one.alike) > MOST_SPELLINGS else ""
        if one.reading.merged:
            yield f"{name} has nearly equal spellings, each taken as the most frequent: {shown}{more}."
        else:
            yield f"{name} has nearly equal spellings: {shown}{more}. --merge-spellings takes each as the most frequent."


def _missing(told: Sequence[Told]) -> Iterator[str]:
    words = [
        f"{quoted(one_line(word))} in {one_line(one.reading.column)} ({counted(rows, 'row')})"
        for one in told
        for word, rows in one.reading.missing
        if word
    ]
    if words:
        shown = "; ".join(words[:8]) + (f"; and {len(words) - 8:,} more" if len(words) > 8 else "")
        yield f"Words taken as missing: {shown}. --keep-missing COLUMN=WORD makes one a value."
