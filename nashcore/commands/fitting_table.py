"""A table on a terminal of any width: as a table where it fits, else row by row."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

LEAST_WIDTH = 8
"""Text in a cell is folded to no less."""


def print_fitting(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], heads: int
) -> None:
    """Print a table so that nothing is cut off.

    A column in which nothing stands is left out.

    Args:
        console: where.
        title: its title.
        columns: their names.
        rows: each a value a column.
        heads: how many of the columns, from the first, say what a row is about; they may be folded. Where that is not enough, a
            row becomes its heads on a line and the other values below, those that are empty aside.
    """
    texts = [[str(value) for value in row] for row in rows]
    filled = [place for place in range(len(columns)) if place < heads or any(row[place] for row in texts)]
    columns, texts = [columns[place] for place in filled], [[row[place] for place in filled] for row in texts]
    if _least_width(columns, texts, heads) > console.width:
        _print_rows(console, title, columns, texts, heads)
        return
    table = Table(title=title)
    for place, name in enumerate(columns):
        if place < heads:
            table.add_column(name, overflow="fold", min_width=min(LEAST_WIDTH, _width(place, columns, texts)))
        else:
            number = all(not row[place] or row[place][-1].isdigit() for row in texts)
            table.add_column(name, no_wrap=True, justify="right" if number else "left")
    for row in texts:
        table.add_row(*map(Text, row))
    console.print(table)


def _width(place: int, columns: Sequence[str], texts: Sequence[Sequence[str]]) -> int:
    lines = [line for row in texts for line in row[place].splitlines()]
    return max(map(cell_len, (columns[place], *lines)))


def _least_width(columns: Sequence[str], texts: Sequence[Sequence[str]], heads: int) -> int:
    widths = [_width(place, columns, texts) for place in range(len(columns))]
    folded = [min(LEAST_WIDTH, width) if place < heads else width for place, width in enumerate(widths)]
    return sum(folded) + 3 * len(columns) + 1  # a frame and a blank on either side of each


def _print_rows(
    console: Console, title: str, columns: Sequence[str], texts: Sequence[Sequence[str]], heads: int
) -> None:
    console.print(Text(title, style="italic"))
    for row in texts:
        console.print(Text(", ".join(row[:heads]), style="bold"))
        values = ", ".join(
            f"{name} {' '.join(text.split())}"
            for name, text in list(zip(columns, row, strict=True))[heads:]
            if text
        )
        console.print(Padding(Text(values), (0, 0, 0, 2)))
