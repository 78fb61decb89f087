"""Runs side by side: dots in rows that share their labels, and one metric's curves, a run a panel.

A method keeps its colour and its marker whichever run it is from; runs are told apart by where they stand and by their letter.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, axis_inks, figure, literal, packed
from ui.figures.chance import chance_marks
from ui.figures.epochs import whole_steps
from ui.figures.groups import short
from ui.figures.style import INKS, Style, Theme
from ui.figures.ticks import few

Array = NDArray[np.float64]

GAP, LINE = 11, 14
"""Pixels between two rows of dots, and of a line of their labels."""

LONGEST = 23
"""Letters in a line of a label, so that a narrow screen has room for the dots."""

PER_LINE = 3
"""Panels of curves beside each other."""


@dataclass(frozen=True)
class Panel:
    """What the rows of one panel show.

    Attributes:
        title: of the panel's axis.
        means: [R], NaN where there is none.
        lows, highs: [R], the ends of the bars; NaN where there is no bar.
        chance: what gaps would be by chance, means and 95% quantiles [R], NaN where there is none; None for what is no gap.
        notes: [R], what is said of a row without a bar.
    """

    title: str
    means: Array
    lows: Array
    highs: Array
    chance: tuple[Array, Array] | None = None
    notes: Sequence[str] = ()


def dots(
    labels: Sequence[str],
    styles: Sequence[Style],
    panels: Sequence[Panel],
    title: str,
    theme: Theme,
    *,
    zero: bool = False,
) -> Figure:
    """Means with bars, a row for each label and a panel for each metric. A thin line parts one method from the next.

    Args:
        labels: R rows from the top, in words.
        styles: the method of each row: its colour and marker.
        panels: from the left.
        title: of the figure.
        theme: of the page.
        zero: whether to draw the line at zero, which differences are held against.
    """
    ink = INKS[theme]
    wrapped = [textwrap.wrap(label.replace(" = ", "\u00a0=\u00a0"), LONGEST) for label in labels]
    heights = np.array([GAP + LINE * len(lines) for lines in wrapped], dtype=np.float64)
    edges = heights.sum() - np.cumsum(heights)  # the lower edge of every row, in pixels from the bottom
    places = edges + heights / 2
    data: list[Trace] = []
    axes: dict[str, Any] = {}
    for number, panel in enumerate(panels):
        suffix = "" if number == 0 else str(number + 1)
        if panel.chance is not None:
            data.append(chance_marks(*panel.chance, places, suffix, theme))
        for style in dict.fromkeys(styles):
            rows = [row for row, one in enumerate(styles) if one == style]
            data.append(
                _dots(panel, rows, places, [literal(label) for label in labels], style, suffix, theme)
            )
        more: dict[str, Any] = {"zeroline": zero, "zerolinecolor": ink.text, "zerolinewidth": 1.2}
        # Every other name stands a line lower: on a phone two neighbours would meet.
        name = "<br>" * (number % 2) + literal(panel.title)
        seen = few(panel.means, panel.lows, panel.highs, *(panel.chance or ()), zero=zero)
        x = axis(name, tickangle=0, domain=_share(number, len(panels)), **seen, **more)
        x["title"]["font"] = {"size": 11.5}
        axes[f"xaxis{suffix}"] = {"gridcolor": ink.grid, "linecolor": ink.soft, "tickcolor": ink.soft} | x
        axes[f"xaxis{suffix}"]["tickfont"] = {"color": ink.soft, "size": 11}
    return figure(
        data,
        title=title,
        x=axes.pop("xaxis"),
        y=axis(
            "",
            (0.0, float(heights.sum())),
            tickvals=places.tolist(),
            ticktext=["<br>".join(map(literal, lines)) for lines in wrapped],
            showgrid=False,
        ),
        theme=theme,
        height=132 + round(max(heights.sum(), 2 * (GAP + LINE))),
        legend=False,
        shapes=[
            _edge(float(edges[row - 1]), ink.grid)
            for row in range(1, len(styles))
            if styles[row] != styles[row - 1]
        ],
        **axes,
    )


def _dots(
    panel: Panel,
    rows: Sequence[int],
    places: Array,
    labels: Sequence[str],
    style: Style,
    suffix: str,
    theme: Theme,
) -> Trace:
    colour = style.colour(theme)
    high, low = panel.highs[rows] - panel.means[rows], panel.means[rows] - panel.lows[rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": packed(panel.means[rows]),
        "y": packed(places[rows]),
        "xaxis": f"x{suffix}",
        "yaxis": "y",
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": packed(np.nan_to_num(high)),
            "arrayminus": packed(np.nan_to_num(low)),
            "color": colour,
            "thickness": 1.6,
            "width": 4,
        },
        "marker": {
            "symbol": style.marker,
            "size": 10,
            "color": colour,
            "line": {"width": 1.6, "color": colour},
        },
        "text": [_hover_text(labels[row], panel, row) for row in rows],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _hover_text(label: str, panel: Panel, row: int) -> str:
    why = panel.notes[row] if panel.notes else "no bar"
    between = (
        f" [{panel.lows[row]:.4f}, {panel.highs[row]:.4f}]" if np.isfinite(panel.lows[row]) else f", {why}"
    )
    return f"{label}: {panel.means[row]:.4f}{between}"


def _share(number: int, of: int) -> list[float]:
    """The part of the width that a panel takes."""
    gap = 0.05
    width = (1 - gap * (of - 1)) / of
    return [number * (width + gap), min(1.0, number * (width + gap) + width)]


def _edge(y: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def panels_of_curves(
    runs: Sequence[tuple[str, Sequence[str], Array]],
    styles: Mapping[str, Style],
    title: str,
    epochs: int,
    theme: Theme,
) -> Figure:
    """A metric over the epochs, a run a panel; all panels share both axes.

    Args:
        runs: for each its name, its A arms, and the mean over the seeds [A, E] of the epochs done.
        styles: of each arm, by name, with what the legend calls it.
        title: of the metric.
        epochs: of the longest run.
        theme: of the page.
    """
    across = min(PER_LINE, len(runs))
    down = -(-len(runs) // across)
    data: list[Trace] = []
    axes: dict[str, Any] = {}
    notes = []
    drawn: set[str] = set()
    common = axis_inks(theme)
    for number, (name, arms, means) in enumerate(runs):
        suffix = "" if number == 0 else str(number + 1)
        column, line = number % across, number // across
        for arm, mean in zip(arms, means, strict=True):
            data.append(_curve(arm, mean, styles[arm], suffix, theme) | {"showlegend": arm not in drawn})
            drawn.add(arm)
        wide, tall = _share(column, across), _share(down - 1 - line, down)
        tall = [tall[0], tall[1] - 0.05]
        last_line = number + across >= len(runs)
        axes[f"xaxis{suffix}"] = common | axis(
            "Epoch" if last_line else "",
            (0.5, epochs + 0.5),
            domain=wide,
            anchor=f"y{suffix}",
            tickformat="d",
            nticks=5,
            **(whole_steps(epochs) if across < PER_LINE else {}),
        )
        axes[f"yaxis{suffix}"] = common | axis(
            "" if column else title,
            domain=tall,
            anchor=f"x{suffix}",
            showticklabels=column == 0,
        )
        if number:
            axes[f"yaxis{suffix}"]["matches"] = "y"
        notes.append(_note(name, wide, tall[1], across, INKS[theme].text))
    lines = -(-len(styles) // 4)
    height = 130 + 300 * down + 20 * lines
    made = figure(
        data,
        title=f"{title}, run by run",
        x=axes.pop("xaxis"),
        y=axes.pop("yaxis"),
        theme=theme,
        height=height,
        annotations=notes,
        **axes,
    )
    made["layout"]["margin"]["b"] = 70 + 20 * lines
    return made


def _curve(arm: str, mean: Array, style: Style, panel: str, theme: Theme) -> Trace:
    """One arm's mean [E] in the panel whose axes have this suffix."""
    colour, shown = style.colour(theme), literal(style.title)
    return {
        "type": "scatter",
        "mode": "lines" if len(mean) > 1 else "markers",
        "name": shown,
        "legendgroup": arm,
        "x": packed(np.arange(1, len(mean) + 1)),
        "y": packed(mean),
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
        "line": {"color": colour, "width": style.width, "dash": style.dash},
        "marker": {"symbol": style.marker, "color": colour, "size": 8},
        "hovertemplate": f"{shown}, epoch %{{x}}: %{{y:.4f}}<extra></extra>",
    }


def _note(name: str, wide: Sequence[float], y: float, across: int, colour: str) -> dict[str, Any]:
    """A panel's name above it."""
    return {
        "text": literal(short(name, 105 // across)),
        "x": wide[0],
        "xanchor": "left",
        "xref": "paper",
        "y": y,
        "yanchor": "bottom",
        "yref": "paper",
        "showarrow": False,
        "font": {"size": 13, "color": colour},
    }
