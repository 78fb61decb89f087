"""Parquet and Feather files: columns that know their kinds."""

from __future__ import annotations

from collections.abc import Iterator
from io import SEEK_END
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pandas as pd

from nashcore.data.columns import first_few, one_line
from nashcore.data.csv_layout import MAX_COLUMNS
from nashcore.data.csv_text import MAX_ROWS, too_many_rows
from nashcore.data.file_source import MAX_BYTES
from nashcore.errors import InputError, missing_package

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 10_000
MAX_VALUES = MAX_BYTES // 2
"""Values of a table in all: a text file of `MAX_BYTES` cannot hold more."""
MAX_PER_BYTE, ALWAYS_VALUES = 200, MAX_VALUES // 5
"""Values to each byte of the file, once there are more than so many: a small file cannot fill the memory."""
MAX_UNPACKED = 8 * MAX_VALUES
"""Bytes that a Parquet file says it unpacks to: so many values, each of eight bytes."""


def read_arrow(file: BinaryIO, shown: str, kind: str) -> tuple[pd.DataFrame, list[str], tuple[str, ...]]:
    """The table of a Parquet (``kind`` "Parquet") or Feather ("Feather") file.

    Numbers and yes or no stay what they are, dates and times become text as ISO 8601 writes them, and everything else is
    text, "" where there is none. What other programs keep beside a table (an index, objects of their own) is not looked at.

    Returns:
        The columns by their places, their names, and plain sentences for the user.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    try:
        import pyarrow as pa
        import pyarrow.ipc
        import pyarrow.parquet as pq
        from pyarrow.dataset import IpcFileFormat
    except ImportError as missing:
        raise InputError(missing_package(missing, f"{shown}, a {kind} file,", "data")) from None
    most = min(MAX_VALUES, max(ALWAYS_VALUES, MAX_PER_BYTE * file.seek(0, SEEK_END)))
    file.seek(0)
    try:
        if kind == "Parquet":
            source = pq.ParquetFile(file)
            schema, rows = source.schema_arrow, source.metadata.num_rows
            text = [field.name for field in schema if _is_text(field.type)]
            _check_shape(shown, rows, len(schema), most)
            groups = range(source.metadata.num_row_groups)
            if sum(source.metadata.row_group(place).total_byte_size for place in groups) > MAX_UNPACKED:
                raise InputError(
                    f"{shown} should unpack to at most {MAX_UNPACKED // 1_000_000} MB. Found more: leave some out."
                )
            packed = pq.ParquetFile(
                file, read_dictionary=text
            )  # a value that stands in all rows is held once
            batches = packed.iter_batches(_BATCH)
        else:
            reader = pa.ipc.open_file(file)
            schema = reader.schema
            rows = (
                IpcFileFormat().make_fragment(file).count_rows()
            )  # of what the file says of itself, nothing unpacked
            _check_shape(shown, rows, len(schema), most)
            batches = (reader.get_batch(place) for place in range(reader.num_record_batches))
        return _columns(batches, schema, shown, most)
    except (pa.ArrowException, OSError, ValueError, MemoryError, KeyError, NotImplementedError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{shown} should be a {kind} file. It cannot be read as one: it is damaged or unusual."
        ) from error


def _check_shape(shown: str, rows: int, columns: int, most: int) -> None:
    if rows > MAX_ROWS:
        raise InputError(too_many_rows(shown))
    if columns > MAX_COLUMNS:
        raise InputError(
            f"{shown} should have at most {MAX_COLUMNS:,} columns. Found {columns:,}: leave some out."
        )
    if rows * columns > most:
        alike = "" if most == MAX_VALUES else " in a file this small"
        raise InputError(
            f"{shown} should have at most {most:,} values{alike}. Found {rows * columns:,}: leave some out."
        )


def _columns(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, shown: str, most: int
) -> tuple[pd.DataFrame, list[str], tuple[str, ...]]:
    places = [place for place, field in enumerate(schema) if not _is_nested(field.type)]
    parts: list[list[pd.Series]] = []
    rows = size = 0
    for batch in batches:
        rows += batch.num_rows
        _check_shape(shown, rows, len(schema), most)
        for place in places:
            size += _text_size(batch.column(place))
        if size > MAX_BYTES:
            raise InputError(f"{shown} should hold at most {MAX_BYTES // 1_000_000} MB of text. Found more.")
        if batch.num_rows:
            parts.append([_plain(batch.column(place)) for place in places])
    if not parts or len(places) < 2:
        raise InputError(f"{shown} should hold a table of two columns or more, with rows. Found less.")
    frame = pd.DataFrame(
        {
            new: _with_blanks(pd.concat(pieces, ignore_index=True))
            for new, pieces in enumerate(zip(*parts, strict=True))
        }
    )
    left = [one_line(field.name) for field in schema if _is_nested(field.type)]
    notices = (f"Columns that hold no single values are left out: {first_few(left)}.",) if left else ()
    names = [
        "" if schema[place].name.startswith("__index_level_") else schema[place].name for place in places
    ]
    return frame, names, notices


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow.types as of

    return bool(of.is_string(kind) or of.is_large_string(kind))


def _is_nested(kind: pa.DataType) -> bool:
    import pyarrow as pa
    import pyarrow.types as of

    if of.is_dictionary(kind):
        kind = kind.value_type
    binary = (
        of.is_binary(kind)
        or of.is_large_binary(kind)
        or of.is_fixed_size_binary(kind)
        or of.is_binary_view(kind)
    )
    return bool(of.is_nested(kind) or binary or isinstance(kind, pa.BaseExtensionType))


def _text_size(column: pa.Array) -> int:
    """Bytes of the column's text once every row holds its own."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if isinstance(column, pa.DictionaryArray):
        if not _is_text(kind.value_type):
            return 0
        lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
    elif _is_text(kind):
        lengths = pc.binary_length(column)
    else:
        return 0
    return int(pc.sum(lengths).as_py() or 0)


def _plain(column: pa.Array) -> pd.Series:
    import pyarrow as pa
    import pyarrow.types as of

    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    kind = column.type
    if of.is_boolean(kind) and column.null_count == 0:
        return pd.Series(column.to_numpy(zero_copy_only=False), dtype=bool)
    if of.is_integer(kind) and column.null_count == 0:
        return pd.Series(column.to_numpy(zero_copy_only=False))
    if of.is_integer(kind):
        blank = column.is_null().to_numpy(zero_copy_only=False)
        return pd.Series(pd.arrays.IntegerArray(column.fill_null(0).to_numpy(zero_copy_only=False), blank))
    if of.is_floating(kind) or of.is_decimal(kind):
        return pd.Series(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    if _is_text(kind) or of.is_boolean(kind):
        values = column.cast(pa.large_string()).to_pylist()
    else:
        values = [None if value is None else _iso(value) for value in column.to_pylist()]
    return pd.Series(["" if value is None else value for value in values], dtype=object)


def _with_blanks(column: pd.Series) -> pd.Series:
    """Whole numbers of which some are missing as floats, or as text where floats would merge neighbours."""
    if not pd.api.types.is_extension_array_dtype(column.dtype):
        return column
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    if not (np.abs(numbers) >= 2**53).any():
        return pd.Series(numbers)
    return column.astype(object).where(column.notna(), "").map(str)


def _iso(value: object) -> str:
    """A date or a time as ISO 8601 writes it, midnight left out."""
    written = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return written.removesuffix("T00:00:00")
