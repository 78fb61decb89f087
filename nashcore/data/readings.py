"""From a frame of text to columns of numbers and of text: decided from each column's values, or as chosen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import pandas as pd

from nashcore.data.column_reading import ColumnReading
from nashcore.data.number_form import NumberForm
from nashcore.data.read_column import as_strings, find, is_typed, read, read_plain, typed
from nashcore.data.reading_choice import Wanted
from nashcore.data.reading_notices import Told, notices_of
from nashcore.data.values import CodedText, code_text
from nashcore.options import ReadingOptions


@dataclass(frozen=True, eq=False)
class ReadColumns:
    """A table whose values have been read.

    Attributes:
        frame: the table.
        readings: how each column was read.
        notices: plain sentences for the user.
    """

    frame: pd.DataFrame
    readings: tuple[ColumnReading, ...]
    notices: tuple[str, ...]


def read_columns(
    frame: pd.DataFrame,
    options: ReadingOptions,
    *,
    known: Collection[ColumnReading] = (),
    delimiter: str = ",",
) -> ReadColumns:
    """Read the values of a frame of text: cleaned once, here, then taken as numbers, yes and no, or text.

    How the numbers of a column are written follows from all of its values; where two readings fit, from the file's other
    columns, and else the likelier is taken and the reading marked as open.

    Args:
        frame: the text as the file spells it, "" where there is none; columns that are no text stay as they are.
        options: how.
        known: how columns are read in any case.
        delimiter: what separates the values in the file.

    Raises:
        InputError: an option names a column that is not there, or a column of numbers holds none.
    """
    wanted = Wanted.of(options, [str(name) for name in frame.columns], known)
    done: dict[str, tuple[pd.Series, Told]] = {}
    columns: dict[str, CodedText] = {}
    for name, column in ((str(name), column) for name, column in frame.items()):
        made = typed(name, column, wanted) if is_typed(column) else read_plain(name, column, wanted)
        if made is None:
            columns[name] = code_text(as_strings(column))
        else:
            done[name] = made
    look = partial(find, wanted=wanted, by_commas=delimiter == ",")
    forms = {name: look(name, coded) for name, coded in columns.items()}
    usual = {form.decimal for form in forms.values() if isinstance(form, NumberForm) and not form.open}
    usual |= {told.reading.decimal for _, told in done.values()}
    usual -= {""}
    if len(usual) == 1:
        for name in [name for name, form in forms.items() if isinstance(form, NumberForm) and form.open]:
            forms[name] = look(name, columns[name], usual=next(iter(usual)))
    for name, form in forms.items():
        done[name] = read(name, columns[name], form, wanted)
    found = [done[str(name)] for name in frame]
    table = pd.concat([column.set_axis(frame.index) for column, _ in found], axis=1, keys=frame.columns)
    told = [one for _, one in found]
    readings = tuple(one.reading for one in told)
    return ReadColumns(table, readings, (*notices_of(told), *wanted.without_effect(readings)))
