"""How the game went: directions before and after the cut, what became of the losses, shares, weights of the players."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, literal, packed
from ui.figures.epochs import epoch_axis
from ui.figures.groups import short
from ui.figures.style import INKS, SPARE, Style, Theme
from ui.figures.ticks import spaced

Array = NDArray[np.float64]

STATISTICS = {"min": "Lowest", "mean": "Mean", "max": "Highest"}
"""Over the players of a batch."""


def alignment(
    style: Style,
    layers: Mapping[str, Array],
    theme: Theme,
    statistic: str = "min",
    height: int = 420,
) -> Figure:
    """Histograms [bins] of the cosines of directions and cells, over -1 to 1.

    Args:
        style: of the arm.
        layers: counts by the direction's title, back to front; the last one wears the arm's colour. A layer of NaN was not
            recorded and is left out.
        theme: of the page.
        statistic: a key of `STATISTICS`.
        height: in pixels.
    """
    ink = INKS[theme]
    looks = (("scatter", ink.text, 1.0), ("bar", ink.soft, 0.55), ("bar", style.colour(theme), 0.7))
    drawn = list(zip(layers.items(), looks[-len(layers) :], strict=True))
    return figure(
        [
            _histogram(text, counts, kind, colour, opacity)
            for (text, counts), (kind, colour, opacity) in drawn
            if not np.isnan(counts).any()
        ],
        title=f"Would every cell gain? {style.title}",
        x=axis(
            f"{STATISTICS[statistic]} cosine with falls of the cells' losses",
            (-1, 1),
            zeroline=True,
            zerolinecolor=ink.text,
        ),
        y=axis("Share of batches", tickformat=".0%", rangemode="tozero"),
        theme=theme,
        height=height,
        barmode="overlay",
    )


def _histogram(text: str, counts: Array, kind: str, colour: str, opacity: float) -> Trace:
    bins = len(counts)
    edges = np.linspace(-1, 1, bins + 1)
    made: Trace = {
        "type": kind,
        "name": text,
        "x": packed((edges[:-1] + edges[1:]) / 2),
        "y": packed(counts / max(counts.sum(), 1.0)),
        "opacity": opacity,
        "hovertemplate": f"{text}: %{{y:.1%}} of batches near %{{x:.2f}}<extra></extra>",
    }
    if kind == "bar":
        return made | {"width": 2 / bins, "marker": {"color": colour, "line": {"width": 0}}}
    return made | {
        "mode": "lines",
        "line": {"color": colour, "width": 1.5, "shape": "hvh", "dash": "2px,3px"},
    }


def loss_changes(
    style: Style, edges: Sequence[float], counts: Array, theme: Theme, height: int = 420
) -> Figure:
    """Steps by the largest relative change of a playing cell's loss: counts [bins], bins by their lower edges.

    Bins are half a decade wide, so they are drawn side by side and named by their edges. Those left of zero hold the steps after
    which all losses had fallen.
    """
    ink = INKS[theme]
    places = np.arange(len(edges))
    shares = counts / max(counts.sum(), 1.0)
    zero = list(edges).index(0.0)
    bounds = [*(f"{100 * edge:.3g} %" for edge in edges), "and more"]
    data: list[Trace] = [
        {
            "type": "bar",
            "name": text,
            "x": packed(places[part]),
            "y": packed(shares[part]),
            "width": 0.94,
            "marker": {"color": colour, "line": {"width": 0}},
            "customdata": [f"{bounds[i]} to {bounds[i + 1]}" for i in places[part]],
            "hovertemplate": f"{text}: %{{y:.1%}} of steps, largest change %{{customdata}}<extra></extra>",
        }
        for text, part, colour in (
            ("All losses fell", slice(None, zero), style.colour(theme)),
            ("Some loss did not fall", slice(zero, None), ink.soft),
        )
    ]
    ticks = [i for i, edge in enumerate(edges) if edge == 0 or (abs(edge) > 9e-6 and _whole_decade(edge))]
    return figure(
        data,
        title=f"Did every cell gain? {style.title}",
        x=axis(
            "Largest relative change of a cell's loss",
            (-0.7, len(edges) - 0.3),
            tickvals=[i - 0.5 for i in ticks],
            ticktext=spaced(ticks, [f"{100 * edges[i]:g} %".replace("-", "−") for i in ticks], apart=0.13),
            tickangle=0,
        ),
        y=axis("Share of steps", tickformat=".0%", rangemode="tozero"),
        theme=theme,
        height=height,
        barmode="overlay",
        shapes=[
            {
                "type": "line",
                "x0": zero - 0.5,
                "x1": zero - 0.5,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": ink.text, "width": 1},
            }
        ],
    )


def _whole_decade(size: float) -> bool:
    exponent = np.log10(abs(size))
    return bool(abs(exponent - round(exponent)) < 1e-9)


def shares(
    styles: Sequence[Style],
    values: Array,
    title: str,
    epochs: int,
    theme: Theme,
    *,
    height: int = 420,
    legend: bool = True,
) -> Figure:
    """A share over the epochs, one line an arm: values [A, E], the mean over the seeds; NaN where there is none."""
    done = np.arange(1, values.shape[1] + 1)
    data: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(done) <= 25 else "lines",
            "name": style.title,
            "x": packed(done),
            "y": packed(row),
            "line": {
                "color": style.colour(theme),
                "width": style.width,
                "dash": style.dash,
            },
            "marker": {"symbol": style.marker, "size": 7, "color": style.colour(theme)},
            "hovertemplate": f"{style.title}, epoch %{{x}}: %{{y:.1%}}<extra></extra>",
        }
        for style, row in zip(styles, values, strict=True)
        if not np.isnan(row).all()
    ]
    return figure(
        data,
        title=title,
        x=epoch_axis(epochs),
        y=axis("Share", (-0.04, 1.04), tickformat=".0%"),
        theme=theme,
        height=height,
        legend=legend,
    )


def player_weights(players: Sequence[str], values: Array, arm: Style, epochs: int, theme: Theme) -> Figure:
    """The mean weight of every player over the epochs: values [E, K], shares of a batch's weights."""
    done = np.arange(1, len(values) + 1)
    data: list[Trace] = []
    for place, player in enumerate(players):
        style = SPARE[place % len(SPARE)]
        shown = literal(short(player, 30))
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": shown,
                "x": packed(done),
                "y": packed(values[:, place]),
                "line": {"color": style.colour(theme), "width": 2.2, "dash": style.dash},
                "hovertemplate": f"{shown.replace('%{', '% {')}, epoch %{{x}}: %{{y:.3f}}<extra></extra>",
            }
        )
    return figure(
        data,
        title=f"Who is heard: {arm.title}",
        x=epoch_axis(epochs),
        y=axis("Mean weight, share of the batch's"),
        theme=theme,
        height=440 + 12 * max(0, len(players) - 8),
    )
