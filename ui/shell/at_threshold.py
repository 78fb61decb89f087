"""One model's decisions at a threshold that can be moved, group by group: rates, confusion matrix, calibration, all methods."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.data import to_safe_csv
from nashcore.metrics import COUNTED_RATES
from nashcore.runs.results import (
    PLAIN,
    ByGroup,
    Thresholds,
    by_group_table,
    shown_calibration,
    shown_confusion,
    shown_methods,
    shown_rates,
)
from ui.figures.thresholds import rate_curves, reliability_diagram
from ui.shell import figure_box
from ui.shell.table_height import table_height
from ui.shell.text import plain, show_input_errors, theme

VIEWS = {
    "rates": "Rates",
    "confusion": "Confusion matrix",
    "calibration": "Calibration",
    "methods": "All methods",
}
FIRST = {name: st.column_config.TextColumn(pinned=True) for name in ("Group", "Method")}
"""Columns that stay in view where a table is wider than the page."""

BESIDE = 3
"""Sliders of groups beside each other."""

_GRID = np.linspace(0, 1, 201)


@st.fragment
def view(report: ByGroup, arm: str, seed: int, *, key: str, command: str) -> None:
    """A slider for the threshold, and what it decides.

    Args:
        report: the scored rows.
        arm: the model's arm.
        seed: its seed.
        key: unique on the page.
        command: the command line that computes the same at one half, without its thresholds.
    """
    with show_input_errors():
        _view(report, arm, seed, key, command)


def _view(report: ByGroup, arm: str, seed: int, key: str, command: str) -> None:
    thresholds = _thresholds(report.rows.groups, key)
    found = report.at(arm, seed, thresholds)
    command = " ".join([command, *_words(thresholds)])
    for notice in found["caveats"][: len(report.rows.notices)]:
        st.info(plain(notice), icon=":material/info:")
    if found["cost"] is not None:
        st.warning(plain(f"{found['cost']['says']} {found['caveats'][-1]}"), icon=":material/balance:")
    shown = st.segmented_control(
        "Show", list(VIEWS), default="rates", required=True, format_func=VIEWS.__getitem__, key=f"{key}_view"
    )
    match shown:
        case "rates":
            _rates(report, found, thresholds, key, command)
        case "confusion":
            _table(shown_confusion(found))
        case "calibration":
            _calibration(found, key, command)
        case _:
            _methods(found)
    told = len(report.rows.notices), None if found["cost"] is None else -1  # above already
    said = found["caveats"][slice(*told)]
    st.caption(plain(" ".join([f"{found['label']}, seed {found['seed']}, on the {found['rows']}.", *said])))
    st.download_button(
        "Rates by group (CSV)",
        lambda: to_safe_csv(by_group_table(found)),
        f"by-group-{found['run']}.csv",
        "text/csv",
        key=f"{key}_csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _thresholds(groups: Sequence[str], key: str) -> Thresholds:
    """The common threshold, and on demand one for each group."""
    common = st.slider(
        "Threshold: label 1 where the score is above", 0.0, 1.0, PLAIN, 0.01, key=f"{key}_common"
    )
    if not st.toggle(
        "Another threshold for each group",
        key=f"{key}_own",
        help="With what that costs beside the common threshold. It uses the group at the decision, which may not be allowed.",
    ):
        return Thresholds(common)
    own = {}
    for first in range(0, len(groups), BESIDE):
        for place, column in enumerate(st.columns(BESIDE), first):
            if place < len(groups):
                own[groups[place]] = column.slider(
                    plain(groups[place]), 0.0, 1.0, common, 0.01, key=f"{key}_of_{place}"
                )
    return Thresholds(common, own)


def _words(thresholds: Thresholds) -> list[str]:
    own = [(name, at) for name, at in thresholds.of_groups.items() if at != thresholds.common]
    return [
        f"--threshold {thresholds.common:g}",
        *(f"--threshold-of {shlex.quote(f'{name}={at:g}')}" for name, at in own),
    ]


def _lines(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*found["groups"], found["overall"]]


def _rates(report: ByGroup, found: Mapping[str, Any], thresholds: Thresholds, key: str, command: str) -> None:
    _table(shown_rates(found))
    metric = st.segmented_control(
        "Rate",
        list(COUNTED_RATES),
        default="selection_rate",
        required=True,
        format_func=lambda name: COUNTED_RATES[name].title,
        key=f"{key}_rate",
        wrap=True,
    )
    rate = COUNTED_RATES[str(metric)]
    names = [line["group"] for line in _lines(found)]
    curves = report.curves(found["arm"], found["seed"], _GRID)
    marks = [
        [_nan(line["rates"][rate.name][part]) for part in ("value", "low", "high")]
        for line in found["groups"]
    ]
    figure_box.show(
        rate_curves(
            report.rows.groups,
            _GRID,
            curves[rate.name],
            np.array(thresholds.of(report.rows.groups)),
            np.array(marks),
            rate.title,
            theme(),
        ),
        key=f"{key}_curves",
        caption=f"{rate.title}: {rate.says}. Marks stand at the thresholds now, or closely beside each other, with 95% intervals "
        "over these rows; lines show what any other common threshold would give. A line with few rows behind it moves in steps.",
        alt=f"{rate.title} of every group over the threshold, marked where it is now.",
        data=lambda: pd.DataFrame({"threshold": _GRID, **dict(zip(names, curves[rate.name].T, strict=True))}),
        command=command,
    )


def _calibration(found: Mapping[str, Any], key: str, command: str) -> None:
    _table(shown_calibration(found))
    names = [line["group"] for line in _lines(found)]
    bins = {name: [one for one in found["reliability"] if one["group"] == name] for name in names}
    shown = st.selectbox("Intervals of", names, index=len(names) - 1, key=f"{key}_bins", width=320)
    figure_box.show(
        reliability_diagram(names, bins, str(shown), theme()),
        key=f"{key}_reliability",
        caption="Ten bins of the score. On the dashed line scores mean what they say; above it they are too low. Intervals are "
        "Wilson's (95%), and a bin may hold a handful of rows. The calibration error is the mean distance from the line over the "
        "rows; one below “95% by chance” is not told from scores that mean what they say. The threshold changes none of this.",
        alt="Mean score against the share of label 1 in ten bins of the score, for every group.",
        data=pd.DataFrame(found["reliability"]),
        command=command,
    )


def _table(table: pd.DataFrame) -> None:
    st.dataframe(table, hide_index=True, column_config=FIRST, height=table_height(len(table)))


def _methods(found: Mapping[str, Any]) -> None:
    _table(shown_methods(found))
    st.caption(
        "All methods at the same thresholds: mean over the seeds, in parentheses the lowest and the highest seed. Gaps are between "
        "the largest and the smallest group, and lie above zero even where groups are treated alike."
    )


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value
