"""Runs that differ in their splits alone, put together as the one run that they are parts of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nashcore.errors import InputError
from nashcore.learning import EpochDone, History, Replicate, Roster, of_runs, on_splits
from nashcore.runs.results.stored_result import StoredResult

Array = NDArray[np.float64]
T = TypeVar("T")

FREE = {"split_seed": 0, "split_seeds": 1, "device": "auto"}
"""Settings in which the parts of a pool may differ, each with one value for all."""

_POOLING = Lock()


@dataclass(frozen=True, eq=False)
class Pooled(StoredResult):
    """Several finished runs that have all but their splits in common, as one run on all these splits.

    Attributes:
        parts: the runs.
    """

    parts: tuple[StoredResult, ...]


def pool(runs: Sequence[StoredResult]) -> list[StoredResult]:
    """The runs, those that differ in their splits alone put together, where the first of them stood.

    A split that several of them have counts once, as the first has it. Runs that are not finished, and runs on given rows, stay
    by themselves.
    """
    groups: list[list[StoredResult]] = []
    for run in runs:
        for group in groups:
            if _alike(group[0], run) and _new_splits(group, run):
                group.append(run)
                break
        else:
            groups.append([run])
    with _POOLING:
        return [group[0] if len(group) == 1 else _together(tuple(group)) for group in groups]


def with_pools(runs: Sequence[StoredResult]) -> list[StoredResult]:
    """The runs, and after them what those that differ in their splits alone come to together."""
    return [*runs, *(whole for whole in pool(runs) if isinstance(whole, Pooled))]


def _alike(one: StoredResult, other: StoredResult) -> bool:
    if not (one.finished and other.finished) or one.config.splits is not None:
        return False
    if one.config.replaced(**FREE) != other.config.replaced(**FREE):
        return False
    try:
        on_splits([replace(run.roster, splits=(place,), rows=()) for place, run in enumerate((one, other))])
    except InputError:  # the table itself has changed between them
        return False
    return True


def _new_splits(group: Sequence[StoredResult], run: StoredResult) -> set[int]:
    """The splits of a run that none of the group has."""
    return set(run.result.splits).difference(*(one.result.splits for one in group))


@lru_cache(maxsize=8)
def _together(group: tuple[StoredResult, ...]) -> Pooled:
    """The group as one run; the same group is put together, and summarised, once for all who look at it."""
    first = group[0]
    taken: list[Replicate] = []
    columns: list[list[int]] = []
    for run in group:
        own = run.result.replicates
        splits = {replicate.split for replicate in taken}
        columns.append([place for place, replicate in enumerate(own) if replicate.split not in splits])
        taken += [own[place] for place in columns[-1]]
    histories = [run.history for run in group if run.history is not None]
    roster = replace(
        histories[0].roster,
        splits=tuple(dict.fromkeys(one.split for one in taken)),
        rows=_of_splits(group, lambda roster: roster.rows),
        test_repeats=_of_splits(group, lambda roster: roster.test_repeats),
    )
    moments = zip(*(history.epochs for history in histories), strict=True)
    history = History(
        roster,
        [_one_epoch(parts, columns) for parts in moments],
        {
            (arm, replicate): why
            for one, own in zip(histories, columns, strict=True)
            for (arm, replicate), why in one.stopped.items()
            if one.replicates.index(replicate) in own
        },
        tuple(dict.fromkeys(notice for one in histories for notice in one.notices)),
        sum(one.seconds for one in histories),
        of_runs([one.natural_test for one in histories], columns),
        serious=tuple(dict.fromkeys(says for one in histories for says in one.serious)),
    )
    whole = replace(
        first.run,
        id="+".join(one.id for one in group),
        title=f"{first.run.title}, {len(roster.splits)} splits of {len(group)} runs",
    )
    return Pooled(whole, history, group)


def _of_splits(group: Sequence[StoredResult], get: Callable[[Roster], tuple[T, ...]]) -> tuple[T, ...]:
    """What rosters hold of each split, put together; the first that has a split speaks for it. Nothing where a run has nothing."""
    if not all(get(run.roster) for run in group):
        return ()
    found: dict[int, T] = {}
    for run in group:
        for split, value in zip(run.roster.splits, get(run.roster), strict=True):
            found.setdefault(split, value)
    return tuple(found.values())


def _one_epoch(parts: Sequence[EpochDone], columns: Sequence[Sequence[int]]) -> EpochDone:
    """One epoch of several runs as an epoch of their chosen replicates."""

    def beside(get: Callable[[EpochDone], Array]) -> Array:
        return np.concatenate([get(part)[:, own] for part, own in zip(parts, columns, strict=True)], axis=1)

    def named(kind: str) -> dict[str, Array]:
        def of(name: str) -> Array:
            return beside(lambda part: getattr(part, kind)[name])

        return {name: of(name) for name in getattr(parts[0], kind)}

    return replace(
        parts[0],
        metrics=named("metrics"),
        group_metrics=named("group_metrics"),
        game=named("game"),
        player_weights=beside(lambda part: part.player_weights),
        histograms=beside(lambda part: part.histograms),
        loss_changes=beside(lambda part: part.loss_changes),
    )
