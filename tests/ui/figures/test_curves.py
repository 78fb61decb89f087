"""Curves over epochs and over T: true to their numbers, with the marks of their stages."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.tools import return_figure_from_figure_or_data

from tests.ui.figures.traces import ESCAPED, LTR, LTR_NASH, TAG, lines, numbers
from ui.figures.curves import Switch, curves, group_curves, over_switches

STYLES = {"ltr": LTR, "nash_ltr": LTR_NASH}


def test_curves_are_means_of_the_models_that_got_through() -> None:
    values = np.array([[[0.5, 0.6], [np.nan, np.nan]], [[0.7, 0.8], [0.9, 1.0]]])
    figure = curves(STYLES, values, "AUC", 5, "light", switches={"nash_ltr": Switch(2)})
    found = lines(figure)
    assert numbers(found["LtR"]["y"]) == pytest.approx([0.5, 0.6])
    assert numbers(found["LtR + Nash"]["y"]) == pytest.approx([0.8, 0.9])
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [2.5]


def test_arms_that_switch_apart_carry_their_own_marks() -> None:
    switches = {f"nash_ltr@{epoch}": Switch(epoch) for epoch in (1, 2, 4)}
    styles = {name: LTR_NASH.titled(name) for name in switches}
    figure = curves(styles, np.ones((3, 1, 3)), "AUC", 5, "light", switches=switches)
    marks = [t for t in figure["data"] if "marker" in t and t["marker"]["symbol"] == "line-ns-open"]
    assert [mark["x"] for mark in marks] == [[1], [2]]
    assert "shapes" not in figure["layout"]


@pytest.mark.parametrize(
    ("switches", "notes"),
    [
        ((Switch(2), Switch(2)), ["bargaining ends"]),
        ((Switch(2, begins=True),), ["bargaining begins"]),
        ((Switch(2), Switch(2, begins=True)), []),
    ],
)
def test_the_mark_says_whether_bargaining_begins_or_ends(
    switches: tuple[Switch, ...], notes: list[str]
) -> None:
    named = {f"arm {place}": switch for place, switch in enumerate(switches)}
    styles = {name: LTR_NASH.titled(name) for name in named}
    figure = curves(styles, np.ones((len(named), 1, 3)), "AUC", 5, "light", switches=named)
    assert [note["text"] for note in figure["layout"].get("annotations", [])] == notes


def test_a_figure_without_any_line_is_drawn_and_says_so() -> None:
    figure = curves(STYLES, np.full((2, 1, 3), np.nan), "AUC", 3, "dark")
    assert return_figure_from_figure_or_data(figure, True)["data"]  # as Streamlit reads a figure
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Nothing to draw here (yet)"]


def test_an_epoch_without_any_value_is_a_gap_in_a_group_whose_name_is_shown_letter_for_letter() -> None:
    values = np.array([[[0.5], [np.nan], [0.7]]])
    found = lines(group_curves((TAG,), values, "AUC", LTR, 3, "dark"))
    assert set(found) == {ESCAPED}
    assert np.isnan(numbers(found[ESCAPED]["y"])[1])


def test_curves_over_t_show_the_twin_as_a_level_line() -> None:
    when = np.array([0.0, 2.0])
    drawn = {"nash_ltr": (when, when, when)}
    found = lines(over_switches(drawn, {"nash_ltr": 0.25}, {"nash_ltr": (LTR_NASH, LTR)}, "AUC", 5, "light"))
    assert found["LtR (one-stage)"]["y"] == [0.25, 0.25]
    assert numbers(found["LtR + Nash"]["x"]) == [0, 2]
