"""Performance against disparity: a point a method with its intervals, Pareto-efficient ones ringed, ties one inside the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, literal, packed
from ui.figures.labels import LETTER, LINE, Room
from ui.figures.style import INKS, Style, Theme

Array = NDArray[np.float64]

SIZE, STEP, RING = 11, 8, 12
"""Pixels: of a marker, of how much larger one is that lies around another, and of the ring around both."""

PLACES = {
    "top right": (1, 1),
    "bottom left": (-1, -1),
    "top left": (-1, 1),
    "bottom right": (1, -1),
    "middle right": (1, 0),
    "middle left": (-1, 0),
    "top center": (0, 1),
    "bottom center": (0, -1),
}
"""Where a run's letter may stand."""

ASIDE = [
    (far * x, far * y)
    for far in (1.0, 1.5, 2.1)
    for x, y in ((-34, 26), (34, 26), (34, -26), (-34, -26), (0, 40), (0, -40))
]
"""Where it may be told that several are tied: pixels to the right and up."""


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
    spans = (
        _range(one.performance for one in known),
        _range([(0.0, 0.05), chance, *(one.disparity for one in known)]),
    )
    room = _taken(known, depths, *spans)
    ties = [
        [one for one in known if one.tied == tie] for tie in dict.fromkeys(one.tied for one in known) if tie
    ]
    notes = [_tie(tie, room, theme) for tie in ties]
    data += _letters(known, room, theme)
    made = figure(
        data,
        title=f"{disparity} against {performance}",
        x=axis(f"{performance}, more is better", spans[0], nticks=7),
        y=axis(f"{disparity}, less is better", spans[1]),
        theme=theme,
        height=410 + 24 * -(-(len(ranks) + 1) // 2),
        annotations=notes,
    )
    made["layout"]["legend"]["itemsizing"] = "constant"
    return _shade(made, chance, theme)


def _range(known: Iterable[Iterable[float]]) -> tuple[float, float]:
    """A little more than all ends, so that points there are seen whole."""
    ends = np.array([end for one in known for end in one], dtype=np.float64)
    low, high = (float(np.nanmin(ends)), float(np.nanmax(ends))) if np.isfinite(ends).any() else (0.0, 1.0)
    room = 0.06 * (high - low) or 0.05
    return low - room, high + room


def _taken(
    known: Sequence[Point], depths: Sequence[int], x: tuple[float, float], y: tuple[float, float]
) -> Room:
    """The room that the points leave, with their rings."""
    room = Room(np.array([x[0], y[0]]), np.array([x[1], y[1]]))
    for one, depth in zip(known, depths, strict=True):
        half = (SIZE + STEP * depth + RING * one.efficient) / 2
        (across, left, right), (up, bottom, top) = one.performance, one.disparity
        room.take((across, up), (half, half))
        if np.isfinite(left):
            room.cross((left, up), (right, up))
        if np.isfinite(bottom):
            room.cross((across, bottom), (across, top))
    return room


def _letters(known: Sequence[Point], room: Room, theme: Theme) -> list[Trace]:
    """The letters of the runs beside points that no other shares, outside their rings; those of a legend's entry come and go with
    it."""
    found: dict[str, list[Point]] = {}
    for one in known:
        if one.letter and not one.tied:
            found.setdefault(one.entry, []).append(one)
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "legendgroup": entry,
            "showlegend": False,
            "hoverinfo": "skip",
            "x": [one.performance[0] for one in points],
            "y": [one.disparity[0] for one in points],
            # Plotly keeps words 1/0.8 of a marker's radius away.
            "marker": {"opacity": 0, "size": [0.8 * (SIZE + RING * one.efficient) for one in points]},
            "text": [one.letter for one in points],
            "textposition": [_place(one, room) for one in points],
            "textfont": {"size": 12, "color": INKS[theme].text},
        }
        for entry, points in found.items()
    ]


def _place(one: Point, room: Room) -> str:
    away = (SIZE + RING * one.efficient) / 2 + 1
    choices = [(x * (away + LETTER), y * (away + LINE)) for x, y in PLACES.values()]
    return list(PLACES)[room.place((one.performance[0], one.disparity[0]), one.letter, choices)]


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
        "mode": "markers",
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


def _tie(tied: Sequence[Point], room: Room, theme: Theme) -> dict[str, object]:
    """That several lie here, of which runs; the caption tells their names, which would not fit."""
    letters = list(dict.fromkeys(one.letter for one in tied if one.letter))
    told = len(letters) > 1 and len(tied) == len(letters)
    text = " = ".join(letters) if told else f"{len(tied)} tied"
    at = tied[0].performance[0], tied[0].disparity[0]
    right, up = ASIDE[room.place(at, text, ASIDE)]
    return {
        "text": text,
        "x": at[0],
        "y": at[1],
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": INKS[theme].soft,
        "standoff": SIZE,
        "ax": right,
        "ay": -up,
        "font": {"size": 12, "color": INKS[theme].text},
    }
