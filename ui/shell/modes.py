"""Two other ways to show a page: large and without a sidebar to a class (``?present=true``), and on paper (``?handout=true``)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from ui.components import component
from ui.shell.text import plain, theme

PRESENT, HANDOUT = "present", "handout"
"""Words of the address."""

ENLARGED = 1.3
"""By how much figures grow for a class; text grows with the window (assets/present.css)."""

_ASSETS = Path(__file__).parent / "assets"

_presenter = component("presenter")


def presenting() -> bool:
    """Whether the page is shown to a class."""
    return st.query_params.get(PRESENT) == "true" and not on_paper()


def on_paper() -> bool:
    """Whether the page is laid out as a handout, as wide as a sheet."""
    return st.query_params.get(HANDOUT) == "true"


def style() -> None:
    """Style the page as the address asks."""
    inks = {"paper": f"theme.{theme()}.backgroundColor", "panel": f"theme.{theme()}.sidebar.backgroundColor"}
    told = "".join(f"--{name}: {st.get_option(option)}; " for name, option in inks.items())
    sheets = ["page", "print", *(["print_dark"] if theme() == "dark" else []), *(_sheets())]
    css = "".join((_ASSETS / f"{sheet}.css").read_text(encoding="utf-8") for sheet in sheets)
    st.html(f"<style>:root {{ {told}}} {css}</style>")


def _sheets() -> list[str]:
    if on_paper():
        return ["handout"]
    if presenting():
        return ["present"]
    return ["embed"] if st.context.is_embedded else []


def buttons() -> None:
    """What leads into both modes and out of a presentation, and the part that listens to its keys.

    A handout is a tab of its own, which the browser draws in the light theme: paper is white.
    """
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="modes"):
        if presenting():
            st.button(
                "Leave presentation", key="leave_presentation", help="Escape does the same.", on_click=_leave
            )
        elif not on_paper():
            st.button(
                "Present",
                key="begin_presentation",
                help="Large type, no sidebar. The arrow keys walk through the tour; Escape leaves.",
                on_click=_begin,
            )
        _presenter(key="presenter", width="content")


def kept() -> dict[str, str]:
    """What a link has to say so that the next page is presented too."""
    return {PRESENT: "true"} if presenting() else {}


def address() -> str:
    """Where the page is now, as text for paper: this leads back to the same scene."""
    words = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
    query = urlencode([(key, value) for key, value in words if key not in (PRESENT, HANDOUT)])
    return plain(f"{st.context.url}?{query}" if query else st.context.url or "")


def _begin() -> None:
    st.query_params[PRESENT] = "true"


def _leave() -> None:
    st.query_params.pop(PRESENT, None)
