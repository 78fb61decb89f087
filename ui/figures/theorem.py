"""From theorem to training: shares of steps by what is switched on, and by the learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, packed
from ui.figures.style import INKS, Style, Theme

Array = NDArray[np.float64]


def switched(style: Style, settings: Sequence[str], shares: Mapping[str, Array], theme: Theme) -> Figure:
    """A setting a row, its shares as marks: the last share is filled, in the method's colour.

    Args:
        style: of the method.
        settings: names of the settings, from the top.
        shares: values [settings] by the share's title.
        theme: of the page.
    """
    ink = INKS[theme]
    marks = ("circle-open", "diamond-open", "square")
    data: list[Trace] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": title,
            "x": packed(values),
            "y": list(settings),
            "marker": {
                "symbol": mark,
                "size": 11,
                "color": style.colour(theme) if mark == marks[-1] else ink.text,
                "line": {"width": 1.6},
            },
            "hovertemplate": f"%{{y}}: %{{x:.1%}} {title.lower()}<extra></extra>",
        }
        for (title, values), mark in zip(shares.items(), marks, strict=True)
    ]
    return figure(
        data,
        title=f"What keeps losses from falling? {style.title}",
        x=axis("Share of steps", (-0.03, 1.03), tickformat=".0%"),
        y=axis("", autorange="reversed", type="category"),
        theme=theme,
        height=480,
    )


def by_learning_rate(styles: Sequence[Style], rates: Array, fell: Array, theme: Theme) -> Figure:
    """Shares of steps after which all losses fell: learning rates [L], shares [methods, L]."""
    data: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": style.title,
            "x": [float(f"{rate:.6g}") for rate in rates],
            "y": packed(row),
            "line": {"color": style.colour(theme), "width": style.width, "dash": style.dash},
            "marker": {"symbol": style.marker, "size": 8, "color": style.colour(theme)},
            "hovertemplate": f"{style.title}, learning rate %{{x:g}}: %{{y:.1%}}<extra></extra>",
        }
        for style, row in zip(styles, fell, strict=True)
    ]
    return figure(
        data,
        title="All four off: how short must a step be?",
        x=axis("Learning rate", type="log", dtick=1, exponentformat="power"),
        y=axis("Steps after which all losses fell", (-0.04, 1.04), tickformat=".0%"),
        theme=theme,
        height=400,
    )
