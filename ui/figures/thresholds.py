"""Decisions at a threshold: rates over all thresholds, scores against labels, and what changes one row's score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, in_hover, literal, packed
from ui.figures.groups import short
from ui.figures.style import INKS, SPARE, Style, Theme

Array = NDArray[np.float64]

APART = 0.007
"""Between the marks of groups that share a threshold, so that their intervals do not cover each other."""


def _styles(groups: Sequence[str]) -> list[Style]:
    """How groups are drawn; a second round of the colours has other dashes."""
    return [SPARE[place % len(SPARE)].titled(literal(short(name))) for place, name in enumerate(groups)]


def _dots(style: Style, theme: Theme, x: Array, y: Array, ends: tuple[Array, Array] | None) -> Trace:
    colour = style.colour(theme)
    trace: Trace = {
        "type": "scatter",
        "mode": "markers",
        "name": style.title,
        "legendgroup": style.title,
        "x": packed(x),
        "y": packed(y),
        "marker": {"symbol": style.marker, "size": 11, "color": colour, "line": {"width": 1.4}},
    }
    if ends is not None:
        low, high = ends
        trace["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": packed(np.nan_to_num(high - y)),
            "arrayminus": packed(np.nan_to_num(y - low)),
            "color": colour,
            "thickness": 1.6,
            "width": 4,
        }
    return trace


def rate_curves(
    groups: Sequence[str],
    thresholds: Array,
    values: Array,
    chosen: Array,
    found: Array,
    title: str,
    theme: Theme,
) -> Figure:
    """A rate over all thresholds, a line a group, and where each group stands now.

    Args:
        groups: names, G.
        thresholds: [T].
        values: [T, G + 1], all groups together last; NaN where there is no rate.
        chosen: [G], each group's threshold now.
        found: [G, 3], its rate there with the lower and the upper end of the interval.
        title: of the rate.
        theme: of the page.
    """
    ink = INKS[theme]
    data: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "all groups",
            "x": packed(thresholds),
            "y": packed(values[:, -1]),
            "line": {"color": ink.soft, "width": 1.6, "dash": "1px,3px"},
            "hovertemplate": "all groups, above %{x:.2f}: %{y:.3f}<extra></extra>",
        }
    ]
    for place, style in enumerate(_styles(groups)):
        line = {"color": style.colour(theme), "width": style.width, "dash": style.dash}
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "showlegend": False,
                "legendgroup": style.title,
                "x": packed(thresholds),
                "y": packed(values[:, place]),
                "line": line,
                "hovertemplate": f"{in_hover(style.title)}, above %{{x:.2f}}: %{{y:.3f}}<extra></extra>",
            }
        )
        value, low, high = found[place]
        alike = np.flatnonzero(chosen == chosen[place])
        beside = chosen[place] + APART * (float((alike < place).sum()) - (len(alike) - 1) / 2)
        at = _dots(style, theme, np.array([beside]), np.array([value]), (np.array([low]), np.array([high])))
        between = f" [{low:.3f}, {high:.3f}]" if np.isfinite(low) else ""
        data.append(
            at
            | {
                "mode": "lines+markers",
                "line": line,
                "hovertemplate": f"{in_hover(style.title)}: %{{y:.3f}}{between}<extra></extra>",
            }
        )
    return figure(
        data,
        title=f"{title} over the threshold",
        x=axis("Label 1 where the score is above", (-0.01, 1.01)),
        y=axis(title, (-0.03, 1.03)),
        theme=theme,
        height=470 + 10 * len(groups),
        shapes=[
            {
                "type": "line",
                "x0": at,
                "x1": at,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "layer": "below",
                "line": {"color": ink.soft, "width": 1, "dash": "dot"},
            }
            for at in sorted(set(chosen.tolist()))
        ],
    )


def reliability_diagram(
    groups: Sequence[str], bins: Mapping[str, Sequence[Mapping[str, Any]]], shown: str, theme: Theme
) -> Figure:
    """Mean score against the share of label 1, in bins of the score.

    Args:
        groups: names; their order gives their looks.
        bins: of each, "expected", "observed", "low", "high" and "rows" of its bins that hold rows.
        shown: the one whose intervals are drawn; the others are faint.
        theme: of the page.
    """
    ink = INKS[theme]
    data: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "scores that mean what they say",
            "x": [0, 1],
            "y": [0, 1],
            "line": {"color": ink.soft, "width": 1.4, "dash": "6px,4px"},
            "hoverinfo": "skip",
        }
    ]
    for name, style in zip(groups, _styles(groups), strict=True):
        x, y, low, high = (
            np.array([one[part] for one in bins[name]], dtype=np.float64)
            for part in ("expected", "observed", "low", "high")
        )
        strong = name == shown
        data.append(
            _dots(style, theme, x, y, (low, high) if strong else None)
            | {
                "mode": "lines+markers",
                "line": {"color": style.colour(theme), "width": 2 if strong else 1, "dash": style.dash},
                "opacity": 1.0 if strong else 0.45,
                "text": [f"{one['rows']:,} rows" for one in bins[name]],
                "hovertemplate": f"{in_hover(style.title)}: mean score %{{x:.3f}}, share of label 1 %{{y:.3f}}, "
                "%{text}<extra></extra>",
            }
        )
    return figure(
        data,
        title="Do scores mean what they say?",
        x=axis("Mean score in the bin", (-0.02, 1.02)),
        y=axis("Share of label 1 in the bin", (-0.04, 1.04)),
        theme=theme,
        height=470 + 10 * len(groups),
    )


def score_changes(
    columns: Sequence[str], score: float, typical: Array, lowest: Array, highest: Array, theme: Theme
) -> Figure:
    """What the score would be if one column held another value, a row of dots a column.

    Args:
        columns: names, C.
        score: of the row as it is.
        typical: [C], with the column's typical value.
        lowest, highest: [C], with the values that make it least and largest.
        theme: of the page.
    """
    ink, style = INKS[theme], SPARE[0]
    places = np.arange(len(columns))[::-1].astype(np.float64)
    ends = np.stack([lowest, highest, np.full_like(lowest, np.nan)], 1).ravel()
    data: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "with any other value tried",
            "x": packed(ends),
            "y": packed(np.repeat(places, 3)),
            "line": {"color": ink.soft, "width": 5},
            "opacity": 0.55,
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": "with the typical value",
            "x": packed(typical),
            "y": packed(places),
            "marker": {"symbol": style.marker, "size": 12, "color": style.colour(theme)},
            "hovertemplate": "with the typical value: %{x:.4f}<extra></extra>",
        },
    ]
    return figure(
        data,
        title="What changes this row's score",
        x=axis("Score", (-0.02, 1.02)),
        y=axis(
            "",
            (-0.6, len(columns) - 0.4),
            tickvals=places.tolist(),
            ticktext=[literal(short(name, 20)) for name in columns],
            showgrid=False,
        ),
        theme=theme,
        height=170 + 32 * len(columns),
        shapes=[
            {
                "type": "line",
                "x0": score,
                "x1": score,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": ink.text, "width": 1.6},
            }
        ],
        annotations=[
            {
                "text": f"its score, {score:.3f}",
                "x": score,
                "xanchor": "right" if score > 0.5 else "left",
                "xshift": -4 if score > 0.5 else 4,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 12, "color": ink.text},
            }
        ],
    )
