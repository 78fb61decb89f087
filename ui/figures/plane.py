"""The loss plane and the parameter plane: paths of every method from every start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, joined, packed, packed_grid, thinned
from ui.figures.levels import even_levels
from ui.figures.style import INKS, Style, Theme

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Span = tuple[float, float]

SIZE = 345
"""Height of the drawn plane itself in pixels: in two columns it is then about as high as wide."""

_AROUND = 108
"""What title and axis take above and below the plane, in pixels."""

_LEGEND_WIDTH, _LEGEND_ROW = 345, 29.5
"""The legend's width in a column and the height of one of its rows, in pixels."""


@dataclass(frozen=True)
class Paths:
    """What a plane draws of M methods from S starts at R moments.

    Attributes:
        styles: of the M methods, with their titles.
        points: [R, M, S, 2], in the plane's coordinates.
        failed: [M, S], runs whose starts and ends to ring in red.
        unfair: [M, S], runs to frame as off the fair diagonal; none when left out.
    """

    styles: Sequence[Style]
    points: NDArray[np.floating[Any]]
    failed: Flags
    unfair: Flags | None = None


def loss_plane(paths: Paths, front: Array, x_range: Span, y_range: Span, theme: Theme) -> Figure:
    """Paths on the plane of two losses, with the Pareto front [P, 2] and the fair diagonal."""
    ink = INKS[theme]
    low, high = max(x_range[0], y_range[0]), min(x_range[1], y_range[1])
    backdrop: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Fair: L1 = L2",
            "x": [low, high],
            "y": [low, high],
            "line": {"color": ink.fair, "width": 1.5, "dash": "1px,4px"},
            "hoverinfo": "skip",
        },
        front_trace(front, ink.front),
    ]
    data = backdrop + run_traces(near(paths, x_range, y_range), theme, "L1", "L2")
    return figure(
        data,
        title="Loss plane: lower left is better",
        x=axis("Loss of group 1, L1 (no unit)", x_range),
        y=axis("Loss of group 2, L2 (no unit)", y_range),
        theme=theme,
        height=height(data),
    )


def height(data: Sequence[Trace]) -> int:
    """The height, in pixels, that leaves the plane its own however many entries the legend has."""
    rows, left = 0, 0.0
    for trace in data:
        if trace.get("showlegend") is False:
            continue
        width = 58 + 6.8 * len(trace["name"])
        if rows == 0 or width > left:
            rows, left = rows + 1, float(_LEGEND_WIDTH)
        left -= width
    return round(SIZE + _AROUND + _LEGEND_ROW * rows)


def front_trace(points: Array, color: str) -> Trace:
    """The Pareto front [n, 2] as a broad line behind the runs; a closed line is the rim of an area, which is shaded."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    area = {"fill": "toself", "fillcolor": f"rgba({red},{green},{blue},0.12)"}
    closed = bool((points[0] == points[-1]).all())
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Pareto front",
        "x": packed(points[:, 0]),
        "y": packed(points[:, 1]),
        "line": {"color": color, "width": 2.5 if closed else 5},
        "opacity": 0.55,
        "hoverinfo": "skip",
        **(area if closed else {}),
    }


LEVEL_DASHES = ("solid", "2px,3px", "7px,3px")
"""Level lines of the first, second and third loss."""


@dataclass(frozen=True)
class LossGrid:
    """The losses under a parameter plane: x [X], y [Y] and the losses [K, Y, X]."""

    x: Array
    y: Array
    losses: Array


def parameter_plane(
    paths: Paths, front: Array, ground: LossGrid, x_range: Span, y_range: Span, theme: Theme
) -> Figure:
    """The same paths on the plane of the two parameters, over level lines of all losses."""
    ink = INKS[theme]
    backdrop = [
        _level_lines(f"Levels of L{place}", ground, values, dash, ink.soft)
        for place, (values, dash) in enumerate(zip(ground.losses, LEVEL_DASHES, strict=False), 1)
    ]
    backdrop.append(front_trace(front, ink.front))
    data = backdrop + run_traces(near(paths, x_range, y_range), theme, "x", "y")
    return figure(
        data,
        title="Parameter plane: the same runs",
        x=axis("Parameter x (no unit)", x_range),
        y=axis("Parameter y (no unit)", y_range),
        theme=theme,
        height=height(data),
    )


def _level_lines(name: str, ground: LossGrid, values: Array, dash: str, colour: str) -> Trace:
    levels = even_levels(values)
    spacing = (
        {"start": float(levels[0]), "end": float(levels[-1]), "size": float(levels[1] - levels[0])}
        if len(levels) > 1
        else {}
    )
    return {
        "type": "contour",
        "name": name,
        "showlegend": True,
        "x": packed(ground.x),
        "y": packed(ground.y),
        "z": packed_grid(values),
        "autocontour": not spacing,
        "contours": {"coloring": "lines", **spacing},
        "colorscale": [[0, colour], [1, colour]],
        "line": {"width": 0.8, "dash": dash},
        "opacity": 0.8,
        "showscale": False,
        "hoverinfo": "skip",
    }


def near(paths: Paths, x_range: Span, y_range: Span) -> Paths:
    """The paths without the points far outside the plane: a run that flies off would fill the figure with its lines."""
    low = np.array([x_range[0], y_range[0]])
    size = np.array([x_range[1], y_range[1]]) - low
    inside = (np.abs((paths.points - low) / size - 0.5) <= 1.5).all(-1, keepdims=True)
    return replace(paths, points=np.where(inside, paths.points, np.nan))


def run_traces(paths: Paths, theme: Theme, x: str, y: str) -> list[Trace]:
    """One line trace and one trace of ends a method, the starts, and the red rings."""
    ink = INKS[theme]
    kept = paths.points[thinned(len(paths.points))]
    ends = paths.points[-1]
    lines: list[Trace] = []
    tips: list[Trace] = []
    for row, style in enumerate(paths.styles):
        title = style.title
        colour = style.colour(theme)
        hover = f"{title}<br>{x} %{{x:.2f}}, {y} %{{y:.2f}}<extra></extra>"
        lines.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": title,
                "legendgroup": title,
                "x": packed(joined(kept[:, row, :, 0].T)),
                "y": packed(joined(kept[:, row, :, 1].T)),
                "line": {"color": colour, "width": style.width, "dash": style.dash},
                "hovertemplate": hover,
            }
        )
        tips.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"{title}: ends",
                "legendgroup": title,
                "showlegend": False,
                "x": packed(ends[row, :, 0]),
                "y": packed(ends[row, :, 1]),
                "marker": {
                    "color": colour,
                    "symbol": style.marker,
                    "size": 9,
                    "line": {"color": ink.paper, "width": 1},
                },
                "hovertemplate": "End of " + hover,
            }
        )
    starts = paths.points[0, 0]
    # Below the starts, whose numbers stay readable.
    rings = [_rings("Off the front (fails)", ends[paths.failed], ink.failed, "circle-open", 19, 2.6)]
    if paths.unfair is not None:
        rings.append(_rings("Off the diagonal", ends[paths.unfair], ink.text, "square-open", 15, 1.4))
    marks: list[Trace] = [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": "Start",
            "x": packed(starts[:, 0]),
            "y": packed(starts[:, 1]),
            "text": [str(number) for number in range(1, len(starts) + 1)],
            "textfont": {"size": 10, "color": ink.text},
            "marker": {"color": ink.paper, "size": 17, "line": {"color": ink.text, "width": 1.2}},
            "hovertemplate": f"Start %{{text}}<br>{x} %{{x:.2f}}, {y} %{{y:.2f}}<extra></extra>",
        },
        _rings("Failing start", starts[paths.failed.any(0)], ink.failed, "circle-open", 17, 2.6),
    ]
    return lines + tips + rings + marks


def _rings(name: str, points: Array, color: str, symbol: str, size: float, width: float) -> Trace:
    """Open marks around points [n, 2]; the missing point at the end keeps the legend's entry where there are none."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "showlegend": True,
        "x": packed(np.append(points[:, 0], np.nan)),
        "y": packed(np.append(points[:, 1], np.nan)),
        "marker": {"color": color, "symbol": symbol, "size": size, "line": {"color": color, "width": width}},
        "hoverinfo": "skip",
    }
