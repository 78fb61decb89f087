"""Where the runs end: one sentence, and a table a question."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import streamlit as st

from ui.figures.style import INKS, Theme, look
from ui.lossplane import plane_runs

_LARGEST = 1e15
"""A table's cell holds no number much larger; what is larger, or lost, stands for itself above it."""


def told(ran: plane_runs.Ran) -> str:
    """The picture in one sentence."""
    titles = [look(name).title for name in ran.names]
    fails = dict(zip(titles, ran.failed.sum(1).tolist(), strict=True))
    never = [title for title, count in fails.items() if not count]
    some = [f"{title} from {count} of {ran.failed.shape[1]}" for title, count in fails.items() if count]
    parts = [
        f"Reaches the front from every start: {', '.join(never)}."
        if never
        else "No method reaches the front from every start."
    ]
    if some:
        parts.append(f"Fails: {', '.join(some)}.")
    return " ".join(parts)


def tables(ran: plane_runs.Ran, theme: Theme) -> None:
    """Distances and gaps of all ends."""
    st.subheader("Where the runs end", anchor=False)
    st.markdown("Distance to the Pareto front; red where it is a failure")
    red = f"color: {INKS[theme].failed}; font-weight: 650"
    styles = np.full((len(ran.names), 1 + ran.failed.shape[1]), "", dtype=object)
    styles[:, 1:][ran.failed] = red
    distance = _table(ran, "distance")
    st.dataframe(_written(distance).apply(lambda _: styles, axis=None), hide_index=True)
    groups = ran.losses.shape[-1]
    gap = "|L1 − L2|" if groups == 2 else "the highest loss less the lowest"
    st.markdown(f"Gap between the groups, {gap}")
    st.dataframe(_written(_table(ran, "gap")), hide_index=True)
    lonely = np.asarray(ran.ends["failing_share"])
    if ((lonely > 0) & (lonely < 1)).any():
        st.caption(
            "Some starts are on a knife's edge: of copies moved by a billionth, a part fails and a part does not. "
            "Such a start counts as failing, and the failing copy is drawn."
        )


def gains(ran: plane_runs.Ran) -> None:
    """With guaranteed steps: at which share of the steps every group gained."""
    if ran.gained_share is None:
        return
    parts = [
        f"{look(name).title} {'none to count' if np.isnan(share) else f'{share:.1%}'}"
        for name, share in zip(ran.names, ran.gained_share.tolist(), strict=True)
    ]
    st.markdown(f"**Steps off the front at which every group gained: {', '.join(parts)}.**")


def _table(ran: plane_runs.Ran, column: str) -> pd.DataFrame:
    """A method a row, a start a column."""
    wide = np.asarray(ran.ends[column], dtype=float).reshape(ran.failed.shape)
    wide = np.where(np.isfinite(wide), np.minimum(wide, _LARGEST), 2 * _LARGEST)
    starts = {f"Start {place}": values for place, values in enumerate(wide.T, 1)}
    return pd.DataFrame({"Method": [look(name).title for name in ran.names]} | starts)


def _written(table: pd.DataFrame) -> pd.io.formats.style.Styler:
    return table.style.format(lambda value: number(cast(float, value)), subset=list(table.columns[1:]))


def number(value: float) -> str:
    """A number of a table as people read it."""
    if value >= _LARGEST:
        return "lost" if value > _LARGEST else f"over {_LARGEST:.0e}"
    return f"{value:.3f}" if value < 1e4 else f"{value:.0e}"
