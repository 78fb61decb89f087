"""Words of an address that a page cannot use are told in one sentence instead of vanishing without one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from nashcore.errors import shortened
from ui.shell.named import Named
from ui.shell.pages import Page
from ui.shell.text import plain

Words = Mapping[str, list[str]]
"""What an address says: key -> its values as they are written."""

Earlier = Mapping[str, Callable[[str], Mapping[str, str] | None]]
"""By a key that addresses of earlier versions have: what its value says in today's words, None where it says nothing."""

_MOST_TOLD = 4


def renew(page: Page, earlier: Earlier, labels: Mapping[str, Callable[[Any], str]]) -> None:
    """Open an address in the words that the page itself writes: one of an earlier version, where words of today that stand beside
    it go before, and one that names options as the command line does.

    Only an address fills new widgets, so this has to be called before they are made.
    """
    written: dict[str, str | list[str]] = {key: st.query_params.get_all(key) for key in st.query_params}
    today: dict[str, str | list[str]] = {}
    for key, read in earlier.items():
        found = read(st.query_params[key]) if key in written else None
        if found is not None:
            del written[key]
            today |= found
    for key, named in labels.items():
        if isinstance(named, Named) and key in written:
            words = st.query_params.get_all(key)
            shown = [one for word in words for one in named.shown(word)]
            if shown != words:
                written[key] = shown
                today |= {key: shown}
    if today:
        st.switch_page(page.path, query_params=today | written)


def asked(keys: Sequence[str]) -> Words:
    """What the address says about these keys.

    Widgets drop what they cannot use, so this has to be called before they are made, and says nothing new after.
    """
    return {key: st.query_params.get_all(key) for key in keys if key in st.query_params}


def refused(
    words: Words, labels: Mapping[str, Callable[[Any], str]], shapes: Mapping[str, re.Pattern[str]]
) -> list[str]:
    """The words that nobody took over, each as ``key=value``.

    Args:
        words: from `asked`.
        labels: the ``format_func`` of every widget that has one.
        shapes: of the words that only a part in the browser reads, what it can use.
    """
    bad = []
    for key, values in words.items():
        if key not in st.session_state:  # its widget was not made this time, so nobody has refused it
            continue
        value = st.session_state[key]
        taken = value if isinstance(value, list | tuple) else [value]
        written = [labels.get(key, str)(one) for one in taken if one is not None]
        bad += [
            f"{key}={shortened(text)}"
            for text in values
            if not any(_same(text, one) for one in written or [""])
        ]
    bad += [
        f"{key}={shortened(text)}"
        for key, shape in shapes.items()
        for text in words.get(key, ())
        if not shape.fullmatch(text)
    ]
    return bad


def tell(bad: list[str]) -> None:
    """One sentence about the words that could not be used, if there are any."""
    if not bad:
        return
    more = f" and {len(bad) - _MOST_TOLD} more" if len(bad) > _MOST_TOLD else ""
    found = plain(", ".join(bad[:_MOST_TOLD]) + more)
    st.warning(f"The address asks for what this page cannot show: {found}. The standard settings stand in.")


def _same(text: str, written: str) -> bool:
    """Whether both say the same: letter for letter, as numbers, or as switches."""
    if text == written or text.lower() == written.lower():
        return True
    try:
        return float(text) == float(written)
    except ValueError:
        return False
