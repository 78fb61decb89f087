"""Runs trained in processes of their own, which can be interrupted, and what such a run came to."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from nashcore.runs.run import Run
from nashcore.runs.store import Store

_TRAIN = """
import sys
from pathlib import Path
from nashcore.runs import checkpoints
checkpoints.SECONDS, checkpoints.COST = float(sys.argv[3]), 1.0
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
store = Store(Path(sys.argv[1]))
run = store.get(sys.argv[2])
with store.claim(run.id) as mine:
    assert mine
    carry_out(store, run)
"""


def training(store: Store, run: Run, seconds: float = 0.05) -> subprocess.Popen[bytes]:
    """A process that trains a waiting run, with a checkpoint every so many seconds."""
    arguments = [sys.executable, "-c", _TRAIN, str(store.home), run.id, str(seconds)]
    return subprocess.Popen(arguments, stderr=subprocess.DEVNULL)


def assert_same_runs(store: Store, run: str, other: str) -> None:
    """Both are finished, with the same epochs, metrics and models, bit for bit."""
    assert [store.get(one).state for one in (run, other)] == ["finished", "finished"]
    mine, yours = store.history(run), store.history(other)
    assert mine is not None
    assert yours is not None
    assert mine.stopped == yours.stopped
    assert len(mine.epochs) == len(yours.epochs) == store.get(run).config.epochs
    for one, another in zip(mine.epochs, yours.epochs, strict=True):
        np.testing.assert_equal(vars(one), vars(another))
    if yours.natural_test is not None:
        np.testing.assert_equal(vars(mine.natural_test), vars(yours.natural_test))
    for place in range(store.get(run).config.options.split_seeds):
        np.testing.assert_equal(
            dict(store.files.models(run, place).parameters), dict(store.files.models(other, place).parameters)
        )
