"""Figures of one bargaining game in the plane: arrows and agreement set, gains per group, and the way from p = 1 to -inf."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, packed
from ui.figures.style import INKS, RULES, Style, Theme

Array = NDArray[np.float64]

DASHES = ("solid", "8px,3px", "2px,3px", "12px,3px,2px,3px", "5px,5px")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x")
SUBSCRIPTS = ("₁", "₂", "₃", "₄", "₅")
SHARE = "Share of its best possible gain"


def power_text(power: float) -> str:
    """An exponent as people write it."""
    return "−∞" if power == -math.inf else f"{power:g}".replace("-", "−")


def fan(
    gradients: Array,
    cone: tuple[float, float] | None,
    directions: Mapping[str, Array | None],
    styles: Mapping[str, Style],
    theme: Theme,
) -> Figure:
    """Gradients [K, 2] as arrows, the cone from which everybody gains, and each rule's unit direction and style.

    Lengths are drawn on a logarithmic scale (a gradient a hundred times as long is still on the page).
    """
    sizes = np.linalg.norm(gradients, axis=1)
    bare = {"visible": False}
    return figure(
        [
            _unit_circle(theme),
            *([] if cone is None else [_wedge(cone, theme)]),
            *(_direction(step, styles[name], theme) for name, step in directions.items() if step is not None),
            *(_gradient(row, *each, theme) for row, each in enumerate(zip(gradients, sizes, strict=True))),
        ],
        title="Who pulls where, and what is agreed",
        x=axis("", (-1.25, 1.25), scaleanchor="y", constrain="domain") | bare,
        y=axis("", (-1.15, 1.15)) | bare,
        theme=theme,
        height=520,
    )


def _unit_circle(theme: Theme) -> Trace:
    turn = np.linspace(0, 2 * math.pi, 90)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": packed(np.cos(turn)),
        "y": packed(np.sin(turn)),
        "line": {"color": INKS[theme].grid, "width": 1},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def _wedge(cone: tuple[float, float], theme: Theme) -> Trace:
    """The directions from which everybody gains."""
    turn = np.linspace(*cone, 60)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Agreement set",
        "x": packed(np.concatenate([[0], np.cos(turn), [0]])),
        "y": packed(np.concatenate([[0], np.sin(turn), [0]])),
        "fill": "toself",
        "fillcolor": INKS[theme].agreement,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _direction(step: Array, style: Style, theme: Theme) -> Trace:
    """A rule's unit direction [2]."""
    colour = style.colour(theme)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": style.title,
        "x": [0, float(step[0])],
        "y": [0, float(step[1])],
        "line": {"color": colour, "width": style.width + 0.5, "dash": style.dash},
        "marker": {"symbol": "arrow", "angleref": "previous", "size": [0, 15], "color": colour},
        "hovertemplate": f"{style.title}<extra></extra>",
    }


def _gradient(row: int, gradient: Array, size: float, theme: Theme) -> Trace:
    """The gradient [2] of a group, as long as the logarithm of its size."""
    ink = INKS[theme]
    tip = gradient / size * (0.62 + 0.19 * math.log10(max(size, 1e-3)))
    label = f"<b>g{SUBSCRIPTS[row]}</b>" + ("" if np.isclose(size, 1) else f" ×{size:g}")
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "name": f"Group {row + 1}",
        "showlegend": False,
        "x": [0, float(tip[0])],
        "y": [0, float(tip[1])],
        "text": ["", label],
        "textposition": _beside(gradient),
        "textfont": {"size": 14, "color": ink.text},
        "cliponaxis": False,
        "line": {"color": ink.text, "width": 1.8},
        "marker": {"symbol": "arrow", "angleref": "previous", "size": [0, 12], "color": ink.text},
        "hovertemplate": f"Gradient of group {row + 1}, length {size:g}<extra></extra>",
    }


def _beside(gradient: Array) -> str:
    across = (
        "right"
        if gradient[0] > 0.3 * abs(gradient[1])
        else "left"
        if gradient[0] < -0.3 * abs(gradient[1])
        else "center"
    )
    return f"{'top' if gradient[1] >= 0 else 'bottom'} {across}"


def gains(shares: Mapping[str, Array], styles: Mapping[str, Style], theme: Theme) -> Figure:
    """Bars: rule -> [K], each group's gain along the rule's unit direction as a share of its own best."""
    ink = INKS[theme]
    groups = len(next(iter(shares.values()))) if shares else 0
    data: list[Trace] = [
        {
            "type": "bar",
            "name": styles[name].title,
            "x": [f"Group {row + 1}" for row in range(groups)],
            "y": packed(values),
            "marker": {"color": styles[name].colour(theme), "line": {"width": 0}},
            "hovertemplate": f"{styles[name].title}, %{{x}}: %{{y:.3f}}<extra></extra>",
        }
        for name, values in shares.items()
    ]
    return figure(
        data,
        title="What each group gains",
        x=axis("", type="category", showline=False, ticks=""),
        y=axis(SHARE, (-1.05, 1.05), zeroline=True, zerolinecolor=ink.text, zerolinewidth=1.2),
        theme=theme,
        height=420,
        bargap=0.28,
        bargroupgap=0.06,
    )


def family(powers: Sequence[float], curve: Array, power: float, theme: Theme) -> Figure:
    """Each group's share [P, K] along the exponents, with the Nash point and the chosen exponent marked."""
    ink = INKS[theme]
    places = list(range(len(powers)))
    data: list[Trace] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": f"Group {row + 1}",
            "x": places,
            "y": packed(values),
            "line": {"color": ink.text, "width": 2, "dash": DASHES[row]},
            "marker": {"symbol": MARKERS[row], "size": 7, "color": ink.text},
            "hovertemplate": f"Group {row + 1}: %{{y:.3f}}<extra></extra>",
        }
        for row, values in enumerate(curve.T)
    ]
    marks = {"Nash": (powers.index(0.0), RULES["nash"].colour(theme), "solid")}
    if power in powers and power != 0.0:
        marks[f"p = {power_text(power)}"] = (powers.index(power), RULES["gm"].colour(theme), "dash")
    return figure(
        data,
        title="From utilitarian to egalitarian",
        x=axis(
            "Exponent p of the power mean",
            (-0.5, len(powers) - 0.5),
            tickvals=places[::3],
            ticktext=[power_text(p) for p in powers[::3]],
            tickangle=0,
        ),
        y=axis(SHARE, (-0.05, 1.05)),
        theme=theme,
        height=420,
        shapes=[
            {
                "type": "line",
                "x0": place,
                "x1": place,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "layer": "below",
                "line": {"color": colour, "width": 2, "dash": dash},
            }
            for place, colour, dash in marks.values()
        ],
        annotations=[
            {
                "text": f"<b>{text}</b>",
                "x": place,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"color": colour, "size": 12.5},
            }
            for text, (place, colour, _) in marks.items()
        ],
    )
