"""The result's test rows at a threshold: which model, which test rows, and what it decides."""

from __future__ import annotations

import streamlit as st

from nashcore.runs.results import PARTS, StoredResult
from ui.shell import at_threshold, one_row
from ui.shell.scored import explained, own_report
from ui.shell.text import show_input_errors


@st.fragment
def threshold_view(run: StoredResult) -> None:
    """A closed box costs nothing: models are applied to the test rows once it is opened."""
    box = st.expander(
        "Score the test rows with the stored models",
        icon=":material/tune:",
        key="threshold_box",
        on_change="rerun",
    )
    if not box.open:
        st.caption(
            "Selection rate, accuracy, TPR, FPR, precision, calibration and the confusion matrix of every group, at a threshold "
            "that can be moved; and what changes the score of a single row."
        )
        return
    with box, show_input_errors():
        arm, seed, split, part = _model(run)
        report = own_report(run.id, split, part)
        command = f"python -m nashcore runs by-group {run.id} --arm {arm} --seed {seed} --split {split} --part {part}"
        at_threshold.view(report, arm, seed, key="threshold", command=command)
        with st.expander(
            "A single row's score", icon=":material/person_search:", key="threshold_one", on_change="rerun"
        ) as one:
            if one.open:
                rows = report.rows
                one_row.view(
                    lambda row: explained(run.id, rows.table, int(rows.rows[row]), arm, seed, split),
                    len(rows.rows),
                    key="threshold",
                )


def _model(run: StoredResult) -> tuple[str, int, int, str]:
    """The arm, the seed, the split and the test rows that are looked at."""
    result = run.result
    a, b, c, d = st.columns([2, 0.8, 0.8, 1.6])
    arm = a.selectbox("Method", result.arms, format_func=lambda arm: run.arms[arm].title, key="threshold_arm")
    seed = b.selectbox("Seed", result.seeds, key="threshold_seed")
    split = c.selectbox("Split", result.splits, key="threshold_split", disabled=len(result.splits) == 1)
    parts = list(PARTS) if run.summary["natural_test"] is not None else ["balanced"]
    part = d.selectbox(
        "Test rows", parts, format_func=PARTS.__getitem__, key="threshold_part", disabled=len(parts) == 1
    )
    return str(arm), int(seed), int(split), str(part)
