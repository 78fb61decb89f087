"""What every figure is built of: packed arrays, axes, the legend below, paths joined with gaps."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ui.figures.style import INKS, Theme

Figure = dict[str, Any]
"""A Plotly figure: {"data": [...], "layout": {...}}."""
Trace = dict[str, Any]

FONT = "Source Sans, Source Sans Pro, system-ui, sans-serif"
HEIGHT = 460
"""Height of an ordinary figure in pixels. Fixed, so that a redraw moves nothing on the page."""


def packed(values: ArrayLike) -> dict[str, str]:
    """One-dimensional numbers as Plotly's typed array (float32, base64): a quarter of the bytes of a list of numbers."""
    array = np.ascontiguousarray(np.asarray(values, dtype=np.float32).ravel())
    return {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode("ascii")}


def packed_grid(values: ArrayLike) -> dict[str, str]:
    """A matrix [rows, columns] as Plotly's typed array."""
    array = np.asarray(values, dtype=np.float32)
    rows, columns = array.shape
    return {**packed(array), "shape": f"{rows}, {columns}"}


def joined(paths: ArrayLike) -> NDArray[np.float32]:
    """Paths [runs, points] as one line with a gap after each: one trace for many runs."""
    array = np.asarray(paths, dtype=np.float32)
    gap = np.full((array.shape[0], 1), np.nan, dtype=np.float32)
    return np.concatenate([array, gap], axis=1).ravel()


def thinned(length: int, most: int = 240) -> NDArray[np.int64]:
    """At most about ``most`` indices from 0 to ``length - 1``, both ends among them."""
    return np.unique(np.linspace(0, length - 1, min(length, most)).round().astype(np.int64))


def literal(text: str) -> str:
    """Text from outside for a figure: Plotly reads a few HTML tags in labels, and is to show them as they are."""
    return html.escape(text, quote=False)


def in_hover(shown: str) -> str:
    """Escaped text inside a hover template, where a percent sign before a brace would name a number."""
    return shown.replace("%{", "% {")


def axis(title: str, span: Sequence[float] | None = None, **more: Any) -> dict[str, Any]:
    """An axis with its title and, where given, its fixed range."""
    made: dict[str, Any] = {
        "title": {"text": title, "standoff": 8, "font": {"size": 13}},
        "zeroline": False,
        "showline": True,
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "automargin": True,
    }
    if span is not None:
        made |= {"range": [float(span[0]), float(span[1])], "autorange": False}
    return made | more


def axis_inks(theme: Theme) -> dict[str, Any]:
    """The colours of an axis, its marks and its grid."""
    ink = INKS[theme]
    return {
        "gridcolor": ink.grid,
        "linecolor": ink.soft,
        "tickcolor": ink.soft,
        "tickfont": {"color": ink.soft},
    }


def figure(
    data: list[Trace],
    *,
    title: str,
    x: dict[str, Any],
    y: dict[str, Any],
    theme: Theme,
    height: int = HEIGHT,
    legend: bool = True,
    **layout: Any,
) -> Figure:
    """A figure in the house style.

    Args:
        data: the traces.
        title: shown above the plot; it should fit a narrow screen (about 45 letters).
        x: the x axis, from `axis`.
        y: the y axis, from `axis`.
        theme: of the page.
        height: in pixels.
        legend: whether to show the legend (below the plot).
        layout: anything else of Plotly's layout.
    """
    ink = INKS[theme]
    grid = axis_inks(theme)
    made: dict[str, Any] = {
        "title": {
            "text": title,
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 10, "l": 4},
            "font": {"size": 16, "color": ink.text},
        },
        "font": {"family": FONT, "size": 13, "color": ink.text},
        "paper_bgcolor": ink.paper,  # the page's own, so that a saved picture can be read anywhere
        "plot_bgcolor": "rgba(0,0,0,0)",
        "height": height,
        "margin": {"l": 56, "r": 14, "t": 44, "b": 96 if legend else 56},
        "xaxis": grid | x,
        "yaxis": grid | y,
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            "font": {"size": 12.5, "color": ink.text},
            "itemwidth": 40,
            "bgcolor": "rgba(0,0,0,0)",
        },
        "hoverlabel": {
            "bgcolor": ink.paper,
            "bordercolor": ink.soft,
            "font": {"color": ink.text, "size": 12.5},
        },
        "hovermode": "closest",
        "dragmode": "pan",
    }
    made |= layout
    if not data:  # Streamlit fails on a figure without a trace
        data = [{"type": "scatter", "x": [None], "y": [None], "showlegend": False, "hoverinfo": "skip"}]
        made["annotations"] = [*made.get("annotations", []), _nothing(ink.soft)]
    return {"data": data, "layout": made}


def enlarged(figure: Figure, by: float) -> Figure:
    """The figure with its text, margins and height so many times as large, for who sits far from the screen."""

    def grown(node: Any, name: str = "") -> Any:
        if isinstance(node, list):
            return [grown(part, name) for part in node]
        if not isinstance(node, dict):
            return node
        grows = name.endswith("font") or name == "margin"
        return {
            key: value * by if grows and isinstance(value, int | float) else grown(value, key)
            for key, value in node.items()
        }

    layout = grown(figure["layout"])
    return {"data": grown(figure["data"]), "layout": layout | {"height": layout.get("height", HEIGHT) * by}}


def _nothing(colour: str) -> dict[str, Any]:
    """What stands in a figure that has nothing to draw."""
    return {
        "text": "Nothing to draw here (yet)",
        "x": 0.5,
        "xref": "paper",
        "y": 0.5,
        "yref": "paper",
        "showarrow": False,
        "font": {"size": 13, "color": colour},
    }
