"""The benchmarks run and report what they promise; their ratios are read by hand, never judged on a busy machine."""

from __future__ import annotations

import math

from benchmarks import training


def test_the_training_benchmark_reports_its_ratios() -> None:
    figures = training.run(seeds=1, rounds=1)
    assert figures["models"] == 8
    ratios = [figures[name] for name in ("plain_ratio", "goal_ratio", "plain_ratio_10", "second_order_ratio")]
    assert all(math.isfinite(value) and value > 0 for value in (*ratios, *figures["milliseconds"].values()))
    assert figures["resident_mb"] < 1500
    assert set(figures["checkpoint"]) == {"milliseconds", "megabytes", "percent"}
    assert all(math.isfinite(value) and value > 0 for value in figures["checkpoint"].values())
