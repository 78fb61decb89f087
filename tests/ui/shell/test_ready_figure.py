"""A ready figure is the one that Plotly would have built."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import plotly.io as pio
import plotly.tools

from ui.figures.base import axis, figure
from ui.shell.ready_figure import ReadyFigure


def test_it_is_what_plotly_would_have_built() -> None:
    line = {"type": "scatter", "x": [1, 2], "y": [3, None], "name": "L1"}
    made = figure([line], title="T", x=axis("x", (0, 1)), y=axis("y"), theme="dark")
    ready = plotly.tools.return_figure_from_figure_or_data(ReadyFigure(made), validate_figure=True)
    built = go.Figure(made).to_dict()
    assert json.loads(pio.to_json(ready, validate=False)) == json.loads(pio.to_json(built, validate=False))
    assert "template" not in made["layout"]  # it is the figure's own
