"""One row's score, and what changes it most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from nashcore.runs.results import explanation_table
from ui.figures.thresholds import score_changes
from ui.shell import figure_box
from ui.shell.text import plain, show_input_errors, theme

MOST = 15
"""Columns that the figure shows; the table has all of them."""


def view(
    explain: Callable[[int], dict[str, Any]], rows: int, *, key: str, command: str | None = None
) -> None:
    """A row to choose, and the columns that change its score.

    Args:
        explain: see `nashcore.runs.results.explain_row`; told the row's place, from 0.
        rows: how many there are.
        key: unique on the page.
        command: the command line that computes the same, without its row.
    """
    with show_input_errors():
        _view(explain, rows, key, command)


def _view(explain: Callable[[int], dict[str, Any]], rows: int, key: str, command: str | None) -> None:
    row = st.number_input("Row", 1, rows, 1, key=f"{key}_row", width=180)
    found = explain(int(row) - 1)
    shown = found["columns"][:MOST]
    typical = np.array([one["without"] for one in shown])
    lowest, highest = (np.array([one[end]["score"] for one in shown]) for end in ("lowest", "highest"))
    st.markdown(
        plain(f"Score {found['score']:.4f} by {found['label']}, seed {found['seed']}. {_most(found)}")
    )
    more = f" Shown are {MOST} of {len(found['columns'])} columns." if len(found["columns"]) > MOST else ""
    figure_box.show(
        score_changes([one["column"] for one in shown], found["score"], typical, lowest, highest, theme()),
        key=f"{key}_changes",
        caption=plain(" ".join([found["says"] + more, found["method"], *found["caveats"]])),
        alt="What the row's score would be with each column's typical value, and with any other value tried.",
        data=lambda: explanation_table(found),
        command=None if command is None else f"{command} --row {row}",
    )


def _most(found: dict[str, Any]) -> str:
    """What changes the score most, in a sentence."""
    one = found["columns"][0]
    if not one["change"]:
        return "Every column holds its typical value, or a change to it changes nothing."
    typical = f"with the typical {one['typical']} it would be {one['without']:.4f}"
    return f"Of all columns {one['column']} = {one['value']} changes it most: {typical}."
