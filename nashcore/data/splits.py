"""Who trains, who steers, who is tested: rows per (group, label) cell, and their counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nashcore.data.columns import Ints
from nashcore.errors import InputError

NEAR_EMPTY = 10
"""A cell with fewer training rows than this is called near-empty."""


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers of the parts; no row is in two parts, test rows may repeat.

    Attributes:
        train: [n_train] int64.
        validation: [n_validation] int64.
        test: [n_test] int64, the balanced test set.
        natural: [n_natural] int64, the natural test part, each row once; empty where there is none.
    """

    train: Ints
    validation: Ints
    test: Ints
    natural: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def draw_natural(cells: Ints, *, share: float, seed: int) -> Ints:
    """Draw a share of every cell's rows without replacement, rounded down, so that small cells give none.

    Args:
        cells: [n], the cell of each row.
        share: from 0 to less than 1.
        seed: the same seed gives the same rows; the draws of `draw_split` are others.

    Returns:
        Row numbers cell by cell.
    """
    random = np.random.default_rng((seed, 1))
    shuffled = random.permutation(len(cells))
    by_cell = shuffled[np.argsort(cells[shuffled], kind="stable")]
    _, starts, sizes = np.unique(cells[by_cell], return_index=True, return_counts=True)
    rank = np.arange(len(cells)) - np.repeat(starts, sizes)
    wanted = np.floor(share * sizes + 1e-9).astype(
        np.int64
    )  # a third of 3 rows is one, however it is rounded
    return by_cell[rank < np.repeat(wanted, sizes)]


def draw_split(cells: Ints, *, validation_per_cell: int, test_per_cell: int, seed: int) -> Split:
    """Draw validation rows without replacement, then test rows with replacement from each cell's other rows.

    All rows never drawn are training rows. Validation takes at most half of a cell's rows (rounded down), so
    that a cell with a single row is tested and does not steer; an empty cell gives nothing.

    Args:
        cells: [n], the cell of each row, ``2 * group + label``.
        validation_per_cell: validation rows wanted in each cell.
        test_per_cell: test rows drawn in each cell.
        seed: the same seed gives the same rows.

    Returns:
        The split; validation and test rows run cell by cell, training rows in the table's order.

    Raises:
        InputError: a number is out of range.
    """
    for name, value in (("Validation rows a cell", validation_per_cell), ("Test rows a cell", test_per_cell)):
        if value < 1:
            raise InputError(f"{name} should be at least 1. Found {value}.")
    if seed < 0:
        raise InputError(f"Split seed should be a whole number of at least 0. Found {seed}.")
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(cells))
    by_cell = shuffled[np.argsort(cells[shuffled], kind="stable")]
    present, starts, sizes = np.unique(cells[by_cell], return_index=True, return_counts=True)
    validation_sizes = np.minimum(validation_per_cell, sizes // 2)

    rank = np.arange(len(cells)) - np.repeat(starts, sizes)
    validation = by_cell[rank < np.repeat(validation_sizes, sizes)]
    chances = random.random((len(present), test_per_cell))
    places = (
        starts[:, None]
        + validation_sizes[:, None]
        + np.floor(chances * (sizes - validation_sizes)[:, None]).astype(np.int64)
    )
    test = by_cell[places].reshape(-1)

    drawn = np.zeros(len(cells), dtype=bool)
    drawn[validation] = True
    drawn[test] = True
    return Split(np.flatnonzero(~drawn), validation, test)


def count_cells(
    cells: Ints, split: Split, group_names: Sequence[str], label_names: Sequence[str]
) -> pd.DataFrame:
    """How many rows of each (group, label) cell every part holds.

    Returns:
        One row a cell, in the order of the cells, with the columns cell, group, label (names), rows, train,
        validation, test (drawn, repeats counted), test_distinct, natural, and mark: "empty" where no training row is
        left, "near-empty" where fewer than `NEAR_EMPTY` are, otherwise "".
    """
    count = len(group_names) * len(label_names)

    def tally(rows: Ints) -> Ints:
        return np.bincount(cells[rows], minlength=count).astype(np.int64)

    train = tally(split.train)
    return pd.DataFrame(
        {
            "cell": np.arange(count),
            "group": [name for name in group_names for _ in label_names],
            "label": list(label_names) * len(group_names),
            "rows": np.bincount(cells[cells >= 0], minlength=count),
            "train": train,
            "validation": tally(split.validation),
            "test": tally(split.test),
            "test_distinct": tally(np.unique(split.test)),
            "natural": tally(split.natural),
            "mark": np.select([train == 0, train < NEAR_EMPTY], ["empty", "near-empty"], ""),
        }
    )


def cell_notices(counts: pd.DataFrame, validation_per_cell: int) -> tuple[str, ...]:
    """Plain sentences about the cells that are too small for what was asked."""
    notices: list[str] = []
    names = counts["group"] + ", " + counts["label"]
    sizes = counts[["rows", "train", "validation"]].to_numpy(dtype=np.int64).tolist()
    for where, (rows, train, validation) in zip(names, sizes, strict=True):
        if rows == 0:
            notices.append(f"No row is in the cell ({where}): it cannot steer, train or be tested.")
            continue
        if validation < validation_per_cell:
            notices.append(
                f"The cell ({where}) has {validation} validation rows of {validation_per_cell} wanted."
            )
        if train < NEAR_EMPTY:
            notices.append(few_left(train, where))
    return tuple(notices)


def few_left(train: int, where: str) -> str:
    """The sentence about a cell with few training rows, or none."""
    if train == 0:
        return f"No training row is left in the cell ({where})."
    return f"Only {train} training row{' is' if train == 1 else 's are'} left in the cell ({where})."
