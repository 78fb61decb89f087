"""The measurement of queueing ends, and counts every turn."""

from __future__ import annotations

from benchmarks import queueing


def test_every_turn_is_answered_and_counted() -> None:
    found = queueing.run(visitors=3, turns=2, think=0.01, places=2, steps=20)
    assert 0 < found["wait"]["median"] <= found["wait"]["p90"]
    assert 0 <= found["edges"] <= 1
    assert len(found["memory"]) == 3
