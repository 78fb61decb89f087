"""A table made ready for training: encoded, split and described."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from nashcore.data.catalog import get_dataset, get_setting
from nashcore.data.encode import MAX_CATEGORIES, RARE_ROWS, RARE_SHARE, Encoder, fit_encoder
from nashcore.data.roles import Sensitive, Target, make_groups, make_labels
from nashcore.data.sources import load
from nashcore.data.splits import Split, cell_notices, count_cells, draw_split, read_split
from nashcore.errors import InputError

Protocol = Literal["default", "paper"]

VALIDATION_PER_CELL = 3
"""Validation rows a cell for a table that is not in the catalogue."""

TEST_SHARE = 0.2
"""Test rows a cell for such a table: this share of its smallest cell, within `TEST_BOUNDS`."""

TEST_BOUNDS = (10, 500)


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of one part of a split.

    Attributes:
        features: [n, F] float32.
        labels: [n] int64, 0 or 1.
        groups: [n] int64, from 0.
    """

    features: Tensor
    labels: Tensor
    groups: Tensor

    @property
    def cells(self) -> Tensor:
        """[n] int64, the cell of each row: ``2 * group + label``."""
        return 2 * self.groups + self.labels

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.labels.shape[0]


@dataclass(frozen=True, eq=False)
class Task:
    """A prepared table.

    Attributes:
        name: the dataset's name, or the file's.
        sensitive: what makes the groups.
        train, validation, test: the parts.
        group_names: the name of each group.
        label_names: the names of label 0 and label 1.
        feature_names: the name of each feature.
        notices: plain sentences for the user.
        protocol: "default" or "paper".
        encoder: how features are made of the table's columns.
        split: the row numbers of the parts in ``table``.
        counts: rows of every cell in every part (see `nashcore.data.splits.count_cells`).
        table: the table as read, without rows that have no label.
        target: the column predicted.
        grouped_by: the columns that make the groups.
        dropped: the columns left out of the features, besides the target.
    """

    name: str
    sensitive: str
    train: Part
    validation: Part
    test: Part
    group_names: tuple[str, ...]
    label_names: tuple[str, str]
    feature_names: tuple[str, ...]
    notices: tuple[str, ...]
    protocol: Protocol
    encoder: Encoder
    split: Split
    counts: pd.DataFrame
    table: pd.DataFrame
    target: Target
    grouped_by: tuple[Sensitive, ...]
    dropped: tuple[str, ...]


def prepare(
    name: str,
    sensitive: str,
    *,
    protocol: Protocol = "default",
    split_seed: int = 0,
    splits: Path | str | None = None,
    validation_per_cell: int | None = None,
    test_per_cell: int | None = None,
    keep_sensitive: bool = True,
    keep_leaks: bool | None = None,
    drop: Sequence[str] = (),
    drop_duplicates: bool = False,
    download: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Task:
    """Prepare one of the catalogue's settings.

    Args:
        name: the dataset.
        sensitive: the short name of its sensitive column.
        protocol: "default" fits the encoding on training rows and drops columns that give the target away;
            "paper" fits on all rows, gives every category its own feature and keeps those columns.
        split_seed: seed of the split; the same for all models of a run.
        splits: an .npz file of given row numbers (see `nashcore.data.splits.read_split`) instead of a drawn
            split.
        validation_per_cell: validation rows a cell; the setting's own when left out.
        test_per_cell: test rows a cell; the setting's own when left out.
        keep_sensitive: whether the sensitive column stays among the features.
        keep_leaks: whether columns that give the target away stay; decided by the protocol when left out.
        drop: further columns to leave out.
        drop_duplicates: keep only the first of rows that are the same in every column.
        download: fetch the table when it is not on this machine.
        progress: see `nashcore.data.sources.load`.

    Raises:
        InputError: a name or number is not usable, or the table is not available.
    """
    dataset, setting = get_dataset(name), get_setting(name, sensitive)
    loaded = load(name, download=download, progress=progress)
    if splits is not None and not loaded.exact:
        raise InputError(
            f"Given splits number the rows of the catalogue's table of {name}. Found another copy "
            f"({loaded.place}): put the "
            f"table with {dataset.rows:,} rows and {dataset.columns} columns into the data home."
        )
    keep = protocol == "paper" if keep_leaks is None else keep_leaks
    identifiers, leaks = (
        tuple(column for column in columns if column in loaded.frame.columns)
        for columns in (dataset.identifiers, () if keep else dataset.leaks)
    )
    notices = loaded.notices
    if leaks:
        notices += (f"Left out because they give the target away: {', '.join(leaks)}.",)
    return prepare_table(
        loaded.frame,
        dataset.target,
        [dataset.sensitive[sensitive]],
        name=name,
        sensitive_name=sensitive,
        protocol=protocol,
        split_seed=split_seed,
        splits=splits,
        validation_per_cell=setting.validation_per_cell
        if validation_per_cell is None
        else validation_per_cell,
        test_per_cell=setting.test_per_cell if test_per_cell is None else test_per_cell,
        keep_sensitive=keep_sensitive,
        drop=(*identifiers, *leaks, *drop),
        drop_duplicates=drop_duplicates,
        codes=dataset.codes,
        notices=notices,
    )


def prepare_table(
    frame: pd.DataFrame,
    target: Target,
    sensitive: Sequence[Sensitive],
    *,
    name: str = "table",
    sensitive_name: str | None = None,
    protocol: Protocol = "default",
    split_seed: int = 0,
    splits: Path | str | None = None,
    validation_per_cell: int | None = None,
    test_per_cell: int | None = None,
    keep_sensitive: bool = True,
    drop: Sequence[str] = (),
    drop_duplicates: bool = False,
    codes: Sequence[str] = (),
    notices: Sequence[str] = (),
) -> Task:
    """Prepare any table, as `prepare` does for the catalogue's.

    Args:
        frame: the table.
        target: the column to predict and its rule.
        sensitive: the columns that make the groups; several give their intersection.
        name: the table's name.
        sensitive_name: what to call the groups' origin; the columns' names when left out.
        protocol, split_seed, splits, keep_sensitive: see `prepare`.
        validation_per_cell: validation rows a cell; `VALIDATION_PER_CELL` when left out.
        test_per_cell: test rows a cell; `TEST_SHARE` of the smallest cell, within `TEST_BOUNDS`, when left
            out.
        drop: columns to leave out of the features.
        drop_duplicates: see `prepare`.
        codes: columns whose numbers are names of categories.
        notices: sentences to put before those found here.

    Raises:
        InputError: something given is not usable.
    """
    if protocol not in get_args(Protocol):
        raise InputError(f"Protocol should be default or paper. Found {protocol!r}.")
    notices = tuple(notices)
    if drop_duplicates:
        if splits is not None:
            raise InputError(
                "Given splits number the table's rows. Found duplicates to be dropped: choose one of the two."
            )
        kept = frame.drop_duplicates(ignore_index=True)
        if len(kept) < len(frame):
            notices += (f"{len(frame) - len(kept):,} repeated rows are left out.",)
        frame = kept
    labels = make_labels(frame, target)
    if splits is not None and (labels.values < 0).any():
        raise InputError(
            "Given splits need a label in every row. Found rows without one: draw a split instead."
        )
    labelled = np.flatnonzero(labels.values >= 0)
    if len(labelled) < len(frame):
        frame = frame.iloc[labelled].reset_index(drop=True)
    groups = make_groups(frame, sensitive)
    y, s = labels.values[labelled], groups.values
    cells = 2 * s + y

    wanted = VALIDATION_PER_CELL if validation_per_cell is None else validation_per_cell
    if splits is not None:
        split = read_split(Path(splits), len(frame))
        wanted = int(np.bincount(cells[split.validation]).max())
    else:
        drawn = _default_test_rows(cells) if test_per_cell is None else test_per_cell
        split = draw_split(cells, validation_per_cell=wanted, test_per_cell=drawn, seed=split_seed)
    label_names = (labels.names[0], labels.names[1])
    counts = count_cells(cells, split, groups.names, label_names)
    if not split.train.size:
        raise InputError(
            f"The table should have rows left to train on. Found {len(frame)} rows, all of them drawn to "
            "steer or test."
        )

    unknown = [column for column in drop if column not in frame.columns]
    if unknown:
        raise InputError(f"Columns to leave out should be in the table. Not found: {', '.join(unknown)}.")
    dropped = (*drop, *(one.column for one in sensitive if not keep_sensitive))
    inputs = frame[[column for column in frame.columns if column not in {target.column, *dropped}]]
    fit_rows = np.arange(len(frame)) if protocol == "paper" else split.train
    own = protocol == "paper"  # every category has a feature of its own there
    encoder = fit_encoder(
        inputs,
        fit_rows,
        codes=codes,
        rare_share=0.0 if own else RARE_SHARE,
        rare_rows=1 if own else RARE_ROWS,
        max_categories=None if own else MAX_CATEGORIES,
    )
    features, label_tensor, group_tensor = encoder.transform(inputs), torch.from_numpy(y), torch.from_numpy(s)

    def part(rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Part:
        chosen = torch.from_numpy(rows)
        return Part(features[chosen], label_tensor[chosen], group_tensor[chosen])

    return Task(
        name=name,
        sensitive=sensitive_name or ", ".join(one.column for one in sensitive),
        train=part(split.train),
        validation=part(split.validation),
        test=part(split.test),
        group_names=groups.names,
        label_names=label_names,
        feature_names=encoder.feature_names,
        notices=(*notices, *labels.notices, *groups.notices, *cell_notices(counts, wanted)),
        protocol=protocol,
        encoder=encoder,
        split=split,
        counts=counts,
        table=frame,
        target=target,
        grouped_by=tuple(sensitive),
        dropped=dropped,
    )


def _default_test_rows(cells: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    sizes = np.bincount(cells)
    return int(np.clip(round(TEST_SHARE * sizes[sizes > 0].min()), *TEST_BOUNDS))
