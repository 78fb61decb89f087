"""A reader's own table file: upload, what was detected, and which columns play which part.

Names and values come from the file, so they stand only where Streamlit shows text as it is.
"""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO, cast

import pandas as pd
import streamlit as st

from nashcore.data import (
    PACKED_ENDINGS,
    TABLE_ENDINGS,
    CsvTable,
    Sensitive,
    Target,
    as_text,
    is_number,
    number_or_text,
    read_csv,
    table_ending,
)
from nashcore.errors import InputError, quoted
from nashcore.options import ReadingOptions
from ui.shell.runs import store
from ui.shell.table_height import table_height
from ui.shell.text import plain
from ui.train import layout, reading
from ui.train.source import Source, Upload
from ui.train.wording import on_page

MEGABYTES = 200
FILE, TABLE = "own_file", "own_table"
"""Session keys: the file, kept when another page is visited, and its table or the sentence that refuses it."""

PREVIEW_ROWS, PREVIEW_COLUMNS = 8, 30
MOST_VALUES = 200
"""Positive values offered; a target with more needs a threshold or another column."""

FEW_NUMBERS = 10
"""A number with at most so many values may make a group of each."""


def choose() -> Source | None:
    """The reader's table with its target and groups, or None while something is still to be chosen.

    Raises:
        InputError: the file cannot be read as a table.
    """
    given = st.file_uploader(
        "Table file",
        [*TABLE_ENDINGS, *PACKED_ENDINGS],
        key="upload",
        max_upload_size=MEGABYTES,
        on_change=_forget,
        help=f"CSV and its kin, .xlsx, Parquet, Feather or ARFF, also packed (.gz, .zip); at most {MEGABYTES} MB and a million "
        "rows. It stays on the machine that serves this page: for this visit, and beside every run that is trained on it, until "
        "that run is deleted for good.",
    )
    if given is not None:
        st.session_state[FILE] = given
    file = st.session_state.get(FILE)
    if file is None:
        st.text(
            "The first row should hold the columns' names, or say below where they are. Delimiter and encoding are found out."
        )
        return None
    if given is None:
        st.text(f"Still here from before: {file.name}")
        st.button("Put it away", on_click=_forget, key="forget")
    upload = _shown(file)
    table = upload.table
    left, right = st.columns(2, gap="medium")
    with left:
        target = _target(table, file.file_id)
    with right:
        chosen = _sensitive(table, target, file.file_id)
    if target is None or not chosen:
        st.info("Choose the column to predict and at least one column that makes the groups.")
        return None
    text = ",".join(written for written, _ in chosen)
    by = tuple(column for _, column in chosen)
    return Source(table.name or "table", text, upload, target, by)


def _forget() -> None:
    for key in (FILE, TABLE):
        st.session_state.pop(key, None)


def _shown(file: Any) -> Upload:
    """The file with its table, as found or read as the reader chooses; both are shown, the choice below what it changes."""
    lines = layout.choose(file, file.file_id)
    found, _ = _read(file, lines, "found")
    facts = st.container()
    with st.expander("Preview and columns", icon=":material/table_rows:", expanded=True):
        preview = st.container()
        values = reading.choose(found.table, file.file_id)
    options = ReadingOptions(**(lines.values() | _changed(values)))
    upload, columns = _read(file, options, "found" if options == lines else "chosen")
    with facts:
        _facts(upload.table)
    with preview:
        _preview(upload.table.frame, columns)
    return upload


def _changed(options: ReadingOptions) -> dict[str, Any]:
    usual = ReadingOptions().values()
    return {name: value for name, value in options.values().items() if value != usual[name]}


def _read(file: Any, options: ReadingOptions, place: str) -> tuple[Upload, pd.DataFrame]:
    """The file with its table and what its columns hold, read once as found and once as chosen last."""
    kept = st.session_state.setdefault(TABLE, {})
    if place not in kept or kept[place][0] != (file.file_id, options):
        read: tuple[Upload, pd.DataFrame] | InputError
        try:
            with st.spinner("Reading the file …"):
                table = read_csv(cast(BinaryIO, file), options, name=file.name)
                file.seek(0)
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                path = store().files.path_of(digest, table_ending(file.name))
                read = Upload(file.file_id, path, file, table, options), table.columns()
        except InputError as refused:
            read = refused
        kept[place] = ((file.file_id, options), read)
    if isinstance(kept[place][1], InputError):
        raise InputError(on_page(kept[place][1]))
    return cast("tuple[Upload, pd.DataFrame]", kept[place][1])


def _facts(table: CsvTable) -> None:
    size = f"{len(table.frame):,} rows, {len(table.frame.columns):,} columns."
    how = (
        f" Delimiter: {table.delimiter_name}. Encoding: {table.encoding}."
        if table.delimiter
        else f" {table.kind}."
    )
    st.text(size + how)
    for notice in table.notices:
        st.text(on_page(notice))


def _preview(frame: pd.DataFrame, columns: pd.DataFrame) -> None:
    st.dataframe(frame.iloc[:PREVIEW_ROWS, :PREVIEW_COLUMNS], hide_index=True)
    if len(frame.columns) > PREVIEW_COLUMNS:
        st.text(f"The first {PREVIEW_COLUMNS} columns; all are listed below.")
    st.dataframe(
        columns.rename(columns={"reading": "read as", "words": "missing words (rows)"}),
        hide_index=True,
        height=table_height(len(columns), 5),
        column_order=["column", "kind", "values", "missing", "missing words (rows)", "read as"],
    )


def _target(table: CsvTable, key: str) -> Target | None:
    name = st.selectbox(
        "Target: the column to predict",
        list(table.frame.columns),
        index=None,
        placeholder="Choose a column",
        key=f"target_{key}",
        persist_state="session",
    )
    if name is None:
        return None
    column = table.frame[name].dropna()
    values = _values(column)
    if is_number(column) and len(values) > 2:
        how = st.segmented_control(
            "Label 1 is",
            ["from a threshold on", "one value"],
            default="from a threshold on",
            required=True,
            key=f"rule_{key}_{name}",
            persist_state="session",
        )
        if how == "from a threshold on":
            return Target(
                name, threshold=_threshold("Threshold: label 1 from here on", column, f"{key}_{name}")
            )
    positive = st.selectbox(
        "Positive value: it becomes label 1, all others label 0",
        values[:MOST_VALUES],
        index=len(values) - 1 if len(values) == 2 else None,
        placeholder="Choose a value",
        key=f"positive_{key}_{name}",
        persist_state="session",
    )
    if len(values) > MOST_VALUES:
        st.caption(f"The {MOST_VALUES} most frequent of {len(values):,} values.")
    if len(values) < 2:
        raise InputError(
            f"Target column {quoted(name)} should have two values or more. Found {len(values)}: choose another column."
        )
    return None if positive is None else Target(name, positive=positive)


def _values(column: pd.Series) -> list[str]:
    """The column's values as text: two in their order, more by how frequent they are."""
    text = as_text(column)
    if text.nunique() != 2:
        return [str(value) for value in text.value_counts().index]
    numeric = is_number(column)
    return sorted(map(str, text.unique()), key=number_or_text if numeric else str)


def _sensitive(table: CsvTable, target: Target | None, key: str) -> list[tuple[str, Sensitive]]:
    """The chosen columns, each as the command line writes it and as the engine takes it."""
    offered = [name for name in table.frame.columns if target is None or name != target.column]
    names = st.multiselect(
        "Groups: sensitive columns",
        offered,
        max_selections=3,
        placeholder="Choose one or more",
        key=f"sensitive_{key}",
        persist_state="session",
        help="Several columns give the groups of their intersection: old women, young women, and so on.",
    )
    return [_one_sensitive(table.frame[name], name, key) for name in names]


def _one_sensitive(column: pd.Series, name: str, key: str) -> tuple[str, Sensitive]:
    if not is_number(column):
        return name, Sensitive(name)
    few = column.nunique() <= FEW_NUMBERS
    how = st.segmented_control(
        f"{plain(name)} is a number: groups by",
        ["threshold", "quantiles", *(["value"] if few else [])],
        default="value" if few else "threshold",
        required=True,
        key=f"cut_{key}_{name}",
        persist_state="session",
    )
    if how == "value":
        return name, Sensitive(name)
    if how == "threshold":
        limit = _threshold("Groups: up to here, and above", column, f"cut_{key}_{name}")
        return f"{name}>{limit!r}", Sensitive(name, threshold=limit)
    count = st.number_input(
        "Groups of about the same size",
        2,
        10,
        4,
        key=f"quantiles_{key}_{name}",
        persist_state="session",
    )
    return f"{name}:{count}", Sensitive(name, quantiles=int(count))


def _threshold(label: str, column: pd.Series, key: str) -> float:
    """A number, at first the median."""
    middle = column.median()
    start = 0.0 if pd.isna(middle) else float(middle)
    return float(
        st.number_input(label, value=start, format="%g", key=f"threshold_{key}", persist_state="session")
    )
