"""What to know before training: the rows of every cell, and the audit's findings with their switches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd
import streamlit as st

from nashcore.data import Finding, Task
from ui.figures.groups import PARTS, rows_of_cells, short
from ui.shell.text import plain, theme

GRAVE = ("gives target away", "duplicates", "small cell")
"""Findings that deserve a warning sign."""

WORDS = {
    "gives target away": "Columns that give the target away",
    "constant": "Constant columns",
    "identifier": "Columns that only name the row",
    "duplicates": "Repeated rows",
    "small cell": "Cells with few training rows",
    "base rates": "Base rates",
    "missing values": "Missing values",
}

MOST_SWITCHES = 8
"""More findings of a kind than this share one switch."""


def choose_drops(findings: Sequence[Finding], key: str) -> tuple[tuple[str, ...], bool]:
    """The findings, one sentence each, with a switch where something can be left out.

    Args:
        findings: of the audit.
        key: of the table, so that switches of one table are not those of another.

    Returns:
        The columns to leave out, and whether to leave out repeated rows.
    """
    drop: list[str] = []
    duplicates = False
    grave = sum(finding.kind in GRAVE for finding in findings)
    label = f"Before training: {len(findings)} finding{'s' * (len(findings) != 1)}"
    label += f", {grave} to look at first" if grave else ""
    with st.expander(label, icon=":material/fact_check:"):
        for kind, group in groupby(findings, lambda finding: finding.kind):
            found = list(group)
            icon = ":material/warning:" if kind in GRAVE else ":material/info:"
            st.markdown(f"{icon} **{WORDS[kind]}**")
            columns = [f.column for f in found if f.switch == "drop column" and f.column is not None]
            if len(found) > MOST_SWITCHES:
                st.dataframe(
                    pd.DataFrame({"finding": [finding.says for finding in found]}),
                    hide_index=True,
                    height=240,
                )
                if columns and st.toggle(
                    f"Leave out all {len(columns)} columns", key=f"drop_all_{key}_{kind}"
                ):
                    drop += columns
                continue
            for finding in found:
                sentence, switch = st.columns([3, 1], vertical_alignment="center")
                sentence.text(finding.says)
                if finding.switch == "drop column" and finding.column is not None:
                    if switch.toggle(
                        f"Leave out {plain(short(finding.column, 20))}",
                        key=f"drop_{key}_{kind}_{finding.column}",
                    ):
                        drop.append(finding.column)
                elif finding.switch == "drop duplicates":
                    duplicates = switch.toggle("Leave out repeats", key=f"drop_duplicates_{key}")
    return tuple(dict.fromkeys(drop)), duplicates


def show_rows(task: Task) -> None:
    """A picture and a table of the rows of every group and label, empty and near-empty cells marked."""
    _labels(task)
    counts = task.counts
    thin = int((counts["mark"] != "").sum())
    label = f"Rows of every group and label: {task.train.rows:,} to train on" + (
        f", {thin} cell{'s' if thin > 1 else ''} empty or nearly so" if thin else ""
    )
    with st.expander(label, icon=":material/table_rows:", expanded=bool(thin)):
        cells = list(zip(counts["group"], counts["label"], strict=True))
        numbers = counts[list(PARTS)].to_numpy()
        st.plotly_chart(
            rows_of_cells(cells, numbers, counts["mark"].tolist(), theme()),
            key="rows",
            theme=None,
            config={"displayModeBar": False},
            alt="Training, validation and test rows of every group and label.",
        )
        st.caption(
            "Each panel has its own scale. Validation and test rows are drawn in the same number from every cell; "
            "test rows may repeat. A cell without training rows can only be judged by what is learned from others."
        )
        st.dataframe(
            counts.drop(columns="cell").rename(columns={"test_distinct": "test, distinct"}), hide_index=True
        )
        for notice in task.notices:
            st.text(notice)
        st.caption(f"{len(task.feature_names):,} features from {plain(task.table.shape[1])} columns.")


def _labels(task: Task) -> None:
    """What each label gathers, where that is more than a value each."""
    rows = [
        {"label": label, "name": name, "value": value, "rows": rows}
        for label, (name, values) in enumerate(zip(task.label_names, task.label_values, strict=False))
        for value, rows in values
    ]
    if len(rows) > 2:
        st.caption(f"What the labels gather: label 0 stands for {len(task.label_values[0]):,} values.")
        st.dataframe(pd.DataFrame(rows), hide_index=True, height=min(240, 37 + 35 * len(rows)))
