"""What gaps would be by chance, marked in a figure of gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, packed
from ui.figures.style import INKS, Theme

Array = NDArray[np.float64]


def mark_chance(made: Figure, highs: Array, theme: Theme) -> Figure:
    """A level band in a figure over epochs: what 95% of equal groups' gaps stay within, from the least to the most of the arms.

    Args:
        made: the figure, which is changed.
        highs: [A], NaN for an arm that has none.
        theme: of the page.
    """
    known = highs[~np.isnan(highs)]
    if not known.size:
        return made
    ink, layout = INKS[theme], made["layout"]
    low, high = float(known.min()), float(known.max())
    band = {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": low,
        "y1": high,
        "layer": "below",
        "fillcolor": ink.soft,
        "opacity": 0.16,
        "line": {"color": ink.soft, "width": 1},
    }
    note = {
        "text": "equal groups: 95% below",
        "xref": "paper",
        "x": 1,
        "xanchor": "right",
        "y": high,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12, "color": ink.soft},
    }
    layout["shapes"] = [*layout.get("shapes", []), band]
    layout["annotations"] = [*layout.get("annotations", []), note]
    return made


def chance_marks(means: Array, highs: Array, places: Array, suffix: str, theme: Theme) -> Trace:
    """A grey mark in each row: from the mean gap by chance to what 95% of these gaps stay within.

    Args:
        means, highs: [R], NaN where there is none.
        places: [R], where the rows stand.
        suffix: of the panel's axes.
        theme: of the page.
    """
    ink = INKS[theme]
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": packed(highs),
        "y": packed(places),
        "xaxis": f"x{suffix}",
        "yaxis": "y",
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": packed(np.zeros(len(highs))),
            "arrayminus": packed(np.nan_to_num(highs - means)),
            "color": ink.soft,
            "thickness": 1.2,
            "width": 0,
        },
        "marker": {"symbol": "line-ns-open", "size": 13, "color": ink.soft, "line": {"width": 1.6}},
        "text": [
            f"equal groups: {mean:.4f}, 95% below {high:.4f}" for mean, high in zip(means, highs, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }
