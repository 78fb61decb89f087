"""A figure and all that stands below it: caption, data table, downloads, equivalent command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import pandas as pd
import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from ui.figures.base import Figure, enlarged
from ui.shell import modes
from ui.shell.ready_figure import ReadyFigure
from ui.shell.table_height import table_height

_unseen: ContextVar[bool] = ContextVar("unseen", default=False)
"""Whether what is drawn now stands where nobody sees it."""

PICTURES = ("SVG", "PNG")
"""What the camera in a figure's own menu can save."""


def show(
    figure: Figure,
    *,
    key: str,
    caption: str,
    alt: str,
    data: pd.DataFrame | Callable[[], pd.DataFrame],
    command: str | None = None,
    language: str = "bash",
) -> None:
    """Draw a figure with what belongs below it.

    Args:
        figure: the Plotly dict.
        key: unique on the page; also the name of the downloaded files.
        caption: what to look for and what the figure does not show.
        alt: what a reader who cannot see the figure should hear.
        data: the figure's numbers, or what makes them once somebody opens the box.
        command: the command line (or the lines of Python) that computes the same.
        language: of the command.
    """
    camera = f"{key}_camera"
    # Set anew each time, so that the choice outlives the box it stands in, which is made only while it is open.
    kind = st.session_state[camera] = st.session_state.get(camera, PICTURES[0])
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"format": kind.lower(), "filename": key, "scale": 1 if kind == "SVG" else 2},
    }
    if not _unseen.get():
        st.plotly_chart(as_seen(figure), key=key, theme=None, config=config, alt=alt)
    st.caption(caption)
    show_numbers(lambda: figure, key=key, data=data, command=command, language=language, camera=camera)


@contextmanager
def in_tab(tab: TabContainer) -> Iterator[None]:
    """What stands in a tab: while it is not open its widgets keep what they hold, and its figures, which cost most, are not drawn.

    Args:
        tab: of `st.tabs` that have the page run anew when one is opened.
    """
    with tab:
        before = _unseen.set(not tab.open)
        try:
            yield
        finally:
            _unseen.reset(before)


def as_seen(figure: Figure) -> ReadyFigure:
    """The figure as large as who looks at it needs it: larger for a class."""
    return ReadyFigure(enlarged(figure, modes.ENLARGED) if modes.presenting() else figure)


def show_numbers(
    figure: Callable[[], Figure],
    *,
    key: str,
    data: pd.DataFrame | Callable[[], pd.DataFrame],
    command: str | None = None,
    language: str = "bash",
    label: str = "Numbers, downloads and the command line",
    camera: str | None = None,
) -> None:
    """The box below a figure: its numbers as a table, its files, and what computes the same.

    Args:
        figure: makes the figure once somebody downloads it.
        key: unique on the page; also the name of the downloaded files.
        data: the figure's numbers, or what makes them once somebody opens the box.
        command: the command line (or the lines of Python) that computes the same.
        language: of the command.
        label: of the box.
        camera: where the kind of picture is kept that the figure's own menu saves; none where it has no such menu.
    """
    # A closed box costs nothing: its table is sent when it is opened, so that turning a knob stays quick.
    box = st.expander(label, icon=":material/table:", key=f"{key}_box", on_change="rerun")
    if not box.open:
        return
    table = data() if callable(data) else data
    with box:
        st.dataframe(table, hide_index=True, height=table_height(len(table), 8))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.download_button(
                "Data (CSV)",
                lambda: _csv(table),
                f"{key}.csv",
                "text/csv",
                key=f"{key}_csv",
                icon=":material/download:",
                on_click="ignore",
            )
            st.download_button(
                "Figure (interactive HTML)",
                lambda: _html(figure()),
                f"{key}.html",
                "text/html",
                key=f"{key}_html",
                icon=":material/download:",
                on_click="ignore",
            )
            if camera is not None:
                st.segmented_control(
                    "The figure's camera saves",
                    PICTURES,
                    key=camera,
                    required=True,
                    help="The camera stands in the menu at the top right of the figure.",
                )
        if command is not None:
            st.code(command, language=language, wrap_lines=True)


def _csv(data: pd.DataFrame) -> str:
    from nashcore.data import to_safe_csv  # here: it brings the readers of tables along

    return to_safe_csv(data)


def _html(figure: Figure) -> str:
    """One file that draws the figure anywhere, without a network."""
    import plotly.io as pio

    return str(pio.to_html(json.loads(json.dumps(figure)), include_plotlyjs=True, validate=False))
