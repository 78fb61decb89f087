"""Checkpoints: training that is taken up from one ends as if it had never been interrupted, bit for bit."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable

import numpy as np
import pytest
import torch

from nashcore.errors import InputError
from nashcore.learning import Checkpoint, Plan, checkpoint_of, train
from nashcore.learning.events import BlocksSplit, EpochDone, Finished, ModelStopped, Resumable, Started
from nashcore.learning.lockstep.block import Block
from nashcore.methods import PUBLISHED, arms_of
from nashcore.methods.schedule import SCHEDULES
from tests.nashcore.learning.small_task import SmallTask, small_plan, small_task


def from_file(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint as it comes back from a file, beside everything that its run measured."""
    about = json.loads(json.dumps(checkpoint.about()))
    arrays = {name: values.copy() for name, values in checkpoint.arrays().items()}
    assert checkpoint.history is not None
    found = checkpoint_of(about, arrays).with_history(checkpoint.history)
    assert found is not None
    return found


def until(
    tasks: SmallTask | Iterable[SmallTask], plan: Plan, epochs: int, start: Checkpoint | None = None
) -> Checkpoint:
    """Train on to the checkpoint after so many epochs, and no further."""
    for event in train(tasks, plan, checkpoint=start):
        if isinstance(event, Resumable) and event.epochs == epochs:
            found = event.checkpoint()
            assert found is not None
            return from_file(found)
    raise AssertionError("there is no such epoch")


def end_of(tasks: SmallTask | Iterable[SmallTask], plan: Plan, start: Checkpoint | None = None) -> Finished:
    *_, last = train(tasks, plan, checkpoint=start)
    assert isinstance(last, Finished)
    return last


def assert_same(one: Finished, other: Finished) -> None:
    """Every figure and every parameter, bit for bit."""
    assert one.result.stopped == other.result.stopped
    for field in dataclasses.fields(one.result):
        if field.name not in ("seconds", "notices", "natural_test", "stopped"):
            np.testing.assert_equal(getattr(one.result, field.name), getattr(other.result, field.name))
    for mine, yours in zip(one.models, other.models, strict=True):
        for name, values in mine.parameters.items():
            assert values.tobytes() == yours.parameters[name].tobytes()


def test_training_goes_on_from_every_epoch_as_if_nothing_had_been() -> None:
    task, plan = small_task(), small_plan(epochs=4)
    whole = end_of(task, plan)
    for epochs in range(1, 5):
        assert_same(whole, end_of(task, plan, until(task, plan, epochs)))


def test_a_run_may_be_interrupted_in_every_epoch() -> None:
    task, plan = small_task(3), small_plan(epochs=4)
    start = None
    for epochs in range(1, 5):
        start = until(task, plan, epochs, start)
    assert_same(end_of(task, plan), end_of(task, plan, start))


def test_several_splits_and_blocks_go_on_as_they_were_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where memory runs out, models are divided, and a sum over fewer models may round otherwise: the division goes on too."""
    tasks = [small_task(), dataclasses.replace(small_task(train=90), split_seed=1)]
    plan = small_plan(seeds=(0, 1, 2, 3))
    step, memory = Block.step, [8]

    def tight(self: Block, *arguments: object) -> None:
        if self.cohort.models > memory[0]:
            raise torch.cuda.OutOfMemoryError
        step(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Block, "step", tight)
    whole = end_of(tasks, plan)
    start = until(tasks, plan, 1)
    assert len(start.parts) == 8
    assert_same(whole, end_of(tasks, plan, start))
    memory[0] = 4  # less than when it began
    events = list(train(tasks, plan, checkpoint=start))
    assert [event for event in events if isinstance(event, BlocksSplit)] == [BlocksSplit(1, 16)]
    last = events[-1]
    assert isinstance(last, Finished)
    for one, other in zip(whole.models, last.models, strict=True):
        np.testing.assert_allclose(one.parameters["w1"], other.parameters["w1"], rtol=0, atol=1e-3)


@pytest.mark.parametrize(
    "schedule", [f"{name}:2" if kind.takes else name for name, kind in SCHEDULES.items()]
)
def test_a_run_continued_is_a_longer_run_whatever_the_schedule(schedule: str) -> None:
    arms = arms_of(tuple(PUBLISHED), dict.fromkeys(PUBLISHED, (schedule,)))
    task, short, long = small_task(), small_plan(arms=arms, epochs=2), small_plan(arms=arms, epochs=4)
    assert_same(end_of(task, long), end_of(task, long, until(task, short, 2)))


def test_pcgrad_draws_go_on() -> None:
    arms = arms_of(("nash_ltr",), {"nash_ltr": ("continuous",)}, "pcgrad", {})
    task, plan = small_task(3), small_plan(arms=arms, epochs=4)
    assert_same(end_of(task, plan), end_of(task, plan, until(task, plan, 2)))


def test_models_that_stopped_stay_so_and_those_that_stop_later_are_told_again() -> None:
    task, plan = small_task(), small_plan(lr=1e6, weight_decay=1e6, momentum=0.0, epochs=4)
    whole = end_of(task, plan)
    assert whole.result.stopped
    every = until(task, plan, 3).history
    assert every is not None
    early = until(task, plan, 1)
    of_epoch_one = set(early.history.stopped if early.history else ())
    later = dataclasses.replace(early, history=None).with_history(every)
    assert later is not None
    assert later.history is not None
    assert set(later.history.stopped) == of_epoch_one
    told = {
        (event.arm, event.replicate)
        for event in train(task, plan, checkpoint=later)
        if isinstance(event, ModelStopped)
    }
    assert told == set(whole.result.stopped) - of_epoch_one
    assert_same(whole, end_of(task, plan, later))


def test_a_checkpoint_holds_the_models_of_its_epoch() -> None:
    task, plan = small_task(), small_plan()
    (models,) = end_of(task, dataclasses.replace(plan, epochs=2)).models
    found = until(task, plan, 2).models(0)
    for name, values in models.parameters.items():
        np.testing.assert_array_equal(found.parameters[name], values)
    assert (found.arms, found.seeds) == (models.arms, models.seeds)


def test_a_moment_that_has_passed_cannot_be_kept() -> None:
    offers = [event for event in train(small_task(), small_plan()) if isinstance(event, Resumable)]
    assert [offer.checkpoint() is None for offer in offers] == [True, True, False]


REFUSED: dict[str, Callable[[SmallTask, Plan], tuple[SmallTask, Plan]]] = {
    "other settings": lambda task, plan: (task, dataclasses.replace(plan, lr=0.01)),
    "other seeds": lambda task, plan: (task, dataclasses.replace(plan, seeds=(0, 2))),
    "other rows": lambda task, plan: (
        dataclasses.replace(task, train=dataclasses.replace(task.train, features=task.train.features + 1)),
        plan,
    ),
    "fewer epochs": lambda task, plan: (task, dataclasses.replace(plan, epochs=1)),
}


@pytest.mark.parametrize("change", REFUSED)
def test_what_does_not_belong_together_is_refused(change: str) -> None:
    task, plan = small_task(), small_plan()
    start = until(task, plan, 2)
    with pytest.raises(InputError, match=r"Train the run anew|Epochs should be 2 or more"):
        next(iter(train(*REFUSED[change](task, plan), checkpoint=start)))


def test_a_history_that_lacks_an_epoch_is_none_of_the_checkpoint() -> None:
    start = until(small_task(), small_plan(), 2)
    assert start.history is not None
    del start.history.epochs[1]
    assert start.with_history(start.history) is None


def test_another_machine_is_told_and_told_on() -> None:
    task, plan = small_task(), small_plan()
    start = dataclasses.replace(until(task, plan, 1), machine={"PyTorch": "1.0"})
    started = next(iter(train(task, plan, checkpoint=start)))
    assert isinstance(started, Started)
    assert started.notices[-1].startswith("Training went on after epoch 1 where numbers may round otherwise")
    assert until(task, plan, 2, start).notices == started.notices[-1:]
    assert until(task, plan, 2).notices == ()


def test_who_could_not_note_an_epoch_down_can_keep_the_one_before() -> None:
    task, plan = small_task(), small_plan()
    last: Resumable | None = None
    for event in train(task, plan):
        if isinstance(event, EpochDone) and event.epoch == 2:
            break
        last = event if isinstance(event, Resumable) else last
    assert last is not None
    found = last.checkpoint()
    assert found is not None
    assert found.epochs == 2
    assert_same(end_of(task, plan), end_of(task, plan, from_file(found)))
