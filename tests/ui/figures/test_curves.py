"""The training page's figures: accepted by Plotly, true to their numbers, and text from files as it is."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.tools import return_figure_from_figure_or_data

from ui.figures.curves import Switch, curves, group_curves, over_switches
from ui.figures.game import alignment, player_weights, shares
from ui.figures.groups import by_group, differences, rows_of_cells
from ui.shell.looks import bargained_look, goal_look

LTR, NASH = goal_look("ltr"), bargained_look("ltr").titled("LtR + Nash")
LOOKS = {"ltr": LTR, "nash_ltr": NASH}
TAG = "<b>x</b>"
ESCAPED = "&lt;b&gt;x&lt;/b&gt;"


def numbers(packed: dict[str, str]) -> list[float]:
    """What a packed array holds."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), np.float32).tolist()


def lines(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The named traces."""
    go.Figure(figure)
    return {trace["name"]: trace for trace in figure["data"] if "name" in trace}


def test_curves_are_means_of_the_models_that_got_through() -> None:
    values = np.array([[[0.5, 0.6], [np.nan, np.nan]], [[0.7, 0.8], [0.9, 1.0]]])
    figure = curves(LOOKS, values, "AUC", 5, "light", switches={"nash_ltr": Switch(2)})
    found = lines(figure)
    assert numbers(found["LtR"]["y"]) == pytest.approx([0.5, 0.6])
    assert numbers(found["LtR + Nash"]["y"]) == pytest.approx([0.8, 0.9])
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [2.5]


def test_arms_that_switch_apart_carry_their_own_marks() -> None:
    names = ("nash_ltr@1", "nash_ltr@2", "nash_ltr@4")
    figure = curves(
        dict.fromkeys(names, NASH),
        np.ones((3, 1, 3)),
        "AUC",
        5,
        "light",
        switches={n: Switch(int(n[-1])) for n in names},
    )
    marks = [t for t in figure["data"] if "marker" in t and t["marker"]["symbol"] == "line-ns-open"]
    assert [mark["x"] for mark in marks] == [[1], [2]]
    assert "shapes" not in figure["layout"]


def test_the_mark_says_whether_bargaining_begins_or_ends() -> None:
    def notes(*switches: Switch) -> list[str]:
        names = [f"nash_ltr@{i}" for i in range(len(switches))]
        values = np.ones((len(names), 1, 3))
        looks = dict.fromkeys(names, NASH)
        figure = curves(looks, values, "AUC", 5, "light", switches=dict(zip(names, switches, strict=True)))
        return [note["text"] for note in figure["layout"].get("annotations", [])]

    assert notes(Switch(2), Switch(2)) == ["bargaining ends"]
    assert notes(Switch(2, begins=True)) == ["bargaining begins"]
    assert notes(Switch(2), Switch(2, begins=True)) == []


def test_an_epoch_without_any_value_is_a_gap_in_a_group() -> None:
    values = np.array([[[0.5], [np.nan], [0.7]]])
    found = lines(group_curves((TAG,), values, "AUC", LTR, 3, "dark"))
    assert set(found) == {ESCAPED}
    assert np.isnan(numbers(found[ESCAPED]["y"])[1])


def test_curves_over_t_show_the_twin_as_a_level_line() -> None:
    when = np.array([0.0, 2.0])
    found = lines(
        over_switches(
            {"nash_ltr": (when, when, when)}, {"nash_ltr": 0.25}, {"nash_ltr": (NASH, LTR)}, "AUC", 5, "light"
        )
    )
    assert found["LtR (one-stage)"]["y"] == [0.25, 0.25]
    assert numbers(found["LtR + Nash"]["x"]) == [0, 2]


def test_group_and_player_names_are_shown_letter_for_letter() -> None:
    flat = np.zeros((1, 1))
    figure = by_group((LTR,), (TAG,), flat, flat, "AUC", "light")
    assert figure["layout"]["xaxis"]["ticktext"] == [ESCAPED]
    figure = rows_of_cells(((TAG, "yes"),), np.array([[0, 3, 5]]), ("empty",), "light")
    assert figure["layout"]["yaxis"]["ticktext"] == [f"{ESCAPED}<br>yes"]
    assert figure["data"][0]["text"] == ["0 empty"]
    go.Figure(figure)
    assert set(lines(player_weights((TAG,), np.ones((2, 1)), LTR, 2, "dark"))) == {ESCAPED}


def test_histograms_are_shares_and_may_be_empty() -> None:
    found = lines(alignment(NASH, np.ones(40), np.zeros(40), "dark"))
    assert sum(numbers(found["Following the goal"]["y"])) == pytest.approx(1)
    assert sum(numbers(found["As trained"]["y"])) == 0


def test_a_share_that_nobody_has_draws_no_line() -> None:
    values = np.array([[0.5, 1.0], [np.nan, np.nan]])
    assert set(lines(shares(list(LOOKS.values()), values, "Agreement", 2, "light"))) == {"LtR"}


def test_a_figure_without_any_line_is_drawn_and_says_so() -> None:
    unknown = np.full((2, 3), np.nan)
    for figure in (
        shares(list(LOOKS.values()), unknown, "Agreement", 3, "light"),
        curves(LOOKS, unknown[:, None], "AUC", 3, "dark"),
    ):
        assert return_figure_from_figure_or_data(figure, True)["data"]  # as Streamlit reads a figure
        assert [note["text"] for note in figure["layout"]["annotations"]] == ["Nothing to draw here (yet)"]


def test_a_single_seed_has_a_difference_without_an_interval() -> None:
    one = np.array([0.1])
    figure = differences(["LtR + Nash"], [NASH], one, one * np.nan, one * np.nan, "AUC", "light")
    go.Figure(figure)
    assert "error_x" not in figure["data"][0]
    figure = differences(["LtR + Nash"], [NASH], one, one - 0.2, one + 0.3, "AUC", "light")
    assert figure["data"][0]["error_x"]["array"] == pytest.approx([0.3])
    assert figure["data"][0]["error_x"]["arrayminus"] == pytest.approx([0.2])
