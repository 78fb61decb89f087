"""Figures of groups, cells and differences."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.ui.figures.traces import ESCAPED, LTR, LTR_NASH, TAG
from ui.figures.groups import by_group, differences, rows_of_cells


def test_names_of_groups_are_shown_letter_for_letter() -> None:
    flat = np.zeros((1, 1))
    figure = by_group((LTR,), (TAG,), flat, flat, "AUC", "light")
    assert figure["layout"]["xaxis"]["ticktext"] == [ESCAPED]


def test_cells_say_their_rows_and_their_marks() -> None:
    figure = rows_of_cells(((TAG, "yes"),), np.array([[0, 3, 5]]), ("empty",), "light")
    assert figure["layout"]["yaxis"]["ticktext"] == [f"{ESCAPED}<br>yes"]
    assert figure["data"][0]["text"] == ["0 empty"]
    go.Figure(figure)


def test_a_single_seed_has_a_difference_without_an_interval() -> None:
    one = np.array([0.1])
    figure = differences(["LtR + Nash"], [LTR_NASH], one, one * np.nan, one * np.nan, "AUC", "light")
    go.Figure(figure)
    assert "error_x" not in figure["data"][0]


def test_an_interval_need_not_be_even() -> None:
    one = np.array([0.1])
    figure = differences(["LtR + Nash"], [LTR_NASH], one, one - 0.2, one + 0.3, "AUC", "light")
    assert figure["data"][0]["error_x"]["array"] == pytest.approx([0.3])
    assert figure["data"][0]["error_x"]["arrayminus"] == pytest.approx([0.2])
