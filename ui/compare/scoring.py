"""A run's models applied to rows of one's own."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nashcore.data import PACKED_ENDINGS, TABLE_ENDINGS, to_safe_csv
from nashcore.runs.results import read_rows, score_rows, unseen_rows
from ui.compare.selection import Comparison
from ui.shell.runs import store
from ui.shell.text import plain, show_input_errors

MEGABYTES = 50
PREVIEW = 8


@st.fragment
def score(comparison: Comparison) -> None:
    """Upload rows, choose a model, take its scores away."""
    with show_input_errors():
        by_id = {run.id: run for run in comparison.runs}
        a, b, c, d = st.columns([2, 1.4, 0.8, 0.8])
        run = a.selectbox(
            "Run", list(by_id), format_func=lambda run: comparison.name(by_id[run]), key="score_run"
        )
        result = by_id[run].result
        arm = b.selectbox(
            "Method",
            result.arms,
            format_func=lambda arm: by_id[run].arms[arm].title,
            key=f"score_arm_{run}",
        )
        seed = c.selectbox("Seed", result.seeds, key=f"score_seed_{run}")
        split = d.selectbox(
            "Split", result.splits, key=f"score_split_{run}", disabled=len(result.splits) == 1
        )
        given = st.file_uploader(
            "File with the columns that the run was trained on",
            [*TABLE_ENDINGS, *PACKED_ENDINGS],
            key="score_rows",
            max_upload_size=MEGABYTES,
            help=f"At most {MEGABYTES} MB. The file stays on the machine that serves this page, and is not kept. "
            "Further columns, the target among them, are ignored.",
        )
        if given is None:
            return
        table = read_rows(store(), run, given, split)
        scores = score_rows(store(), run, table.frame, arm, seed, split)
        for notice in (*table.notices, *unseen_rows(store(), run, table.frame, split)):
            st.text(notice)
        above = int(scores["label"].sum())
        st.text(f"{len(scores):,} rows; the model gives label 1 to {above:,} of them.")
        st.dataframe(_preview(table.frame, scores), hide_index=True)
        st.download_button(
            "Scores (CSV)",
            lambda: to_safe_csv(scores),
            f"scores-{run}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.caption(
            plain(
                "A row of the file a row of the download, in the same order: score is the probability of label 1, and "
                "label is 1 where it is above one half. A score says nothing of how sure it is, and in rows with values that "
                "the training rows did not hold, named above, it says least."
            )
        )


def _preview(frame: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """The first scores before the first columns of their rows."""
    shown = frame.iloc[:PREVIEW, :8].astype(str)
    shown.columns = [f"{name} " if name in ("score", "label") else str(name) for name in shown.columns]
    return pd.concat([scores.head(PREVIEW).round(4), shown.reset_index(drop=True)], axis=1)
