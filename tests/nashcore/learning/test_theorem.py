"""The lesson's numbers: with all four off every step of Nash lowers every loss, and what is switched is what is trained."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from nashcore.data import Task
from nashcore.errors import InputError
from nashcore.learning import Plan, lesson_summary, theorem, train
from nashcore.learning.events import Event
from nashcore.learning.theorem import FACTORS, SWITCHES, from_theorem_to_training, settings
from nashcore.runs import TrainingConfig
from tests.nashcore.learning.small_task import small_plan, small_task


def published(dataset: str) -> tuple[Task, Plan]:
    """A table as published, three seeds; skipped where the table is not on this machine."""
    config = TrainingConfig(dataset=dataset, sensitive="sex", methods="ltr", seeds=3, epochs=9, device="cpu")
    try:
        task = config.task()
    except InputError as missing:
        pytest.skip(str(missing))
    return task, config.plan()


@pytest.mark.parametrize("dataset", ["student_por", "titanic"])
def test_with_all_four_off_every_step_of_nash_lowers_every_loss(
    dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, plan = published(dataset)
    assert plan.lr == 1e-3  # the learning rate at which the lesson says that it holds
    off = tuple(one for one in settings(plan.lr) if one.title == "All off")
    monkeypatch.setattr(theorem, "settings", lambda _: off)
    *_, last = from_theorem_to_training(task, plan)
    goal, nash = last.found
    for name in ("aligned_before_cut", "aligned_after_cut", "all_losses_fell", "bargain_exists"):
        assert nash.shares[name] == 1.0
    assert nash.steps == 3 * 9 * (task.train.rows // plan.batch_size)
    assert goal.title == "LtR"
    assert goal.shares["bargain_exists"] == 1.0
    assert goal.shares["all_losses_fell"] < 0.9


def test_each_is_off_alone_and_on_alone() -> None:
    found = settings(0.5)
    switched = [one.on for one in found if one.part == "switches"]
    everything = set(SWITCHES)
    assert [set(on) for on in switched[:1]] == [everything]
    assert [everything - set(on) for on in switched[1:5]] == [{one} for one in SWITCHES]
    assert switched[5] == ()
    assert switched[6:] == [(one,) for one in SWITCHES]
    assert [one.lr / 0.5 for one in found if one.part != "switches"] == [f for f in FACTORS if f != 1]


def test_the_lesson_is_whole_reproducible_and_fits_into_json() -> None:
    plan = small_plan(epochs=1, seeds=(0,))
    steps = [list(from_theorem_to_training(small_task(), plan, "forml")) for _ in range(2)]
    assert [one.share for one in steps[0]] == sorted(one.share for one in steps[0])
    assert steps[0][-1].share == 1
    found = steps[0][-1].found
    assert found == steps[1][-1].found
    assert len(found) == 2 * 14
    summary = lesson_summary(found, plan, small_task(), "forml")
    assert summary["switches"]["cut"]["on"] == {"signed_weights": False}
    assert summary["switches"]["dropout"]["on"] == {"dropout": plan.dropout}
    json.dumps(summary, allow_nan=False)
    uncut = [row for row in summary["rows"] if not row["cut"]]
    assert all(row["aligned_before_cut"] == row["aligned_after_cut"] for row in uncut)


def test_few_models_are_trained_with_one_thread_and_the_caller_keeps_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def watched(*given: Any) -> Iterator[Event]:
        for event in train(*given):
            inside.add(torch.get_num_threads())
            yield event

    inside, outside = set[int](), set[int]()
    before = torch.get_num_threads()
    monkeypatch.setattr(theorem, "train", watched)
    torch.set_num_threads(2)
    try:
        for _ in from_theorem_to_training(small_task(), small_plan(epochs=1, seeds=(0,))):  # type: ignore[arg-type]
            outside.add(torch.get_num_threads())
    finally:
        torch.set_num_threads(before)
    assert (inside, outside) == ({1}, {2})


def test_the_lesson_says_only_what_was_found() -> None:
    plan = small_plan(epochs=1, seeds=(0,))
    *_, last = from_theorem_to_training(small_task(), plan)
    none = [dataclasses.replace(one, shares=one.shares | {"all_losses_fell": 0.5}) for one in last.found]
    assert lesson_summary(none, plan, small_task(), "ltr")["verdict"].startswith(
        "With all four off, no learning rate"
    )
    some = [
        dataclasses.replace(one, shares=one.shares | {"all_losses_fell": float(one.setting.lr < 0.01)})
        for one in last.found
    ]
    said = lesson_summary(some, plan, small_task(), "ltr")["verdict"]
    assert "at the learning rates 0.0005, 0.005, and not in every step at 0.05, 0.5, 5." in said


def test_a_goal_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"The goal of the lesson should be one of ltr, .* Found 'fair'"):
        next(from_theorem_to_training(small_task(), small_plan(dtype=torch.float64), "fair"))
