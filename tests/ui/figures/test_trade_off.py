"""Performance against disparity: everything is drawn once, efficient points are ringed, ties are seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from tests.ui.figures.traces import ESCAPED, LTR, LTR_NASH, TAG
from ui.figures.trade_off import Point, trade_off

NAN = float("nan")
ONE = Point("LtR", "LtR", LTR, (0.8, 0.7, 0.9), (0.1, 0.05, 0.15), True, "")
OTHER = Point("LtR + Nash", "LtR + Nash", LTR_NASH, (0.7, NAN, NAN), (0.2, NAN, NAN), False, "")
NONE = np.array([NAN])


def test_points_have_bars_where_there_are_intervals_and_rings_where_they_are_efficient() -> None:
    figure = trade_off([ONE, OTHER], "Overall AUC", "Max-gAUCD", NONE, "light")
    go.Figure(figure)
    front, first, second, rings = figure["data"]
    assert first["error_x"]["array"][0] == np.float64(0.9) - 0.8
    assert second["error_y"] == {"visible": False}
    assert front["line"]["shape"] == "vh"
    assert rings["name"].startswith("ringed: Pareto-efficient")
    assert "shapes" not in figure["layout"]


def test_a_point_without_numbers_is_left_out_and_none_at_all_is_no_failure() -> None:
    gone = replace(ONE, performance=(NAN, NAN, NAN), efficient=False)
    figure = trade_off([gone], "Overall AUC", "Max-gAUCD", NONE, "dark")
    go.Figure(figure)
    assert "Nothing to draw" in figure["layout"]["annotations"][0]["text"]


def test_tied_points_lie_one_inside_the_other_the_smaller_on_top() -> None:
    tie = [replace(ONE, tied="LtR = B"), replace(ONE, name="B", entry="B", style=LTR_NASH, tied="LtR = B")]
    figure = trade_off(tie, "Overall AUC", "Max-gAUCD", NONE, "light")
    sizes = [trace["marker"]["size"] for trace in figure["data"][1:3]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[1]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["2 tied"]
    ring = figure["data"][-1]["marker"]["size"]
    assert max(ring) > sizes[0]


def test_runs_are_told_apart_by_letters_and_share_a_legend_entry() -> None:
    runs = [
        replace(ONE, name="LtR A", letter="A"),
        replace(ONE, name="LtR B", letter="B", performance=(0.9, NAN, NAN)),
    ]
    figure = trade_off(runs, "Overall AUC", "Max-gAUCD", NONE, "light")
    points = figure["data"][1:3]
    letters = figure["data"][-1]
    assert (letters["text"], letters["legendgroup"]) == (["A", "B"], "LtR")
    assert sum(trace["showlegend"] for trace in points) == 1
    same = [replace(one, tied="LtR A = LtR B", performance=(0.8, NAN, NAN)) for one in runs]
    (note,) = trade_off(same, "Overall AUC", "Max-gAUCD", NONE, "light")["layout"]["annotations"]
    assert note["text"] == "A = B"


def test_grey_reaches_what_equal_groups_stay_within_and_points_are_seen_whole() -> None:
    figure = trade_off(
        [replace(ONE, disparity=(0.0, NAN, NAN))], "a", "b", np.array([0.2, 0.3, NAN]), "light"
    )
    assert [shape["y1"] for shape in figure["layout"]["shapes"]] == [0.2, 0.3]
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < 0
    assert high > 0.3


def test_names_are_text() -> None:
    figure = trade_off([replace(ONE, name=TAG, entry=TAG, tied=f"{TAG} = B")], "a", "b", NONE, "light")
    assert figure["data"][1]["name"] == ESCAPED
    assert TAG not in str(figure["data"][1]["hovertext"])


def test_letters_and_ties_keep_clear_of_points_and_of_each_other() -> None:
    far = replace(ONE, performance=(0.5, NAN, NAN), disparity=(0.2, NAN, NAN), letter="D")
    near = [
        replace(ONE, letter=letter, performance=(0.80 + 0.004 * place, NAN, NAN), disparity=(0.1, NAN, NAN))
        for place, letter in enumerate("ABC")
    ]
    letters = trade_off([far, *near], "a", "b", NONE, "light")["data"][-1]
    assert len(set(letters["textposition"][1:])) == 3
    tied = [replace(OTHER, name=name, tied="two", performance=(0.8, NAN, NAN)) for name in ("x", "y")]
    above = replace(ONE, performance=(0.79, NAN, NAN), disparity=(0.22, NAN, NAN))
    (note,) = trade_off([*tied, above], "a", "b", NONE, "dark")["layout"]["annotations"]
    assert (note["ax"], note["ay"]) != (-34, -26), "somebody stands there"
