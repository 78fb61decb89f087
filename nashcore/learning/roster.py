"""What a run compares, and on what: everything that is known before its first step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nashcore.learning.plan import Plan

if TYPE_CHECKING:
    from nashcore.data import Task


@dataclass(frozen=True)
class Roster:
    """The frame that a run's figures are hung in. A: arms, N: seeds, G: groups, K: players.

    Attributes:
        dataset: name of the dataset.
        sensitive: what makes the groups.
        protocol: the protocol.
        arms: names of the arms.
        methods: the method of each arm.
        twins: for each arm the arm without a bargaining stage to compare it with, or None.
        seeds: the seeds.
        groups: names of the groups.
        players: names of the players, "group, label".
        test_rows: test rows of every cell, by "group, label".
        test_repeats: for every cell (``2 * group + label``) how many distinct test rows were drawn once, twice, and so on; None
            in a run stored before this was noted down.
    """

    dataset: str
    sensitive: str
    protocol: str
    arms: tuple[str, ...]
    methods: tuple[str, ...]
    twins: tuple[str | None, ...]
    seeds: tuple[int, ...]
    groups: tuple[str, ...]
    players: tuple[str, ...]
    test_rows: Mapping[str, int]
    test_repeats: tuple[tuple[int, ...], ...] | None = field(default=None, kw_only=True)

    @property
    def test_distinct(self) -> dict[str, int] | None:
        """Distinct test rows of every cell, as `test_rows`; None where only the draws were noted down."""
        if self.test_repeats is None:
            return None
        return dict(zip(self.test_rows, map(sum, self.test_repeats), strict=False))


def roster_of(task: Task, plan: Plan) -> Roster:
    """The roster of training this plan on this task."""
    cells = task.test.cells.bincount(minlength=2 * len(task.group_names)).tolist()
    names = [f"{group}, {label}" for group in task.group_names for label in task.label_names]
    playing = sorted(set(task.validation.cells.tolist()))
    plain = {arm.published: arm.name for arm in plan.arms if not arm.method.bargains}
    return Roster(
        dataset=task.name,
        sensitive=task.sensitive,
        protocol=plan.protocol,
        arms=tuple(arm.name for arm in plan.arms),
        methods=tuple(arm.published for arm in plan.arms),
        twins=tuple(plain.get(arm.twin or "") for arm in plan.arms),
        seeds=plan.seeds,
        groups=tuple(task.group_names),
        players=tuple(names[cell] for cell in playing),
        test_rows=dict(zip(names, cells, strict=True)),
        test_repeats=_repeats(task),
    )


def _repeats(task: Task) -> tuple[tuple[int, ...], ...]:
    """How many distinct test rows of every cell were drawn once, twice, and so on."""
    _, first, times = np.unique(task.split.test, return_index=True, return_counts=True)
    counts = np.zeros((2 * len(task.group_names), times.max(initial=0) + 1), dtype=np.int64)
    np.add.at(counts, (task.test.cells.numpy()[first], times), 1)
    return tuple(tuple(np.trim_zeros(cell[1:], "b").tolist()) for cell in counts)


def roster_to_json(roster: Roster) -> str:
    """The roster as text."""
    return json.dumps(asdict(roster))


def roster_from_json(text: str) -> Roster:
    """The roster that `roster_to_json` wrote."""
    stored = json.loads(text)
    frozen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
    }
    if (repeats := frozen.get("test_repeats")) is not None:
        frozen["test_repeats"] = tuple(map(tuple, repeats))
    return Roster(**frozen)
