"""What the comparing page draws: true to its numbers, one look a method, text from outside as it is."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from nashcore.metrics import KINDS
from nashcore.runs.results import paired, paper_table
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import quick_config
from ui.compare import figures
from ui.compare.selection import Comparison
from ui.compare.views import with_rows
from ui.figures.compare import Panel, dots, panels_of_curves
from ui.shell.styles import bargained_style, goal_style

TAG = "<b>x</b>"
A = [[[0.5, 0.6], [0.7, 0.8]], [[0.6, 0.9], [0.6, 0.7]]]
B = [[[0.5, 0.6], [0.7, 0.8]], [[0.6, 0.5], [0.6, 0.5]]]


def comparison() -> Comparison:
    """Two runs, the second with another rule and a hostile title."""
    other = quick_config(methods="ltr,nash_ltr", rule="mean")
    runs = (made_up_run("a", A), made_up_run("b", B, other, title=TAG))
    return Comparison(runs, {"a": "A", "b": "B"})


def numbers(packed: dict[str, str]) -> list[float]:
    """What a packed array holds."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), np.float32).tolist()


def test_dots_stand_method_by_method_with_one_style_each() -> None:
    figure = figures.dot_figure(paper_table(comparison().runs), "hard", comparison(), "light")
    go.Figure(figure)
    ticks = [
        text.replace("<br>", " ").replace("\u00a0", " ") for text in figure["layout"]["yaxis"]["ticktext"]
    ]
    assert ticks == ["LtR · A", "LtR · B", "LtR + Nash, T = 1 · A", "LtR + Mean, T = 1 · B"]
    first = [trace for trace in figure["data"] if trace["xaxis"] == "x"]
    assert [trace["marker"]["color"] for trace in first] == [
        goal_style("ltr").light,
        bargained_style("ltr").light,
    ]
    assert numbers(first[1]["x"]) == pytest.approx([0.8, 0.5])
    assert numbers(first[1]["error_x"]["array"]) == pytest.approx([0.2 / 2**0.5, 0.0], abs=1e-6)
    heights = numbers(first[0]["y"]) + numbers(first[1]["y"])
    assert heights == sorted(heights, reverse=True)
    assert len(figure["layout"]["shapes"]) == 1


def test_long_labels_get_more_room_and_no_row_meets_the_next() -> None:
    panel = Panel("AUC", np.full(3, 0.5), np.full(3, np.nan), np.full(3, np.nan))
    figure = dots(
        ["short", "a label of many words that takes more than one line", "short"],
        [goal_style("ltr")] * 3,
        [panel],
        "x",
        "dark",
    )
    top, middle, bottom = numbers(figure["data"][0]["y"])
    assert top - middle == pytest.approx(middle - bottom)
    assert top - middle > 25
    assert figure["data"][0]["text"][0] == "short: 0.5000, no bar"


def test_differences_are_held_against_zero_and_name_both_rules() -> None:
    one, other = comparison().runs
    comparison_rows = with_rows(comparison(), "a", "b", paired(one, other))
    figure = figures.difference_figure(comparison_rows, "hard", "dark")
    go.Figure(figure)
    ticks = [
        text.replace("<br>", " ").replace("\u00a0", " ") for text in figure["layout"]["yaxis"]["ticktext"]
    ]
    assert ticks == ["LtR · B − A", "LtR + Mean, T = 1 − LtR + Nash, T = 1 · B − A"]
    assert figure["layout"]["xaxis"]["zeroline"]
    first = [trace for trace in figure["data"] if trace["xaxis"] == "x"]
    assert numbers(first[0]["x"]) == [0.0]
    assert numbers(first[1]["x"]) == pytest.approx([-0.3])


def test_curves_have_a_panel_a_run_and_share_their_axes() -> None:
    figure = figures.curve_figure(comparison(), "overall_auc", "light")
    go.Figure(figure)
    layout = figure["layout"]
    assert layout["yaxis2"]["matches"] == "y"
    assert layout["xaxis"]["range"] == layout["xaxis2"]["range"]
    assert [note["text"] for note in layout["annotations"]] == ["A · Run a", "B · &lt;b&gt;x&lt;/b&gt;"]
    shown = [trace["name"] for trace in figure["data"] if trace["showlegend"]]
    assert shown == ["LtR", "LtR + Nash, T = 1 / LtR + Mean, T = 1"]
    assert numbers(figure["data"][0]["y"]) == pytest.approx([0.6, 0.7])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8])
def test_any_number_of_panels_fits(count: int) -> None:
    runs: list[Any] = [(f"{n}", ("ltr",), np.full((1, n % 3), 0.5)) for n in range(count)]
    figure = panels_of_curves(runs, {"ltr": goal_style("ltr")}, "AUC", 12, "light")
    go.Figure(figure)
    axes = [value for name, value in figure["layout"].items() if name.startswith(("xaxis", "yaxis"))]
    assert len(axes) == 2 * count
    assert all(0 <= axis["domain"][0] < axis["domain"][1] <= 1 for axis in axes)


def test_the_numbers_behind_the_curves_are_all_there() -> None:
    table = figures.curve_numbers(comparison(), KINDS["hard"].metrics)
    assert len(table) == 2 * 2 * 2 * 2
    row = table.query("run == 'b' and method == 'nash_ltr' and seed == 1 and epoch == 2")
    assert row["overall_auc"].item() == 0.5


def test_the_table_tells_letters_and_the_best_epoch() -> None:
    shown = figures.shown_table(
        paper_table(comparison().runs, epoch="best"), "hard", "best", comparison().letters
    )
    assert list(shown) == [
        "Run",
        "Method",
        "Best epoch",
        "Overall AUC ↑",
        "Max-gAUCD ↓",
        "Worst-gAUC ↑",
        "Seeds",
    ]
    assert shown.iloc[1].tolist()[:4] == ["A", "LtR + Nash, T = 1", "2", "0.800 ± 0.141"]
