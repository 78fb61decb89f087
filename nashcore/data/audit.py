"""What to know about a table before training on it: one finding, one sentence, and a switch where there is
one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from nashcore.data.columns import first_few
from nashcore.data.duplicates import identity_columns, is_identifier
from nashcore.data.groups import make_groups
from nashcore.data.labels import make_labels
from nashcore.data.splits import few_left
from nashcore.data.task import Task

Kind = Literal[
    "gives target away", "constant", "identifier", "missing values", "base rates", "small cell", "duplicates"
]
Switch = Literal["drop column", "drop duplicates"]

LEAK_AUC = 0.98
"""A single column that ranks the rows better than this probably knows the answer."""

LEAK_SHARE = 0.98
"""So does a column when more than this share of the rows with a value, or without one, have the same label:
of the passengers of titanic with a boat, 98.1% survived (38% of all did). Its AUC cannot say so: as some
in boats died and some without survived, no order of its values reaches more than 0.976."""

LEAK_EVIDENCE = 15
"""For that, chance should lead one to expect so many times more rows of the other label than there are, and at
least so many rows: a few rows, or labels that are rare anyway, prove nothing."""

MISSING_SHARE = 0.05
"""A column is named for its missing values when this share is missing in a group."""

SAMPLE = 50_000
"""Columns are judged on at most this many rows, drawn with a fixed seed."""

_BINS = 64


@dataclass(frozen=True)
class Finding:
    """Something to know before training.

    Attributes:
        kind: what sort of finding.
        column: the column it is about, or None.
        says: one plain sentence.
        figure: the number behind it; what it measures follows from the kind (AUC, distinct values, largest
            missing share, gap of base rates, training rows, share of test rows).
        switch: what can be done about it, or None: "drop column" (``drop=[column]``), "drop duplicates"
            (``drop_duplicates=True``).
    """

    kind: Kind
    column: str | None
    says: str
    figure: float
    switch: Switch | None = None


def audit_task(task: Task) -> tuple[Finding, ...]:
    """Every finding about a prepared table, the gravest kind first.

    Columns already left out of the features are not judged again. Labels of test rows are looked at, as the
    reader of a table would; nothing found here enters a model.
    """
    labels, groups = _whole(task)
    columns = _used_columns(task)
    sample = np.arange(len(task.table))
    if len(sample) > SAMPLE:
        sample = np.sort(np.random.default_rng(0).choice(sample, SAMPLE, replace=False))
    telling = tuple(_telling_columns(task, columns, labels, sample))
    giveaways = {finding.column for finding in telling}
    values = {
        str(name): int(column.nunique()) for name, column in task.table.items() if name != task.target.column
    }
    names = [name for name, distinct in values.items() if is_identifier(task.table[name], distinct)]
    return (
        *telling,
        *_useless_columns(task, {name: values[name] for name in columns if name not in giveaways}, names),
        *_duplicates(task, names),
        *_small_cells(task),
        *_base_rates(task, labels, groups),
        *_missing(task, columns, groups),
    )


def column_auc(column: pd.Series, labels: NDArray[np.int64]) -> float:
    """How well one column alone ranks the rows by their label: 0.5 is chance, 1 is perfect.

    The rows are halved; each category's (or number bin's) rate of label 1 in one half scores the rows of the
    other, so that a column with a value of its own in every row scores 0.5. A number without missing values is also
    ranked by itself, in either direction, and the better figure counts.

    Args:
        column: [n], any values.
        labels: [n], 0 or 1.
    """
    half = np.random.default_rng(0).permutation(len(labels)) % 2
    codes = _codes(column)
    size = int(codes.max()) + 1
    scores = np.empty(len(labels))
    for side in (0, 1):  # the rates of one half score the other
        seen, scored = half == side, half != side
        base = labels[seen].mean() if seen.any() else 0.5
        ones = np.bincount(codes[seen], weights=labels[seen], minlength=size)
        rows = np.bincount(codes[seen], minlength=size)
        scores[scored] = ((ones + base) / (rows + 1) - base)[codes[scored]]
    found = _auc(scores, labels)
    if is_numeric_dtype(column) and not column.isna().any():
        direct = _auc(column.to_numpy(dtype=np.float64), labels)
        found = max(found, direct, 1 - direct)
    return found


def _telling_columns(
    task: Task, columns: list[str], labels: NDArray[np.int64], sample: NDArray[np.int64]
) -> Iterator[Finding]:
    y = labels[sample]
    if y.min() == y.max():
        return
    for name in columns:
        column = task.table[name]
        some = column.iloc[sample]
        auc = column_auc(some, y)
        if auc > LEAK_AUC:
            says = f"{name} alone tells the labels apart (AUC {auc:.3f}): it may be known only afterwards."
            yield Finding("gives target away", name, says, auc, "drop column")
            continue
        present = column.notna().to_numpy()
        for rows, where in ((present, "with"), (~present, "without")):
            label, share = _nearly_all(labels, rows)
            if share > LEAK_SHARE:
                who = f"{share:.1%}" if share < 1 else "All"
                usual = f"{float((labels == label).mean()):.0%}"
                says = (
                    f"{who} of the {int(rows.sum()):,} rows {where} a value of {name} have the label "
                    f"{task.label_names[label]!r} ({usual} of all rows do): it may be known only afterwards."
                )
                yield Finding("gives target away", name, says, auc, "drop column")
                break


def _nearly_all(labels: NDArray[np.int64], rows: NDArray[np.bool_]) -> tuple[int, float]:
    """The more frequent label among some rows and its share of them; 0 where that may be chance."""
    count = int(rows.sum())
    if not count:
        return 0, 0.0
    ones = int(labels[rows].sum())
    label = int(2 * ones > count)
    others = count - ones if label else ones
    expected = count * float((labels != label).mean())
    return label, 1 - others / count if expected >= LEAK_EVIDENCE * max(others, 1) else 0.0


def _useless_columns(task: Task, values: dict[str, int], names: list[str]) -> Iterator[Finding]:
    for name, distinct in values.items():
        column = task.table[name]
        present = int(column.notna().sum())
        if distinct <= 1 and (present == len(column) or present == 0):
            what = "has no value in any row" if present == 0 else "has the same value in every row"
            yield Finding("constant", name, f"{name} {what}: it says nothing.", distinct, "drop column")
        elif name in names:
            says = f"{name} has {distinct:,} values in {present:,} rows: a name for each row says nothing."
            yield Finding("identifier", name, says, distinct, "drop column")


def _duplicates(task: Task, names: list[str]) -> Iterator[Finding]:
    always = {task.target.column, *(one.column for one in task.grouped_by)}
    alike = identity_columns(task.table, always, names)
    ignored = [name for name in names if name not in alike]
    rows = pd.util.hash_pandas_object(task.table[alike], index=False).to_numpy()
    test = np.unique(task.split.test)
    others = np.concatenate([task.split.train, task.split.validation])
    again = np.isin(rows[test], rows[others])
    if again.any():
        apart = f", apart from their {first_few(ignored)}" if ignored else ""
        says = f"{int(again.sum()):,} of {len(test):,} test rows are copies of rows to train or steer with{apart}."
        yield Finding("duplicates", None, says, float(again.mean()), "drop duplicates")


def _small_cells(task: Task) -> Iterator[Finding]:
    marked = task.counts[task.counts["mark"] != ""]
    for group, label, train in zip(marked["group"], marked["label"], marked["train"].tolist(), strict=True):
        yield Finding("small cell", None, few_left(train, f"{group}, {label}"), float(train))


def _base_rates(task: Task, labels: NDArray[np.int64], groups: NDArray[np.int64]) -> Iterator[Finding]:
    rates = [float(labels[groups == group].mean()) for group in range(len(task.group_names))]
    shown = ", ".join(f"{rate:.0%} of {name}" for rate, name in zip(rates, task.group_names, strict=True))
    yield Finding("base rates", None, f"Label {task.label_names[1]!r}: {shown}.", max(rates) - min(rates))


def _missing(task: Task, columns: list[str], groups: NDArray[np.int64]) -> Iterator[Finding]:
    for name in columns:
        missing = task.table[name].isna().to_numpy()
        if not missing.any() or missing.all():
            continue
        shares = [float(missing[groups == group].mean()) for group in range(len(task.group_names))]
        if max(shares) >= MISSING_SHARE:
            shown = ", ".join(f"{s:.0%} of {g}" for s, g in zip(shares, task.group_names, strict=True))
            yield Finding(
                "missing values", name, f"{name} is missing for {shown}.", max(shares), "drop column"
            )


def _whole(task: Task) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Labels and groups of all rows of the table."""
    return make_labels(task.table, task.target).values, make_groups(task.table, task.grouped_by).values


def _used_columns(task: Task) -> list[str]:
    return [
        str(name) for name in task.table.columns if name != task.target.column and name not in task.dropped
    ]


def _codes(column: pd.Series) -> NDArray[np.int64]:
    """The column's categories as numbers from 0; a number with many values in bins with about the same
    number of rows."""
    if is_numeric_dtype(column) and not is_bool_dtype(column) and column.nunique() > _BINS:
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        edges = np.unique(np.nanquantile(numbers, np.arange(1, _BINS) / _BINS))
        codes = np.searchsorted(edges, numbers, side="left")
        return np.where(np.isnan(numbers), len(edges) + 1, codes).astype(np.int64)
    codes = pd.factorize(column, use_na_sentinel=True)[0]
    return np.where(codes < 0, codes.max(initial=0) + 1, codes).astype(np.int64)


def _auc(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The chance that a row of label 1 scores above one of label 0, ties counting half."""
    ones = int(labels.sum())
    ranks = pd.Series(scores).rank().to_numpy()
    return float((ranks[labels == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(labels) - ones)))
