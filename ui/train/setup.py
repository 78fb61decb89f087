"""Everything that is chosen before training, and the step from there to a run."""

from __future__ import annotations

import streamlit as st

from nashcore.data import Task
from nashcore.runs import TrainingConfig
from ui.shell.text import show_input_errors
from ui.train import audit_panel, catalogue, controls, source, upload
from ui.train.presets import FROM
from ui.train.shown_run import set_shown_run
from ui.train.submit import hand_over

Ready = tuple[source.Source, source.Making, Task, TrainingConfig]
"""The table, how it is made ready, what came of it, and the run's description."""


def prepared() -> Ready | None:
    """Everything chosen and made ready, or None while something is missing. A refusal is told where it happens."""
    with show_input_errors():
        chosen_from = st.segmented_control(
            "Table",
            list(FROM),
            default="catalogue",
            required=True,
            format_func=FROM.__getitem__,
            key="from",
            bind="query-params",
        )
        table = upload.choose() if chosen_from == "own" else catalogue.choose()
        if table is None:
            return None
        made = controls.making()
        dropped = audit_panel.switches(source.findings_of(table, made), table.key)
        made = made.without(*dropped)
        task = source.task_of(table, made)
        audit_panel.rows(task)
        return table, made, task, controls.config(table, made, task)


def start(ready: Ready, title: str) -> None:
    """Hand a run to the worker; the page watches it from its next pass on."""
    table, made, _, config = ready
    with show_input_errors():
        set_shown_run(hand_over(config, table, made, title or table.title))
