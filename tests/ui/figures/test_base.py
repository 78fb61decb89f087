"""Packing, gaps and thinning lose nothing that is drawn."""

from __future__ import annotations

import base64

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.figures.base import axis, enlarged, figure, joined, packed, packed_grid, thinned
from ui.figures.style import INKS, Theme


def unpacked(array: dict[str, str]) -> np.ndarray:
    """The numbers in Plotly's typed array."""
    return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])


def test_packed_numbers_come_back() -> None:
    assert unpacked(packed([1.5, -2.0, 0.25])).tolist() == [1.5, -2.0, 0.25]


def test_a_packed_grid_knows_its_shape() -> None:
    assert packed_grid(np.arange(6).reshape(2, 3))["shape"] == "2, 3"


def test_joined_paths_are_told_apart_by_gaps() -> None:
    line = joined([[1, 2], [3, 4]])
    assert line[[0, 1, 3, 4]].tolist() == [1, 2, 3, 4]
    assert np.isnan(line[[2, 5]]).all()


@given(st.integers(1, 5000), st.integers(2, 500))
def test_thinning_keeps_both_ends_and_the_order(length: int, most: int) -> None:
    kept = thinned(length, most)
    assert kept[0] == 0
    assert kept[-1] == length - 1
    assert len(kept) <= most
    assert (np.diff(kept) > 0).all()


def test_a_figure_is_one_that_plotly_accepts() -> None:
    trace = {"type": "scatter", "x": packed([0, 1]), "y": packed([0, 1])}
    go.Figure(figure([trace], title="T", x=axis("x", (0, 1)), y=axis("y"), theme="dark"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_saved_picture_brings_its_paper_along(theme: Theme) -> None:
    layout = figure([], title="T", x=axis("x"), y=axis("y"), theme=theme)["layout"]
    assert layout["paper_bgcolor"] == INKS[theme].paper
    assert layout["font"]["color"] == INKS[theme].text


def test_a_fixed_range_does_not_move() -> None:
    fixed, free = axis("x", (0, 2)), axis("x")
    assert (list(fixed["range"]), fixed["autorange"]) == ([0, 2], False)
    assert "range" not in free
    assert free.get("autorange") is not False


def test_an_enlarged_figure_grows_in_text_margins_and_height_alone() -> None:
    before = figure(
        [{"type": "scatter", "y": [1.0, 2.0], "marker": {"size": 7}, "textfont": {"size": 10}}],
        title="Title",
        x=axis("x", (0, 1)),
        y=axis("y"),
        theme="light",
    )
    after = enlarged(before, 1.5)
    assert after["layout"]["height"] == 1.5 * before["layout"]["height"]
    assert after["layout"]["font"]["size"] == 1.5 * before["layout"]["font"]["size"]
    assert after["layout"]["margin"] == {
        side: 1.5 * size for side, size in before["layout"]["margin"].items()
    }
    assert after["layout"]["xaxis"]["range"] == [0.0, 1.0]
    assert after["data"][0] == before["data"][0] | {"textfont": {"size": 15.0}}
    assert before["data"][0]["textfont"] == {"size": 10}, "the figure itself stays as it is"
    go.Figure(after)
