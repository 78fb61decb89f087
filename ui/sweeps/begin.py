"""A new sweep: a file that is handed in, what it would train, and the button that begins it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from nashcore.errors import InputError
from nashcore.runs.sweep import MOST_BYTES, SweepPlan, keep, planned, put_in_queue, sweep_in
from ui.shell import turn
from ui.shell.runs import store
from ui.shell.said import act
from ui.shell.sharing import sharing
from ui.shell.text import show_input_errors
from ui.sweeps.choice import CHOSEN
from ui.sweeps.progress import MOST_QUEUED

FILE = "sweep_file"

EXAMPLE = """title: Learning rate and dropout
metric: worst_gauc
base: {dataset: titanic, sensitive: sex, methods: "ltr,nash_ltr", seeds: 5}
grid:
  lr: [0.001, 0.01]
  dropout: [0.2, 0.4]
"""


def box(*, unfolded: bool) -> None:
    """How to begin a sweep: from the page where one person has the lab to themselves, with a command anywhere."""
    with st.expander("Begin a sweep", icon=":material/add:", expanded=unfolded):
        st.markdown("A file says what all runs share, and what varies:")
        st.code(EXAMPLE, language="yaml", wrap_lines=True)
        if sharing() is None:
            file = st.file_uploader(
                "Such a file", ["yaml", "yml", "json"], key=FILE, max_upload_size=-(-MOST_BYTES // 10**6)
            )
            if file is not None:
                with show_input_errors():
                    _offer(_read(file))
            st.caption("Or with a command, which also takes tables of your own and, with --dask, a cluster:")
        else:
            st.caption(
                "This lab is shared: who serves it begins sweeps, with a command that is told the shelf's folder:"
            )
        st.code("python -m nashcore sweep run sweep.yaml", language="bash", wrap_lines=True)


def _read(file: Any) -> SweepPlan:
    plan = sweep_in(file.getvalue(), Path(file.name))
    if any(config.own or config.splits for config in plan.configs):
        raise InputError(
            "A sweep that begins here should be on a table of the lab, since this page has no other file. Found one on a table or "
            "splits of your own: begin it with the command below."
        )
    return plan


def _offer(plan: SweepPlan) -> None:
    """What the file would train, and the button."""
    found = planned(store(), plan)[1]
    missing = [one.place.config for one in found if one.missing]
    models = sum(config.models for config in missing)
    there = f", {len(found) - len(missing)} of them there already" if len(missing) < len(found) else ""
    runs = "1 run" if len(found) == 1 else f"{len(found)} runs"
    st.text(f"{plan.title}: {runs}{there}. {models:,} models to train.")
    if len(missing) > MOST_QUEUED:
        st.caption(
            f"More than {MOST_QUEUED} runs are begun with the command, which gives them out a few at a time."
        )
    else:
        label = f"Train {len(missing)} {'run' if len(missing) == 1 else 'runs'}" if missing else "Show it"
        st.button(label, type="primary", key="begin_sweep", icon=":material/play_arrow:", on_click=_begin)


def _begin() -> None:
    def begin() -> None:
        sweep = keep(store(), _read(st.session_state[FILE]))
        st.session_state[CHOSEN] = sweep.id
        try:
            put_in_queue(store(), sweep)
        finally:
            turn.forget()

    act(begin)
