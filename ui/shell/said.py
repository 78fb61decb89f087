"""What the last click came to, said below the page's header: a callback runs before the page and has no place on it."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from nashcore.errors import InputError
from ui.shell.text import plain

SAID = "said"
"""Session key: whether what was clicked was done, the sentence about it, and until when to say it, once it is on the page."""

_SAID_FOR = 10.0
"""Seconds, since the page may be drawn more than once for one click."""


def act(do: Callable[[], str | None]) -> None:
    """Do what a click asks for; the page then says what was done, where there is something to say, or why it could not be."""
    try:
        done, sentence = True, do() or ""
    except InputError as refused:
        done, sentence = False, str(refused)
    st.session_state[SAID] = done, sentence, None


def show() -> None:
    """Say it, for a while."""
    done, sentence, until = st.session_state.get(SAID, (True, "", None))
    now = time.monotonic()
    until = now + _SAID_FOR if until is None else until
    if not sentence or now > until:
        st.session_state.pop(SAID, None)
        return
    st.session_state[SAID] = done, sentence, until
    if done:
        st.success(plain(sentence), icon=":material/check_circle:")
    else:
        st.error(plain(sentence), icon=":material/error:")


def pass_on() -> None:
    """In a fragment, after a click on something in it: the page around it has to be drawn to say anything."""
    _, sentence, until = st.session_state.get(SAID, (True, "", None))
    if sentence and until is None:
        st.rerun()
