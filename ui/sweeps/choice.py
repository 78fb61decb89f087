"""Which sweep is shown, and by which metric and method it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from nashcore.errors import InputError, shortened
from nashcore.metrics import METRICS, metric_title
from nashcore.runs.sweep import Sweep, SweepFigures, sweep_figures
from ui.figures.groups import short
from ui.shell.runs import store
from ui.shell.sharing import here
from ui.shell.text import plain

ADDRESS = "sweep"
"""The address's word for the sweep: ``?sweep=814e4a98``."""

CHOSEN = "chosen_sweep"
"""Session key: the sweep that is shown."""

LABELS: Mapping[str, Callable[[Any], str]] = {"by": metric_title}
"""The keys of the widgets that the address can hold, and how they write their options."""

ALL = "All methods"


def choose() -> Sweep | None:
    """The choice of a sweep, the newest at first; None where there is none. One that the address cannot name is told."""
    found: dict[str, Sweep] = {}
    for sweep in store().sweeps.ids():
        try:
            found[sweep] = store().sweeps.get(sweep)
        except InputError as damaged:
            st.warning(plain(damaged), icon=":material/warning:")
    asked = st.query_params.get(ADDRESS)
    if asked is not None and asked not in found:
        st.warning(plain(f"The address asks for a sweep that is not kept {here()}: {shortened(asked)}."))
    if not found:
        return None
    if asked in found and CHOSEN not in st.session_state:
        st.session_state[CHOSEN] = asked
    chosen = st.selectbox(
        "Sweep",
        list(found),
        key=CHOSEN,
        format_func=lambda sweep: (
            f"{short(found[sweep].title, 60)} · {len(found[sweep].places)} runs · {sweep}"
        ),
    )
    if st.query_params.get(ADDRESS) != chosen:
        st.query_params[ADDRESS] = chosen
    return found[chosen]


def metric_and_method(figures: SweepFigures) -> tuple[str, str | None]:
    """The metric by which candidates are held against each other, and the method that alone takes part."""
    a, b = st.columns(2)
    names = list(METRICS)
    own = figures.sweep.metric if figures.sweep.metric in METRICS else names[0]
    metric = a.selectbox(
        "Metric", names, names.index(own), key="by", bind="query-params", format_func=metric_title
    )
    methods = figures.methods
    arm = b.selectbox(
        "Methods", [None, *methods], key="of", format_func=lambda arm: ALL if arm is None else methods[arm]
    )
    return str(metric), arm


def get_figures(sweep: str) -> SweepFigures:
    """What a sweep has measured by now; read anew where a run has got further."""
    runs = store().runs_of(sweep).values()
    stamp = tuple(sorted((run.id, run.state, run.epochs) for run in runs))
    return _read(str(store().home), sweep, stamp)


@st.cache_resource(max_entries=16, show_spinner=False)
def _read(home: str, sweep: str, stamp: tuple[tuple[str, str, int], ...]) -> SweepFigures:
    return sweep_figures(store(), sweep)
