"""The two figures of a sweep: where lines and dots stand, what is said of them, and text that stays text."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.figures.traces import numbers
from ui.figures.style import RULES
from ui.figures.sweeps import SHADES, Coordinate, Dots, against, parallel

RATES = Coordinate("Learning rate", ["0.1", "0.001", "0.01"], np.array([0.1, 0.001, 0.01]))
RULE = Coordinate("Rule <b>", ["Nash", "CAGrad", "Nash"])
VALUES = np.array([0.5, 0.7, 0.6])
NAMES = ["one", "two <i>", "three"]


def test_numbers_that_span_much_stand_on_a_logarithmic_axis() -> None:
    places, marks = RATES.places()
    assert RATES.logarithmic
    assert places == pytest.approx([1.0, 0.0, 0.5])
    assert [word for _, word in marks] == ["0.001", "0.01", "0.1"]
    near = Coordinate("Dropout", ["0.1", "0.3"], np.array([0.1, 0.3]))
    assert not near.logarithmic
    assert near.places()[0] == pytest.approx([0.0, 1.0])
    zero = Coordinate("Decay", ["0", "100"], np.array([0.0, 100.0]))
    assert not zero.logarithmic


def test_words_stand_in_the_order_in_which_they_come() -> None:
    places, marks = RULE.places()
    assert places.tolist() == [0.0, 1.0, 0.0]
    assert marks == [(0.0, "Nash"), (1.0, "CAGrad")]
    alone = Coordinate("Same", ["x", "x"])
    assert alone.places()[0] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_line_a_candidate_ends_at_its_metric(theme: str) -> None:
    made = parallel([RATES, RULE], "AUC", VALUES, NAMES, 1, "All", theme)  # type: ignore[arg-type]
    drawn = [np.array(numbers(trace["y"])) for trace in made["data"]]
    lines = np.concatenate([line.reshape(-1, 4)[:, :3] for line in drawn])
    assert sorted(map(tuple, np.round(lines, 6).tolist())) == sorted(
        [(1.0, 0.0, 0.0), (0.0, 1.0, 1.0), (0.5, 0.0, 0.5), (0.0, 1.0, 1.0)]
    )
    colours = [trace["line"]["color"] for trace in made["data"]]
    assert colours[0] == SHADES[theme][0]  # type: ignore[index]
    assert made["data"][-1]["line"]["width"] > 3


def test_where_less_is_better_up_is_better() -> None:
    made = parallel([RATES], "Gap", VALUES, NAMES, None, "All", "light", smaller_is_better=True)
    ends = {note["y"]: note["text"] for note in made["layout"]["annotations"] if note["x"] == 1}
    assert (ends[0.0], ends[1.0]) == ("0.700", "0.500")
    lines = np.concatenate([np.array(numbers(trace["y"])).reshape(-1, 3)[:, :2] for trace in made["data"]])
    assert sorted(map(tuple, np.round(lines, 6).tolist())) == [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)]


def test_one_candidate_and_equal_values_can_be_drawn() -> None:
    made = parallel([Coordinate("x", ["a"])], "AUC", np.array([0.5]), ["one"], 0, "All", "light")
    assert np.isfinite(numbers(made["data"][0]["y"])[:2]).all()


def test_dots_stand_beside_each_other_with_their_spread() -> None:
    methods = [Dots(RULES["nash"].titled("Nash"), [0, 1]), Dots(RULES["mean"].titled("Mean <x>"), [2])]
    spreads = np.array([0.1, np.nan, 0.2])
    for field in (RATES, RULE):
        made = against(field, "AUC", VALUES, spreads, NAMES, methods, "AUC against it", "light")
        assert [trace["name"] for trace in made["data"]] == ["Nash", "Mean &lt;x&gt;"]
        assert numbers(made["data"][0]["y"]) == pytest.approx([0.5, 0.7])
        assert numbers(made["data"][0]["error_y"]["array"]) == pytest.approx([0.1, 0.0])
        assert "±" not in made["data"][0]["text"][1]
        assert "two &lt;i&gt;" in made["data"][0]["text"][1]
    assert made["layout"]["xaxis"]["ticktext"] == ["Nash", "CAGrad"]
