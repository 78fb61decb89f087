"""Marks of what gaps would be by chance stand where the numbers say, and hide nothing else."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.ui.figures.traces import LTR, LTR_NASH, numbers
from ui.figures.chance import mark_chance
from ui.figures.compare import Panel, dots
from ui.figures.curves import Switch, curves

STYLES = {"ltr": LTR, "nash_ltr": LTR_NASH}


def test_a_band_reaches_from_the_least_to_the_most_of_the_arms() -> None:
    made = curves(STYLES, np.ones((2, 1, 3)), "Max-gAUCD", 5, "light", switches={"nash_ltr": Switch(2)})
    before = list(made["layout"]["shapes"])
    figure = mark_chance(made, np.array([0.15, np.nan, 0.12]), "light")
    go.Figure(figure)
    assert figure["layout"]["shapes"][:-1] == before
    band = figure["layout"]["shapes"][-1]
    assert (band["y0"], band["y1"], band["xref"]) == (0.12, 0.15, "paper")
    assert [note["text"] for note in figure["layout"]["annotations"]] == [
        "bargaining ends",
        "equal groups: 95% below",
    ]


def test_without_a_floor_nothing_is_marked() -> None:
    made = curves(STYLES, np.ones((2, 1, 3)), "AUC", 5, "dark")
    assert "shapes" not in mark_chance(made, np.array([np.nan, np.nan]), "dark")["layout"]


def test_rows_of_dots_carry_their_own_marks() -> None:
    means, none = np.array([0.1, 0.2]), np.full(2, np.nan)
    chance = np.array([0.06, np.nan]), np.array([0.15, np.nan])
    panels = [Panel("AUC", means, none, none), Panel("Gap", means, none, none, chance)]
    figure = dots(["a", "b"], [LTR, LTR_NASH], panels, "x", "light")
    go.Figure(figure)
    marks = [trace for trace in figure["data"] if trace["marker"]["symbol"] == "line-ns-open"]
    assert [mark["xaxis"] for mark in marks] == ["x2"]
    assert numbers(marks[0]["x"])[0] == pytest.approx(0.15)
    assert numbers(marks[0]["error_x"]["arrayminus"])[0] == pytest.approx(0.09)
    assert marks[0]["text"][0] == "equal groups: 0.0600, 95% below 0.1500"
