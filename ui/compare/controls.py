"""Which metrics the comparison shows, and at which epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from nashcore.metrics import KINDS
from nashcore.runs.results import EPOCHS

LABELS: Mapping[str, Callable[[Any], str]] = {
    "metrics": lambda kind: KINDS[kind].title,
    "at": EPOCHS.__getitem__,
}
"""The keys of the widgets, which the address can hold, and how they write their options."""

FLATTERS = (
    "The best epoch is chosen by the mean Overall AUC (hard labels) of the test rows, as the paper does. A number "
    "picked on the test set flatters, the more so the more epochs there are to pick from; do not compare it with "
    "last-epoch numbers."
)


def controls() -> tuple[str, str]:
    """The kind of metrics and the epoch."""
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
    if epoch == "best":
        st.warning(FLATTERS, icon=":material/warning:")
    return str(kind), str(epoch)
