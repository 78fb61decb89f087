"""Numbers as people read them."""

from __future__ import annotations

from nashcore.runs.results.shown import interval_cell


def test_an_interval_is_written_as_far_as_it_exists() -> None:
    assert interval_cell(0.5, 0.25, 0.75) == "0.500 [0.250, 0.750]"
    assert interval_cell(0.5, None, None) == "0.500"
    assert interval_cell(None, None, None) == "–"
