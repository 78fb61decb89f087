"""The figure of a number on every split."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.ui.figures.traces import LTR, LTR_NASH, numbers
from ui.figures.splits import over_splits


def test_every_split_is_a_point_beside_the_mean_its_interval_and_the_spread_within() -> None:
    values = np.array([[0.5, 0.7, np.nan], [0.6, 0.6, 0.6]])
    figure = over_splits(
        ["LtR", "LtR + Nash"],
        [LTR, LTR_NASH],
        (4, 5, 6),
        values,
        np.array([0.6, 0.6]),
        np.array([0.5, np.nan]),
        np.array([0.8, np.nan]),
        np.array([0.05, np.nan]),
        "Overall AUC",
        "light",
        zero=True,
    )
    go.Figure(figure)
    dots, within, mean, dots_2, mean_2 = figure["data"]
    assert numbers(dots["x"])[:2] == pytest.approx([0.5, 0.7])
    assert dots["text"] == ["split 4", "split 5", "split 6"]
    assert within["error_x"]["array"] == within["error_x"]["arrayminus"] == [0.05]
    assert mean["error_x"]["arrayminus"] == pytest.approx([0.1])
    assert mean["error_x"]["array"] == pytest.approx([0.2])
    assert len(numbers(dots_2["x"])) == 3
    assert "no interval" in mean_2["hovertemplate"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["LtR", "LtR + Nash"]
    assert figure["layout"]["xaxis"]["zeroline"] is True
