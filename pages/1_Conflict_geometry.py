"""Gradients in the plane that the reader can turn, and what every rule makes of them."""

from __future__ import annotations

import streamlit as st

from nashcore.errors import InputError
from nashcore.methods import rule_title
from ui.geometry import certificate, formulas, numbers, scenes, view
from ui.geometry.controls import LABELS, PRESETS, WORDS
from ui.geometry.questions import QUESTIONS
from ui.shell.frame import framed
from ui.shell.pages import GEOMETRY
from ui.shell.text import show_input_errors, theme


@st.fragment
def laboratory() -> None:
    """Everything that moves together when a knob turns."""
    with show_input_errors():
        rules = st.multiselect(
            "Rules",
            scenes.available_rules(),
            scenes.SHOWN_FIRST,
            format_func=rule_title,
            key="rules",
            bind="query-params",
            wrap=True,
        )
        scene, power = view.settings()
        if not rules:
            raise InputError("Nothing to draw: choose at least one rule.")
        solved = scenes.solve(scene, rules, power)
        view.show(scene, power, solved, theme())
        view.captions()
        st.header("The formula behind it", anchor=False)
        formulas.show(solved, power)
        certificate.show(solved, power)
        numbers.show(scene, power, solved)


with framed(
    GEOMETRY,
    presets=PRESETS,
    words=WORDS,
    labels=LABELS,
    questions=QUESTIONS,
    hides="Gradients here have two dimensions and stand still; in training they have thousands and change with every step. "
    "Rules that look at the losses themselves have nothing to go by here.",
):
    laboratory()
