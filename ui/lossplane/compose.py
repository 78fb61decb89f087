"""Any goal or rule with any schedule: composed from menus, for the runs and for the maps."""

from __future__ import annotations

import streamlit as st

from nashcore.bargaining import RULES
from nashcore.errors import InputError
from nashcore.methods import GOALS, SCHEDULES, Method, make_method, method_text
from ui.shell.styles import written_style
from ui.shell.text import show_input_errors

NONE = "none"


def written(goal: str, rule: str, schedule: str, number: int) -> str:
    """The text form of a method.

    Args:
        goal: a key of `GOALS`, or "none".
        rule: a key of `RULES`, or "none" for the goal alone.
        schedule: a key of `SCHEDULES`.
        number: of the schedule, where it takes one.

    Raises:
        InputError: neither a goal nor a rule is named.
    """
    if goal == NONE and rule == NONE:
        raise InputError("A method needs a goal or a rule. Found neither.")
    if rule == NONE:
        return method_text(Method(goal))
    return method_text(make_method(None if goal == NONE else goal, rule, SCHEDULES[schedule].make(number)))


def popover() -> None:
    """A button that opens the menus."""
    with st.popover("Compose a method", icon=":material/add:"), show_input_errors():
        goal = st.selectbox(
            "Goal, followed when it does not bargain",
            (NONE, *GOALS),
            1,
            format_func=lambda name: "None (the mean loss)" if name == NONE else written_style(name).title,
            key="compose_goal",
        )
        rule = st.selectbox(
            "Rule, asked when it bargains",
            (NONE, *RULES),
            1,
            format_func=lambda name: "None (the goal alone)" if name == NONE else written_style(name).title,
            key="compose_rule",
        )
        schedule = st.selectbox(
            "Schedule",
            list(SCHEDULES),
            format_func=lambda name: f"{SCHEDULES[name].title}: {SCHEDULES[name].says}",
            key="compose_schedule",
            disabled=rule == NONE,
        )
        takes = SCHEDULES[schedule].takes
        number = st.number_input(
            (takes or "Number").capitalize(),
            1,
            100_000,
            100,
            key="compose_number",
            disabled=takes is None or rule == NONE,
        )
        name = written(goal, rule, schedule, int(number))
        st.markdown(f"**{written_style(name).title}**, written `{name}`")
        with st.container(horizontal=True):
            st.button("Add to the runs", on_click=_add, args=(name,), type="primary")
            st.button("Left map", on_click=_map, args=("map1", name))
            st.button("Right map", on_click=_map, args=("map2", name))


def _add(name: str) -> None:
    chosen = st.session_state.get("methods", [])
    if name not in chosen:
        st.session_state["methods"] = [*chosen, name]


def _map(key: str, name: str) -> None:
    st.session_state[key] = name
    st.session_state["maps"] = True
