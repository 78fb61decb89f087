"""How the game went: alignment of the steps, shares over the epochs, weights of the players."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, literal, packed
from ui.figures.epochs import epoch_axis
from ui.figures.groups import short
from ui.figures.style import INKS, SPARE, Style, Theme

Array = NDArray[np.float64]

STATISTICS = {"min": "Lowest", "mean": "Mean", "max": "Highest"}
"""Over the players of a batch."""


def alignment(
    style: Style, before: Array, after: Array, theme: Theme, statistic: str = "min", height: int = 420
) -> Figure:
    """Histograms [bins] of a batch's alignment, with the goal's own weights and with those used.

    Args:
        style: of the arm.
        before: counts with the goal's weights, over cosines from -1 to 1.
        after: counts with the weights used.
        theme: of the page.
        statistic: a key of `STATISTICS`.
        height: in pixels.
    """
    ink = INKS[theme]
    bins = len(before)
    edges = np.linspace(-1, 1, bins + 1)
    middle = (edges[:-1] + edges[1:]) / 2
    data: list[Trace] = [
        {
            "type": "bar",
            "name": text,
            "x": packed(middle),
            "y": packed(counts / max(counts.sum(), 1.0)),
            "width": 2 / bins,
            "opacity": opacity,
            "marker": {"color": colour, "line": {"width": 0}},
            "hovertemplate": f"{text}: %{{y:.1%}} of batches near %{{x:.2f}}<extra></extra>",
        }
        for text, counts, colour, opacity in (
            ("Following the goal", before, ink.soft, 0.55),
            ("As trained", after, style.colour(theme), 0.7),
        )
    ]
    return figure(
        data,
        title=f"Does every cell gain? {style.title}",
        x=axis(
            f"{STATISTICS[statistic]} cosine of step and cell", (-1, 1), zeroline=True, zerolinecolor=ink.text
        ),
        y=axis("Share of batches", tickformat=".0%"),
        theme=theme,
        height=height,
        barmode="overlay",
    )


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
