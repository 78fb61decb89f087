"""From a target column and its rule to the labels 0 and 1."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import numpy as np
import pandas as pd

from nashcore.data.column_reading import ColumnReading, taken_as_missing
from nashcore.data.columns import (
    CodedColumn,
    Gathered,
    Ints,
    as_text,
    counted,
    first_few,
    get_column,
    is_number,
    number_or_text,
    one_line,
    plain_number,
)
from nashcore.data.number_form import as_written
from nashcore.data.roles import Target
from nashcore.data.spellings import merger
from nashcore.data.values import clean_value
from nashcore.errors import InputError, quoted


def make_labels(frame: pd.DataFrame, target: Target, reading: ColumnReading | None = None) -> CodedColumn:
    """Labels [n] of the rows (0, 1, or -1 where the target is missing), with both names and the values that each gathers.

    Args:
        frame: the table.
        target: the column to predict and its rule.
        reading: how the column was read from its file, where it was.

    Raises:
        InputError: the column is not there, the rule does not fit it, or one label would have no row.
    """
    column = get_column(frame, target.column, "Target")
    present = column.notna().to_numpy()
    words = taken_as_missing(reading)
    if not present.any():
        raise InputError(
            f"Target column {quoted(target.column)} should hold values. Found none{words or ': choose another column'}."
        )
    notices: list[str] = []
    gathered: tuple[Gathered, ...] = ()
    if target.threshold is not None:
        if target.positive is not None:
            raise InputError(
                f"Target column {quoted(target.column)} takes a positive value or a threshold. Found both: leave one out."
            )
        if not is_number(column):
            raise InputError(
                f"A threshold needs a target column of numbers. Found text in {quoted(target.column)}: give its "
                "positive value instead."
            )
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        positive = numbers < target.threshold if target.below else numbers >= target.threshold
        limit = plain_number(target.threshold)
        low, high = f"{target.column} < {limit}", f"{target.column} >= {limit}"
        names = (high, low) if target.below else (low, high)
    else:
        text = as_text(column)
        values = sorted(text[present].unique())
        chosen = _positive_value(target, values, column, reading)
        positive = (text == chosen).to_numpy()
        others = [value for value in values if value != chosen]
        one = one_line(chosen) or "(blank)"
        zero = (one_line(others[0]) or "(blank)") if len(others) == 1 else f"not {one}"
        names = (f"not {one}" if zero == one else zero, one)
        counts = text[present].value_counts()
        gathered = tuple(
            tuple(
                (str(value), int(rows)) for value, rows in counts.items() if (value == chosen) == bool(label)
            )
            for label in (0, 1)
        )
        if len(others) > 1:
            shown = ", ".join(
                f"{quoted(one_line(value))} ({counted(rows, 'row')})" for value, rows in gathered[0][:8]
            )
            more = f" and {len(others) - 8:,} more" if len(others) > 8 else ""
            notices.append(f"Label 0 gathers {len(others):,} values of {target.column}: {shown}{more}.")
        if target.positive is None:
            notices.append(f"Label 1 is {target.column} = {one}; name another positive value to change it.")
    labels = np.where(present, positive.astype(np.int64), -1)
    for label in (0, 1):
        if not (labels == label).any():
            raise InputError(
                f"Target column {quoted(target.column)} should have rows of both labels. Found no row of label "
                f"{label} ({names[label]}){words or ': choose another positive value, threshold or column'}."
            )
    if not present.all():
        without = int((~present).sum())
        notices.append(
            f"{counted(without, 'row')} without a value of {target.column} {'is' if without == 1 else 'are'} left out{words}."
        )
    return CodedColumn(labels, target.names or names, tuple(notices), gathered)


def labels_of_rows(frame: pd.DataFrame, target: Target, table: pd.DataFrame, labels: Ints) -> Ints:
    """Labels [n] of new rows, by the rule that made those of a table.

    Args:
        frame: the new rows.
        target: the column predicted, and its rule.
        table: the table, without rows that have no label.
        labels: its labels.

    Returns:
        0, 1, or -1 where the value is missing, or is one that the table does not have and no threshold decides.

    Raises:
        InputError: the column is not there, or holds text where a threshold decides.
    """
    column = get_column(frame, target.column, "Target")
    if target.threshold is None:
        known = dict(zip(as_text(get_column(table, target.column, "Target")), labels.tolist(), strict=True))
        found = as_text(column).map(known).fillna(-1).to_numpy(dtype=np.int64)
        return np.where(column.notna(), found, -1)
    if not is_number(column):
        raise InputError(
            f"Target column {quoted(target.column)} should hold numbers, as in the run's table. Found text."
        )
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    positive = numbers < target.threshold if target.below else numbers >= target.threshold
    return np.where(np.isnan(numbers), -1, positive.astype(np.int64))


def _positive_value(
    target: Target, values: Sequence[str], column: pd.Series, reading: ColumnReading | None
) -> str:
    numeric = is_number(column)
    if target.positive is not None:
        wanted = clean_value(target.positive)
        if reading is not None:
            wanted = merger(dict(reading.merged))(wanted)
            if reading.kind in ("number", "category"):
                wanted = as_written(reading.form, wanted) or wanted
        for value in values:
            if value.strip() == wanted or (numeric and number_or_text(value) == number_or_text(wanted)):
                return value
        if set(values) <= {"False", "True"} and wanted.capitalize() in values:
            return wanted.capitalize()  # the file itself may say TRUE or true
        taken = dict(reading.missing).get(wanted) if reading is not None else None
        if taken:
            raise InputError(
                f"Positive value {quoted(wanted)} should be a value of target column {quoted(target.column)}. Found that it counts "
                f"as missing ({counted(taken, 'row')}): keep it with --keep-missing {shlex.quote(f'{target.column}={wanted}')}."
            )
        raise InputError(
            f"Positive value {quoted(target.positive)} should be a value of target column {quoted(target.column)}. Found "
            f"there: {first_few(values)}."
        )
    if len(values) != 2:
        what = "one value" if len(values) == 1 else f"{len(values):,} values"
        if len(values) == 1:
            advice = taken_as_missing(reading) or ": choose another column"
        else:
            advice = ": name the positive value" + (", or a threshold for this number" if numeric else "")
        raise InputError(
            f"Target column {quoted(target.column)} should have two values. Found {what}{advice}."
        )
    return max(values, key=number_or_text) if numeric else values[-1]
