"""Where the runs end: one sentence, and a table a question."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from synthetic.verdict import headline
from ui.figures.style import INKS, Theme
from ui.shell.plane_work import PlaneRuns
from ui.shell.styles import written_style

_LARGEST = 1e15
"""A table's cell holds no number much larger; what is larger, or lost, stands for itself above it."""


def summary(runs: PlaneRuns) -> str:
    """The picture in one sentence."""
    return headline([written_style(name).title for name in runs.names], runs.failed)


def unanswered(runs: PlaneRuns) -> str:
    """At how many steps rules had no answer, and how many of these steps were at the front."""
    everywhere, near = runs.unanswered.sum(-1).tolist()
    parts = [
        f"{written_style(name).title} {count} ({close} of them at the front)"
        for name, count, close in zip(runs.names, everywhere, near, strict=True)
        if count
    ]
    if not parts:
        return "Every rule had an answer at every step at which it was asked."
    return (
        "Steps at which a rule had no answer (no agreement, or a stationary point), so that its goal was followed: "
        f"{', '.join(parts)}. At the front, gradients are opposed and nobody can gain without another's loss."
    )


def tables(runs: PlaneRuns, theme: Theme) -> None:
    """Distances and gaps of all ends."""
    st.header("Where the runs end", anchor=False)
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
    st.caption(unanswered(runs))


def gains(runs: PlaneRuns) -> None:
    """With guaranteed steps: at which share of the steps every group gained."""
    if runs.gained_share is None:
        return
    parts = [
        f"{written_style(name).title} {'none to count' if np.isnan(share) else f'{share:.1%}'}"
        for name, share in zip(runs.names, runs.gained_share.tolist(), strict=True)
    ]
    st.markdown(f"**Steps off the front at which every group gained: {', '.join(parts)}.**")


def wide_table(runs: PlaneRuns, column: str) -> pd.DataFrame:
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
