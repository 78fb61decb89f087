"""Two other ways to show a page: large and without a sidebar to a class (``?present=true``), and on paper (``?handout=true``)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from ui.components import component
from ui.shell.text import HANDOUT, browser_theme, on_paper, plain, theme

PRESENT = "present"
"""The address's word for a presentation; that for paper is `ui.shell.text.HANDOUT`."""

ENLARGED = 1.3
"""By how much figures grow for a class; text grows with the window (assets/present.css)."""

_PRINT_NOW = "print_now"
"""Session key: the reader has asked for paper, and the browser has not been told yet."""

_DARK_TABLES = "[data-testid='stDataFrame'] canvas { filter: invert(1) hue-rotate(180deg); }"
"""A browser's dark theme draws tables light on dark, which no style sheet of ours reaches."""

_ASSETS = Path(__file__).parent / "assets"

_presenter = component("presenter")


def presenting() -> bool:
    """Whether the page is shown to a class."""
    return st.query_params.get(PRESENT) == "true" and not on_paper()


def begin() -> None:
    """Style the page as the address asks, and mount the part that listens to keys and prints."""
    st.html(f"<style>{_read('print')}</style>")
    if on_paper():
        st.html(f"<style>{_read('handout')}{_DARK_TABLES if browser_theme() == 'dark' else ''}</style>")
    elif presenting():
        panel = st.get_option(f"theme.{theme()}.sidebar.backgroundColor")
        st.html(f"<style>:root {{ --panel: {panel}; }} {_read('present')}</style>")
    _presenter(
        data={"present": presenting(), "print": on_paper() and st.session_state.pop(_PRINT_NOW, False)},
        key="presenter",
    )


def buttons() -> None:
    """What leads into both modes and out of them."""
    with st.container(horizontal=True, gap="small", key="modes"):
        if presenting() or on_paper():
            st.button(
                "Leave presentation" if presenting() else "Back to the page",
                icon=":material/close:",
                key="leave_mode",
                help="Escape does the same.",
                on_click=_leave,
            )
        else:
            st.button(
                "Present",
                icon=":material/slideshow:",
                key="begin_present",
                help="Large type, no sidebar. The arrow keys walk through the tour; Escape leaves.",
                on_click=_enter,
                args=(PRESENT,),
            )
        if not on_paper():
            st.button(
                "Print handout",
                icon=":material/print:",
                key="begin_handout",
                help="This page and its stop of the tour on white paper.",
                on_click=_enter,
                args=(HANDOUT,),
            )


def kept() -> dict[str, str]:
    """What a link has to say so that the next page is presented too."""
    return {PRESENT: "true"} if presenting() else {}


def address() -> str:
    """Where the page is now, as text for paper: this leads back to the same scene."""
    words = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    query = urlencode([(key, value) for key, value in words if key not in (PRESENT, HANDOUT)])
    return plain(f"{st.context.url}?{query}" if query else st.context.url or "")


def _enter(word: str) -> None:
    st.query_params[word] = "true"
    st.session_state[_PRINT_NOW] = word == HANDOUT


def _leave() -> None:
    """Out of the innermost mode."""
    st.query_params.pop(HANDOUT if on_paper() else PRESENT, None)


def _read(name: str) -> str:
    return (_ASSETS / f"{name}.css").read_text(encoding="utf-8")
