"""Sweeps that take a moment, and whether two runs measured the same to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from nashcore.runs.arrays import pack_epoch, pack_models
from nashcore.runs.store import Store
from nashcore.runs.sweep.file import SweepPlan, sweep_of

BASE = {
    "dataset": "titanic",
    "sensitive": "sex",
    "methods": "ltr,nash_ltr",
    "seeds": 2,
    "epochs": 2,
    "schedules": "two_stage:1",
    "device": "cpu",
}


def small_plan(grid: dict[str, Any] | None = None, title: str = "Small", **base: Any) -> SweepPlan:
    """Two learning rates, four models each, for two epochs on the carried copy of titanic."""
    return sweep_of({"title": title, "base": {**BASE, **base}, "grid": grid or {"lr": [0.001, 0.01]}})


def same_to_the_bit(one: Store, run: str, other: Store, again: str) -> bool:
    """Whether two runs have the same epochs, models, stopped models and natural test."""
    left, right = one.history(run), other.history(again)
    assert left is not None
    assert right is not None
    assert len(left.epochs) == len(right.epochs)
    splits = range(len(left.roster.splits))
    return (
        left.roster == right.roster
        and left.stopped == right.stopped
        and [pack_epoch(done) for done in left.epochs] == [pack_epoch(done) for done in right.epochs]
        and all(
            pack_models(one.files.models(run, place)) == pack_models(other.files.models(again, place))
            for place in splits
        )
        and _natural(one, run) == _natural(other, again)
    )


def _natural(store: Store, run: str) -> list[bytes]:
    found = store.files.natural_test(run)
    return [] if found is None else [np.asarray(values).tobytes() for values in found.metrics.values()]
