"""Every run against the one that was chosen as the baseline."""

from __future__ import annotations

import streamlit as st

from nashcore.metrics import KINDS, metric_title
from nashcore.runs.results import against, shown_against
from ui.compare.selection import Comparison
from ui.shell.table_height import table_height
from ui.shell.text import plain, show_input_errors


@st.fragment
def show(comparison: Comparison, kind: str) -> None:
    """A metric's differences to the baseline, a method a row and a run a column."""
    with show_input_errors():
        _show(comparison, kind)


def _show(comparison: Comparison, kind: str) -> None:
    baseline, *others = comparison.runs
    metric = st.selectbox(
        "Metric", KINDS[kind].metrics, format_func=metric_title, key=f"baseline_metric_{kind}", width=320
    )
    found = against(baseline, others, kind)
    letters = {run.id: f"{comparison.letters[run.id]} − {comparison.letters[baseline.id]}" for run in others}
    table = shown_against(found, str(metric), letters)
    if len(table):
        st.dataframe(table, hide_index=True, height=table_height(len(table)))
    for why in found.refused.values():
        st.info(plain(why), icon=":material/block:")
    st.caption(
        plain(
            f"Each run minus the baseline, {comparison.name(baseline)}, at the last epochs; in brackets 95% intervals over pairs "
            f"of the same split and seed. {' '.join(found.says)}"
        )
    )
