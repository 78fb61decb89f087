"""How well steps agree with the groups' gradients: histograms before and after bargaining."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, packed
from ui.figures.style import INKS, Theme

Array = NDArray[np.float64]

BINS = 40
STATISTICS = ("Lowest", "Mean", "Highest")
"""Over the players, in the order of the arrays' last axis."""


def alignment(
    title: str, before: Array, after: Array, colour: str, theme: Theme, *, cosines: bool = True
) -> Figure:
    """Three panels, one a statistic over the players: the lowest, mean and highest inner product.

    Args:
        title: of the figure.
        before: [n, 3], with the goal's own direction.
        after: [n, 3], with the direction taken.
        colour: of what was taken.
        theme: of the page.
        cosines: whether the numbers are cosines; otherwise the panels reach over the middle 98 % of the numbers, and
            what lies further out counts in the outermost bars.
    """
    ink = INKS[theme]
    span = (-1.0, 1.0) if cosines else _reach(before, after)
    edges = np.linspace(*span, BINS + 1)
    middle = (edges[:-1] + edges[1:]) / 2
    width = float(edges[1] - edges[0])
    data: list[Trace] = []
    for text, values, shade, opacity in (
        ("Goal's own direction", before, ink.soft, 0.5),
        ("Direction taken", after, colour, 0.65),
    ):
        for panel, statistic in enumerate(STATISTICS):
            known = values[np.isfinite(values[:, panel]), panel]
            counts, _ = np.histogram(np.clip(known, *span), edges)
            number = "" if panel == 0 else str(panel + 1)
            data.append(
                {
                    "type": "bar",
                    "name": text,
                    "legendgroup": text,
                    "showlegend": panel == 0,
                    "xaxis": f"x{number}",
                    "yaxis": "y",
                    "x": packed(middle),
                    "y": packed(counts / max(len(values), 1)),
                    "width": width,
                    "opacity": opacity,
                    "marker": {"color": shade, "line": {"width": 0}},
                    "hovertemplate": f"{statistic}, {text.lower()}: %{{y:.1%}} near %{{x:.3g}}<extra></extra>",
                }
            )
    kind = "cosine" if cosines else "inner product"
    panels = [
        axis(
            f"{statistic} {kind}", span, zeroline=True, zerolinecolor=ink.text, nticks=6, domain=list(domain)
        )
        for statistic, domain in zip(STATISTICS, ((0, 0.31), (0.345, 0.655), (0.69, 1)), strict=True)
    ]
    made = figure(
        data,
        title=title,
        x=panels[0],
        y=axis("Share of moments", tickformat=".0%"),
        theme=theme,
        height=360,
        barmode="overlay",
    )
    first = made["layout"]["xaxis"]
    made["layout"] |= {f"xaxis{place}": first | panel for place, panel in enumerate(panels[1:], 2)}
    return made


def _reach(*parts: Array) -> tuple[float, float]:
    """From the 1st to the 99th percentile of all numbers, with zero inside."""
    values = np.concatenate([part.ravel() for part in parts])
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, (0.01, 0.99)) if len(values) else (0.0, 0.0)
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    return (low, high) if high > low else (-1.0, 1.0)


def shares_aligned(before: Sequence[Array], after: Sequence[Array]) -> Array:
    """[2, M], the share of moments at which every player's inner product is positive: before and after; NaN of none."""
    return np.array(
        [
            [float((part[:, 0] > 0).mean()) if len(part) else np.nan for part in parts]
            for parts in (before, after)
        ]
    )
