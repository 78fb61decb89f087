"""Hold finished runs side by side: the paper's table, what differs, by how much, and files to take away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from nashcore.metrics import KINDS
from nashcore.runs import Run
from nashcore.runs.results import EPOCHS
from ui.compare import manage, scoring, selection, views
from ui.shell import address
from ui.shell.frame import COMPARE, TRAIN, framed, warn
from ui.shell.runs import store

LABELS: dict[str, Callable[[Any], str]] = {
    "metrics": lambda kind: KINDS[kind].title,
    "at": EPOCHS.__getitem__,
}
FLATTERS = (
    "The best epoch is chosen by the mean Overall AUC (hard labels) of the test rows, as the paper does. A number "
    "picked on the test set flatters, the more so the more epochs there are to pick from; do not compare it with "
    "last-epoch numbers."
)


def nothing_kept() -> None:
    """How to get a run."""
    st.info("No run is kept on this machine yet.", icon=":material/inbox:")
    st.page_link(TRAIN.path, label="Train one on the training page", icon=TRAIN.icon)
    st.markdown(
        "It is kept by itself, and can be held against others here. On the command line, `--save` keeps it:"
    )
    st.code("python -m nashcore train --dataset titanic --sensitive sex --save", language="bash")


def kept_runs(kept: Sequence[Run]) -> None:
    """All runs, and what can be done with one."""
    going = sum(not run.over for run in kept)
    if going:
        with st.container(horizontal=True, vertical_alignment="center"):
            said = "1 run is" if going == 1 else f"{going} runs are"
            st.caption(
                f"{said} waiting or under way; this page shows how far they were when it was loaded.",
                width="content",
            )
            st.button("Look again", icon=":material/refresh:", key="again")
    label = f"All {len(kept)} runs kept on this machine" if len(kept) > 1 else "The run kept on this machine"
    with st.expander(f"{label}: rename, run again, delete", icon=":material/inventory_2:"):
        st.dataframe(
            selection.listing(kept),
            hide_index=True,
            height=38 + 35 * min(len(kept), 10),
            column_config=selection.WIDTHS,
        )
        manage.keeping(kept)


def controls() -> tuple[str, str]:
    """The kind of metrics and the epoch; words of the address that they cannot use are told."""
    words = address.asked(list(LABELS))
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
    address.tell(address.refused(words, LABELS))
    if epoch == "best":
        st.warning(FLATTERS, icon=":material/warning:")
    return str(kind), str(epoch)


def comparison(side: selection.Side) -> None:
    """The chosen runs in tables, figures and files."""
    st.dataframe(selection.key_table(side), hide_index=True, column_config=selection.WIDTHS)
    views.told_warnings(side)
    kind, epoch = controls()
    views.tables(side, kind, epoch)
    over, against, differ = st.tabs(["Over the epochs", "Differences seed by seed", "Settings that differ"])
    with over:
        views.curves(side, kind)
    with against:
        views.differences(side, kind)
    with differ:
        views.settings(side)
    with st.expander("Score new rows with one of these models", icon=":material/table_view:"):
        scoring.score(side)


with framed(
    COMPARE,
    hides="One split of the rows for each run, and test sets of a few rows a group. A method that does better here "
    "may not on another split, other data or other people.",
):
    manage.told()
    kept, notice = store().runs(), store().notice
    warn([notice] if notice else [])
    if not kept:
        nothing_kept()
    else:
        side = selection.choose(kept)
        kept_runs(kept)
        if side.runs:
            comparison(side)
        elif any(run.epochs for run in kept):
            st.info("Choose one run or more above.", icon=":material/arrow_upward:")
        else:
            st.info("None of the kept runs has finished an epoch yet.", icon=":material/hourglass:")
            st.page_link(TRAIN.path, label="Go to the training page", icon=TRAIN.icon)
