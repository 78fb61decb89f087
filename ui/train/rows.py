"""The rows that a table has in every group and label, and what the labels gather."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nashcore.data import Task
from ui.figures.groups import PARTS, rows_of_cells
from ui.shell.figure_box import as_seen
from ui.shell.table_height import table_height
from ui.shell.text import plain, theme


def show(task: Task) -> None:
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
            as_seen(rows_of_cells(cells, numbers, counts["mark"].tolist(), theme())),
            key="rows",
            theme=None,
            config={"displayModeBar": False},
            alt="Training, validation and test rows of every group and label.",
        )
        st.caption(
            "Each panel has its own scale. Validation and test rows are drawn in the same number from every cell; "
            "test rows may repeat. "
            "The natural test part keeps a share of every cell, each row once. "
            "A cell without training rows can only be judged by what is learned from others."
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
        st.dataframe(pd.DataFrame(rows), hide_index=True, height=table_height(len(rows), 5))
