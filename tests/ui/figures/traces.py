"""Styles to draw with, and what a drawn figure holds."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ui.figures.style import Style

LTR = Style("#0068A8", "#62B8F2", "7px,4px", "circle-open", title="LtR")
LTR_NASH = Style("#0068A8", "#62B8F2", "solid", "circle", title="LtR + Nash")

TAG = "<b>x</b>"
ESCAPED = "&lt;b&gt;x&lt;/b&gt;"


def numbers(packed: dict[str, str]) -> list[float]:
    """What a packed array holds."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), np.float32).tolist()


def lines(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The named traces of a figure that Plotly accepts."""
    go.Figure(figure)
    return {trace["name"]: trace for trace in figure["data"] if "name" in trace}
