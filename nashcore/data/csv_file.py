"""A table file of one's own: how it is laid out and what its values mean are found out, and what is broken is named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from pandas.api.types import is_numeric_dtype

from nashcore.data.column_reading import ColumnReading
from nashcore.data.columns import one_line
from nashcore.data.csv_layout import DELIMITERS
from nashcore.data.file_source import table_name
from nashcore.data.raw_table import read_raw
from nashcore.data.readings import read_columns
from nashcore.options import ReadingOptions

STANDARD = ReadingOptions()
"""A file is read so where nothing is chosen."""


@dataclass(frozen=True, eq=False)
class CsvTable:
    """A file's table and how it was read.

    Attributes:
        name: the file's name, without its folder and ".csv".
        frame: the table.
        encoding: the encoding of a text file; "" of other kinds.
        delimiter: what separates the values of a text file; "" of other kinds.
        notices: plain sentences for the user.
        readings: how each column's values were read.
        kind: what kind of file it is, in words.
        repeated: names that stood for several columns, each with those that they were given instead.
    """

    name: str
    frame: pd.DataFrame
    encoding: str
    delimiter: str
    notices: tuple[str, ...]
    readings: tuple[ColumnReading, ...] = ()
    kind: str = "CSV"
    repeated: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def delimiter_name(self) -> str:
        """The delimiter in words; "" of a file that has none."""
        return DELIMITERS.get(self.delimiter, repr(self.delimiter) if self.delimiter else "")

    def columns(self) -> pd.DataFrame:
        """What each column holds: column, kind (number, category or yes/no), reading (how its values are read), values, missing,
        words (those taken as missing, with their rows), example."""
        readings = {reading.column: reading for reading in self.readings}
        return pd.DataFrame(
            [
                {
                    "column": name,
                    "kind": _kind(column),
                    "reading": readings[str(name)].says if str(name) in readings else "",
                    "values": int(column.nunique()),
                    "missing": int(column.isna().sum()),
                    "words": readings[str(name)].words if str(name) in readings else "",
                    "example": "" if column.isna().all() else str(column.dropna().iloc[0])[:60],
                }
                for name, column in self.frame.items()
            ]
        )


def read_csv(
    source: Path | str | BinaryIO,
    options: ReadingOptions = STANDARD,
    *,
    name: str | None = None,
    known: Collection[ColumnReading] = (),
) -> CsvTable:
    """Read a file of at most 200 MB, a million rows and 2,000 columns: CSV and its kin, .xlsx, Parquet, Feather or ARFF, also
    packed.

    A text file is read in blocks, first to look at its text, then row by row, so that what is too large or no
    table is refused early. Blank and repeated column names are made distinct and infinite numbers count as
    missing; a notice says so.

    Args:
        source: a path, or an open binary file that can be rewound, such as an upload.
        options: how its text is read.
        name: the file's name; taken from the source when left out.
        known: how columns are read in any case, such as those of the table that a model was trained on.

    Raises:
        InputError: the file cannot be read as a table. The message says what is wrong with it, where, and
            what to do.
    """
    shown = _name_of(source, name)
    raw = read_raw(source, options, shown)
    columns = read_columns(raw.frame, options, known=known, delimiter=raw.delimiter or ",")
    return CsvTable(
        table_name(shown),
        columns.frame,
        raw.encoding,
        raw.delimiter,
        (*raw.notices, *columns.notices),
        columns.readings,
        raw.kind,
        raw.repeated,
    )


def _name_of(source: Path | str | BinaryIO, name: str | None) -> str:
    if name is None:
        name = str(source) if isinstance(source, (str, Path)) else str(getattr(source, "name", "table"))
    return one_line(Path(name).name) or "table"


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "yes/no"
    return "number" if is_numeric_dtype(column) else "category"
