"""Which metrics the comparison shows, and at which epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from nashcore.learning import FLATTERS
from nashcore.metrics import KINDS
from nashcore.options import ShownOptions
from nashcore.runs.results import EPOCHS
from ui.shell.named import Named
from ui.shell.spread import SPREAD, spread_control

LABELS: Mapping[str, Callable[[Any], str]] = {
    "metrics": Named(KINDS, lambda kind: KINDS[kind].title),
    "at": Named(EPOCHS, EPOCHS.__getitem__),
    str(SPREAD.option.key): Named(SPREAD.option.titles, SPREAD.option.titles.__getitem__),
}
"""The keys of the widgets, which the address can hold, and how they write their options."""


def controls() -> tuple[str, str, ShownOptions]:
    """The kind of metrics, the epoch, and which spread stands behind a mean."""
    row = st.container(horizontal=True, gap="small")
    kind = row.segmented_control(
        "Metrics",
        list(KINDS),
        default="hard",
        required=True,
        format_func=LABELS["metrics"],
        key="metrics",
        bind="query-params",
    )
    epoch = row.segmented_control(
        "Epoch",
        list(EPOCHS),
        default="last",
        required=True,
        format_func=LABELS["at"],
        key="at",
        bind="query-params",
    )
    shown = spread_control(row)
    if epoch == "best":
        st.warning(FLATTERS, icon=":material/warning:")
    return str(kind), str(epoch), shown
