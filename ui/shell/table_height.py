"""How high a table of a page is."""

from __future__ import annotations


def table_height(rows: int, most: int = 24) -> int:
    """Pixels for all rows of a table; of a longer one for so many and half a row, which says that more follow below.

    Args:
        rows: of the table.
        most: rows to be seen at once.
    """
    return 38 + (35 * rows if rows <= most else 35 * most + 17)
