"""What a run compares, and on what: everything that is known before its first step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from nashcore.learning.plan import Plan
from nashcore.options import spelled_out

if TYPE_CHECKING:
    from nashcore.data import Task


@dataclass(frozen=True)
class Roster:
    """The frame that a run's figures are hung in. A: arms, N: seeds, G: groups, K: players.

    Attributes:
        dataset: name of the dataset.
        sensitive: what makes the groups.
        data: how the table became features, "careful" or "published".
        validation_dropout: whether dropout was on in the validation pass.
        arms: names of the arms.
        methods: the method of each arm.
        twins: for each arm the arm without a bargaining stage to compare it with, or None.
        seeds: the seeds.
        groups: names of the groups.
        players: names of the players, "group, label".
        test_rows: test rows of every cell, by "group, label".
        validation_rows: validation rows of every cell; empty in rosters of earlier versions.
    """

    dataset: str
    sensitive: str
    data: str
    validation_dropout: bool
    arms: tuple[str, ...]
    methods: tuple[str, ...]
    twins: tuple[str | None, ...]
    seeds: tuple[int, ...]
    groups: tuple[str, ...]
    players: tuple[str, ...]
    test_rows: Mapping[str, int]
    validation_rows: Mapping[str, int]


def roster_of(task: Task, plan: Plan) -> Roster:
    """The roster of training this plan on this task."""
    count = 2 * len(task.group_names)
    tested, steering = (
        part.cells.bincount(minlength=count).tolist() for part in (task.test, task.validation)
    )
    names = [f"{group}, {label}" for group in task.group_names for label in task.label_names]
    playing = sorted(set(task.validation.cells.tolist()))
    plain = {arm.published: arm.name for arm in plan.arms if not arm.method.bargains}
    return Roster(
        dataset=task.name,
        sensitive=task.sensitive,
        data=task.data,
        validation_dropout=plan.validation_dropout,
        arms=tuple(arm.name for arm in plan.arms),
        methods=tuple(arm.published for arm in plan.arms),
        twins=tuple(plain.get(arm.twin or "") for arm in plan.arms),
        seeds=plan.seeds,
        groups=tuple(task.group_names),
        players=tuple(names[cell] for cell in playing),
        test_rows=dict(zip(names, tested, strict=True)),
        validation_rows=dict(zip(names, steering, strict=True)),
    )


def roster_to_json(roster: Roster) -> str:
    """The roster as text."""
    return json.dumps(asdict(roster))


def roster_from_json(text: str) -> Roster:
    """The roster that `roster_to_json` wrote, in this version or an earlier one."""
    stored = spelled_out(json.loads(text), Roster.__dataclass_fields__)
    frozen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in {"validation_rows": {}, **stored}.items()
    }
    return Roster(**frozen)
