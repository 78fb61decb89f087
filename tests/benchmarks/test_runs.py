"""The benchmark of long lists runs and reports what it promises; its times are read by hand."""

from __future__ import annotations

import math

from benchmarks import runs


def test_the_benchmark_of_lists_reports_its_times() -> None:
    figures = runs.run(runs=12, rounds=1)
    assert figures["runs"] == 12
    names = {"making_up", "engine", "command_line", "command_line_all", "command_line_json", "page"}
    assert set(figures["seconds"]) == names
    assert all(math.isfinite(value) and value >= 0 for value in figures["seconds"].values())
