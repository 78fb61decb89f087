"""Means leave out what no seed has."""

from __future__ import annotations

import numpy as np

from ui.shell.spread import interval_cell, means_and_spreads


def test_means_leave_stopped_models_out() -> None:
    mean, spread = means_and_spreads(np.array([[[1.0], [3.0], [np.nan]], [[np.nan]] * 3]))
    np.testing.assert_allclose(mean, [[2.0], [np.nan]])
    np.testing.assert_allclose(spread, [[np.sqrt(2)], [np.nan]])


def test_an_interval_is_written_as_far_as_it_exists() -> None:
    assert interval_cell(0.5, 0.25, 0.75) == "0.500 [0.250, 0.750]"
    assert interval_cell(0.5, None, None) == "0.500"
    assert interval_cell(None, None, None) == "–"
