"""The figures of the game in training: shares, players' weights and histograms."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.tools import return_figure_from_figure_or_data

from tests.ui.figures.traces import ESCAPED, LTR, LTR_NASH, TAG, lines, numbers
from ui.figures.game import alignment, loss_changes, player_weights, shares


def test_histograms_are_shares_and_may_be_empty() -> None:
    layers = {"by the goal": np.ones(40), "before": np.zeros(40), "after": np.full(40, np.nan)}
    found = lines(alignment(LTR_NASH, layers, "dark"))
    assert sum(numbers(found["by the goal"]["y"])) == pytest.approx(1)
    assert sum(numbers(found["before"]["y"])) == 0
    assert "after" not in found  # it was not recorded


def test_changes_of_losses_are_parted_at_zero() -> None:
    counts = np.array([1.0, 0, 2, 1])
    figure = loss_changes(LTR_NASH, (-1.0, -0.1, 0.0, 0.1), counts, "light")
    found = lines(figure)
    assert numbers(found["All losses fell"]["y"]) == [0.25, 0]
    assert numbers(found["Some loss did not fall"]["y"]) == [0.5, 0.25]
    assert figure["layout"]["xaxis"]["ticktext"] == ["−100 %", "−10 %", "0 %", "10 %"]
    assert found["Some loss did not fall"]["customdata"] == ["0 % to 10 %", "10 % to and more"]


def test_a_share_that_nobody_has_draws_no_line() -> None:
    values = np.array([[0.5, 1.0], [np.nan, np.nan]])
    assert set(lines(shares((LTR, LTR_NASH), values, "Agreement", 2, "light"))) == {"LtR"}


def test_a_figure_without_any_line_is_drawn_and_says_so() -> None:
    figure = shares((LTR, LTR_NASH), np.full((2, 3), np.nan), "Agreement", 3, "light")
    assert return_figure_from_figure_or_data(figure, True)["data"]  # as Streamlit reads a figure
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Nothing to draw here (yet)"]


def test_names_of_players_are_shown_letter_for_letter() -> None:
    assert set(lines(player_weights((TAG,), np.ones((2, 1)), LTR, 2, "dark"))) == {ESCAPED}
