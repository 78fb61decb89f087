"""Everything that is chosen before training, and the step from there to a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from nashcore.data import Finding, GivenSplits
from nashcore.runs import TrainingConfig
from ui.shell.said import act
from ui.shell.sharing import check_rows
from ui.shell.text import show_input_errors
from ui.train import audit_panel, catalogue, controls, reading, rows, upload
from ui.train.presets import FROM
from ui.train.shown_run import set_shown_run
from ui.train.source import Source, findings_of, task_of
from ui.train.submit import submit


@dataclass(frozen=True)
class Setup:
    """Everything that a run needs.

    Attributes:
        source: the table.
        splits: row numbers that were given, as they may not be on disk yet.
        config: the run's description, whole.
        findings: what the audit found about the table.
        serious: the serious ones of them that were not settled.
    """

    source: Source
    splits: GivenSplits | None
    config: TrainingConfig
    findings: tuple[Finding, ...] = ()
    serious: tuple[Finding, ...] = ()


def choose() -> Setup | None:
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
        options, splits = controls.table_options()
        data = table.data(options, splits)
        findings = findings_of(table, data, splits)
        merge = None if table.upload is None else partial(reading.merge_spellings, table.key)
        chosen = audit_panel.choose(findings, table.key, merge)
        data = data.replaced(**chosen.values)
        task = task_of(table, data, splits)
        check_rows(len(task.table))
        rows.show(task)
        if len(data.split_seeds) > 1:
            st.caption(
                f"Findings and rows are those of the first of {len(data.split_seeds)} splits; the others are drawn in the same way."
            )
        return Setup(table, splits, controls.config(data, task), findings, chosen.serious)


def button(ready: Setup | None, title: str) -> None:
    """What is serious about the table, and the button that trains."""
    if ready is not None:
        audit_panel.at_the_button(ready.serious, ready.findings, ready.source.key)
    anyway = " anyway:" if ready is not None and ready.serious else ""
    st.button(
        "Train" if ready is None else f"Train{anyway} {ready.config.models} models",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
        on_click=start,
        args=(ready, title),
        disabled=ready is None,
        help="It can be pressed once a table, its target and its groups are chosen."
        if ready is None
        else None,
        width="stretch",
    )


def start(ready: Setup, title: str) -> None:
    """Hand a run to the worker; the page watches it from its next pass on."""
    act(lambda: set_shown_run(submit(ready.config, ready.source, ready.splits, title or ready.source.title)))
