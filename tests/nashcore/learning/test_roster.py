"""A run's frame: what was drawn, how often, and rosters of earlier versions."""

from __future__ import annotations

import json

import numpy as np

from nashcore.learning.roster import roster_from_json, roster_of, roster_to_json
from tests.nashcore.learning.small_task import small_plan, small_task
from tests.nashcore.runs.quick_config import quick_config


def test_repeated_test_rows_are_counted_cell_by_cell() -> None:
    config = quick_config()
    task = config.task()
    roster = roster_of(task, config.plan())
    assert roster.test_repeats is not None
    for cell, (repeats, (name, rows)) in enumerate(
        zip(roster.test_repeats, roster.test_rows.items(), strict=True)
    ):
        drawn = task.split.test[task.test.cells.numpy() == cell]
        times = np.unique(drawn, return_counts=True)[1]
        assert repeats == tuple(int((times == often).sum()) for often in range(1, times.max() + 1))
        assert sum(often * count for often, count in enumerate(repeats, 1)) == rows
        assert roster.test_distinct is not None
        assert roster.test_distinct[name] == len(np.unique(drawn))


def test_a_roster_comes_back_and_one_of_an_earlier_version_is_read() -> None:
    roster = roster_of(small_task(), small_plan())
    assert roster.test_repeats == ((8,),) * 4
    assert roster_from_json(roster_to_json(roster)) == roster
    stored = json.loads(roster_to_json(roster))
    del stored["test_repeats"]
    old = roster_from_json(json.dumps(stored))
    assert (old.test_repeats, old.test_distinct, old.test_rows) == (None, None, roster.test_rows)
