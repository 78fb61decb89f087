"""A sweep in two figures: parallel coordinates of all candidates, and a metric against one of the fields that vary."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, joined, literal, packed
from ui.figures.style import INKS, Style, Theme
from ui.figures.ticks import spaced

Array = NDArray[np.float64]

SHADES = {
    "light": ("#C9C2A6", "#9FB39A", "#6C9C97", "#3F7E93", "#2A5A86", "#1B2F63"),
    "dark": ("#4B5058", "#4F6E7A", "#4F92A0", "#66B7AE", "#A5D9A8", "#F1F4B4"),
}
"""From the worst sixth to the best: lightness alone tells the order, whatever colours an eye can tell apart."""

LOG_RATIO = 20
"""Numbers above zero that span more than this stand on a logarithmic axis."""

MOST_TICKS = 8
"""Of a figure against a field whose numbers are marked one by one."""

LONGEST = 13
"""Letters in a line of an axis's title or of its words, so that a narrow screen has room for several axes."""


@dataclass(frozen=True)
class Coordinate:
    """A field of all candidates.

    Attributes:
        title: what it is called.
        words: of every candidate [N], its value in words.
        numbers: the same as numbers [N]; None where they are words.
    """

    title: str
    words: Sequence[str]
    numbers: Array | None = None

    @property
    def logarithmic(self) -> bool:
        """Whether its numbers stand on a logarithmic axis."""
        found = self.numbers
        return found is not None and bool(found.min() > 0) and bool(found.max() / found.min() > LOG_RATIO)

    def places(self) -> tuple[Array, list[tuple[float, str]]]:
        """Where each candidate stands, from 0 to 1, and the marks of the axis with their words."""
        if self.numbers is None:
            names = list(dict.fromkeys(self.words))
            where = np.array([names.index(word) for word in self.words], dtype=np.float64)
            marks = list(enumerate(names))
        else:
            scaled = np.log10(self.numbers) if self.logarithmic else self.numbers.astype(np.float64)
            where = scaled
            marks = sorted(dict(zip(scaled.tolist(), self.words, strict=True)).items())
            if len(marks) > 7:
                marks = [marks[place] for place in np.linspace(0, len(marks) - 1, 5).round().astype(int)]
            words = spaced([place for place, _ in marks], [word for _, word in marks], 0.06)
            marks = [(place, word) for (place, _), word in zip(marks, words, strict=True) if word]
        low, high = float(where.min()), float(where.max())
        reach = (high - low) or 1.0
        shift = low if high > low else low - 0.5
        return (where - shift) / reach, [((place - shift) / reach, word) for place, word in marks]


def parallel(
    fields: Sequence[Coordinate],
    metric: str,
    values: Array,
    names: Sequence[str],
    best: int | None,
    title: str,
    theme: Theme,
    *,
    smaller_is_better: bool = False,
) -> Figure:
    """A line a candidate, through its value of every field to its metric.

    Args:
        fields: the axes, from the left.
        metric: what the last axis is called.
        values: the metric of every candidate [N]; there is one at least.
        names: of every candidate.
        best: the one to draw above all others.
        title: of the figure.
        theme: of the page.
        smaller_is_better: whether less of the metric is better, so that its axis is turned around: up is better.
    """
    ink = INKS[theme]
    low, high = float(values.min()), float(values.max())
    reach = (high - low) or 1.0
    height = (values - low) / reach if high > low else np.full(len(values), 0.5)
    height = 1 - height if smaller_is_better else height
    found = [field.places() for field in fields]
    y = np.column_stack([*(places for places, _ in found), height])
    count = y.shape[1]
    shade = np.minimum((height * len(SHADES[theme])).astype(int), len(SHADES[theme]) - 1)
    data: list[Trace] = []
    for level, colour in enumerate(SHADES[theme]):
        rows = np.flatnonzero(shade == level).tolist()
        if len(rows):
            data.append(_lines(y[rows], [names[row] for row in rows], values[rows], metric, colour, 1.4))
    if best is not None:
        data.append(_lines(y[[best]], [names[best]], values[[best]], metric, ink.front, 3.4))
    ends = (high, low) if smaller_is_better else (low, high)
    marks = [marks for _, marks in found] + [[(0.0, f"{ends[0]:.3f}"), (1.0, f"{ends[1]:.3f}")]]
    titles = [*(field.title for field in fields), metric]
    return figure(
        data,
        title=title,
        x=axis("", (-0.35, count - 0.65), showticklabels=False, ticks="", showgrid=False, showline=False),
        y=axis("", (-0.1, 1.28), showticklabels=False, ticks="", showgrid=False, showline=False),
        theme=theme,
        legend=False,
        shapes=[
            {
                "type": "line",
                "x0": place,
                "x1": place,
                "y0": 0,
                "y1": 1,
                "line": {"color": ink.soft, "width": 1},
            }
            for place in range(count)
        ],
        annotations=[
            note
            for place, (name, own) in enumerate(zip(titles, marks, strict=True))
            for note in _notes(place, name, own, ink.text, ink.paper)
        ],
        margin={"l": 8, "r": 8, "t": 44, "b": 12},
    )


def _lines(y: Array, names: Sequence[str], values: Array, metric: str, colour: str, width: float) -> Trace:
    """Candidates of one colour as one line with gaps."""
    count = y.shape[1]
    said = [
        f"{literal(name)}<br>{literal(metric)} {value:.3f}" for name, value in zip(names, values, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": packed(joined(np.tile(np.arange(count), (len(y), 1)))),
        "y": packed(joined(y)),
        "line": {"color": colour, "width": width},
        "marker": {"color": colour, "size": 3.5 + width},
        "opacity": 0.9,
        "connectgaps": False,
        "showlegend": False,
        "text": [text for text in said for _ in range(count + 1)],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _notes(
    place: int, title: str, marks: Sequence[tuple[float, str]], colour: str, paper: str
) -> list[dict[str, Any]]:
    """The title of an axis above it, and the words of its marks."""
    common = {"x": place, "showarrow": False, "font": {"size": 11, "color": colour}}
    wrapped = "<br>".join(map(literal, textwrap.wrap(title, LONGEST)[:3]))
    found: list[dict[str, Any]] = [
        {**common, "y": 1.07, "yanchor": "bottom", "text": f"<b>{wrapped}</b>"},
    ]
    for height, word in marks:
        lines = textwrap.wrap(
            word.replace(" = ", "\u00a0=\u00a0"), LONGEST + 3, max_lines=2, placeholder=" …"
        ) or [word[:LONGEST]]
        text = "<br>".join(map(literal, lines))
        found.append({**common, "y": height, "text": text, "bgcolor": paper, "borderpad": 1, "opacity": 0.92})
    return found


def _beside(own: Array, spots: Array, field: Coordinate, share: float) -> Array:
    """Places of one method a little beside those of others, by a share from -0.5 to 0.5 of the room that there is."""
    if field.numbers is None:
        return own + 0.5 * share
    scaled = np.log10(spots) if field.logarithmic else spots
    steps = np.diff(np.unique(scaled))
    aside = share * 0.3 * (float(steps.min()) if len(steps) else 1.0)
    moved: Array = own * 10**aside if field.logarithmic else own + aside
    return moved


def _tried(field: Coordinate) -> dict[str, Any]:
    """Ticks at the numbers that were tried, where they are few."""
    if field.numbers is None or len(set(field.numbers.tolist())) > MOST_TICKS:
        return {}
    found, words = zip(
        *sorted(dict(zip(field.numbers.tolist(), field.words, strict=True)).items()), strict=True
    )
    places = np.log10(found).tolist() if field.logarithmic else found
    return {"tickvals": list(found), "ticktext": list(map(literal, spaced(places, words, apart=0.13)))}


@dataclass(frozen=True)
class Dots:
    """The candidates of one method.

    Attributes:
        style: how it is drawn, with its title.
        rows: which of the candidates they are.
    """

    style: Style
    rows: Sequence[int]


def against(
    field: Coordinate,
    metric: str,
    values: Array,
    spreads: Array,
    names: Sequence[str],
    methods: Sequence[Dots],
    title: str,
    theme: Theme,
) -> Figure:
    """A metric against a field, a dot a candidate, with a bar of one standard deviation.

    Args:
        field: the axis from left to right.
        metric: what the axis upwards is called.
        values, spreads: of every candidate [N]; NaN where there is no spread.
        names: of every candidate.
        methods: in their order; they stand a little beside each other.
        title: of the figure.
        theme: of the page.
    """
    data: list[Trace] = []
    numbers = field.numbers
    words = list(dict.fromkeys(field.words))
    spots = (
        np.array([words.index(word) for word in field.words], dtype=np.float64)
        if numbers is None
        else numbers
    )
    for number, method in enumerate(methods):
        rows = list(method.rows)
        x = _beside(spots[rows], spots, field, (number + 0.5) / len(methods) - 0.5)
        colour = method.style.colour(theme)
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": literal(method.style.title),
                "x": packed(x),
                "y": packed(values[rows]),
                "error_y": {
                    "type": "data",
                    "array": packed(np.nan_to_num(spreads[rows])),
                    "color": colour,
                    "thickness": 1.2,
                    "width": 3,
                },
                "marker": {"symbol": method.style.marker, "color": colour, "size": 9},
                "text": [
                    f"{literal(names[row])}<br>{literal(metric)} {values[row]:.3f}"
                    + ("" if np.isnan(spreads[row]) else f" ± {spreads[row]:.3f}")
                    for row in rows
                ],
                "hovertemplate": "%{text}<extra></extra>",
            }
        )
    if numbers is None:
        shown = ["<br>".join(map(literal, textwrap.wrap(word, LONGEST)[:3])) for word in words]
        x_axis = axis(
            literal(field.title), (-0.6, len(words) - 0.4), tickvals=list(range(len(words))), ticktext=shown
        )
    else:
        kind: dict[str, Any] = {"type": "log"} if field.logarithmic else {}
        x_axis = axis(literal(field.title), **kind, **_tried(field))
    lines = -(-len(methods) // 2)
    made = figure(data, title=title, x=x_axis, y=axis(literal(metric)), theme=theme, height=440 + 18 * lines)
    made["layout"]["margin"]["b"] = 92 + 20 * lines
    return made
