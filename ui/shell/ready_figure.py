"""A figure as Streamlit takes it, without building and checking it part by part once more."""

from __future__ import annotations

from functools import cache
from typing import Any

import plotly.io as pio
from plotly.basedatatypes import BaseFigure

from ui.figures.base import Figure


class ReadyFigure(BaseFigure):  # type: ignore[misc]  # Plotly has no types
    """Plotly's checks took a third of the time of all pages; the tests have every figure checked instead.

    Args:
        figure: the Plotly dict.
    """

    def __init__(self, figure: Figure) -> None:  # without Plotly's own, which checks
        self._ready = {"layout": {"template": _template()} | figure["layout"], "data": figure["data"]}

    def to_dict(self) -> Figure:
        """All that Streamlit asks for."""
        return self._ready


@cache
def _template() -> dict[str, Any]:
    """What Plotly gives every figure that names none."""
    found: dict[str, Any] = pio.templates[pio.templates.default].to_plotly_json()
    return found
