"""From where does a method fail? A map of the starting plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, packed, packed_grid
from ui.figures.style import INKS, Theme

Array = NDArray[np.float64]

SCALES = {
    "light": [[0, "#D8E8E2"], [0.25, "#F6E8BE"], [0.5, "#E39A55"], [0.75, "#C0442F"], [1, "#7A1424"]],
    "dark": [[0, "#17332F"], [0.25, "#5C4A1F"], [0.5, "#B0602B"], [0.75, "#EB9152"], [1, "#FFDDA8"]],
}
"""Calm where the front is reached, hot where it is not; from the failing distance on, lightness alone tells the order."""


def basin(x: Array, y: Array, distance: Array, tolerance: float, title: str, theme: Theme) -> Figure:
    """The final distance to the front [Y, X] over the starting plane, with the failing region's edge."""
    ink = INKS[theme]
    size = np.where(np.isfinite(distance), distance, 100.0)
    level = np.log10(np.clip(size, 0.01, 100))
    data: list[Trace] = [
        {
            "type": "heatmap",
            "x": packed(x),
            "y": packed(y),
            "z": packed_grid(level),
            "customdata": packed_grid(distance),
            "zmin": -2,
            "zmax": 2,
            "colorscale": SCALES[theme],
            "colorbar": {
                "title": {"text": "Distance", "side": "top"},
                "tickvals": [-2, -1, 0, 1, 2],
                "ticktext": ["≤ 0.01", "0.1", "1", "10", "≥ 100"],
                "orientation": "h",
                "y": -0.2,
                "yanchor": "top",
                "thickness": 12,
                "len": 1,
                "outlinewidth": 0,
            },
            "hovertemplate": "Start (%{x:.2f}, %{y:.2f})<br>%{customdata:.3~g} from the front<extra></extra>",
        },
        {
            "type": "contour",
            "x": packed(x),
            "y": packed(y),
            "z": packed_grid((size > tolerance).astype(np.float32)),
            "contours": {"coloring": "none", "start": 0.5, "end": 0.5, "size": 1},
            "line": {"color": ink.failed, "width": 1.2},
            "showscale": False,
            "hoverinfo": "skip",
        },
    ]
    return figure(
        data,
        title=title,
        x=axis("Start: parameter x (no unit)", (x[0], x[-1]), showgrid=False, mirror=True),
        y=axis("Start: parameter y (no unit)", (y[0], y[-1]), showgrid=False, mirror=True),
        theme=theme,
        height=520,
        legend=False,
    )
