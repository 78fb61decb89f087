"""Models in blocks: split when memory runs out, without changing a number."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nashcore.errors import InputError
from nashcore.learning import train, trainer
from nashcore.learning.events import BlocksSplit
from nashcore.learning.lockstep.block import Block, DeviceTask
from nashcore.learning.lockstep.blocks import Blocks
from tests.nashcore.learning.small_task import result_of, small_plan, small_task


def test_out_of_memory_splits_the_models_and_changes_no_number(monkeypatch) -> None:
    exact = small_plan(dtype=torch.float64, seeds=(0, 1, 2))
    whole = result_of(small_task(), exact)
    step = Block.step

    def tight(self: Block, rows: torch.Tensor, epoch: int, batch: int) -> None:
        step(self, rows, epoch, batch)
        if (epoch, batch) >= (1, 1) and self.cohort.models > 10:
            raise torch.cuda.OutOfMemoryError("no memory left")

    monkeypatch.setattr(Block, "step", tight)
    events = list(train(small_task(), exact))
    assert [event for event in events if isinstance(event, BlocksSplit)] == [
        BlocksSplit(1, 2),
        BlocksSplit(1, 4),
    ]
    divided = events[-1].result
    for name, values in whole.group_metrics.items():
        assert np.allclose(divided.group_metrics[name], values, rtol=1e-9, equal_nan=True)
    for name, values in whole.game.items():
        assert np.allclose(divided.game[name], values, rtol=1e-9, equal_nan=True)


@pytest.mark.parametrize("tight", ["evaluate", "restore"])
def test_memory_that_runs_out_anywhere_splits_the_models(monkeypatch, tight: str) -> None:
    whole = result_of(small_task(), small_plan(dtype=torch.float64))
    work, step = getattr(Block, tight), Block.step
    most = {"evaluate": 10, "restore": 4}[tight]

    def short(self: Block, *arguments: object) -> object:
        if self.cohort.models > most:
            raise torch.cuda.OutOfMemoryError("no memory left")
        return work(self, *arguments)

    def short_once(self: Block, rows: torch.Tensor, epoch: int, batch: int) -> None:
        if tight == "restore" and self.cohort.models == 16:
            raise torch.cuda.OutOfMemoryError("no memory left")
        step(self, rows, epoch, batch)

    monkeypatch.setattr(Block, tight, short)
    monkeypatch.setattr(Block, "step", short_once)
    events = list(train(small_task(), small_plan(dtype=torch.float64)))
    splits = [event for event in events if isinstance(event, BlocksSplit)]
    assert splits == [BlocksSplit(0, {"evaluate": 2, "restore": 4}[tight])]
    for name, values in whole.group_metrics.items():
        assert np.allclose(events[-1].result.group_metrics[name], values, rtol=1e-9, equal_nan=True)


def test_blocks_share_the_room_that_a_step_needs() -> None:
    plan = small_plan()
    blocks = Blocks([DeviceTask(small_task(), plan)], plan)  # type: ignore[arg-type]
    blocks.split_blocks()
    blocks.split_blocks()
    places = {block.cohort.scratch.h1.untyped_storage().data_ptr() for block in blocks}
    assert (len(blocks), len(places)) == (4, 1)


def test_too_little_memory_for_one_model_is_said(monkeypatch) -> None:
    def never(self: Block, rows: torch.Tensor, epoch: int, batch: int) -> None:
        raise torch.cuda.OutOfMemoryError("no memory left")

    monkeypatch.setattr(Block, "step", never)
    with pytest.raises(InputError, match="too little memory for even one model"):
        list(train(small_task(), small_plan()))


def test_too_little_memory_for_the_table_is_said(monkeypatch) -> None:
    def never(*_: object) -> DeviceTask:
        raise torch.cuda.OutOfMemoryError("no memory left")

    monkeypatch.setattr(trainer, "DeviceTask", never)
    with pytest.raises(InputError, match="too little memory for the table"):
        list(train(small_task(), small_plan()))
