"""Where the runs end: one sentence, and a table a question."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from ui.figures.style import INKS, Theme
from ui.shell import plane_runs
from ui.shell.styles import written_style

_LARGEST = 1e15
"""A table's cell holds no number much larger; what is larger, or lost, stands for itself above it."""


def summary(runs: plane_runs.PlaneRuns) -> str:
    """The picture in one sentence."""
    titles = [written_style(name).title for name in runs.names]
    fails = dict(zip(titles, runs.failed.sum(1).tolist(), strict=True))
    never = [title for title, count in fails.items() if not count]
    some = [f"{title} from {count} of {runs.failed.shape[1]}" for title, count in fails.items() if count]
    parts = [
        f"Reaches the front from every start: {', '.join(never)}."
        if never
        else "No method reaches the front from every start."
    ]
    if some:
        parts.append(f"Fails: {', '.join(some)}.")
    return " ".join(parts)


def tables(runs: plane_runs.PlaneRuns, theme: Theme) -> None:
    """Distances and gaps of all ends."""
    st.subheader("Where the runs end", anchor=False)
    st.markdown("Distance to the Pareto front; red where it is a failure")
    red = f"color: {INKS[theme].failed}; font-weight: 650"
    styles = np.full((len(runs.names), 1 + runs.failed.shape[1]), "", dtype=object)
    styles[:, 1:][runs.failed] = red
    distance = wide_table(runs, "distance")
    st.dataframe(_written(distance).apply(lambda _: styles, axis=None), hide_index=True)
    groups = runs.losses.shape[-1]
    gap = "|L1 − L2|" if groups == 2 else "the highest loss less the lowest"
    st.markdown(f"Gap between the groups, {gap}")
    st.dataframe(_written(wide_table(runs, "gap")), hide_index=True)
    lonely = np.asarray(runs.ends["failing_share"])
    if ((lonely > 0) & (lonely < 1)).any():
        st.caption(
            "Some starts are on a knife's edge: of copies moved by a billionth, a part fails and a part does not. "
            "Such a start counts as failing, and the failing copy is drawn."
        )


def gains(runs: plane_runs.PlaneRuns) -> None:
    """With guaranteed steps: at which share of the steps every group gained."""
    if runs.gained_share is None:
        return
    parts = [
        f"{written_style(name).title} {'none to count' if np.isnan(share) else f'{share:.1%}'}"
        for name, share in zip(runs.names, runs.gained_share.tolist(), strict=True)
    ]
    st.markdown(f"**Steps off the front at which every group gained: {', '.join(parts)}.**")


def wide_table(runs: plane_runs.PlaneRuns, column: str) -> pd.DataFrame:
    """A method a row, a start a column."""
    wide = np.asarray(runs.ends[column], dtype=float).reshape(runs.failed.shape)
    wide = np.where(np.isfinite(wide), np.minimum(wide, _LARGEST), 2 * _LARGEST)
    starts = {f"Start {place}": values for place, values in enumerate(wide.T, 1)}
    return pd.DataFrame({"Method": [written_style(name).title for name in runs.names]} | starts)


def _written(table: pd.DataFrame) -> pd.io.formats.style.Styler:
    return table.style.format(lambda value: number(cast(float, value)), subset=list(table.columns[1:]))


def number(value: float) -> str:
    """A number of a table as people read it."""
    if value >= _LARGEST:
        return "lost" if value > _LARGEST else f"over {_LARGEST:.0e}"
    return f"{value:.3f}" if value < 1e4 else f"{value:.0e}"
