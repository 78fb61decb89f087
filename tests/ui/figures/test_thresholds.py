"""Figures of decisions at a threshold show the numbers they are given, and names letter for letter."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.ui.figures.traces import ESCAPED, TAG, lines, numbers
from ui.figures.style import Theme
from ui.figures.thresholds import rate_curves, reliability_diagram, score_changes

THRESHOLDS = np.array([0.0, 0.5, 1.0])
VALUES = np.array([[1.0, 1.0, 1.0], [0.5, np.nan, 0.4], [0.0, 0.0, 0.0]])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_group_is_marked_with_its_interval_where_its_threshold_stands(theme: Theme) -> None:
    found = np.array([[0.5, 0.3, 0.8], [np.nan] * 3])
    figure = rate_curves((TAG, "b%{x}"), THRESHOLDS, VALUES, np.array([0.5, 0.25]), found, "TPR", theme)
    drawn = lines(figure)
    assert set(drawn) == {"all groups", ESCAPED, "b%{x}"}
    (y,) = numbers(drawn[ESCAPED]["y"])
    assert y == 0.5
    assert numbers(drawn[ESCAPED]["error_y"]["array"]) == pytest.approx([0.3])
    assert numbers(drawn[ESCAPED]["error_y"]["arrayminus"]) == pytest.approx([0.2])
    assert numbers(drawn[ESCAPED]["x"]) == [0.5]
    assert not [trace for trace in figure["data"] if "b%{x}" in trace.get("hovertemplate", "")]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [0.25, 0.5]


def test_marks_of_groups_that_share_a_threshold_stand_beside_each_other() -> None:
    found = np.tile([0.5, 0.3, 0.8], (3, 1))
    values = np.tile(VALUES[:, :1], 4)
    figure = rate_curves("abc", THRESHOLDS, values, np.array([0.5, 0.2, 0.5]), found, "TPR", "light")
    at = [numbers(lines(figure)[name]["x"])[0] for name in "abc"]
    assert at[0] < 0.5 < at[2]
    assert at[1] == pytest.approx(0.2)


def test_only_the_chosen_group_s_bins_have_intervals() -> None:
    one = {"rows": 7, "expected": 0.31, "observed": 0.5, "low": 0.2, "high": 0.8}
    figure = reliability_diagram(("a", "b"), {"a": [one], "b": []}, "a", "light")
    drawn = lines(figure)
    assert numbers(drawn["a"]["error_y"]["array"]) == pytest.approx([0.3])
    assert "error_y" not in drawn["b"]
    assert drawn["a"]["text"] == ["7 rows"]


def test_each_column_has_a_row_from_its_lowest_to_its_highest_score() -> None:
    figure = score_changes(
        [TAG, "age"], 0.7, np.array([0.2, 0.7]), np.array([0.1, 0.6]), np.array([0.7, 0.9]), "dark"
    )
    go.Figure(figure)
    spans, typical = figure["data"]
    assert numbers(spans["x"])[:2] == pytest.approx([0.1, 0.7])
    assert numbers(typical["x"]) == pytest.approx([0.2, 0.7])
    assert numbers(typical["y"]) == [1, 0]
    assert figure["layout"]["yaxis"]["ticktext"] == [ESCAPED, "age"]
    assert figure["layout"]["annotations"][0]["text"] == "its score, 0.700"
