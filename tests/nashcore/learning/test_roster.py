"""A run's frame: several splits, what was drawn and how often, and rosters of earlier versions."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch

from nashcore.data.splits import Split
from nashcore.errors import InputError
from nashcore.learning import Replicate, train
from nashcore.learning.events import BlocksSplit, Finished, ModelStopped, Started
from nashcore.learning.lockstep.block import Block, DeviceTask
from nashcore.learning.lockstep.blocks import Blocks
from nashcore.learning.roster import roster_from_json, roster_of, roster_to_json
from tests.nashcore.learning.small_task import SmallTask, rows_of, small_plan, small_task
from tests.nashcore.runs.quick_config import quick_config


def splits(features: tuple[int, ...] = (6, 6, 9), rows: tuple[int, ...] = (70, 70, 49)) -> list[SmallTask]:
    """Splits that differ in their rows, in the number of their features and in the batches of an epoch."""
    tasks = []
    for number, (width, count) in enumerate(zip(features, rows, strict=True)):
        task = small_task()
        parts = [part.cells.tolist() for part in (task.train, task.validation, task.test)]
        train_cells = parts[0][:count]
        tasks.append(
            SmallTask(
                rows_of(train_cells, 10 * number + 1, width),
                rows_of(parts[1], 10 * number + 2, width),
                rows_of(parts[2], 10 * number + 3, width),
                notices=("Of all.", f"Of {number % 2}."),
                split_seed=4 + number,
            )
        )
    return tasks


def finished(tasks: object, **changes: object) -> Finished:
    """The end of training on them."""
    *_, last = train(tasks, small_plan(**changes))  # type: ignore[arg-type]
    assert isinstance(last, Finished)
    return last


def test_a_split_has_the_numbers_bit_for_bit_that_it_has_alone() -> None:
    whole, seeds = finished(splits()), 2
    assert whole.result.splits == (4, 5, 6)
    assert whole.result.replicates == tuple(Replicate(d, s) for d in (4, 5, 6) for s in (0, 1))
    for place, task in enumerate(splits()):
        alone = finished(task)
        own = slice(place * seeds, (place + 1) * seeds)
        for kind in ("metrics", "group_metrics", "game"):
            for name, values in getattr(alone.result, kind).items():
                np.testing.assert_array_equal(getattr(whole.result, kind)[name][:, own], values)
        np.testing.assert_array_equal(whole.result.player_weights[:, own], alone.result.player_weights)
        np.testing.assert_array_equal(whole.result.histograms[:, own], alone.result.histograms)
        for name, values in alone.models[0].parameters.items():
            np.testing.assert_array_equal(whole.models[place].parameters[name], values)
    assert whole.models[2].parameters["w1"].shape[-1] == 10


def test_notices_are_told_once_with_the_splits_that_they_hold_of() -> None:
    started = next(iter(train(iter(splits()), small_plan())))  # type: ignore[arg-type]
    assert isinstance(started, Started)
    assert started.batches == 70 // 16
    assert [line for line in started.notices if "Of" in line][:3] == [
        "Of all.",
        "Splits 4, 6: Of 0.",
        "Split 5: Of 1.",
    ]


def test_a_model_that_stops_is_named_by_its_split_and_the_others_go_on() -> None:
    tasks = splits()
    spoilt = tasks[1].train.features.clone()
    spoilt[:, 0] = 1e30
    tasks[1] = dataclasses.replace(tasks[1], train=dataclasses.replace(tasks[1].train, features=spoilt))
    events = list(train(tasks, small_plan()))  # type: ignore[arg-type]
    stopped = [event for event in events if isinstance(event, ModelStopped)]
    assert {event.replicate.split for event in stopped} == {5}
    result = events[-1].result
    assert {replicate.split for _, replicate in result.stopped} == {5}
    assert np.isfinite(result.metrics["overall_auc"][:, [0, 1, 4, 5]]).all()


def test_memory_that_runs_out_splits_the_models_of_every_split(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = finished(splits(), dtype=torch.float64)
    step = Block.step

    def tight(self: Block, rows: torch.Tensor, epoch: int, batch: int) -> None:
        if self.cohort.models > 8:
            raise torch.cuda.OutOfMemoryError("no memory left")
        step(self, rows, epoch, batch)

    monkeypatch.setattr(Block, "step", tight)
    events = list(train(splits(), small_plan(dtype=torch.float64)))  # type: ignore[arg-type]
    assert [event for event in events if isinstance(event, BlocksSplit)] == [BlocksSplit(0, 6)]
    for name, values in whole.result.metrics.items():
        np.testing.assert_allclose(events[-1].result.metrics[name], values, rtol=1e-9)
    for one, other in zip(whole.models, events[-1].models, strict=True):
        for name, values in one.parameters.items():
            np.testing.assert_allclose(other.parameters[name], values, rtol=1e-9, atol=1e-12)


def test_many_models_are_in_blocks_from_the_start_on_a_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nashcore.learning.lockstep.blocks.MOST_ON_CPU", 5)
    plan = small_plan()
    blocks = Blocks([DeviceTask(task, plan) for task in splits()], plan)  # type: ignore[arg-type]
    assert [(place.split, len(place.arms), len(place.seeds)) for place in blocks.places] == [
        (split, 4, 1) for split in (0, 1, 2) for _ in range(4)
    ]


def test_what_are_no_splits_of_one_table_is_refused() -> None:
    one, other, _ = splits()
    with pytest.raises(InputError, match="drawn with different seeds"):
        finished([one, dataclasses.replace(other, split_seed=4)])
    with pytest.raises(InputError, match="same groups, playing cells and numbers of test rows"):
        finished([one, dataclasses.replace(other, group_names=("blue", "green"))])


def test_a_digest_tells_splits_with_other_rows_apart() -> None:
    task = small_task()
    same, other = (
        dataclasses.replace(task, split=Split(np.array(train), np.array([3]), np.array([4])))
        for train in ([0, 1, 2], [0, 1, 5])
    )
    (one,), (again,), (changed,) = (roster_of(each, small_plan()).rows for each in (same, same, other))  # type: ignore[arg-type]
    assert one == again != changed
    natural = dataclasses.replace(same, natural=rows_of([0, 1], 5))
    kept = [
        dataclasses.replace(natural, split=dataclasses.replace(same.split, natural=np.array(rows)))
        for rows in ([5, 6], [6, 5])
    ]
    digests = {roster_of(each, small_plan()).rows for each in kept}  # type: ignore[arg-type]
    assert len(digests | {(one,)}) == 3
    groups = dataclasses.replace(same.test, groups=1 - same.test.groups)
    assert roster_of(dataclasses.replace(same, test=groups), small_plan()).rows != (one,)  # type: ignore[arg-type]


def test_repeated_test_rows_are_counted_cell_by_cell() -> None:
    config = quick_config()
    task = config.task()
    roster = roster_of(task, config.plan())
    (of_split,) = roster.test_repeats
    for cell, (repeats, (name, rows)) in enumerate(zip(of_split, roster.test_rows.items(), strict=True)):
        drawn = task.split.test[task.test.cells.numpy() == cell]
        times = np.unique(drawn, return_counts=True)[1]
        assert repeats == tuple(int((times == often).sum()) for often in range(1, times.max() + 1))
        assert sum(often * count for often, count in enumerate(repeats, 1)) == rows
        assert roster.test_distinct is not None
        assert roster.test_distinct[name] == len(np.unique(drawn))


def test_a_roster_comes_back_and_one_of_an_earlier_version_is_read() -> None:
    roster = roster_of(small_task(), small_plan())
    assert roster.test_repeats == (((8,),) * 4,)
    assert roster_from_json(roster_to_json(roster)) == roster
    stored = json.loads(roster_to_json(roster))
    del stored["test_repeats"]
    old = roster_from_json(json.dumps(stored))
    assert (old.test_repeats, old.test_distinct, old.test_rows) == ((), None, roster.test_rows)
