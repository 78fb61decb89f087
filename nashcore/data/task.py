"""A table made ready for training: encoded, split and described."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from nashcore.data.column_reading import ColumnReading, taken_as_missing
from nashcore.data.columns import CodedColumn, Gathered, Ints, called, first_few
from nashcore.data.encode import Encoder, fit_encoder
from nashcore.data.groups import GroupRule, make_groups
from nashcore.data.labels import make_labels
from nashcore.data.left_out import without_groups, without_repeats
from nashcore.data.roles import Sensitive, Target
from nashcore.data.split_file import SplitSource, read_split
from nashcore.data.splits import Split, cell_notices, count_cells, draw_natural, draw_split
from nashcore.errors import InputError, quoted
from nashcore.options import NATURAL_SHARE, Data, TableOptions, fitting_test, fitting_validation

STANDARD = TableOptions()
"""A table is made ready so where nothing is chosen."""

LEAST_ROWS = 3
"""Rows of the largest cell of the smallest table that trains: one steers, one is tested, one is trained on."""


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

    def take(self, rows: Ints) -> Part:
        """Some of the rows, by their numbers."""
        chosen = torch.from_numpy(rows)
        return Part(self.features[chosen], self.labels[chosen], self.groups[chosen])


@dataclass(frozen=True, eq=False)
class Task:
    """A prepared table.

    Attributes:
        name: the dataset's name, or the file's.
        sensitive: what makes the groups.
        train, validation, test: the parts; the test part is balanced, the same number of rows a cell.
        natural: the natural test part, with the table's own shares; without rows where none is kept.
        group_names: the name of each group.
        label_names: the names of label 0 and label 1.
        feature_names: the name of each feature.
        notices: plain sentences for the user.
        data: "careful" or "published".
        encoder: how features are made of the table's columns.
        split: the row numbers of the parts in ``table``.
        counts: rows of every cell in every part (see `nashcore.data.splits.count_cells`).
        table: the table as read, without rows that have no label.
        target: the column predicted.
        grouped_by: the columns that make the groups.
        dropped: the columns left out of the features, besides the target.
        split_seed: the seed that the split was drawn with; 0 where row numbers were given.
        label_values: the values that labels 0 and 1 gather, with their rows; nothing where a threshold makes them.
        labels, groups: [rows of ``table``] int64, of every row.
        group_rules: what makes the groups of further rows (see `nashcore.data.groups.groups_of_rows`).
    """

    name: str
    sensitive: str
    train: Part
    validation: Part
    test: Part
    natural: Part
    group_names: tuple[str, ...]
    label_names: tuple[str, str]
    feature_names: tuple[str, ...]
    notices: tuple[str, ...]
    data: Data
    encoder: Encoder
    split: Split
    counts: pd.DataFrame
    table: pd.DataFrame
    target: Target
    grouped_by: tuple[Sensitive, ...]
    dropped: tuple[str, ...]
    split_seed: int = 0
    label_values: tuple[Gathered, ...] = ()
    labels: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    groups: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    group_rules: tuple[GroupRule, ...] = ()


def prepare_table(
    frame: pd.DataFrame,
    target: Target,
    sensitive: Sequence[Sensitive],
    options: TableOptions = STANDARD,
    *,
    splits: SplitSource | None = None,
    name: str = "table",
    sensitive_name: str | None = None,
    codes: Sequence[str] = (),
    notices: Sequence[str] = (),
    readings: Sequence[ColumnReading] = (),
) -> Task:
    """Prepare any table.

    Args:
        frame: the table.
        target: the column to predict and its rule.
        sensitive: the columns that make the groups; several give their intersection.
        options: how; rows a cell that are left out are those that fit the table (`nashcore.options.fit`), and a notice says so.
        splits: given row numbers instead of a drawn split.
        name: the table's name.
        sensitive_name: what to call the groups' origin; the columns' names when left out.
        codes: columns whose numbers are names of categories.
        notices: sentences to put before those found here.
        readings: how columns were read from their file, where they were.

    Raises:
        InputError: something given is not usable.
    """
    _check_splits(splits, options)
    target = replace(target, column=called(frame.columns, target.column))
    sensitive = [replace(one, column=called(frame.columns, one.column)) for one in sensitive]
    _check_columns(frame, target, sensitive, options.drop)
    read = {one.column: one for one in readings}
    _ask(target, sensitive, read)
    frame, labels = _labelled_rows(frame, target, splits, read.get(target.column))
    if options.drop_duplicates:
        frame, labels, left_out = without_repeats(frame, labels, target, sensitive)
        notices = (*notices, *left_out)
    groups = make_groups(frame, sensitive)
    frame, labels, groups, left_out = without_groups(frame, labels, groups, options.drop_groups)
    notices = (*notices, *left_out, *_missing_groups(sensitive, read))
    label_names = (labels.names[0], labels.names[1])

    cells = 2 * groups.values + labels.values
    split, wanted, said = _make_split(cells, splits, options)
    counts = count_cells(cells, split, groups.names, label_names)
    _check_rows_to_train(counts)

    dropped = (*options.drop, *(one.column for one in sensitive if not options.keep_sensitive))
    inputs = frame[[column for column in frame.columns if column not in {target.column, *dropped}]]
    encoder = _fit(inputs, split, options.data, codes)
    encoder = replace(
        encoder, readings=tuple(read[name] for name in map(str, inputs.columns) if name in read)
    )
    whole = Part(encoder.transform(inputs), torch.from_numpy(labels.values), torch.from_numpy(groups.values))
    return Task(
        name=name,
        sensitive=sensitive_name or ", ".join(one.column for one in sensitive),
        train=whole.take(split.train),
        validation=whole.take(split.validation),
        test=whole.take(split.test),
        natural=whole.take(split.natural),
        group_names=groups.names,
        label_names=label_names,
        feature_names=encoder.feature_names,
        notices=(*notices, *labels.notices, *groups.notices, *said, *cell_notices(counts, wanted)),
        data=options.data,
        encoder=encoder,
        split=split,
        counts=counts,
        table=frame,
        target=target,
        grouped_by=tuple(sensitive),
        dropped=dropped,
        split_seed=options.split_seed if splits is None else 0,
        label_values=labels.gathered,
        labels=labels.values,
        groups=groups.values,
        group_rules=groups.rules,
    )


def _check_splits(splits: SplitSource | None, options: TableOptions) -> None:
    if splits is not None and (options.drop_duplicates or options.drop_groups):
        what = "duplicates" if options.drop_duplicates else "groups"
        raise InputError(
            f"Given splits number all rows of the table. Found {what} to be dropped as well: choose one."
        )
    chosen = (options.validation_per_cell, options.test_per_cell, options.natural_test_share or None)
    if splits is not None and any(rows is not None for rows in chosen):
        raise InputError(
            "Given splits decide the rows of every cell. Found numbers of rows as well: choose one."
        )


def _ask(target: Target, sensitive: Sequence[Sensitive], read: Mapping[str, ColumnReading]) -> None:
    """Ask where a limit means another thing in each of two readings that fit."""
    limits = {one.column: one.threshold for one in sensitive} | {target.column: target.threshold}
    for column, limit in limits.items():
        reading = read.get(column)
        if limit is not None and reading is not None and reading.open and reading.example:
            written, number = reading.example
            raise InputError(
                f"Column {quoted(column)} can be read in two ways, and a threshold needs one: {quoted(written)} may be {number}, "
                f"or another number if its mark means something else. Say --number {shlex.quote(column + '=point')} or --number "
                f"{shlex.quote(column + '=comma')}: the decimal mark."
            )


def _missing_groups(sensitive: Sequence[Sensitive], read: Mapping[str, ColumnReading]) -> Iterator[str]:
    for one in sensitive:
        words = taken_as_missing(read.get(one.column))
        if words:
            yield f"Rows without a value of {one.column} make a group of their own{words}."


def _labelled_rows(
    frame: pd.DataFrame, target: Target, splits: SplitSource | None, reading: ColumnReading | None
) -> tuple[pd.DataFrame, CodedColumn]:
    """The rows that have a label, and their labels."""
    labels = make_labels(frame, target, reading)
    labelled = np.flatnonzero(labels.values >= 0)
    if len(labelled) < len(frame):
        if splits is not None:
            raise InputError(
                "Given splits need a label in every row. Found rows without one: draw a split instead."
            )
        frame = frame.iloc[labelled].reset_index(drop=True)
    return frame, replace(labels, values=labels.values[labelled])


def _make_split(
    cells: Ints, splits: SplitSource | None, options: TableOptions
) -> tuple[Split, int, tuple[str, ...]]:
    """The split, how many validation rows a cell should have in it, and a sentence on what was chosen to fit the table."""
    if splits is not None:
        split = read_split(splits, len(cells))
        return split, int(np.bincount(cells[split.validation]).max()), ()
    share = NATURAL_SHARE if options.natural_test_share is None else options.natural_test_share
    natural = draw_natural(cells, share=share, seed=options.split_seed)
    others = np.setdiff1d(np.arange(len(cells)), natural)
    sizes = np.bincount(cells[others]).tolist()
    validation = options.validation_per_cell or fitting_validation(sizes)
    test = options.test_per_cell or fitting_test(sizes)
    drawn = draw_split(
        cells[others], validation_per_cell=validation, test_per_cell=test, seed=options.split_seed
    )
    split = Split(others[drawn.train], others[drawn.validation], others[drawn.test], natural)
    return split, validation, _fitted(options, split, validation, test)


def _fitted(options: TableOptions, split: Split, validation: int, test: int) -> tuple[str, ...]:
    """What was chosen to fit the table, in a sentence; none where nothing was."""
    chosen = [
        says
        for given, says in (
            (options.validation_per_cell, f"{validation} validation row{'s' * (validation != 1)} a cell"),
            (options.test_per_cell, f"{test} test row{'s' * (test != 1)} a cell"),
            (options.natural_test_share, f"a natural test part of {len(split.natural):,} rows"),
        )
        if given is None
    ]
    return (f"Chosen to fit the table: {', '.join(chosen)}.",) if chosen else ()


def _check_rows_to_train(counts: pd.DataFrame) -> None:
    """Nothing, where rows are left to train on and to steer.

    Raises:
        InputError: there are none; the sentence says which cell comes nearest.
    """
    if counts["train"].sum() and counts["validation"].sum():
        return
    largest = counts.iloc[int(counts["rows"].to_numpy().argmax())]
    where = f"({largest['group']}, {largest['label']})"
    if largest["rows"] < LEAST_ROWS:
        raise InputError(
            f"At least one cell should have {LEAST_ROWS} rows: one to steer, one to be tested and one to train on. The "
            f"largest, {where}, has {largest['rows']}: add rows, or make fewer groups."
        )
    raise InputError(
        f"The table should have rows left to train on. Found none: of the largest cell, {where}, all {largest['rows']} "
        "rows are drawn to steer or to be tested; choose fewer test rows a cell, or a smaller natural test part."
    )


def _check_columns(
    frame: pd.DataFrame, target: Target, sensitive: Sequence[Sensitive], drop: Sequence[str]
) -> None:
    if not frame.columns.is_unique:
        raise InputError("The table's columns should have different names. Found a name twice: rename one.")
    if any(one.column == target.column for one in sensitive):
        raise InputError(
            f"Target and sensitive column should differ. Found {quoted(target.column)} for both."
        )
    unknown = [column for column in drop if column not in frame.columns]
    if unknown:
        raise InputError(f"Columns to leave out should be in the table. Not found: {first_few(unknown)}.")


def _fit(inputs: pd.DataFrame, split: Split, data: Data, codes: Sequence[str]) -> Encoder:
    if (
        data == "published"
    ):  # fitted on all rows, numbers stay numbers, and every category has a feature of its own
        every = np.arange(len(inputs))
        return fit_encoder(inputs, every, rare_share=0.0, rare_rows=1, max_categories=None)
    return fit_encoder(inputs, split.train, codes=codes)
