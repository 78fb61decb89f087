"""Figures of a training run: curves over the epochs, groups, alignment of the steps, paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, literal, packed
from ui.figures.style import INKS, Theme, look

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Switch:
    """An epoch (from 1) before which the two-stage methods bargain."""

    epoch: int
    text: str


def curves(
    names: Sequence[str], values: Array, title: str, epochs: int, theme: Theme, switch: Switch | None = None
) -> Figure:
    """A metric over the epochs: values [A, N, E] as the mean over N seeds, with a band of one standard deviation.

    Args:
        names: A arms.
        values: models that stopped are NaN and left out.
        title: of the metric.
        epochs: that the run will have; the axis reaches so far from the beginning.
        theme: of the page.
        switch: where the two-stage methods stop bargaining.
    """
    ink = INKS[theme]
    done = np.arange(1, values.shape[2] + 1)
    bands: list[Trace] = []
    lines: list[Trace] = []
    for name, seeds in zip(names, values, strict=True):
        style = look(name)
        colour = style.colour(theme)
        kept = seeds[~np.isnan(seeds).all(1)]
        if not kept.size:
            continue
        mean = np.nanmean(kept, axis=0)
        if len(kept) > 1:
            spread = np.nanstd(kept, axis=0, ddof=1)
            bands.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "legendgroup": name,
                    "showlegend": False,
                    "x": packed(np.concatenate([done, done[::-1]])),
                    "y": packed(np.concatenate([mean + spread, (mean - spread)[::-1]])),
                    "fill": "toself",
                    "fillcolor": _faint(colour),
                    "line": {"width": 0},
                    "hoverinfo": "skip",
                }
            )
        lines.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if len(done) <= 25 else "lines",
                "name": style.title,
                "legendgroup": name,
                "x": packed(done),
                "y": packed(mean),
                "line": {"color": colour, "width": style.width, "dash": style.dash},
                "marker": {"symbol": style.marker, "size": 7, "color": colour},
                "hovertemplate": f"{style.title}, epoch %{{x}}: %{{y:.4f}}<extra></extra>",
            }
        )
    marks: dict[str, Any] = {}
    if switch is not None and 0 < switch.epoch < epochs:
        place = switch.epoch + 0.5
        marks = {
            "shapes": [
                {
                    "type": "line",
                    "x0": place,
                    "x1": place,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "layer": "below",
                    "line": {"color": ink.soft, "width": 1.2, "dash": "4px,3px"},
                }
            ],
            "annotations": [
                {
                    "text": switch.text,
                    "x": place,
                    "y": 1,
                    "yref": "paper",
                    "xanchor": "left",
                    "yanchor": "bottom",
                    "showarrow": False,
                    "font": {"size": 12, "color": ink.soft},
                }
            ],
        }
    return figure(
        bands + lines,
        title=title,
        x=axis("Epoch", (0.5, epochs + 0.5), tickformat="d"),
        y=axis(f"{title} (mean over seeds)"),
        theme=theme,
        height=500,
        **marks,
    )


def by_group(
    names: Sequence[str], groups: Sequence[str], means: Array, spreads: Array, title: str, theme: Theme
) -> Figure:
    """A metric of every group [A, G] as dots with one standard deviation over the seeds."""
    ink = INKS[theme]
    shift = (np.arange(len(names)) - (len(names) - 1) / 2) * 0.8 / max(len(names), 1)
    data: list[Trace] = []
    for row, name in enumerate(names):
        style = look(name)
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": style.title,
                "x": packed(np.arange(len(groups)) + shift[row]),
                "y": packed(means[row]),
                "error_y": {
                    "type": "data",
                    "array": packed(spreads[row]),
                    "color": style.colour(theme),
                    "thickness": 1.2,
                    "width": 0,
                },
                "marker": {
                    "symbol": style.marker,
                    "size": 11,
                    "color": style.colour(theme),
                    "line": {"width": 1.6},
                },
                "hovertemplate": f"{style.title}: %{{y:.4f}}<extra></extra>",
            }
        )
    return figure(
        data,
        title=f"{title}, group by group",
        x=axis(
            "Group",
            (-0.5, len(groups) - 0.5),
            tickvals=list(range(len(groups))),
            ticktext=[literal(group) for group in groups],
            showgrid=False,
        ),
        y=axis(f"{title} (mean over seeds)"),
        theme=theme,
        height=500,
        shapes=[
            {
                "type": "line",
                "x0": edge + 0.5,
                "x1": edge + 0.5,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": ink.grid, "width": 1},
            }
            for edge in range(len(groups) - 1)
        ],
    )


def alignment(name: str, before: Array, after: Array, theme: Theme) -> Figure:
    """Histograms [bins] of the lowest alignment in a batch: with the goal's own weights, and with those
    used."""
    ink = INKS[theme]
    bins = len(before)
    edges = np.linspace(-1, 1, bins + 1)
    middle = (edges[:-1] + edges[1:]) / 2
    style = look(name)

    def share(counts: Array) -> Array:
        total = counts.sum()
        return counts / total if total > 0 else counts

    data: list[Trace] = [
        {
            "type": "bar",
            "name": text,
            "x": packed(middle),
            "y": packed(share(counts)),
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
            "Lowest cosine between the step and a cell's hypergradient",
            (-1, 1),
            zeroline=True,
            zerolinecolor=ink.text,
        ),
        y=axis("Share of batches", tickformat=".0%"),
        theme=theme,
        height=420,
        barmode="overlay",
    )


def differences(
    titles: Sequence[str],
    names: Sequence[str],
    means: Array,
    lows: Array,
    highs: Array,
    metric: str,
    theme: Theme,
) -> Figure:
    """Paired differences, two-stage minus one-stage, with their 95% intervals [A]."""
    ink = INKS[theme]
    places = list(range(len(names)))[::-1]
    data: list[Trace] = []
    for place, name, mean, low, high in zip(places, names, means, lows, highs, strict=True):
        style = look(name)
        bar: Trace = {"type": "data", "symmetric": False, "array": [high - mean], "arrayminus": [mean - low]}
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "showlegend": False,
                "x": [mean],
                "y": [place],
                "marker": {"symbol": style.marker, "size": 12, "color": style.colour(theme)},
                "hovertemplate": f"%{{x:+.4f}} [{low:+.4f}, {high:+.4f}]<extra></extra>",
            }
            | (
                {"error_x": bar | {"color": style.colour(theme), "thickness": 2, "width": 6}}
                if np.isfinite(low)
                else {}
            )
        )
    return figure(
        data,
        title="What bargaining first changes",
        x=axis(f"Difference in {metric}", zeroline=True, zerolinecolor=ink.text, zerolinewidth=1.2),
        y=axis("", (-0.6, len(names) - 0.4), tickvals=places, ticktext=list(titles), showgrid=False),
        theme=theme,
        height=160 + 52 * len(names),
        legend=False,
    )


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.13)"
