"""What to know about a table before training on it: one finding, one sentence, and a switch where there is
one. A switch says how many rows of which groups and labels it would take."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_numeric_dtype

from nashcore.data.columns import MISSING, as_codes, first_few, is_number, one_line, plain_number
from nashcore.data.duplicates import identity_columns, is_identifier, resembles
from nashcore.data.finding import NO_ROWS, Finding
from nashcore.data.giveaways import codes_of, giveaways, halves
from nashcore.data.left_out import cell_names, repeated_rows, say_cells
from nashcore.data.spellings import MOST_TOLD, nearly_equal
from nashcore.data.splits import few_left
from nashcore.data.task import Task
from nashcore.errors import quoted

MISSING_SHARE = 0.05
"""A column is named for its missing values when this share is missing in a group."""

SAMPLE = 50_000
"""Columns are judged on at most this many rows, drawn with a fixed seed."""

CHANCE_REPEATS = 1.5
"""Repeated rows are no copies where their number is not so many times what columns shuffled within the labels give: few coarse
columns make different people alike."""

TINY_GROUP = 30
"""A group with fewer rows, and a cell with few of them to train on, can be left out by a switch."""

_NINES = re.compile(r"-9+|99+")
"""What often stands for no value among numbers."""

GROUP_SHARE = 0.98
"""A column tells the group when this share of the rows have the group that is the most frequent for their value."""


def audit_task(task: Task) -> tuple[Finding, ...]:
    """Every finding about a prepared table, the gravest kind first.

    Columns already left out of the features are not judged again. Labels of test rows are looked at, as the
    reader of a table would; nothing found here enters a model.
    """
    columns = _used_columns(task)
    telling = serious_findings(task, all_of_them=True)
    told = {finding.column for finding in telling}
    values = {
        str(name): int(column.nunique()) for name, column in task.table.items() if name != task.target.column
    }
    names = [name for name, distinct in values.items() if is_identifier(task.table[name], distinct)]
    spelled = tuple(_spellings(task))
    return (
        *telling,
        *_useless_columns(task, {name: values[name] for name in columns if name not in told}, names),
        *_duplicates(task, names),
        *spelled,
        *_small_cells(task),
        *_small_groups(task, _merged_groups(task) if spelled else frozenset()),
        *_base_rates(task),
        *_telling_groups(task, [name for name in columns if name not in names]),
        *_missing(task, [name for name in columns if name not in told]),
        *_stand_ins(task),
    )


def serious_findings(task: Task, *, all_of_them: bool = False) -> tuple[Finding, ...]:
    """The columns among the features that give the target away, so that no result says anything; with ``all_of_them`` also those
    that hold values which nearly fix the label."""
    found = giveaways(task.table, _used_columns(task), task.labels, task.label_names, SAMPLE)
    return tuple(
        sorted((one for one in found if one.serious or all_of_them), key=lambda one: not one.serious)
    )


def _useless_columns(task: Task, values: dict[str, int], names: list[str]) -> Iterator[Finding]:
    for name, distinct in values.items():
        column = task.table[name]
        present = int(column.notna().sum())
        if distinct <= 1 and (present == len(column) or present == 0):
            what = "has no value in any row" if present == 0 else "has the same value in every row"
            says = f"{name} {what}: it says nothing."
            yield Finding("constant", name, says, distinct, "drop column", takes=NO_ROWS)
        elif name in names:
            says = f"{name} has {distinct:,} values in {present:,} rows: a name for each row says nothing."
            yield Finding("identifier", name, says, distinct, "drop column", takes=NO_ROWS)
    for name, distinct in values.items():
        column = task.table[name]
        if 2 * distinct > column.notna().sum() and distinct > 1 and (what := resembles(column)):
            example = one_line(str(column.dropna().iloc[0]))
            says = (
                f"{name} is text that looks like {what}, such as {quoted(example)}, with {distinct:,} different values: as text, "
                "most are too rare to say anything"
            )
            read = what == "numbers" and task.encoder.readings  # of a file of one's own
            more = f"; --number {shlex.quote(name)} reads it as numbers." if read else "."
            yield Finding("number-like text", name, says + more, distinct)


def _duplicates(task: Task, names: list[str]) -> Iterator[Finding]:
    always = {task.target.column, *(one.column for one in task.grouped_by)}
    alike = identity_columns(task.table, always, names)
    ignored = [name for name in names if name not in alike]
    rows = pd.util.hash_pandas_object(task.table[alike], index=False).to_numpy()
    test = np.unique(task.split.test)
    others = np.concatenate([task.split.train, task.split.validation])
    again = np.isin(rows[test], rows[others])
    if not again.any():
        return
    says = f"{int(again.sum()):,} of {len(test):,} test rows are copies of rows to train or steer with"
    share = float(again.mean())
    if ignored:
        says += f", apart from their {first_few(ignored)}: they may be different people, and stay."
        yield Finding("duplicates", None, says, share)
        return
    repeats = repeated_rows(task.table, alike)
    if repeats.sum() < CHANCE_REPEATS * _repeats_by_chance(task, alike):
        says = (
            f"{int(again.sum()):,} of {len(test):,} test rows are like rows to train or steer with in every column, about as "
            "many as chance makes in columns with so few values: they may be different people, and stay."
        )
        yield Finding("duplicates", None, says, share)
        return
    yield Finding("duplicates", None, f"{says}.", share, "drop duplicates", takes=_taken(task, repeats))


def _repeats_by_chance(task: Task, columns: list[str]) -> int:
    """Rows like an earlier one when every column is shuffled within the labels."""
    random = np.random.default_rng(0)
    order = np.argsort(task.labels, kind="stable")  # rows of label 0, then of label 1
    ends = np.cumsum(np.bincount(task.labels, minlength=2))
    shuffled = {}
    for name in columns:
        codes = pd.factorize(task.table[name], use_na_sentinel=False)[0]
        drawn = np.concatenate([random.permutation(part) for part in np.split(codes[order], [int(ends[0])])])
        shuffled[name] = drawn if name != task.target.column else codes[order]
    return int(pd.DataFrame(shuffled).duplicated().sum())


def _taken(task: Task, rows: NDArray[np.bool_]) -> str:
    """The rows that a switch takes, of which groups and labels."""
    names = cell_names(task.group_names, task.label_names)
    cells = 2 * task.groups + task.labels
    whole, gone = (np.bincount(cells[some], minlength=len(names)) for some in (slice(None), rows))
    return f"takes {int(rows.sum()):,} of {len(cells):,} rows: {say_cells(gone, whole, names)}"


def _spellings(task: Task) -> Iterator[Finding]:
    """Nearly equal spellings that make labels or groups of their own; those of other columns are told when read."""
    for name in dict.fromkeys((task.target.column, *(one.column for one in task.grouped_by))):
        alike = _variants(task, name)
        if alike:
            shown = "; ".join(
                " beside ".join(f"{quoted(one_line(text))} ({rows:,} rows)" for text, rows in several)
                for several in alike[:3]
            )
            more = f"; and {len(alike) - 3:,} more" if len(alike) > 3 else ""
            what = "groups" if name != task.target.column else "values"
            says = f"{name} has {what} that differ in their spelling only: {shown}{more}."
            own_file = bool(task.encoder.readings)
            switch, takes = ("merge spellings" if own_file else None), (NO_ROWS if own_file else "")
            rows = sum(rows for several in alike for _, rows in several[1:])
            yield Finding("spellings", name, says, rows, switch, takes=takes)  # type: ignore[arg-type]


def _variants(task: Task, name: str) -> list[list[tuple[str, int]]]:
    column = task.table[name]
    if is_numeric_dtype(column):
        return []
    codes, texts = as_codes(column)
    if len(texts) > MOST_TOLD:
        return []
    rows = np.bincount(codes, minlength=len(texts)).tolist()
    return nearly_equal(
        [text if text != MISSING else "" for text in texts], rows
    )  # no value is no spelling of another


def _merged_groups(task: Task) -> frozenset[str]:
    """Values of columns of groups that would be another's if spellings were merged."""
    columns = {one.column for one in task.grouped_by}
    return frozenset(text for name in columns for several in _variants(task, name) for text, _ in several[1:])


def _small_cells(task: Task) -> Iterator[Finding]:
    marked = task.counts[task.counts["mark"] != ""]
    for group, label, train in zip(marked["group"], marked["label"], marked["train"].tolist(), strict=True):
        yield Finding("small cell", None, few_left(train, f"{group}, {label}"), float(train))


def _small_groups(task: Task, spelled: frozenset[str]) -> Iterator[Finding]:
    """Tiny groups, where leaving them out leaves two groups and both labels, and they are no other group's spelling."""
    rows = np.bincount(task.groups, minlength=len(task.group_names))
    thin = set(task.counts.loc[task.counts["mark"] != "", "group"])
    tiny = [
        place
        for place, name in enumerate(task.group_names)
        if name in thin and rows[place] < TINY_GROUP and not spelled & set(name.split(", "))
    ]
    stays = ~np.isin(task.groups, tiny)
    if len(rows) - len(tiny) < 2 or len(np.unique(task.labels[stays])) < 2 or 2 * stays.sum() < len(stays):
        return
    for place in tiny:
        name, count = task.group_names[place], int(rows[place])
        where = f"without {task.grouped_by[0].column}" if name == MISSING else f"in the group {name}"
        says = f"Only {count:,} row{' is' if count == 1 else 's are'} {where}: too few to learn from or to compare with."
        takes = _taken(task, task.groups == place)
        yield Finding("small group", None, says, count, "drop group", group=name, takes=takes)


def _base_rates(task: Task) -> Iterator[Finding]:
    rates = [float(task.labels[task.groups == group].mean()) for group in range(len(task.group_names))]
    shown = ", ".join(
        f"{rate:.0%} of {_called(task, name)}" for rate, name in zip(rates, task.group_names, strict=True)
    )
    yield Finding(
        "base rates", None, f"Label {quoted(task.label_names[1])}: {shown}.", max(rates) - min(rates)
    )


def _telling_groups(task: Task, columns: list[str]) -> Iterator[Finding]:
    """Columns from which the group can be read, though they are not those that make the groups."""
    own = {one.column for one in task.grouped_by}
    rows = np.flatnonzero(task.groups >= 0)
    if len(rows) > SAMPLE:
        rows = np.sort(np.random.default_rng(0).choice(rows, SAMPLE, replace=False))
    groups, half, count = task.groups[rows], halves(len(rows)), len(task.group_names)
    usual = float(np.bincount(groups, minlength=count).max() / len(rows))
    for name in (name for name in columns if name not in own):
        codes = codes_of(task.table[name].iloc[rows])
        size = int(codes.max()) + 1
        right = 0
        for side in (0, 1):
            seen, judged = half == side, half != side
            table = np.bincount(codes[seen] * count + groups[seen], minlength=size * count).reshape(
                size, count
            )
            right += int((table.argmax(1)[codes[judged]] == groups[judged]).sum())
        share = right / len(rows)
        if share > GROUP_SHARE and (1 - usual) > 10 * (1 - share):
            says = f"{name} tells the group in {share:.1%} of the rows: where {first_few(sorted(own))} is hidden, it still says it."
            yield Finding("tells the group", name, says, share, "drop column", takes=NO_ROWS)


def _missing(task: Task, columns: list[str]) -> Iterator[Finding]:
    own = {one.column for one in task.grouped_by}  # who has no value of those is a group of its own
    for name in (name for name in columns if name not in own):
        missing = task.table[name].isna().to_numpy()
        if not missing.any() or missing.all():
            continue
        shares = [float(missing[task.groups == group].mean()) for group in range(len(task.group_names))]
        if max(shares) >= MISSING_SHARE:
            shown = ", ".join(
                f"{s:.0%} of {_called(task, g)}" for s, g in zip(shares, task.group_names, strict=True)
            )
            says = f"{name} is missing for {shown}."
            yield Finding("missing values", name, says, max(shares), "drop column", takes=NO_ROWS)


def _stand_ins(task: Task) -> Iterator[Finding]:
    """Numbers of nines in several rows, farther from all others than those lie apart, or below zero where no other is."""
    for name in (str(name) for name in task.table if name not in (task.target.column, *task.dropped)):
        if not is_number(task.table[name]):
            continue
        numbers = task.table[name].dropna().to_numpy(dtype=np.float64)
        for value in np.unique([numbers.min(), numbers.max()]) if numbers.size else ():
            others, word = numbers[numbers != value], plain_number(value)
            rows = len(numbers) - len(others)
            if rows < 2 or not others.size or not _NINES.fullmatch(word):
                continue
            if np.abs(others - value).min() > np.ptp(others) or value < 0 <= others.min():
                option = f"--missing {shlex.quote(f'{name}={word}')}"
                so = (
                    f": if it stands for no value, {option} says so."
                    if task.encoder.readings
                    else "; it may stand for no value."
                )
                says = f"{name} is {word} in {rows:,} rows, unlike all its other values{so}"
                yield Finding("missing values", name, says, rows / len(task.table))


def _called(task: Task, group: str) -> str:
    """A group in a sentence: who has no value is called so."""
    return f"rows without {task.grouped_by[0].column}" if group == MISSING else group


def _used_columns(task: Task) -> list[str]:
    return [
        str(name) for name in task.table.columns if name != task.target.column and name not in task.dropped
    ]
