"""One panel a method, so that paths that coincide can be told apart: each on the same plane, from the same starts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, axis_inks, figure
from ui.figures.plane import Paths, Span, front_trace, near, run_traces
from ui.figures.style import INKS, Theme

COLUMNS = 3
_HIGH, _BETWEEN, _AROUND = 300, 64, 110
"""Pixels: a panel's height, what title and axis take between rows, and above and below all."""
_APART = 0.04
"""Of the figure's width, between panels: numbers and names of the axes stand at the outermost alone."""


def panels(
    paths: Paths,
    front: NDArray[np.float64],
    names: tuple[str, str],
    ranges: tuple[Span, Span],
    theme: Theme,
    diagonal: bool,
) -> Figure:
    """A small plane for each method.

    Args:
        paths: of all methods.
        front: [P, 2].
        names: of the two axes.
        ranges: of the two axes.
        theme: of the page.
        diagonal: whether to draw the fair diagonal.
    """
    M = len(paths.styles)
    rows, columns = -(-M // COLUMNS), min(M, COLUMNS)
    height = rows * _HIGH + (rows - 1) * _BETWEEN
    data: list[Trace] = []
    layout: dict[str, Any] = {}
    titles: list[dict[str, Any]] = []
    for m, style in enumerate(paths.styles):
        row, column = divmod(m, COLUMNS)
        suffix = "" if m == 0 else str(m + 1)
        one = replace(
            paths,
            styles=[style],
            points=paths.points[:, m : m + 1],
            failed=paths.failed[m : m + 1],
            unfair=None if paths.unfair is None else paths.unfair[m : m + 1],
        )
        own = [front_trace(front, INKS[theme].front), *run_traces(near(one, *ranges), theme, *names)]
        if diagonal:
            own.insert(0, _diagonal(ranges, theme))
        data += [trace | {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "showlegend": False} for trace in own]
        wide = (1 - _APART * (columns - 1)) / columns
        left = column * (wide + _APART)
        top = 1 - row * (_HIGH + _BETWEEN) / height
        lowest = m + COLUMNS >= M
        x = axis(
            names[0] if lowest else "",
            ranges[0],
            domain=[left, left + wide],
            anchor=f"y{suffix}",
            matches="x" if m else None,
            showticklabels=lowest,
        )
        y = axis(
            names[1] if column == 0 else "",
            ranges[1],
            domain=[top - _HIGH / height, top],
            anchor=f"x{suffix}",
            matches="y" if m else None,
            showticklabels=column == 0,
        )
        layout |= {f"xaxis{suffix}": x | axis_inks(theme), f"yaxis{suffix}": y | axis_inks(theme)}
        titles.append(
            {
                "text": style.title,
                "x": left,
                "y": top,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 13, "color": style.colour(theme)},
            }
        )
    first = layout.pop("xaxis"), layout.pop("yaxis")
    return figure(
        data,
        title="One panel a method",
        x=first[0],
        y=first[1],
        theme=theme,
        height=height + _AROUND,
        legend=False,
        annotations=titles,
        **layout,
    )


def _diagonal(ranges: tuple[Span, Span], theme: Theme) -> Trace:
    (x_low, x_high), (y_low, y_high) = ranges
    ends = [max(x_low, y_low), min(x_high, y_high)]
    line = {"color": INKS[theme].fair, "width": 1.5, "dash": "1px,4px"}
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Fair: L1 = L2",
        "x": ends,
        "y": ends,
        "line": line,
        "hoverinfo": "skip",
    }
