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
    """A standard start's number and place."""
    place = ", ".join(number_text(value) for value in problem.starts[number])
    return f"{number + 1}: ({place})"
