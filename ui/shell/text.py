"""Text on pages: letter for letter where it comes from outside, refusals and warnings as sentences, and the theme."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nashcore.errors import InputError
from ui.figures.style import Theme
from ui.shell.sharing import sharing

_PATH = re.compile(r"(?<![\w/:.\\])(?:(?:/[\w.@+~-]+){2,}/?|[A-Za-z]:\\[^\s,;]+)")


def theme() -> Theme:
    """The theme of the visitor's page, light when the browser has not said yet."""
    return "dark" if st.context.theme.type == "dark" else "light"


def warn(sentences: Sequence[str]) -> None:
    """Warnings in one box, however many they are; none, no box."""
    if len(sentences) > 1:
        st.warning("\n".join(f"- {plain(sentence)}" for sentence in sentences), icon=":material/warning:")
    elif sentences:
        st.warning(plain(sentences[0]), icon=":material/warning:")


def veiled(text: str) -> str:
    """A sentence without the names of this machine's folders, where others than its owner read it."""
    if sharing() is None:
        return text
    for name in ("NASH_RUNS_HOME", "NASH_DATA_HOME"):
        if folder := os.environ.get(name, "").strip():
            path = Path(folder).expanduser()
            more = r"[\w./@+~-]*" if path.is_absolute() else r"/[\w./@+~-]*"  # "runs" alone is a word
            text = re.sub(r"(?<![\w/])" + re.escape(str(path)) + more, "(a folder of the server)", text)
    return _PATH.sub("(a folder of the server)", text)


def plain(text: object) -> str:
    """Text as Markdown that shows it letter for letter: no links, no formulas, no HTML, whatever it holds."""
    unlinked = re.sub(
        r"(?i)(www|://|@)(?=[\w.])", "\\1\u2060", veiled(str(text))
    )  # a word joiner stops links, unseen
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", unlinked)


@contextmanager
def show_input_errors(place: DeltaGenerator | None = None) -> Iterator[None]:
    """Bad input becomes its one plain sentence on the page; what stands after the block goes on.

    Every fragment needs its own: when a fragment runs again, the page around it does not.

    Args:
        place: where the sentence is to stand; left out, where the page has come to.
    """
    try:
        yield
    except InputError as error:
        (st.error if place is None else place.error)(plain(error), icon=":material/error:")


def ask(question: str, answer: str) -> None:
    """A question with its folded answer."""
    with st.expander(question, icon=":material/help:"):
        st.markdown(answer)
