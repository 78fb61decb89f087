"""What a run on several splits shows of them: every method, or its difference to its twin, split by split."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.metrics import KINDS, metric_title
from nashcore.runs.results import StoredResult
from ui.figures.splits import over_splits
from ui.shell import figure_box
from ui.shell.text import theme
from ui.train.arms import styles

OF = {"methods": "Methods", "differences": "Differences to the twin"}


def splits_view(run: StoredResult, kind: str) -> None:
    """A point a split, with mean, interval and the spread within a split."""
    a, b = st.columns(2, vertical_alignment="bottom")
    metric = a.selectbox("Metric", KINDS[kind].metrics, format_func=metric_title, key=f"split_metric_{kind}")
    shown = b.segmented_control(
        "Split by split",
        list(OF) if run.summary["differences"] else ["methods"],
        default="methods",
        required=True,
        format_func=OF.__getitem__,
        key="split_rows",
    )
    rows = split_rows(run, metric, differences=shown == "differences")
    numbers = {name: rows[name].to_numpy(float) for name in ("mean", "low", "high", "within")}
    splits = run.result.splits
    figure_box.show(
        over_splits(
            rows["label"].tolist(),
            [styles(run)[arm] for arm in rows["method"]],
            splits,
            rows[[f"split {split}" for split in splits]].to_numpy(float),
            numbers["mean"],
            numbers["low"],
            numbers["high"],
            numbers["within"],
            metric_title(metric),
            theme(),
            zero=shown == "differences",
        ),
        key="split-by-split",
        caption="Last epoch. Open dots: a split each, the mean over its seeds. Diamond and bar: the mean over the splits with its "
        "95% interval. " + _within_says(len(run.result.seeds)) + run.summary["unit_says"],
        alt=f"{metric_title(metric)} on every split, with means, intervals and spreads.",
        data=rows,
        command=run.command,
    )


def _within_says(seeds: int) -> str:
    """How to read the spread within a split, in a sentence or two."""
    if seeds < 2:
        return "With one seed a split, splits and seeds cannot be told apart: the dots scatter with both. "
    return (
        "Grey bar: one standard deviation over the seeds within a split, to either side. Seeds alone would scatter the dots with a "
        f"standard deviation of {1 / math.sqrt(seeds):.2f} times that (1/√{seeds}); what they scatter beyond that is the splits', "
        "of which more seeds tell nothing. "
    )


def split_rows(run: StoredResult, metric: str, *, differences: bool) -> pd.DataFrame:
    """A method or difference a row: method, label, mean, low, high, within, and the mean on every split."""
    summary = run.summary
    found: list[tuple[str, str, dict[str, Any]]] = [
        (arm, one["title"], one["last"][metric]) for arm, one in summary["methods"].items()
    ]
    if differences:
        titles = {arm: label for arm, label, _ in found}
        found = [
            (arm, f"{titles[arm]}<br>minus {titles[one['twin']]}", one["last"][metric])
            for arm, one in summary["differences"].items()
        ]
    splits = [f"split {split}" for split in run.result.splits]
    numbers = ["mean", "low", "high", "within"]
    rows = [
        {
            "method": arm,
            "label": label,
            **{name: values.get(name) for name in numbers},
            **dict(zip(splits, values.get("by_split", [np.nan] * len(splits)), strict=True)),
        }
        for arm, label, values in found
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys([*numbers, *splits], float))
