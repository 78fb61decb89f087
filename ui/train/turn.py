"""A run that waits for its turn: the worker it waits for, its number in the queue, and how to change it."""

from __future__ import annotations

import streamlit as st

from nashcore.runs import Move, ensure_worker, hanging, most_workers, try_again, workers
from ui.shell.runs import store
from ui.shell.text import plain, show_input_errors, warn

MOVES: dict[Move, tuple[str, str]] = {
    "first": ("Train next", ":material/vertical_align_top:"),
    "earlier": ("Earlier", ":material/arrow_upward:"),
    "later": ("Later", ":material/arrow_downward:"),
    "last": ("Train last", ":material/vertical_align_bottom:"),
}


def says(run: str) -> str:
    """What a waiting run waits for, for its progress bar. It is given a worker where there is a place for one."""
    why = ensure_worker(store())
    order = store().queue.waiting()
    if why is not None:
        return "Waiting for a worker, and none can be started"
    if workers(store()) < most_workers():
        return "Starting …"
    if len(order) > 1 and run in order:
        return f"Waiting for a run before it to end; number {order.index(run) + 1} of {len(order)} in the queue …"
    return "Waiting for a run before it to end …"


def show(run: str) -> None:
    """What stands in a waiting run's way, and its place in the queue."""
    warn(hanging(store()))
    why = ensure_worker(store())
    if why is not None:
        st.error(plain(why), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="try_again", on_click=_try_again)
    order = store().queue.waiting()
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
    with show_input_errors():
        store().queue.move(run, to)


def _try_again() -> None:
    with show_input_errors():
        try_again(store())
