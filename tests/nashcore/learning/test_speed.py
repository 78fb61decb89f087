"""The training benchmark runs, and lockstep training keeps its promises by a wide margin."""

from __future__ import annotations

import math

from benchmarks.training import run


def test_a_meta_learning_step_costs_no_more_than_promised() -> None:
    figures = run(seeds=1, rounds=2)
    assert figures["models"] == 8
    assert all(math.isfinite(value) for value in figures["milliseconds"].values())
    assert figures["plain_ratio"] <= 1.5
    assert figures["plain_ratio_10"] <= 2.0
    assert figures["second_order_ratio"] <= 0.25
    assert figures["resident_mb"] < 1500
