"""Training: a generator of events that knows neither who watches nor in which process it runs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from nashcore.errors import InputError
from nashcore.learning.events import (
    Event,
    Finished,
    ModelStopped,
    Progress,
    Split,
    StageChanged,
    Started,
)
from nashcore.learning.history import History
from nashcore.learning.lockstep.block import Table
from nashcore.learning.lockstep.blocks import Pieces
from nashcore.learning.lockstep.sampling import epoch_order
from nashcore.learning.plan import Plan
from nashcore.learning.roster import outline_of
from nashcore.methods import never_switching
from nashcore.metrics.rates import undefined_groups

if TYPE_CHECKING:
    from nashcore.data.task import Task

PROGRESS_SECONDS = 0.25
"""Least time between two progress events."""


def train(task: Task, plan: Plan, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
    """Train every arm of the plan with every seed, in lockstep.

    Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), section 5.

    Same task and plan, same numbers, bit for bit, on one machine's CPU. The arms of a seed share initial weights, batches and
    dropout masks, so that they can be compared in pairs.

    Args:
        task: the prepared table.
        plan: what to run.
        should_stop: asked before every batch; once it says yes, the epochs that are done make the result.

    Yields:
        `Started`, then `Progress`, `StageChanged`, `ModelStopped`, `Split` and `EpochDone` as they happen, and `Finished` last.
        Closing the generator early loses nothing: the events before tell all (see `nashcore.learning.history.History`).

    Raises:
        InputError: before any work, when the task has fewer training rows than a batch, or no validation or test rows; and
            when the device has too little memory for the table, or for one model.
    """
    batches = task.train.rows // plan.batch_size
    if batches < 1:
        raise InputError(
            f"Training setting 'batch_size' should be at most the number of training rows, {task.train.rows}. "
            f"Found {plan.batch_size}."
        )
    if not task.test.rows:
        raise InputError("Test rows should be one or more. Found none.")
    begun = time.monotonic()
    history = History(outline_of(task, plan))
    pieces = Pieces(_table(task, plan), plan)
    notices = (
        *task.notices,
        *pieces.table.players.notices,
        *undefined_groups(task.test.labels, task.test.groups, task.group_names),
        *never_switching(plan.arms, plan.epochs),
    )
    yield history.add(Started(history.outline, plan.epochs, batches, notices))
    cancelled = False
    for epoch in range(plan.epochs):
        for change in _stage_changes(plan, epoch):
            yield history.add(change)
        batch, done = 0, None
        orders: list[Tensor] = []
        pieces.keep()
        while done is None:
            if batch < batches and (cancelled := should_stop()):
                break
            try:
                if batch == 0:
                    orders = _orders(pieces, epoch, task.train.rows)
                if batch < batches:
                    _step(pieces, orders, epoch, batch)
                    batch += 1
                else:
                    done = pieces.epoch_done(epoch)
                fits = True
            except torch.cuda.OutOfMemoryError:
                fits = False  # what the exception holds is let go of before the models are divided
            if not fits:
                pieces.divide()
                batch = 0
                yield history.add(Split(epoch, len(pieces.blocks)))
            seconds = time.monotonic() - begun
            if seconds - history.seconds >= PROGRESS_SECONDS and batch < batches:
                yield history.add(_progress(epoch, batch, batches, plan.epochs, seconds))
        if done is None:
            break
        for stopped in _newly_stopped(pieces, epoch, history):
            yield history.add(stopped)
        yield history.add(history.without_stopped(done))
        yield history.add(_progress(epoch, batches, batches, plan.epochs, time.monotonic() - begun))
    else:
        pieces.keep()
    history.seconds = time.monotonic() - begun
    yield Finished(history.result(), cancelled, pieces.kept_models())


def _table(task: Task, plan: Plan) -> Table:
    """The task on the device.

    Raises:
        InputError: the device has too little memory for it.
    """
    try:
        return Table(task, plan)
    except torch.cuda.OutOfMemoryError:
        raise InputError("The device has too little memory for the table. Choose device 'cpu'.") from None


def _step(pieces: Pieces, orders: list[Tensor], epoch: int, batch: int) -> None:
    """One step of every block."""
    size = pieces.plan.batch_size
    for block, order in zip(pieces.blocks, orders, strict=True):
        block.step(order[:, batch * size : (batch + 1) * size], epoch, batch)


def _orders(pieces: Pieces, epoch: int, rows: int) -> list[Tensor]:
    device = pieces.plan.device
    return [epoch_order(block.seeds, epoch, rows, device) for block in pieces.blocks]


def _stage_changes(plan: Plan, epoch: int) -> Iterator[StageChanged]:
    for arm in plan.arms:
        now = arm.method.schedule.bargains(epoch)
        if now != (epoch > 0 and arm.method.schedule.bargains(epoch - 1)):
            yield StageChanged(arm.name, epoch, now)


def _newly_stopped(pieces: Pieces, epoch: int, history: History) -> Iterator[ModelStopped]:
    broke_at = pieces.broke_at()
    for arm, seed in np.argwhere(broke_at >= 0).tolist():
        name, number = history.arms[arm], history.seeds[seed]
        if (name, number) not in history.stopped:
            batch = int(broke_at[arm, seed]) + 1
            reason = f"Its loss was no longer a finite number at batch {batch} of epoch {epoch + 1}."
            yield ModelStopped(name, number, epoch, reason)


def _progress(epoch: int, batch: int, batches: int, epochs: int, seconds: float) -> Progress:
    share = (epoch + batch / batches) / epochs
    return Progress(epoch, batch, share, seconds, seconds * (1 - share) / share if share else math.inf)
