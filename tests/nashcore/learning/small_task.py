"""A small made-up task and plans for it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import numpy as np
import torch

from nashcore.data.splits import Split
from nashcore.data.task import Part
from nashcore.learning import Plan, train
from nashcore.learning.events import Finished
from nashcore.learning.result import Result
from nashcore.methods import PUBLISHED, arms_of


@dataclass(frozen=True)
class SmallTask:
    """What the trainer reads of `nashcore.data.task.Task`."""

    train: Part
    validation: Part
    test: Part
    natural: Part = field(default_factory=lambda: rows_of([], 4))
    data: str = "careful"
    name: str = "small"
    sensitive: str = "colour"
    group_names: tuple[str, ...] = ("blue", "red")
    label_names: tuple[str, str] = ("no", "yes")
    notices: tuple[str, ...] = ("Made up.",)
    split_seed: int = 0
    split: Split | None = None

    def __post_init__(self) -> None:
        """Row numbers, where none are given; no row is drawn twice."""
        if self.split is None:
            train, validation, test = self.train.rows, self.validation.rows, self.test.rows
            parts = np.split(np.arange(train + validation + test), [train, train + validation])
            object.__setattr__(self, "split", Split(*parts))


def rows_of(cells: list[int], seed: int, features: int = 6) -> Part:
    """Rows of the given cells; label and group both shift the features, so that there is something to learn and to differ in."""
    draws = torch.Generator().manual_seed(seed)
    of_cells = torch.tensor(cells, dtype=torch.int64)
    labels, groups = of_cells % 2, of_cells // 2
    values = torch.randn(len(cells), features, generator=draws)
    values[:, 0] += 1.2 * labels
    values[:, 1] += torch.where(groups == 0, 1.0, -1.0) * labels
    return Part(values, labels, groups)


def small_task(groups: int = 2, train: int = 70) -> SmallTask:
    """A task with unequal training cells and three validation rows a cell."""
    cells = 2 * groups
    counts = [cell % cells if cell % 3 else 0 for cell in range(train)]
    names = ("blue", "red", "green", "grey", "white")[:groups]
    return SmallTask(
        rows_of(counts, 1),
        rows_of([c for c in range(cells) for _ in range(3)], 2),
        rows_of(list(range(cells)) * 8, 3),
        group_names=names,
    )


def small_plan(**changes: object) -> Plan:
    """All eight methods, two seeds, three epochs, bargaining in the first two."""
    plan = Plan(
        arms=arms_of(tuple(PUBLISHED), dict.fromkeys(PUBLISHED, ("two_stage:2",))),
        seeds=(0, 1),
        epochs=3,
        lr=0.05,
        dropout=0.2,
        batch_size=16,
        hidden=(8, 6),
    )
    return dataclasses.replace(plan, **changes)


def result_of(task: SmallTask, plan: Plan) -> Result:
    """What training to the end gives."""
    *_, last = train(task, plan)
    assert isinstance(last, Finished)
    return last.result
