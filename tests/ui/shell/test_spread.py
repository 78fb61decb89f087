"""Means leave out what no seed has."""

from __future__ import annotations

import numpy as np

from ui.shell.spread import means_and_spreads


def test_means_leave_stopped_models_out() -> None:
    mean, spread = means_and_spreads(np.array([[[1.0], [3.0], [np.nan]], [[np.nan]] * 3]))
    np.testing.assert_allclose(mean, [[2.0], [np.nan]])
    np.testing.assert_allclose(spread, [[np.sqrt(2)], [np.nan]])
