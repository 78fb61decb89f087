"""Training: a generator of events that knows neither who watches nor in which process it runs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import torch

from nashcore.errors import InputError
from nashcore.learning.checkpoint import Checkpoint, Fingerprint, machine_of
from nashcore.learning.events import (
    BlocksSplit,
    EpochDone,
    Event,
    Finished,
    ModelStopped,
    Progress,
    Resumable,
    StageChanged,
    Started,
)
from nashcore.learning.history import History
from nashcore.learning.lockstep.block import DeviceTask
from nashcore.learning.lockstep.blocks import Blocks
from nashcore.learning.lockstep.cohort import with_constant
from nashcore.learning.lockstep.sampling import epoch_order
from nashcore.learning.natural_test import NaturalTest, natural_test, of_all_splits
from nashcore.learning.plan import Plan
from nashcore.learning.roster import Roster, on_splits, roster_of
from nashcore.methods import never_switching
from nashcore.metrics import undefined_groups

if TYPE_CHECKING:
    from nashcore.data import Part, Task

PROGRESS_SECONDS = 0.25
"""Least time between two progress events."""


def train(
    tasks: Task | Iterable[Task],
    plan: Plan,
    should_stop: Callable[[], bool] = lambda: False,
    checkpoint: Checkpoint | None = None,
) -> Iterator[Event]:
    """Train every arm of the plan with every seed on every split, in lockstep.

    Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), section 5.

    Same tasks and plan, same numbers, bit for bit, on one machine's CPU, in one piece or taken up from checkpoints. The arms of
    a seed on a split share initial weights, batches and dropout masks, so that they can be compared in pairs; a split has the
    numbers that it has in a run of its own.

    Args:
        tasks: the prepared table, or one for each of several splits of it, which need not be there at the same time.
        plan: what to run.
        should_stop: asked before every batch; once it says yes, the epochs that are done make the result.
        checkpoint: where to go on; the plan may have another number of epochs than the one that it is of.

    Yields:
        `Started`, then `Progress`, `StageChanged`, `ModelStopped`, `BlocksSplit`, `EpochDone` and after it `Resumable` as they
        happen, `NaturalTest` where the task has a natural test part and an epoch is done, and `Finished` last. Closing the
        generator early loses nothing: the events before tell all (see `nashcore.learning.history.History`).

    Raises:
        InputError: before any work, when a task has fewer training rows than a batch, or no validation or test rows; when
            tasks are not splits of one table; when the checkpoint is not of these tasks and this plan; and when the device has
            too little memory for the table, or for one model.
    """
    on_device, rosters, notices, natural = [], [], [], []
    fingerprint = Fingerprint(plan)
    for task in tasks if isinstance(tasks, Iterable) else (tasks,):
        _check_rows(task, plan)
        fingerprint.add(task)
        rosters.append(roster_of(task, plan))
        on_device.append(_on_device(task, plan))
        natural.append(task.natural)
        undefined = undefined_groups(task.test.labels, task.test.groups, task.group_names)
        notices.append((*task.notices, *on_device[-1].players.notices, *undefined))
    roster = on_splits(rosters)
    history, earlier = History(roster), tuple[str, ...]()
    if checkpoint is not None:
        before = checkpoint.check(fingerprint.hex(), plan)
        history = History(roster, list(before.epochs), dict(before.stopped), seconds=checkpoint.seconds)
        earlier = checkpoint.notices_on(plan)
    blocks = Blocks(on_device, plan, () if checkpoint is None else checkpoint.parts)
    batches = max(task.batches for task in on_device)
    clock = _Clock(plan.epochs, batches, history.seconds)
    sentences = (
        *_of_splits(roster, notices),
        *plan.notices,
        *never_switching(plan.arms, plan.epochs),
        *earlier,
    )
    yield history.add(Started(roster, plan.epochs, batches, sentences))

    def taken(epochs: int) -> Checkpoint | None:
        parts = blocks.kept(epochs)
        if parts is None:
            return None
        arms, seeds = roster.arms, roster.seeds
        machine, digest = machine_of(plan), fingerprint.hex()
        whole = Checkpoint(digest, machine, arms, seeds, epochs, clock.seconds, parts, earlier)
        return whole.with_history(history)

    for event in _epochs(blocks, history, clock, should_stop, taken):
        yield history.add(event)
    if natural[0].rows and history.epochs:
        yield history.add(_natural_test(natural, blocks, history))
    history.seconds = clock.seconds
    yield Finished(history.result(), len(history.epochs) < plan.epochs, blocks.kept_models())


def _of_splits(roster: Roster, notices: list[tuple[str, ...]]) -> Iterator[str]:
    """Each split's sentences, every sentence once: with the splits that it holds of, where it does not hold of all."""
    for sentence in dict.fromkeys(chain.from_iterable(notices)):
        splits = [split for split, own in zip(roster.splits, notices, strict=True) if sentence in own]
        if len(splits) == len(roster.splits):
            yield sentence
        else:
            yield f"Split{'s' if len(splits) > 1 else ''} {', '.join(map(str, splits))}: {sentence}"


def _check_rows(task: Task, plan: Plan) -> None:
    """Nothing, where a task has rows enough.

    Raises:
        InputError: it has too few.
    """
    if task.train.rows < plan.batch_size:
        raise InputError(
            f"Training setting 'batch_size' should be at most the number of training rows, {task.train.rows}. "
            f"Found {plan.batch_size}."
        )
    if not task.test.rows:
        raise InputError("Test rows should be one or more. Found none.")


def _natural_test(parts: Sequence[Part], blocks: Blocks, history: History) -> NaturalTest:
    """The models after the last epoch done, on each split's natural test part."""
    plan, roster = blocks.plan, history.roster
    last = history.epochs[-1].epoch
    found = []
    for place, part in enumerate(parts):
        scores = blocks.kept_scores(place, with_constant(part.features.to(plan.device), plan.dtype))
        for arm, (split, seed) in history.stopped:
            if split == roster.splits[place]:
                scores[roster.arms.index(arm), roster.seeds.index(seed)] = np.nan
        found.append(
            natural_test(scores, part, tuple(roster.test_rows), len(roster.groups), last, plan.device)
        )
    return of_all_splits(found)


def _on_device(task: Task, plan: Plan) -> DeviceTask:
    """The task on the device.

    Raises:
        InputError: the device has too little memory for it.
    """
    try:
        return DeviceTask(task, plan)
    except torch.cuda.OutOfMemoryError:
        raise InputError("The device has too little memory for the table. Choose device 'cpu'.") from None


class _Clock:
    """How far a run of so many epochs of so many batches is, told a few times a second."""

    def __init__(self, epochs: int, batches: int, before: float = 0.0) -> None:
        self.epochs, self.batches = epochs, batches
        self._begun, self._told = time.monotonic() - before, before

    @property
    def seconds(self) -> float:
        """Time since the start, and what was trained before."""
        return time.monotonic() - self._begun

    def due(self) -> bool:
        """Whether progress has not been told for a while."""
        return self.seconds - self._told >= PROGRESS_SECONDS

    def progress(self, epoch: int, batch: int) -> Progress:
        """So many batches of this epoch are done."""
        share = (epoch + batch / self.batches) / self.epochs
        self._told = seconds = self.seconds
        left = seconds * (1 - share) / share if share else math.inf
        return Progress(epoch, batch, share, seconds, left)


def _epochs(
    blocks: Blocks,
    history: History,
    clock: _Clock,
    should_stop: Callable[[], bool],
    taken: Callable[[int], Checkpoint | None],
) -> Iterator[Event]:
    """The epochs, until they are over or one is cancelled; ``history`` has taken note of every event so far."""
    for epoch in range(len(history.epochs), clock.epochs):
        yield from _stage_changes(blocks.plan, epoch)
        done = yield from _epoch(blocks, epoch, clock, should_stop)
        if done is None:
            return
        yield from _newly_stopped(blocks, epoch, history)
        yield history.without_stopped(done)
        blocks.keep(epoch + 1)  # not sooner: who could not note the epoch down can keep the one before
        yield Resumable(epoch + 1, partial(taken, epoch + 1))
        yield clock.progress(epoch, clock.batches)


def _epoch(
    blocks: Blocks, epoch: int, clock: _Clock, should_stop: Callable[[], bool]
) -> Generator[Event, None, EpochDone | None]:
    """One epoch, begun again with the models in more blocks as often as the device runs out of memory.

    Returns:
        What it measured; None where it was cancelled.
    """
    while True:
        try:
            return (yield from _attempt(blocks, epoch, clock, should_stop))
        except torch.cuda.OutOfMemoryError:
            pass  # what the exception holds is let go of before the models are split
        blocks.split_blocks()
        yield BlocksSplit(epoch, len(blocks))


def _attempt(
    blocks: Blocks, epoch: int, clock: _Clock, should_stop: Callable[[], bool]
) -> Generator[Event, None, EpochDone | None]:
    """One epoch, as in `_epoch`, as far as memory goes."""
    size, device = blocks.plan.batch_size, blocks.plan.device
    orders = [epoch_order(block.seeds, epoch, len(block.task.train.labels), device) for block in blocks]
    for batch in range(clock.batches):
        if should_stop():
            return None
        for block, order in zip(blocks, orders, strict=True):
            if batch < block.task.batches:  # a split may keep a few training rows less than another
                block.step(order[:, batch * size : (batch + 1) * size], epoch, batch)
        if clock.due() and batch + 1 < clock.batches:
            yield clock.progress(epoch, batch + 1)
    return blocks.epoch_done(epoch)


def _stage_changes(plan: Plan, epoch: int) -> Iterator[StageChanged]:
    for arm in plan.arms:
        now = arm.method.schedule.bargains(epoch)
        if now != (epoch > 0 and arm.method.schedule.bargains(epoch - 1)):
            yield StageChanged(arm.name, epoch, now)


def _newly_stopped(blocks: Blocks, epoch: int, history: History) -> Iterator[ModelStopped]:
    diverged_at = blocks.diverged_at()
    for arm, place in np.argwhere(diverged_at >= 0).tolist():
        name, replicate = history.arms[arm], history.replicates[place]
        if (name, replicate) not in history.stopped:
            batch = int(diverged_at[arm, place]) + 1
            reason = f"Its loss was no longer a finite number at batch {batch} of epoch {epoch + 1}."
            yield ModelStopped(name, replicate, epoch, reason)
