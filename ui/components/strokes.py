"""How a name is drawn, as the parts in the browser take it: ready for JSON, and dashes as SVG or a canvas writes them."""

from __future__ import annotations

from typing import Any

from ui.figures.style import Style, Theme


def stroke(style: Style, theme: Theme) -> dict[str, Any]:
    """Title, colour, dash (for SVG), width and marker."""
    return {
        "title": style.title,
        "colour": style.colour(theme),
        "dash": svg_dash(style.dash),
        "width": style.width,
        "marker": style.marker,
    }


def svg_dash(dash: str) -> str:
    """Plotly's name of a dash as SVG writes it."""
    return "none" if dash == "solid" else dash.replace("px", "")


def canvas_dash(dash: str) -> list[float]:
    """Plotly's name of a dash as a canvas wants it."""
    return [] if dash == "solid" else [float(part.removesuffix("px")) for part in dash.split(",")]
