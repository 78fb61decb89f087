"""Starting points: as the reader writes them, and as menus and addresses call the problem's own."""

from __future__ import annotations

import re

from nashcore.errors import InputError, quoted
from nashcore.methods import number_text
from synthetic.problem import Problem


def parse_starts(text: str) -> tuple[tuple[float, ...], ...]:
    """Starting points written as ``x, y; x, y``.

    Raises:
        InputError: a part is not two numbers.
    """
    points = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        numbers = re.split(r"[,\s]+", part)
        try:
            points.append(tuple(float(number) for number in numbers))
        except ValueError:
            numbers = []
        if len(numbers) != 2:
            raise InputError(
                f"Starting points should be written as x, y; x, y (two numbers each). Found {quoted(part)}."
            )
    return tuple(points)


def start_label(problem: Problem, number: int) -> str:
    """A standard start's place; numbers count the starts that are drawn, whichever these are."""
    return f"({', '.join(number_text(value) for value in problem.starts[number])})"


def read_start(problem: Problem, text: str) -> list[int]:
    """A standard start as an address calls it: its place, its number from 1, or both ("5: (9, -1)", as earlier versions wrote).

    Raises:
        InputError: the problem has no such start.
    """
    for number in range(len(problem.starts)):
        label = start_label(problem, number)
        if text in (label, str(number + 1), f"{number + 1}: {label}"):
            return [number]
    raise InputError(f"There is no start of this name. Found {quoted(text)}.")
