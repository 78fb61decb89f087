"""Questions to predict before one sees: hands are counted in the browser, the answer is computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from ui.components import component
from ui.shell.text import show_input_errors

_KEY, _SEEN = "hands", "hands_seen"

_hands = component("hands")


@dataclass(frozen=True)
class Answer:
    """What came out.

    Attributes:
        option: place of the right option; None where it cannot be told yet.
        says: the numbers it rests on, in a sentence or two.
    """

    option: int | None
    says: str


@dataclass(frozen=True)
class Question:
    """A question whose answer the engine computes.

    Attributes:
        text: the question.
        options: what to choose from.
        see: computes the answer; may raise InputError.
        scene: widget key -> value, set when the answer is asked for, so that the page shows what it speaks of.
    """

    text: str
    options: tuple[str, ...]
    see: Callable[[], Answer]
    scene: Mapping[str, Any] = field(default_factory=dict)


Questions = Mapping[str, Question]
"""Of a page, by the title of the stop that asks it."""


def show(name: str, question: Question) -> None:
    """The question with its counters, and the answer where it has been asked for.

    Args:
        name: of the question; the browser keeps its counts under it.
        question: the question.
    """
    key = f"{_KEY}_{name.lower().replace(' ', '_')}"
    answer: Answer | None = None
    if st.session_state.get(_SEEN) == name:
        with show_input_errors(), st.spinner("Computing the answer …"):
            answer = question.see()
    _hands(
        data={
            "name": name,
            "text": question.text,
            "options": list(question.options),
            "answer": None if answer is None else {"option": answer.option, "says": answer.says},
        },
        key=key,
        on_see_change=partial(_see, name, question),
        on_hide_change=_hide,
    )


def _see(name: str, question: Question) -> None:
    st.session_state[_SEEN] = name
    st.session_state.update(question.scene)


def _hide() -> None:
    st.session_state.pop(_SEEN, None)
