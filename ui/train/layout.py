"""How a reader's own file is laid out, where that is to be another way than was found: its header, its lines, its encoding."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

import streamlit as st

from nashcore.data import first_lines
from nashcore.errors import InputError
from nashcore.options import Declared, ReadingOptions, declared
from ui.train.widgets import whole

BOXES = {
    "header_line": "Found out",
    "skip_lines": "None",
    "comment": "None",
    "delimiter": "Found out",
    "encoding": "Found out",
    "sheet": "The first",
}
"""Fields that are written in, each with what holds while its box is empty."""
SWITCHES = ("no_header", "backslash")
FIGURE_SPACE = "\u2007"
MOST_LINES = 1_000_000


def choose(file: Any, key: str) -> ReadingOptions:
    """The layout that is chosen; without a choice, to be found out.

    Args:
        file: the upload.
        key: tells files apart, for the keys of widgets.

    Raises:
        InputError: what is chosen cannot be used.
    """
    with st.expander("Lines, header and encoding", icon=":material/subject:"):
        options = {one.name: one for one in declared(ReadingOptions)}
        boxes, switches = st.columns(3, gap="medium"), st.columns(2, gap="medium")
        given = {
            name: _widget(boxes[place % 3], options[name], f"{name}_{key}", empty)
            for place, (name, empty) in enumerate(BOXES.items())
        }
        given |= {
            name: _widget(where, options[name], f"{name}_{key}")
            for where, name in zip(switches, SWITCHES, strict=True)
        }
        chosen = ReadingOptions(**{name: value for name, value in given.items() if value})
        _preview(file, chosen)
    return chosen


def _widget(where: Any, one: Declared, key: str, empty: str = "") -> Any:
    more = {
        "key": f"layout_{key}",
        "help": f"{one.option.help} On the command line: --{one.option.flag}.",
        "persist_state": "session",
    }
    if one.kind is bool:
        return where.toggle(one.label, **more)
    if one.kind is int:
        return whole(where, one.label, 1, MOST_LINES, None, placeholder=empty, **more)
    return where.text_input(one.label, max_chars=100, placeholder=empty, **more).strip() or None


def _preview(file: Any, chosen: ReadingOptions) -> None:
    """The first lines as the file has them, with their numbers, before anything is made of them."""
    try:
        lines = first_lines(cast(BinaryIO, file), chosen, file.name)
    except InputError:
        return  # reading the whole file says why
    if lines:
        st.caption("The first lines as the file has them, with their numbers")
        st.text(
            "\n".join(
                f"{str(number).ljust(2, FIGURE_SPACE)}  {line}" for number, line in enumerate(lines, start=1)
            )
        )
