"""What the number of bargaining steps does to where a run ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, packed
from ui.figures.plane import Flags, Paths, Span, loss_plane
from ui.figures.style import GOAL_DASH, INKS, Style, Theme

Array = NDArray[np.float64]

FLOOR, CEILING = 1e-3, 100.0
"""Ends of the logarithmic axes; smaller values are drawn at the floor."""


@dataclass(frozen=True)
class Ends:
    """One number at the end of every run, of the worst start.

    Attributes:
        title: what it is.
        values: [G, T].
        tolerance: at most this counts as met.
    """

    title: str
    values: Array
    tolerance: float


def two_stages(
    goals: Mapping[str, Style],
    switch: int,
    runs: tuple[Array, Flags, Flags],
    ends: tuple[Ends, Ends],
    plane: tuple[Array, Span, Span],
    theme: Theme,
) -> Figure:
    """The page's picture at one T as one figure: paths on the loss plane, and two curves over every T beside it.

    Args:
        goals: the styles of the G goals after bargaining, by name.
        switch: the T that is drawn on the plane and marked in the curves.
        runs: paths [R, G, S, 2], and which ends [G, S] are off the front and off the diagonal.
        ends: distance to the front, and gap.
        plane: the front [P, 2] and the ranges of both losses.
        theme: of the page.
    """
    points, off_front, off_diagonal = runs
    paths = Paths(tuple(goals.values()), points, off_front, off_diagonal)
    made = loss_plane(paths, *plane, theme)
    made["layout"]["title"]["text"] = f"Two stages: bargaining for the first {switch} steps"
    made["layout"]["xaxis"]["domain"] = [0, 0.52]
    grid = {key: made["layout"]["xaxis"][key] for key in ("gridcolor", "linecolor", "tickcolor", "tickfont")}
    shapes: list[Mapping[str, Any]] = []
    for place, (end, domain) in enumerate(zip(ends, ((0.56, 1), (0, 0.44)), strict=True), 2):
        T = end.values.shape[1] - 1
        x, y = f"x{place}", f"y{place}"
        made["data"] += _curves(goals, end.values, x, y, theme)
        made["layout"][f"xaxis{place}"] = grid | axis("Bargaining steps T", (0, T), domain=[0.6, 1], anchor=y)
        made["layout"][f"yaxis{place}"] = grid | axis(
            f"{end.title} (worst)",
            (np.log10(FLOOR), np.log10(CEILING)),
            type="log",
            dtick=1,
            domain=list(domain),
            anchor=x,
        )
        met = {"x0": 0, "x1": T, "y0": FLOOR, "y1": end.tolerance, "xref": x, "yref": y, "layer": "below"}
        shapes.append(
            {"type": "rect", **met, "fillcolor": INKS[theme].agreement, "line": {"width": 0}},
        )
        chosen = {"x0": switch, "x1": switch, "y0": FLOOR, "y1": CEILING, "xref": x, "yref": y}
        dashed = {"color": INKS[theme].text, "width": 1.5, "dash": "4px,3px"}
        shapes.append({"type": "line", **chosen, "line": dashed})
    made["layout"] |= {"shapes": shapes, "height": 640}
    return made


def _curves(goals: Mapping[str, Style], values: Array, x: str, y: str, theme: Theme) -> list[Trace]:
    """One line a goal over every T, without an entry of its own in the legend."""
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": style.title,
            "legendgroup": style.title,
            "showlegend": False,
            "x": packed(np.arange(len(row))),
            "y": packed(np.maximum(row, FLOOR)),
            "xaxis": x,
            "yaxis": y,
            "line": {
                "color": style.colour(theme),
                "width": 2,
                "dash": GOAL_DASH.get(name, "solid"),
            },
            "hovertemplate": f"{style.title}, T = %{{x:.0f}}: %{{y:.3g}}<extra></extra>",
        }
        for (name, style), row in zip(goals.items(), values, strict=True)
    ]
