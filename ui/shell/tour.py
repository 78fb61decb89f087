"""The guided tour: every stop sets a page's controls, has a question to predict or to think about, and leads to the next."""

from __future__ import annotations

import streamlit as st

from ui.shell import modes, questions
from ui.shell.glossary import GLOSSARY
from ui.shell.pages import START, TRAIN
from ui.shell.questions import Questions
from ui.shell.stops import STOPS, Stop
from ui.shell.text import ask

_HINT_ON_A_PHONE = "@media (min-width: 769px) { .st-key-tour_hint { display: none; } }"
"""Narrower pages fold the sidebar away."""

KEY = "tour"
"""The address's word for the stop: ``?tour=3``."""

_IN_A_ROW = 4


def overview() -> None:
    """The stops as links, and the glossary."""
    for first in range(0, len(STOPS), _IN_A_ROW):
        row = STOPS[first : first + _IN_A_ROW]
        for column, (number, stop) in zip(st.columns(_IN_A_ROW), enumerate(row, first + 1), strict=False):
            with column:
                _link(number, f"{number}. {stop.title}", ":material/flag:")
    with st.expander("Glossary", icon=":material/menu_book:"):
        st.markdown("\n".join(f"- **{term}**: {meaning}" for term, meaning in GLOSSARY.items()))


def show(path: str, asked: Questions) -> None:
    """The stop that the address names, when it belongs to this page, and the ways into a presentation and a handout.

    It stands in the sidebar, beside what it speaks of; in a presentation, in a column of its own; on paper, above.

    Args:
        path: of the page's file.
        asked: what the page has to predict, by the stop's title.
    """
    number = _number(path)
    if modes.on_paper():
        modes.buttons()
        if number:
            _handout(number, asked.get(STOPS[number - 1].title))
        return
    if number and not modes.presenting():
        _hint(number)
    with st.container(key="panel") if modes.presenting() else st.sidebar:
        if number:
            with st.container(border=not modes.presenting(), key="tour"):
                _stop(number, asked.get(STOPS[number - 1].title))
        elif modes.presenting():
            with st.container(key="tour_next"):
                _link(1, "Begin the tour", ":material/flag:")
        modes.buttons()


def _number(path: str) -> int:
    """Of the stop that the address names; 0 where it names none of this page."""
    known = {str(number): number for number, stop in enumerate(STOPS, 1) if stop.page == path}
    return known.get(st.query_params.get(KEY, ""), 0)


def _hint(number: int) -> None:
    st.html(f"<style>{_HINT_ON_A_PHONE}</style>")
    with st.container(key="tour_hint"):
        st.caption(
            f"Tour, stop {number} of {len(STOPS)}: the text is in the sidebar, behind the arrow at the top left."
        )


def _stop(number: int, asked: questions.Question | None) -> None:
    stop = STOPS[number - 1]
    st.markdown(f"**Tour, stop {number} of {len(STOPS)}: {stop.title}.** {stop.look_for}")
    if stop.formula:
        st.latex(stop.formula)
    if asked is not None:
        questions.show(stop.title, asked)
    ask(stop.question, stop.answer)
    if number == len(STOPS):
        own = {"preset": "own"}
        st.page_link(
            TRAIN.path, label="Bring your own table", icon=":material/upload_file:", query_params=own
        )
    with st.container(key="tour_walk", gap="xsmall"):
        _walk(number)


def _walk(number: int) -> None:
    """The ways from a stop to its neighbours, and out of the tour."""
    if number < len(STOPS):
        with st.container(key="tour_next"):
            _link(number + 1, f"Next: {STOPS[number].title}", ":material/arrow_forward:")
    if number > 1:
        with st.container(key="tour_back"):
            _link(number - 1, "Back", ":material/arrow_back:")
    if number == len(STOPS):
        st.page_link(START.path, label="Finish the tour", icon=":material/check:")
    else:
        st.page_link(
            STOPS[number - 1].page,
            label="Leave the tour",
            icon=":material/close:",
            query_params=modes.kept(),
        )


def _handout(number: int, asked: questions.Question | None) -> None:
    """A stop on paper: what to look for, the formula, and room to write."""
    stop = STOPS[number - 1]
    with st.container(key="handout"):
        st.header(f"Stop {number} of {len(STOPS)}: {stop.title}", anchor=False)
        st.markdown(stop.look_for)
        if stop.formula:
            st.latex(stop.formula)
        if asked is not None:
            options = "  \n".join(f"☐ {option}" for option in asked.options)
            st.markdown(f"**Predict, then see.** {asked.text}\n\n{options}")
        st.markdown(f"**Think.** {stop.question}")
        st.html('<div class="line"></div>' * 3)
        st.caption(f"This scene again: {modes.address()}")


def _link(number: int, label: str, icon: str) -> None:
    stop = STOPS[number - 1]
    st.page_link(stop.page, label=label, icon=icon, query_params=_address(number, stop))


def _address(number: int, stop: Stop) -> dict[str, str]:
    return {KEY: str(number), **({} if stop.preset is None else {"preset": stop.preset}), **modes.kept()}
