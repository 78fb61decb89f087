"""What fits a table of one's own where nothing is chosen; the one place for these rules.

A table of the catalogue takes its published numbers instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

MOST_BATCH = 128
"""Rows in a batch of a large table."""

LEAST_BATCHES = 4
"""Batches in an epoch of a small one."""

MOST_VALIDATION = 3
"""Validation rows a cell where the cells are large, as in the published splits."""

TEST_SHARE = 0.2
"""Test rows a cell: this share of the smallest cell, within `TEST_BOUNDS`."""

TEST_BOUNDS = (10, 500)

NATURAL_SHARE = 0.25
"""Rows of every cell that are kept for the natural test part."""


def fitting_batch(rows: int) -> int:
    """Rows in a batch for so many training rows: at least `LEAST_BATCHES` batches an epoch, as far as there are rows."""
    return min(MOST_BATCH, max(1, rows // LEAST_BATCHES))


def fitting_validation(cells: Sequence[int]) -> int:
    """Validation rows a cell for cells of these sizes: a tenth of the middle one, from 1 to `MOST_VALIDATION`."""
    return min(MOST_VALIDATION, max(1, int(_middle(cells)) // 10))


def fitting_test(cells: Sequence[int]) -> int:
    """Test rows a cell for cells of these sizes.

    `TEST_SHARE` of the smallest within `TEST_BOUNDS`; where a third of the middle cell is less than the lower bound, that takes
    its place, so that cells that small keep rows to train on.
    """
    least = min(TEST_BOUNDS[0], max(1, int(_middle(cells)) // 3))
    return max(
        least, min(TEST_BOUNDS[1], round(TEST_SHARE * min((size for size in cells if size), default=0)))
    )


def _middle(cells: Sequence[int]) -> float:
    """The median of the sizes of cells that have rows."""
    return median([size for size in cells if size] or [0])
