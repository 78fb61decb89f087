"""Numbers of any size stand in the tables of ends."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic.config import PlaneConfig
from ui.lossplane import ends
from ui.shell.plane_work import plane_runs as run


@pytest.mark.parametrize(
    ("value", "text"), [(0.0154, "0.015"), (12345.0, "1e+04"), (1e171, "over 1e+15"), (np.inf, "lost")]
)
def test_ends_far_off_are_told_in_cells_that_a_table_can_hold(value: float, text: str) -> None:
    runs = run(PlaneConfig(methods=("nash",), starts=((0.0, 0.0),), steps=1, nudges=0).to_json())
    runs.ends["gap"] = value
    table = ends.wide_table(runs, "gap")
    assert table["Start 1"].max() < 2**53
    assert text in ends._written(table).to_html()
