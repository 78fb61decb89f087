"""Performance against disparity: a point a method with its intervals, Pareto-efficient ones ringed, ties one inside the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, literal, packed
from ui.figures.style import INKS, Style, Theme

Array = NDArray[np.float64]

SIZE, STEP, RING = 11, 8, 12
"""Pixels: of a marker, of how much larger one is that lies around another, and of the ring around both."""

PLACES = ("top right", "bottom left", "top left", "bottom right")
"""Where a run's letter stands, so that those of runs at one place do not cover each other."""


@dataclass(frozen=True)
class Point:
    """A method.

    Attributes:
        name: what people call it in this figure.
        entry: its name in the legend, which several points may share.
        style: how it is drawn.
        performance, disparity: the mean, and the ends of its interval, NaN where there is none.
        efficient: whether nobody beats it on both axes.
        tied: the names of all that show the same numbers; empty where nobody does.
        letter: of its run, empty where there is one alone.
    """

    name: str
    entry: str
    style: Style
    performance: tuple[float, float, float]
    disparity: tuple[float, float, float]
    efficient: bool
    tied: str
    letter: str = ""


def trade_off(
    points: Sequence[Point], performance: str, disparity: str, chance: Array, theme: Theme
) -> Figure:
    """The points, those without numbers left out.

    Args:
        points: the methods.
        performance: the metric on the horizontal axis, more is better.
        disparity: the metric on the vertical axis, less is better.
        chance: what 95% of equal groups' gaps stay within [A], NaN where that is not known.
        theme: of the page.
    """
    known = [one for one in points if np.isfinite([one.performance[0], one.disparity[0]]).all()]
    depths = [
        sum(before.tied == one.tied != "" for before in known[:place]) for place, one in enumerate(known)
    ]
    ranks = {entry: rank for rank, entry in enumerate(dict.fromkeys(one.entry for one in known), 1)}
    data = [
        _point(one, depth, ranks[one.entry], theme)
        for one, depth in sorted(
            zip(known, depths, strict=True), key=lambda each: -each[1]
        )  # the innermost last
    ]
    for rank in ranks.values():
        next(trace for trace in reversed(data) if trace["legendrank"] == rank)["showlegend"] = True
    efficient = [(one, depth) for one, depth in zip(known, depths, strict=True) if one.efficient]
    if efficient:
        data = [_front([one for one, _ in efficient], theme), *data, _rings(efficient, theme)]
    ties = [
        [one for one in known if one.tied == tie] for tie in dict.fromkeys(one.tied for one in known) if tie
    ]
    made = figure(
        data,
        title=f"{disparity} against {performance}",
        x=axis(f"{performance}, more is better", nticks=7),
        y=axis(f"{disparity}, less is better", _range(known, chance)),
        theme=theme,
        height=410 + 24 * -(-(len(ranks) + 1) // 2),
        annotations=[_tie(tie, theme) for tie in ties],
    )
    made["layout"]["legend"]["itemsizing"] = "constant"
    return _shade(made, chance, theme)


def _range(known: Sequence[Point], chance: Array) -> tuple[float, float]:
    """From a little below zero, so that a point there is seen whole."""
    ends = np.array([0.0, 0.05, *(end for one in known for end in one.disparity), *chance], dtype=np.float64)
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    return low - 0.06 * (high - low), high + 0.06 * (high - low)


def _shade(made: Figure, chance: Array, theme: Theme) -> Figure:
    """Grey below what equal groups' gaps stay within: for every method, and lighter up to the method with the most."""
    known = chance[np.isfinite(chance)]
    if not known.size:
        return made
    ink, layout = INKS[theme], made["layout"]
    layout["shapes"] = [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": 0,
            "y1": float(top),
            "layer": "below",
            "fillcolor": ink.soft,
            "opacity": 0.09,
            "line": {"width": 0},
        }
        for top in dict.fromkeys((known.min(), known.max()))
    ]
    layout["annotations"] = [
        *layout["annotations"],
        {
            "text": "grey: as equal groups",
            "xref": "paper",
            "x": 1,
            "xanchor": "right",
            "y": float(known.max()),
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 12, "color": ink.soft},
        },
    ]
    return made


def _point(one: Point, depth: int, rank: int, theme: Theme) -> Trace:
    colour = one.style.colour(theme)

    def bar(ends: tuple[float, float, float]) -> dict[str, object]:
        mean, low, high = ends
        if not np.isfinite(low):
            return {"visible": False}
        sides = {"array": [high - mean], "arrayminus": [mean - low]}
        return {"type": "data", "symmetric": False, **sides, "color": colour, "thickness": 1.3, "width": 3}

    return {
        "type": "scatter",
        "mode": "markers+text" if one.letter and not one.tied else "markers",
        "name": literal(one.entry),
        "legendgroup": one.entry,
        "legendrank": rank,
        "showlegend": False,
        "x": [one.performance[0]],
        "y": [one.disparity[0]],
        "error_x": bar(one.performance),
        "error_y": bar(one.disparity),
        "marker": {
            "symbol": one.style.marker,
            "size": SIZE + STEP * depth,
            "color": colour,
            "opacity": 0.45 if depth else 1.0,
            "line": {"width": 1.6, "color": colour},
        },
        "text": [one.letter],
        "textposition": PLACES[sum(map(ord, one.letter)) % len(PLACES)],
        "textfont": {"size": 12, "color": INKS[theme].text},
        "hovertext": [_hover(one)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _hover(one: Point) -> str:
    def said(ends: tuple[float, float, float]) -> str:
        mean, low, high = ends
        return f"{mean:.4f}" + (f" [{low:.4f}, {high:.4f}]" if np.isfinite(low) else ", no interval")

    more = ", Pareto-efficient" if one.efficient else ""
    same = f"<br>the same: {literal(one.tied)}" if one.tied else ""
    return f"{literal(one.name)}{more}<br>{said(one.performance)}<br>{said(one.disparity)}{same}"


def _front(efficient: Sequence[Point], theme: Theme) -> Trace:
    """The staircase through the efficient points: nothing was seen beyond it."""
    ordered = sorted((one.performance[0], one.disparity[0]) for one in efficient)
    return {
        "type": "scatter",
        "mode": "lines",
        "showlegend": False,
        "hoverinfo": "skip",
        "x": packed([x for x, _ in ordered]),
        "y": packed([y for _, y in ordered]),
        "line": {"shape": "vh", "width": 1.2, "dash": "2px,4px", "color": INKS[theme].soft},
    }


def _rings(efficient: Sequence[tuple[Point, int]], theme: Theme) -> Trace:
    """A ring around every efficient point; around tied ones, outside the outermost."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "ringed: Pareto-efficient by the means",
        "hoverinfo": "skip",
        "x": packed([one.performance[0] for one, _ in efficient]),
        "y": packed([one.disparity[0] for one, _ in efficient]),
        "marker": {
            "symbol": "circle-open",
            "size": [SIZE + STEP * depth + RING for _, depth in efficient],
            "color": INKS[theme].text,
            "line": {"width": 1.4, "color": INKS[theme].text},
        },
    }


def _tie(tied: Sequence[Point], theme: Theme) -> dict[str, object]:
    """That several lie here, of which runs; the caption tells their names, which would not fit."""
    letters = list(dict.fromkeys(one.letter for one in tied if one.letter))
    return {
        "text": " = ".join(letters)
        if len(letters) > 1 and len(tied) == len(letters)
        else f"{len(tied)} tied",
        "x": tied[0].performance[0],
        "y": tied[0].disparity[0],
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": INKS[theme].soft,
        "standoff": SIZE,
        "ax": -34,
        "ay": -26,
        "font": {"size": 12, "color": INKS[theme].text},
    }
