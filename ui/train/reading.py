"""How the columns of a reader's own file are read, where that is to be another way than was found."""

from __future__ import annotations

import streamlit as st

from nashcore.data import CsvTable
from nashcore.options import ReadingOptions, declared
from ui.shell.text import plain

WAYS = {
    "point": "number, decimal point",
    "comma": "number, decimal comma",
    "category": "number as category",
    "text": "text as spelled",
}

MOST_WORDS = 200
"""Words taken as missing that are offered to be kept."""


def choose(table: CsvTable, key: str) -> ReadingOptions:
    """The reading that is chosen; without a choice, as found.

    Args:
        table: the file as it is read without any choice.
        key: tells files apart, for the keys of widgets.
    """
    labels = {one.name: one.label for one in declared(ReadingOptions)}
    names = st.multiselect(
        labels["as_text"],
        [str(name) for name in table.frame.columns],
        placeholder="None: all as found",
        key=f"reread_{key}",
        persist_state="session",
        help="As numbers, what is no number counts as missing. As text, codes keep their zeros. As categories, the same numbers "
        "in another spelling are the same category.",
    )
    ways = {name: _way(name, key) for name in names}
    words = [f"{reading.column}={word}" for reading in table.readings for word, _ in reading.missing if word][
        :MOST_WORDS
    ]
    rows = {f"{one.column}={word}": rows for one in table.readings for word, rows in one.missing}
    kept: list[str] = []
    if words:
        kept = st.multiselect(
            labels["keep_missing"],
            words,
            format_func=lambda word: f"{plain(word)} ({rows[word]:,} rows)",
            placeholder="None: all stand for no value",
            key=f"keep_words_{key}",
            persist_state="session",
        )
    more = st.text_input(
        labels["missing"],
        max_chars=1_000,
        placeholder="None",
        key=f"missing_words_{key}",
        persist_state="session",
        help="Separated by commas, as -99, unknown; COLUMN=-99 is a word of one column.",
    )
    merge = st.toggle(
        labels["merge_spellings"],
        key=_merge_key(key),
        persist_state="session",
        help="Spellings that differ in case, a final dot or leading zeros become the most frequent one.",
    )
    return ReadingOptions(
        as_number=tuple(f"{name}={way}" for name, way in ways.items() if way in ("point", "comma")),
        as_category=tuple(name for name, way in ways.items() if way == "category"),
        as_text=tuple(name for name, way in ways.items() if way == "text"),
        missing=tuple(word.strip() for word in (more or "").split(",") if word.strip()),
        keep_missing=tuple(kept),
        merge_spellings=merge,
    )


def merge_spellings(key: str) -> None:
    """Merge nearly equal spellings from the page's next pass on; ``key`` as in `choose`."""
    st.session_state[_merge_key(key)] = True


def _merge_key(key: str) -> str:
    return f"merge_{key}"


def _way(name: str, key: str) -> str:
    found = st.segmented_control(
        f"{plain(name)} is",
        list(WAYS),
        default="text",
        required=True,
        format_func=WAYS.__getitem__,
        key=f"way_{key}_{name}",
        persist_state="session",
    )
    return str(found)
