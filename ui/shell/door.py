"""The door of a shared lab: who is known goes on to their shelf, others sign in, enter a class code, or only look."""

from __future__ import annotations

import streamlit as st

from ui.shell.sharing import known, sharing
from ui.shell.text import plain

ENTER, LEAVE = "/enter", "/leave"
"""Pages of the server that take a class code and give it up (see `ui.serving.entrance`)."""


def pass_by() -> None:
    """Let a visitor on to the page, or end it with the way in."""
    shared = sharing()
    if shared is None or known() is not None:
        return
    if shared.demo:
        st.info(
            "This is a demonstration: turn every knob and look at every run. Nothing is trained, kept or changed.",
            icon=":material/visibility:",
        )
        return
    st.markdown(
        "This lab is shared by people who are known to it. Your runs are kept on a shelf of your own or of your class."
    )
    _way_in("page")
    st.stop()


def show_who() -> None:
    """Who the visitor is, and the way out; for somebody unknown the way in."""
    shared, who = sharing(), known()
    if shared is None or shared.way is None:
        return
    if who is None:
        _way_in("sidebar")
        return
    if shared.way == "login":
        st.caption(f"Your shelf, {plain(who.title[:60])}" if who.title else "Your shelf")
        st.button("Sign out", icon=":material/logout:", on_click=st.logout, key="sign_out", width="stretch")
        return
    keeps = ", which you keep" if who.visitor.keeper else ""
    st.caption(
        f"Shelf of class {plain(who.title[:4])}…{keeps}"
    )  # the code lets others in: it is not shown whole
    _link("Leave the class", LEAVE)


def _way_in(where: str) -> None:
    shared = sharing()
    if shared is not None and shared.way == "login":
        st.button("Sign in", icon=":material/login:", on_click=st.login, key=f"sign_in_{where}")
    elif shared is not None and shared.way == "code":
        _link("Enter a class code", ENTER)


def _link(label: str, path: str) -> None:
    """A link to a page of the server that is none of Streamlit's, in the same tab."""
    st.html(f'<a href="{path}" target="_self" style="color: inherit">{label}</a>')
