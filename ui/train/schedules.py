"""When the methods bargain: one number of epochs, a sweep over several, or a schedule for each method."""

from __future__ import annotations

import streamlit as st

from nashcore.errors import InputError, quoted
from nashcore.methods import PUBLISHED, SCHEDULES
from ui.train.widgets import whole

MODES = {"two_stage": SCHEDULES["two_stage"].title, "sweep": "Sweep over T", "each": "Method by method"}
MOST_SWEPT = 12
"""Numbers of bargaining epochs in a sweep."""


def method_title(name: str) -> str:
    """A method's name for people."""
    return PUBLISHED[name].title


def schedule_title(name: str) -> str:
    """A kind of schedule's name for people."""
    return SCHEDULES[name].title


def when(bargaining: list[str], epochs: int) -> tuple[tuple[str, ...] | None, dict[str, tuple[str, ...]]]:
    """When the methods bargain: schedules for all of them, None where each has its own, and for single ones."""
    a, b = st.columns(2, gap="medium")
    mode = a.segmented_control(
        "When to bargain",
        list(MODES),
        default="two_stage",
        required=True,
        format_func=MODES.__getitem__,
        key="when",
        bind="query-params",
        help="Two-stage: bargain for T epochs, then follow the goal. Sweep: several T in one run. Method by "
        "method: a schedule for each.",
    )
    if mode == "sweep":
        text = b.text_input(
            "Bargaining epochs T, separated by commas",
            key="sweep",
            bind="query-params",
            placeholder=", ".join(map(str, standard_sweep(epochs))),
            help="Left empty, they follow the number of epochs.",
        )
        numbers = sweep_numbers(text, epochs) if text.strip() else standard_sweep(epochs)
        return tuple(f"two_stage:{number}" for number in numbers), {}
    if mode == "each":
        return None, {name: (_one_schedule(name),) for name in bargaining}
    number = b.slider(
        "Bargaining epochs T",
        0,
        100,
        2,
        key="bargain",
        bind="query-params",
        help="The methods that bargain do so for so many epochs, then follow their goal.",
    )
    return (f"two_stage:{number}",), {}


def standard_sweep(epochs: int) -> list[int]:
    """From never to always: 0, 1, 2, 5, 10, 20, ... and all of so many epochs, the largest of them where there are too many."""
    steps = [0, *(digit * 10**power for power in range(6) for digit in (1, 2, 5))]
    return [0, *[number for number in steps if 0 < number < epochs][2 - MOST_SWEPT :], epochs]


def sweep_numbers(text: str, epochs: int) -> list[int]:
    """The numbers of bargaining epochs that a text lists.

    Raises:
        InputError: it lists none, too many, something that is no whole number, or more epochs than the run has.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    wrong = next((part for part in parts if not (part.isascii() and part.isdigit() and len(part) < 7)), None)
    if wrong is not None or not parts:
        raise InputError(
            f"Bargaining epochs T should be whole numbers separated by commas, as 0, 2, 5. Found {quoted(wrong or text)}."
        )
    numbers = sorted({int(part) for part in parts})
    if len(numbers) > MOST_SWEPT or numbers[-1] > epochs:
        raise InputError(
            f"Bargaining epochs T should be at most {MOST_SWEPT} numbers, none above the run's {epochs} epochs. "
            f"Found {len(numbers)} up to {numbers[-1]}."
        )
    return numbers


def _one_schedule(method: str) -> str:
    a, b = st.columns(2, gap="medium", vertical_alignment="bottom")
    kind = a.selectbox(
        method_title(method),
        list(SCHEDULES),
        format_func=schedule_title,
        key=f"when_{method}",
        bind="query-params",
        help="  \n".join(f"**{kind.title}**: {kind.says}" for kind in SCHEDULES.values()),
    )
    takes = SCHEDULES[kind].takes
    if takes is None:
        b.caption(SCHEDULES[kind].says)
        return kind
    words = takes.replace("steps", "epochs").capitalize()
    number = whole(b, words, SCHEDULES[kind].least, 1000, 2, key=f"n_{method}", bind="query-params")
    return f"{kind}:{number}"
