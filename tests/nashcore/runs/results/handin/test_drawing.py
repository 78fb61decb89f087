"""Static figures: everything stands where its value says, and nothing that does not exist is drawn."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashcore.runs.results.handin.drawing import Panel, curves, dots


def parsed(picture: str) -> Element:
    """Our own picture, which is well-formed."""
    return fromstring(picture)  # noqa: S314


NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.just(float("nan")))


def test_dots_stand_in_the_order_of_their_values() -> None:
    means = np.array([0.2, 0.8, np.nan])
    panel = Panel(
        "A < B",
        means,
        np.array([0.1, np.nan, np.nan]),
        (np.array([0.1, np.nan, 0.2]), np.array([0.4, np.nan, 0.3])),
    )
    root = parsed(dots(["one", "<two>", "three"], [0, 1, 0], [panel], 'what "it" is'))
    circles = root.findall("circle")
    assert [one.get("class") for one in circles] == ["c0 dot", "c1 dot"]
    assert float(circles[0].get("cx", "")) < float(circles[1].get("cx", ""))
    bars = [line for line in root.findall("line") if "bar" in str(line.get("class"))]
    assert len(bars) == 1
    assert len([line for line in root.findall("line") if line.get("class") == "chance"]) == 2
    middle = (float(bars[0].get("x1", "")) + float(bars[0].get("x2", ""))) / 2
    assert middle == pytest.approx(float(circles[0].get("cx", "")), abs=0.11)


def test_a_line_is_parted_where_values_are_missing() -> None:
    values = np.array([[0.1, np.nan, 0.3, 0.4], [0.5] * 4])
    root = parsed(curves(["a", "b"], [("AUC", values)], 9, "curves"))
    lines = root.findall("polyline")
    assert [len(str(one.get("points")).split()) for one in lines] == [2, 2, 4]
    heights = {point.partition(",")[2] for point in str(lines[2].get("points")).split()}
    assert len(heights) == 1


@given(
    values=st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1, max_size=4),
    epochs=st.integers(3, 50),
)
def test_any_numbers_make_a_picture(values: list[list[float]], epochs: int) -> None:
    array = np.array(values)
    pictures = [
        curves(["x"] * len(array), [("t", array), ("u", array)], epochs, "a"),
        dots(["x"] * len(array), [0] * len(array), [Panel("t", array[:, 0], np.abs(array[:, 1]), None)], "a"),
    ]
    for picture in pictures:
        parsed(picture)
        assert not re.search(r"\bnan\b|\binf\b", picture)
