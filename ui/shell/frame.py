"""The frame of every page: configuration, navigation, header, presets, words of the address, and the footer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from nashcore import __version__
from ui.components import component
from ui.figures.style import Theme
from ui.shell import address, door, heap, modes, said, tour, waiting
from ui.shell.pages import PAGES, START, Page
from ui.shell.presets import Presets, entry_preset, preset_row
from ui.shell.questions import Questions
from ui.shell.text import show_input_errors, theme

NAME = "Nash Bargaining Lab"
TAB_ICON = Path(__file__).parent / "assets" / "icon.png"
"""A file of our own: the browser would fetch a symbol or an emoji from a server on the internet."""

_OPEN = "open_page"
"""Session key: the path of the page that the reader has before them."""

_NONE: Mapping[str, Any] = MappingProxyType({})

_theme_watch, _formulas, _sheet = component("theme_watch"), component("formulas"), component("sheet")


@contextmanager
def framed(
    page: Page,
    *,
    hides: str,
    presets: Presets = _NONE,
    words: Sequence[str] = (),
    labels: Mapping[str, Callable[[Any], str]] = _NONE,
    shapes: Mapping[str, re.Pattern[str]] = _NONE,
    earlier: address.Earlier = _NONE,
    questions: Questions = _NONE,
) -> Iterator[Theme]:
    """Everything around a page's body, in the one order that works; every page calls this first.

    The address is read before any widget is made: its preset first, then its words. Words are read when the page is opened and
    not again: later the widgets go before the address, which follows them. What neither a widget nor a part in the browser
    could use is told in one sentence below the header, once the body has been drawn.

    Args:
        page: the page's entry in the navigation.
        hides: what the page does not show, in one or two sentences for the footer.
        presets: a button each above the body, and the names that ``?preset=`` may have.
        words: what the address may hold: keys of widgets, and of what a part in the browser keeps there itself.
        labels: the ``format_func`` of every widget that has one: addresses hold options as they are shown. Of one that is `Named`
            they may also hold them by the names that the command line has.
        shapes: for words that only a part in the browser reads, what they look like.
        earlier: how words of earlier versions are read.
        questions: what stops of the tour let a class predict here.

    Yields:
        The theme of the visitor's page.
    """
    tab = NAME if page is START else f"{page.title} · {NAME}"
    st.set_page_config(page_title=tab, page_icon=TAB_ICON, layout="wide", initial_sidebar_state="auto")
    modes.style()
    _navigation()
    _theme_watch(data={"theme": theme()}, key="theme_watch", on_theme_change=_nothing)
    _formulas(key="formulas")
    _sheet(key="sheet")
    st.title(NAME if page is START else page.title, anchor=False)
    door.pass_by()
    with st.container(key="purpose"):
        st.markdown(page.purpose)
    tour.show(page.path, questions)
    opened = st.session_state.get(_OPEN) != page.path
    if opened:
        address.renew(page, earlier, labels)
    if presets:
        entry_preset(page, presets, labels, opened=opened)
    st.session_state[_OPEN] = page.path
    asked = address.asked(words) if opened else {}
    said.show()
    faults = st.container()
    if presets:
        preset_row(presets)
    with show_input_errors():
        yield theme()
    with faults:
        address.tell(address.refused(asked, labels, shapes))
    with st.container(key="footer"):
        st.divider()
        st.caption(f"**What this page does not show.** {hides}")
        st.caption(
            f"{NAME} {__version__}. Everything is computed on the machine that serves this page, which sends it nowhere else. The "
            "mathematics follows “Fairness-Aware Meta-Learning via Nash Bargaining” (Zeng et al., NeurIPS 2024)."
        )
    waiting.take_up()
    heap.set_apart()


def _nothing() -> None:
    """A new run is all that a switched theme needs."""


def _navigation() -> None:
    with st.sidebar:
        with st.container(key="lab"):
            st.markdown(f"{START.icon} {NAME}")
        with st.container(key="navigation"):
            for entry in (START, *PAGES):
                st.page_link(entry.path, label=entry.title, icon=entry.icon, width="stretch")
        door.show_who()
