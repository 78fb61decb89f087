"""The page's section on alignment: how well every step agrees with each group's gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from synthetic.config import PlaneConfig
from synthetic.cost import own_cost
from synthetic.pareto import FAILURE_DISTANCE
from ui.figures import alignment as draw
from ui.lossplane import lessons
from ui.shell import figure_box, plane_runs
from ui.shell.compute import compute
from ui.shell.plane_work import alignment_table
from ui.shell.styles import written_style
from ui.shell.text import theme

PARTS = ["lowest", "mean", "highest"]
UNITS = {True: "one (cosines)", False: "its own (inner products)"}


def command(config: PlaneConfig, unit_gradients: bool) -> str:
    """The command line that writes how every step agrees with the players' gradients."""
    words = "" if unit_gradients else " --inner-products"
    return f"{plane_runs.command(config)} --alignment=alignment.csv{words}"


def section(config: PlaneConfig) -> None:
    """The choice of the run, its histograms, and a table of all runs."""
    name, unit, off = _choices(config)
    found: pd.DataFrame = compute(
        "alignment", st.empty(), own_cost(config), "Measuring", alignment_table, config.to_json(), unit
    )
    if off:
        found = found[found["distance"] > FAILURE_DISTANCE]
    parts = {
        method: [
            found.loc[(found["method"] == method) & (found["stage"] == stage), PARTS].to_numpy()
            for stage in ("before", "after")
        ]
        for method in config.methods
    }
    before, after = parts[name]
    outside = "" if unit else " What lies beyond the panels counts in their outermost bars."
    figure_box.show(
        draw.alignment(
            f"Alignment along the runs: {written_style(name).title}",
            before,
            after,
            written_style(name).colour(theme()),
            theme(),
            cosines=unit,
        ),
        key="plane-alignment",
        caption=f"Every moment {'off the front ' if off else ''}of every run counts once; the direction has length one. "
        f"A rule without a goal is compared with the mean. When a moment was is not shown.{outside}",
        alt=f"Histograms of the lowest, mean and highest {'cosine' if unit else 'inner product'} before and after "
        "bargaining.",
        data=found[found["method"] == name],
        command=command(config, unit),
    )
    lessons.show("alignment")
    _shares(parts)
    if np.isnan(found[PARTS].to_numpy()).any():
        st.caption("Some runs left the finite numbers; their moments from there on count as gaining nothing.")


def _choices(config: PlaneConfig) -> tuple[str, bool, bool]:
    """The method, whether gradients count with length one, and whether only moments off the front count."""
    left, right = st.columns(2)
    name = left.selectbox(
        "Method",
        config.methods,
        format_func=lambda name: written_style(name).title,
        key="aligned",
        bind="query-params",
    )
    unit = right.segmented_control(
        "Every gradient counts with length",
        [True, False],
        default=True,
        required=True,
        format_func=UNITS.__getitem__,
        key="unit",
        bind="query-params",
    )
    off = st.toggle(
        "Count only moments off the front",
        key="off",
        bind="query-params",
        help=f"Those further than {FAILURE_DISTANCE:g} from it: on the front gradients are opposed, and nobody can gain.",
    )
    return name, unit is not False, off


def _shares(parts: Mapping[str, Sequence[NDArray[np.float64]]]) -> None:
    """Of every method, at which share of the moments everybody would gain."""
    shares = draw.shares_aligned(*zip(*parts.values(), strict=True))
    st.markdown("Share of moments at which every group would gain, to first order")
    table = pd.DataFrame(
        {
            "Method": [written_style(method).title for method in parts],
            "Along the goal's own direction": shares[0],
            "Along the direction taken": shares[1],
        }
    )
    st.dataframe(
        table.style.format("{:.1%}", na_rep="no such moment", subset=list(table.columns[1:])), hide_index=True
    )
