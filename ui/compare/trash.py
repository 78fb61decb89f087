"""What is not in the list of runs: those that were deleted, and those that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from nashcore.runs import KEEP_DAYS, Damaged, Listed
from ui.figures.groups import short
from ui.shell.runs import store
from ui.shell.said import act
from ui.shell.text import veiled

DAY = 86_400.0

MOST = 200
"""Deleted runs that are offered at once, the last ones: a longer list would take its time to send."""


def show_set_aside(found: Sequence[Damaged]) -> None:
    """What cannot be read as a run, each with the reason, and a way to be rid of it."""
    if not found:
        return
    label = "1 run cannot be read and is" if len(found) == 1 else f"{len(found)} runs cannot be read and are"
    with st.expander(f"{label} set aside", icon=":material/report:"):
        st.dataframe(
            pd.DataFrame([{"Id": one.id, "Title": one.title, "Reason": veiled(one.reason)} for one in found]),
            hide_index=True,
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox("Set aside", [one.id for one in found], key="aside_run")
            st.button(
                "Delete this one for good",
                icon=":material/delete_forever:",
                key="delete_aside",
                on_click=_remove,
                args=(chosen,),
            )


def show_trash(found: Sequence[Listed]) -> None:
    """The runs in the trash: each can be brought back, or deleted for good."""
    if not found:
        return
    label = "1 run" if len(found) == 1 else f"{len(found)} runs"
    with st.expander(f"Trash: {label}", icon=":material/delete:"):
        st.caption(f"Kept for {KEEP_DAYS} days after they were deleted, with their figures and models.")
        by_id = {run.id: run for run in found[:MOST]}
        chosen = st.selectbox(
            "Deleted run", list(by_id), format_func=lambda run: _label(by_id[run]), key="deleted_run"
        )
        with st.container(horizontal=True):
            st.button(
                "Bring back", icon=":material/undo:", key="restore", on_click=_restore, args=(by_id[chosen],)
            )
            st.button(
                "Delete this one for good",
                icon=":material/delete_forever:",
                key="delete_trashed",
                on_click=_remove,
                args=(chosen,),
            )
            st.button("Empty the trash", key="empty_trash", on_click=_empty)


def _label(run: Listed) -> str:
    until = datetime.fromtimestamp((run.deleted or 0.0) + KEEP_DAYS * DAY)
    return f"{short(run.title, 60)} · {run.id} · until {until:%Y-%m-%d}"


def _restore(run: Listed) -> None:
    def restore() -> str:
        store().trash.restore(run.id)
        return f"Run {run.id}, {short(run.title, 60)}, is back."

    act(restore)


def _remove(run: str) -> None:
    def remove() -> str:
        store().delete(run, for_good=True)
        return f"Run {run} is deleted for good."

    act(remove)


def _empty() -> None:
    def empty() -> str:
        store().trash.empty()
        return "The trash is empty."

    act(empty)
