"""The space of three losses: the Pareto front as a surface, and the paths that lead to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, figure, joined, packed, thinned
from ui.figures.plane import Array, Paths, Span, height
from ui.figures.style import INKS, Theme

_MARKERS = {"diamond": "diamond", "square": "square", "x": "x", "cross": "cross"}
"""The few marks that points in space can have; all others are drawn as circles."""


def loss_space(
    paths: Paths,
    front: Array,
    triangles: NDArray[np.int64],
    outline: NDArray[np.int64],
    ranges: Sequence[Span],
    theme: Theme,
) -> Figure:
    """Paths [R, M, S, 3] in the space of three losses, with the front's surface and the line of equal losses.

    Args:
        paths: what to draw.
        front: [P, 3], points of the front.
        triangles: [F, 3], which points make a triangle of the surface.
        outline: [B], points along the surface's rim.
        ranges: lowest and highest of each loss.
        theme: of the page.
    """
    ink = INKS[theme]
    low = max(span[0] for span in ranges)
    high = min(span[1] for span in ranges)
    rim = _line("Rim of the front", front[outline], ink.front, 3, "solid", hover=False)
    data: list[Trace] = [
        _mesh(front, triangles, ink.soft),
        rim | {"showlegend": False},
        _line("Fair: L1 = L2 = L3", np.array([[low] * 3, [high] * 3]), ink.fair, 3, "dot", hover=False),
    ]
    kept = paths.points[thinned(len(paths.points))]
    ends = paths.points[-1]
    for row, style in enumerate(paths.styles):
        colour = style.colour(theme)
        lines: Array = np.stack([joined(kept[:, row, :, axis].T) for axis in range(3)], -1).astype(np.float64)
        data.append(
            _line(style.title, lines, colour, style.width + 1.5, _dash(style.dash))
            | {"legendgroup": style.title}
        )
        marker = _MARKERS.get(style.marker.removesuffix("-open"), "circle")
        data.append(
            _marks(f"{style.title}: ends", ends[row], marker, 4.5, colour) | {"legendgroup": style.title}
        )
    starts = paths.points[0, 0]
    data.append(
        _marks("Start", starts, "circle-open", 7, ink.text)
        | {
            "mode": "markers+text",
            "showlegend": True,
            "text": [str(number) for number in range(1, len(starts) + 1)],
            "textposition": "top center",
            "textfont": {"size": 12, "color": ink.text},
        }
    )
    data.append(_rings("Failing start", starts[paths.failed.any(0)], 8, ink.failed))
    data.append(_rings("Off the front (fails)", ends[paths.failed], 13, ink.failed))
    made = figure(
        data,
        title="Loss space: nearer to the corner is better",
        x={},
        y={},
        theme=theme,
        height=height(data),
        scene=_scene(ranges, theme),
        margin={"l": 0, "r": 0, "t": 36, "b": 0},
    )
    made["layout"] = {
        key: part for key, part in made["layout"].items() if key not in ("xaxis", "yaxis", "dragmode")
    }
    return made


def _mesh(points: Array, triangles: NDArray[np.int64], colour: str) -> Trace:
    """The front as a surface."""
    return {
        "type": "mesh3d",
        "name": "Pareto front",
        "showlegend": True,
        **_packed3(points),
        **{key: triangles[:, place].tolist() for place, key in enumerate("ijk")},
        "color": colour,
        "opacity": 0.45,
        "flatshading": False,
        "lighting": {"ambient": 0.65, "diffuse": 0.7, "specular": 0.15, "roughness": 0.9},
        "hovertemplate": "Pareto front<br>L1 %{x:.2f}, L2 %{y:.2f}, L3 %{z:.2f}<extra></extra>",
    }


def _scene(ranges: Sequence[Span], theme: Theme) -> dict[str, object]:
    """Three axes in a cube, seen from the side on which the front bulges towards the reader."""
    ink = INKS[theme]
    axes = {
        f"{letter}axis": {
            "title": {"text": f"Loss of group {place}, L{place}", "font": {"size": 12}},
            "range": [float(edge) for edge in span],
            "backgroundcolor": "rgba(0,0,0,0)",
            "gridcolor": ink.grid,
            "zerolinecolor": ink.soft,
            "color": ink.soft,
            "nticks": 6,
        }
        for place, (letter, span) in enumerate(zip("xyz", ranges, strict=True), 1)
    }
    camera = {
        "eye": {"x": 1.5, "y": 1.35, "z": 0.95},
        "center": {"x": 0.0, "y": 0.0, "z": -0.08},
        "projection": {"type": "orthographic"},
    }
    return axes | {"aspectmode": "cube", "camera": camera, "dragmode": "orbit"}


def _packed3(points: Array) -> dict[str, object]:
    return {letter: packed(points[..., place]) for place, letter in enumerate("xyz")}


def _line(name: str, points: Array, colour: str, width: float, dash: str, hover: bool = True) -> Trace:
    hover_text = {"hovertemplate": f"{name}<br>L1 %{{x:.2f}}, L2 %{{y:.2f}}, L3 %{{z:.2f}}<extra></extra>"}
    return {
        "type": "scatter3d",
        "mode": "lines",
        "name": name,
        **_packed3(points),
        "line": {"color": colour, "width": width, "dash": dash},
        **(hover_text if hover else {"hoverinfo": "skip"}),
    }


def _marks(name: str, points: Array, symbol: str, size: float, colour: str) -> Trace:
    return {
        "type": "scatter3d",
        "mode": "markers",
        "name": name,
        "showlegend": False,
        **_packed3(points),
        "marker": {"symbol": symbol, "size": size, "color": colour, "line": {"color": colour, "width": 1}},
        "hovertemplate": f"{name}<br>L1 %{{x:.2f}}, L2 %{{y:.2f}}, L3 %{{z:.2f}}<extra></extra>",
    }


def _rings(name: str, points: Array, size: float, colour: str) -> Trace:
    """Open rings around points [n, 3]; the missing point at the end keeps the legend's entry where there are none."""
    points = np.concatenate([points, np.full((1, 3), np.nan)])
    return _marks(name, points, "circle-open", size, colour) | {
        "showlegend": True,
        "hoverinfo": "skip",
        "hovertemplate": None,
    }


def _dash(text: str) -> str:
    """The nearest of the few dashes that lines in space can have."""
    if text == "solid":
        return text
    first, *rest = (float(part.removesuffix("px")) for part in text.split(","))
    if len(rest) > 1:
        return "dashdot" if first <= 10 else "longdashdot"
    return "dot" if first <= 2 else "dash" if first <= 7 else "longdash"
