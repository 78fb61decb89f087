"""What the number of bargaining steps does to where a run ends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, packed
from ui.figures.style import INKS, Theme, look

Array = NDArray[np.float64]

FLOOR = 1e-3
"""Smaller values are drawn here: the axis is logarithmic."""


def over_switches(
    goals: Sequence[str],
    switches: Sequence[int],
    values: Array,
    tolerance: float,
    chosen: int,
    title: str,
    unit: str,
    theme: Theme,
) -> Figure:
    """The worst start's value [G, T] over the number of bargaining steps, with the tolerance and the
    chosen number marked."""
    ink = INKS[theme]
    data: list[Trace] = []
    for goal, worst in zip(goals, values, strict=True):
        style = look(f"nash_{goal}")
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": look(goal).title,
                "x": packed(switches),
                "y": packed(np.maximum(np.where(np.isfinite(worst), worst, np.nan), FLOOR)),
                "line": {"color": style.colour(theme), "width": 2.4, "dash": GOAL_DASH.get(goal, "solid")},
                "hovertemplate": f"{look(goal).title}, T = %{{x:.0f}}: %{{y:.3g}}<extra></extra>",
            }
        )
    return figure(
        data,
        title=title,
        x=axis("Bargaining steps T", (switches[0], switches[-1])),
        y=axis(unit, (np.log10(FLOOR), 2), type="log", dtick=1, exponentformat="power"),
        theme=theme,
        height=330,
        shapes=[
            {
                "type": "rect",
                "x0": switches[0],
                "x1": switches[-1],
                "y0": FLOOR,
                "y1": tolerance,
                "fillcolor": ink.agreement,
                "line": {"width": 0},
                "layer": "below",
            },
            {
                "type": "line",
                "x0": chosen,
                "x1": chosen,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": ink.text, "width": 1.5, "dash": "4px,3px"},
            },
        ],
        annotations=[
            {
                "text": f"<b>T = {chosen}</b>",
                "x": chosen,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12.5, "color": ink.text},
            }
        ],
    )


GOAL_DASH = {"ltr": "solid", "forml": "8px,3px,2px,3px", "meta_gdro": "6px,3px"}
"""Here colour and dash tell the goals apart: all of them bargain."""
