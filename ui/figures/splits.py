"""A number on every split of a run: how far splits lie apart, and how far the seeds within one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, packed
from ui.figures.style import INKS, Style, Theme

Array = NDArray[np.float64]

LIFT = 0.22
"""How far a row's splits stand above its mean, and the spread within a split below it."""


def over_splits(
    titles: Sequence[str],
    styles: Sequence[Style],
    splits: Sequence[int],
    values: Array,
    means: Array,
    lows: Array,
    highs: Array,
    within: Array,
    title: str,
    theme: Theme,
    *,
    zero: bool = False,
) -> Figure:
    """A point a split, beside the mean with its 95% interval and the spread over the seeds within a split.

    Args:
        titles: what each of the R rows is called.
        styles: how it is drawn.
        splits: the seed of each of the D splits.
        values: [R, D], the mean over the seeds on each split; NaN where no model got through.
        means, lows, highs: [R], over the splits, with the 95% interval of the mean; NaN where there is none.
        within: [R], the standard deviation over the seeds within a split; likewise.
        title: of the metric.
        theme: of the page.
        zero: whether zero is marked, as for differences.
    """
    ink = INKS[theme]
    places = np.arange(len(styles), dtype=float)[::-1]
    data: list[Trace] = []
    for place, style, row, mean, low, high, spread in zip(
        places, styles, values, means, lows, highs, within, strict=True
    ):
        colour = style.colour(theme)
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "showlegend": False,
                "x": packed(row),
                "y": packed(np.full(len(row), place + LIFT)),
                "text": [f"split {split}" for split in splits],
                "marker": {"symbol": "circle-open", "size": 8, "color": colour, "line": {"width": 1.4}},
                "hovertemplate": "%{text}: %{x:.4f}<extra></extra>",
            }
        )
        if np.isfinite(spread):
            says = f"standard deviation within a split: {spread:.4f}"
            data.append(_bar(mean, place - LIFT, spread, spread, says, ink.soft, 1.2, "line-ns-open"))
        if np.isfinite(low):
            says = f"mean %{{x:.4f}}, 95% interval [{low:.4f}, {high:.4f}]"
            data.append(_bar(mean, place, mean - low, high - mean, says, colour, 2.4, "diamond"))
        else:
            data.append(_bar(mean, place, 0.0, 0.0, "mean %{x:.4f}, no interval", colour, 2.4, "diamond"))
    line: dict[str, Any] = {"zeroline": True, "zerolinecolor": ink.text, "zerolinewidth": 1.2} if zero else {}
    return figure(
        data,
        title=f"{title}, split by split",
        x=axis(f"{title}, difference" if zero else title, **line),
        y=axis(
            "", (-0.6, len(styles) - 0.4), tickvals=places.tolist(), ticktext=list(titles), showgrid=False
        ),
        theme=theme,
        height=170 + 62 * len(styles),
        legend=False,
    )


def _bar(
    x: float, y: float, left: float, right: float, says: str, colour: str, thickness: float, symbol: str
) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": [float(x) if np.isfinite(x) else None],
        "y": [float(y)],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [float(right)],
            "arrayminus": [float(left)],
            "color": colour,
            "thickness": thickness,
            "width": 5,
        },
        "marker": {"symbol": symbol, "size": 10, "color": colour},
        "hovertemplate": f"{says}<extra></extra>",
    }
