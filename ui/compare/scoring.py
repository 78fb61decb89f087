"""A run's models applied to rows of one's own."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nashcore.data import PACKED_ENDINGS, TABLE_ENDINGS, to_safe_csv
from nashcore.errors import InputError
from nashcore.runs.results import StoredResult, lacking_columns, read_rows, score_rows, unseen_rows
from ui.compare.selection import Comparison
from ui.shell import at_threshold, one_row
from ui.shell.runs import store
from ui.shell.scored import explained, file_report
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
            help=f"At most {MEGABYTES} MB. The file stays on the machine that serves this page, and is not kept. With the run's "
            "target and the columns of its groups, the model's decisions are counted group by group; further columns are ignored.",
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
        command = f"--arm {arm} --seed {seed} --split {split}"
        with st.expander("By group, at a threshold", icon=":material/tune:", expanded=True):
            _by_group(by_id[run], table.frame, str(arm), int(seed), int(split), given.file_id, command)
        box = st.expander(
            "A single row's score", icon=":material/person_search:", key="score_one", on_change="rerun"
        )
        if box.open and len(scores):
            with box:
                one_row.view(
                    lambda row: explained(run, table.frame, row, str(arm), int(seed), int(split)),
                    len(scores),
                    key="score",
                    command=f"python -m nashcore runs explain {run} --csv FILE {command}",
                )


def _by_group(
    run: StoredResult, frame: pd.DataFrame, arm: str, seed: int, split: int, file: str, words: str
) -> None:
    """How the model does on the file's rows, where they have labels and groups."""
    lacking = lacking_columns(run.config, frame)
    if lacking:
        st.caption(
            plain(f"With {', '.join(lacking)} in the file, decisions would be counted here group by group.")
        )
        return
    try:
        report = file_report(run.id, split, frame, file)
    except InputError as refused:  # the rows are scored all the same
        st.info(plain(f"Not counted by group. {refused}"), icon=":material/info:")
        return
    with show_input_errors():
        command = f"python -m nashcore runs by-group {run.id} --rows FILE {words}"
        at_threshold.view(report, arm, seed, key="score", command=command)


def _preview(frame: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """The first scores before the first columns of their rows."""
    shown = frame.iloc[:PREVIEW, :8].astype(str)
    shown.columns = [f"{name} " if name in ("score", "label") else str(name) for name in shown.columns]
    return pd.concat([scores.head(PREVIEW).round(4), shown.reset_index(drop=True)], axis=1)
