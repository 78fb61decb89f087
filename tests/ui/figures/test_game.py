"""The figures of the game in training: shares, players' weights and histograms."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.tools import return_figure_from_figure_or_data

from tests.ui.figures.traces import ESCAPED, LTR, LTR_NASH, TAG, lines, numbers
from ui.figures.game import alignment, player_weights, shares


def test_histograms_are_shares_and_may_be_empty() -> None:
    found = lines(alignment(LTR_NASH, np.ones(40), np.zeros(40), "dark"))
    assert sum(numbers(found["Following the goal"]["y"])) == pytest.approx(1)
    assert sum(numbers(found["As trained"]["y"])) == 0


def test_a_share_that_nobody_has_draws_no_line() -> None:
    values = np.array([[0.5, 1.0], [np.nan, np.nan]])
    assert set(lines(shares((LTR, LTR_NASH), values, "Agreement", 2, "light"))) == {"LtR"}


def test_a_figure_without_any_line_is_drawn_and_says_so() -> None:
    figure = shares((LTR, LTR_NASH), np.full((2, 3), np.nan), "Agreement", 3, "light")
    assert return_figure_from_figure_or_data(figure, True)["data"]  # as Streamlit reads a figure
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Nothing to draw here (yet)"]


def test_names_of_players_are_shown_letter_for_letter() -> None:
    assert set(lines(player_weights((TAG,), np.ones((2, 1)), LTR, 2, "dark"))) == {ESCAPED}
