"""Rows that are left out on demand, repeats and groups, and sentences that say of which groups and labels they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nashcore.data.columns import CodedColumn, Ints, first_few
from nashcore.data.duplicates import identity_columns
from nashcore.data.groups import Groups, make_groups
from nashcore.data.roles import Sensitive, Target
from nashcore.errors import InputError, quoted

MOST_CELLS = 6
"""Cells that a sentence names."""


def say_cells(left_out: Ints, rows: Ints, names: Sequence[str]) -> str:
    """How many rows of which cells, the most first: "54 of 60 (F, no), 2 of 9 (M, yes)".

    Args:
        left_out: [cells] rows of each that are left out.
        rows: [cells] rows of each.
        names: [cells] what each is called.
    """
    order = [cell for cell in np.argsort(-left_out, kind="stable").tolist() if left_out[cell]]
    shown = [f"{left_out[cell]:,} of {rows[cell]:,} ({names[cell]})" for cell in order[:MOST_CELLS]]
    others = order[MOST_CELLS:]
    if others:
        shown.append(f"{int(left_out[others].sum()):,} of {len(others):,} more groups and labels")
    return ", ".join(shown)


def cell_names(group_names: Sequence[str], label_names: Sequence[str]) -> list[str]:
    """Each cell's name, in the order of the cells."""
    return [f"{group}, {label}" for group in group_names for label in label_names]


def repeated_rows(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.bool_]:
    """Which rows [n] agree with an earlier one in these columns."""
    found: NDArray[np.bool_] = frame.duplicated(list(columns)).to_numpy()
    return found


def without_repeats(
    frame: pd.DataFrame, labels: CodedColumn, target: Target, sensitive: Sequence[Sensitive]
) -> tuple[pd.DataFrame, CodedColumn, tuple[str, ...]]:
    """The rows without copies of earlier ones, their labels, and a sentence where there were some.

    Args:
        frame: the table, every row with a label.
        labels: the labels of its rows.
        target: the column predicted.
        sensitive: the columns that make the groups.
    """
    always = {target.column, *(one.column for one in sensitive)}
    columns = identity_columns(frame, always)
    copies = repeated_rows(frame, columns)
    if not copies.any():
        return frame, labels, ()
    groups = make_groups(frame, sensitive)
    cells = 2 * groups.values + labels.values
    names = cell_names(groups.names, labels.names)
    rows, gone = (np.bincount(cells[some], minlength=len(names)) for some in (slice(None), copies))
    ignored = [name for name in map(str, frame.columns) if name not in columns]
    apart = f", alike apart from their {first_few(ignored)}," if ignored else ""
    says = f"{int(copies.sum()):,} repeated rows{apart} are left out: {say_cells(gone, rows, names)}."
    kept = frame[~copies].reset_index(drop=True)
    return kept, replace(labels, values=labels.values[~copies]), (says,)


def without_groups(
    frame: pd.DataFrame, labels: CodedColumn, groups: Groups, drop: Sequence[str]
) -> tuple[pd.DataFrame, CodedColumn, Groups, tuple[str, ...]]:
    """The rows of the groups that stay, their labels and groups, and a sentence on the others.

    Raises:
        InputError: there is no group of a name, fewer than two groups would stay, or only rows of one label.
    """
    if not drop:
        return frame, labels, groups, ()
    unknown = [name for name in drop if name not in groups.names]
    if unknown:
        raise InputError(
            f"A group to leave out should be one of {first_few(groups.names)}. Found {quoted(unknown[0])}."
        )
    left = [place for place, name in enumerate(groups.names) if name not in drop]
    if len(left) < 2:
        raise InputError(
            f"At least two groups should stay. Found {len(left)} beside those to be left out: leave out fewer."
        )
    place_of = np.full(len(groups.names), -1)
    place_of[left] = np.arange(len(left))
    places = place_of[groups.values]
    stays = places >= 0
    if len(np.unique(labels.values[stays])) < 2:
        raise InputError(
            "Rows of both labels should stay. Found that the groups to be left out hold all of one label: leave out fewer."
        )
    names = cell_names(groups.names, labels.names)
    cells = 2 * groups.values + labels.values
    rows, gone = (np.bincount(cells[some], minlength=len(names)) for some in (slice(None), ~stays))
    many = int((~stays).sum())
    says = f"{many:,} row{' is' if many == 1 else 's are'} left out with their groups: {say_cells(gone, rows, names)}."
    kept = replace(groups, values=places[stays], names=tuple(groups.names[place] for place in left))
    return (
        frame[stays].reset_index(drop=True),
        replace(labels, values=labels.values[stays]),
        kept,
        (says,),
    )
