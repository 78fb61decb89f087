"""What a run compares, and on what: everything that is known before its first step."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nashcore.errors import InputError, quoted
from nashcore.learning.plan import Plan
from nashcore.options import spelled_out

if TYPE_CHECKING:
    from nashcore.data import Task


Repeats = tuple[tuple[int, ...], ...]
"""For every cell how many distinct test rows were drawn once, twice, and so on."""


class Replicate(NamedTuple):
    """One repetition of every arm: a seed on a split.

    Attributes:
        split: the seed that drew the split.
        seed: of weights, batches and dropout.
    """

    split: int
    seed: int


@dataclass(frozen=True)
class Roster:
    """The frame that a run's figures are hung in. A: arms, D: splits, S: seeds, N: replicates, D * S, G: groups, K: players.

    Attributes:
        dataset: name of the dataset.
        sensitive: what makes the groups.
        data: how the table became features, "careful" or "published".
        validation_dropout: whether dropout was on in the validation pass.
        arms: names of the arms.
        methods: the method of each arm.
        twins: for each arm the arm without a bargaining stage to compare it with, or None.
        seeds: the seeds; every split has the same.
        groups: names of the groups.
        players: names of the players, "group, label".
        test_rows: test rows of every cell, by "group, label"; every split has as many.
        validation_rows: validation rows of every cell; empty in rosters of earlier versions.
        splits: the seed that drew each split; 0 for one that was given.
        rows: a digest of each split, equal where the same rows with the same labels and groups train, steer and are tested;
            empty in runs stored before there was one.
        test_repeats: of each split, for every cell (``2 * group + label``), how many distinct test rows were drawn once, twice,
            and so on; empty in runs stored before this was noted down.
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
    splits: tuple[int, ...] = field(default=(0,), kw_only=True)
    rows: tuple[str, ...] = field(default=(), kw_only=True)
    test_repeats: tuple[Repeats, ...] = field(default=(), kw_only=True)

    @property
    def replicates(self) -> tuple[Replicate, ...]:
        """The repetitions of every arm in the order of the figures' second axis: all seeds of the first split, then of the next."""
        return tuple(Replicate(split, seed) for split in self.splits for seed in self.seeds)

    @property
    def test_distinct(self) -> dict[str, int] | None:
        """Distinct test rows of every cell, as `test_rows`, in the split that has the fewest of it; None where only the draws
        were noted down."""
        if not self.test_repeats:
            return None
        by_split = [[sum(cell) for cell in repeats] for repeats in self.test_repeats]
        return dict(zip(self.test_rows, map(min, zip(*by_split, strict=True)), strict=False))


def on_splits(rosters: Sequence[Roster]) -> Roster:
    """The roster of a run on several splits of one table.

    Args:
        rosters: of each split alone.

    Raises:
        InputError: the splits are not different, or do not hold the same groups and cells.
    """
    splits = tuple(split for one in rosters for split in one.splits)
    if len(set(splits)) < len(splits):
        raise InputError(f"Splits of a run should be drawn with different seeds. Found {quoted(splits)}.")
    own: dict[str, Any] = {
        "splits": splits,
        "rows": tuple(digest for one in rosters for digest in one.rows),
        "test_repeats": tuple(repeats for one in rosters for repeats in one.test_repeats),
    }
    whole = replace(rosters[0], **own)
    for one in rosters:
        if replace(one, **own) != whole:
            raise InputError(
                f"Splits of a run should have the same groups, playing cells and numbers of test rows. Split {one.splits[0]} "
                f"has others than split {splits[0]}."
            )
    return whole


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
        splits=(task.split_seed,),
        rows=(rows_digest(task),),
        test_repeats=(_repeats(task),),
    )


def shared_splits(one: Roster, other: Roster) -> tuple[int, ...]:
    """The other's splits that the one has too: drawn with the same seed and, as far as that is known, with the same rows."""
    known = dict(zip(one.splits, one.rows or ("",) * len(one.splits), strict=True))
    digests = other.rows or ("",) * len(other.splits)
    return tuple(
        split
        for split, digest in zip(other.splits, digests, strict=True)
        if split in known and (not known[split] or not digest or known[split] == digest)
    )


def rows_digest(task: Task) -> str:
    """A digest of the rows of a split: their numbers, labels and groups, those of the natural test part too where there is one."""
    found = hashlib.sha256()
    parts = [
        (task.train, task.split.train),
        (task.validation, task.split.validation),
        (task.test, task.split.test),
    ]
    if task.natural.rows:
        parts.append((task.natural, task.split.natural))
    for part, rows in parts:
        for numbers in (rows, part.cells.numpy()):
            found.update(f"{len(numbers)}:".encode() + numbers.astype("<i8").tobytes())
    return found.hexdigest()[:32]


def _repeats(task: Task) -> Repeats:
    """How many distinct test rows of every cell were drawn once, twice, and so on."""
    _, first, times = np.unique(task.split.test, return_index=True, return_counts=True)
    counts = np.zeros((2 * len(task.group_names), times.max(initial=0) + 1), dtype=np.int64)
    np.add.at(counts, (task.test.cells.numpy()[first], times), 1)
    return tuple(tuple(np.trim_zeros(cell[1:], "b").tolist()) for cell in counts)


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
    repeats = frozen.get("test_repeats", ())
    frozen["test_repeats"] = tuple(tuple(map(tuple, of_split)) for of_split in repeats)
    return Roster(**frozen)
