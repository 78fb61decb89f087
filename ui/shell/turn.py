"""A run that waits for its turn: the worker it waits for, its number in the queue, and how to change it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from nashcore.runs import Move, ensure_worker, hanging, most_workers, try_again, workers
from ui.shell.runs import store
from ui.shell.said import act
from ui.shell.text import plain, warn

MOVES: dict[Move, tuple[str, str]] = {
    "first": ("Train next", ":material/vertical_align_top:"),
    "earlier": ("Earlier", ":material/arrow_upward:"),
    "later": ("Later", ":material/arrow_downward:"),
    "last": ("Train last", ":material/vertical_align_bottom:"),
}


LOOK_SECONDS = 1.0
"""Least time between two looks at the queue, however many wait with it."""


@dataclass(frozen=True)
class Queued:
    """What waiting runs can expect.

    Attributes:
        why: why no worker can be started; None where one can.
        full: whether all places for workers are taken.
        order: ids of the runs that wait, the next one first.
        hanging: a sentence on every worker that no longer answers.
    """

    why: str | None
    full: bool
    order: tuple[str, ...]
    hanging: tuple[str, ...]


@st.cache_data(ttl=LOOK_SECONDS, max_entries=64, show_spinner=False)
def _look(home: str) -> Queued:
    """The queue of a folder of runs, whose runs are given a worker where there is a place for one."""
    why = ensure_worker(store())
    full = workers(store()) >= most_workers()
    return Queued(why, full, tuple(store().queue.waiting()), tuple(hanging(store())))


def look() -> Queued:
    """What runs that wait can expect, at most `LOOK_SECONDS` ago."""
    return _look(str(store().home))


def forget() -> None:
    """The queue has changed: the next look is a new one."""
    _look.clear()


def says(run: str) -> str:
    """What a waiting run waits for, for its progress bar. It is given a worker where there is a place for one."""
    if store().notice is not None:
        return "Waiting …"
    queued = look()
    if queued.why is not None:
        return "Waiting for a worker, and none can be started"
    if not queued.full:
        return "Starting …"
    if len(queued.order) > 1 and run in queued.order:
        number = queued.order.index(run) + 1
        return f"Waiting for a run before it to end; number {number} of {len(queued.order)} in the queue …"
    return "Waiting for a run before it to end …"


def obstacles() -> None:
    """What stands in the way of whatever waits; nothing that who may only look could do anything about."""
    if store().notice is not None:
        return
    queued = look()
    warn(queued.hanging)
    if queued.why is not None:
        st.error(plain(queued.why), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="try_again", on_click=_try_again)


def show(run: str) -> None:
    """What stands in a waiting run's way, and its place in the queue."""
    obstacles()
    if store().notice is not None:
        return
    order = look().order
    if len(order) < 2 or run not in order:
        return
    place = order.index(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        for to, (label, icon) in MOVES.items():
            st.button(
                label,
                icon=icon,
                key=f"move_{to}",
                on_click=_move,
                args=(run, to),
                disabled=place == (0 if to in ("first", "earlier") else len(order) - 1),
            )


def _move(run: str, to: Move) -> None:
    def move() -> None:
        store().queue.move(run, to)
        forget()

    act(move)


def _try_again() -> None:
    def again() -> None:
        try_again(store())
        forget()

    act(again)
