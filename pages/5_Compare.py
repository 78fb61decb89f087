"""Hold finished runs side by side: the paper's table, what differs, by how much, and files to take away."""

from __future__ import annotations

import streamlit as st

from nashcore.learning import OTHER_DATA
from nashcore.runs import METRICS_FIRST
from ui.compare import baseline, imports, manage, scoring, selection, table, trash, views
from ui.compare.controls import LABELS, controls
from ui.shell.figure_box import in_tab
from ui.shell.frame import framed
from ui.shell.pages import COMPARE, TRAIN
from ui.shell.runs import listing, store
from ui.shell.text import warn


def show(comparison: selection.Comparison) -> None:
    """The chosen runs in tables, figures and files."""
    st.dataframe(selection.key_table(comparison), hide_index=True, column_config=selection.WIDTHS)
    views.show_warnings(comparison)
    kind, epoch, shown = controls()
    views.verdict(comparison, kind)
    views.tables(comparison, kind, epoch, shown)
    if comparison.has_baseline:
        st.subheader("Against the baseline", anchor=False)
        baseline.show(comparison, kind)
    over, against, differ = st.tabs(
        ["Over the epochs", "Paired differences", "Settings that differ"], key="tab", on_change="rerun"
    )
    with in_tab(over):
        views.curves(comparison, kind)
    with in_tab(against):
        views.differences(comparison, kind)
    with in_tab(differ):
        views.settings(comparison)
    with st.expander("Score new rows with one of these models", icon=":material/table_view:"):
        scoring.score(comparison)


with framed(
    COMPARE,
    words=[*LABELS, *table.FILTERS],
    labels={**LABELS, **table.LABELS},
    hides=OTHER_DATA,
):
    found = listing(METRICS_FIRST)
    warn(store().warnings)
    if not found.runs:
        manage.show_empty_store()
        imports.box()
    else:
        selection.take_up(found.runs)
        table.filters(found)
        wanted = table.asked()
        found = listing(wanted.metrics(table.metric()))
        manage.show_going(found.runs)
        with st.container(key="screen_only"):  # on paper stand the runs that are held side by side
            view = table.show(found, wanted)
        comparison = selection.choose(found.runs, view)
        manage.show_kept_runs(found, view)
        imports.box()
        if comparison.runs:
            show(comparison)
        elif any(run.epochs for run in found.runs):
            st.info("Choose one run or more above.", icon=":material/arrow_upward:")
        else:
            st.info("None of the kept runs has finished an epoch yet.", icon=":material/hourglass:")
            st.page_link(TRAIN.path, label="Go to the training page", icon=TRAIN.icon)
    trash.show_set_aside(found.damaged)
    trash.show_trash(found.deleted)
