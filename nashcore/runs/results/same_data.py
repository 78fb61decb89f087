"""Which runs may be held against each other, and in which settings they differ."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nashcore.data import get_published_split
from nashcore.errors import InputError
from nashcore.learning import shared_splits
from nashcore.options import DRAWN, NATURAL_SHARE
from nashcore.runs.config import TrainingConfig
from nashcore.runs.results.stored_result import StoredResult, names
from nashcore.runs.settings import WORDS, in_words

ROWS = (*DRAWN, "splits", "drop_duplicates", "drop_groups")
"""The settings that decide which rows steer and which are tested."""


@dataclass(frozen=True)
class Data:
    """What makes numbers of two runs comparable: only equal ones are.

    Attributes:
        table: the table, its target and its groups.
        rows: how those who steer and who are tested are drawn, but for the splits.
        splits: the splits, one number or file each.
        encoding: how the table becomes features.
    """

    table: Hashable
    rows: Hashable
    splits: tuple[Hashable, ...]
    encoding: str


def data_of(run: StoredResult) -> Data:
    """The run's data."""
    config = run.run.config
    options = config.options
    own = () if config.csv is None else (config.csv.name, config.target, run.result.groups)
    splits = run.result.splits if config.splits is None else (config.splits.name,)
    rows = (
        _steering(run),
        tuple(run.result.test_rows.items()),
        _natural(config),
        options.drop_duplicates,
        options.drop_groups,
    )
    return Data((config.dataset if not own else "", config.sensitive, own), rows, splits, options.data)


def _steering(run: StoredResult) -> Hashable:
    """Validation rows of every cell; where an earlier version did not write them down, as many as were wanted."""
    config, result = run.run.config, run.result
    if config.splits is not None:
        return None  # they say all by themselves
    if result.validation_rows:
        return tuple(result.validation_rows.items())
    wanted = config.options.validation_per_cell
    if wanted is None and not config.own:
        wanted = get_published_split(config.dataset, config.sensitive).validation_per_cell
    return tuple((cell, wanted if cell in result.players else 0) for cell in result.test_rows)


def _natural(config: TrainingConfig) -> float:
    """The share of rows that is kept for the natural test part."""
    if config.options.natural_test_share is not None:
        return config.options.natural_test_share
    return NATURAL_SHARE if config.own and config.splits is None else 0.0


def runs_by_data(runs: Sequence[StoredResult]) -> list[list[StoredResult]]:
    """The runs parted into those with the same data, in their order."""
    found: dict[Data, list[StoredResult]] = {}
    for run in runs:
        found.setdefault(data_of(run), []).append(run)
    return list(found.values())


def warnings(runs: Sequence[StoredResult]) -> list[str]:
    """What speaks against comparing these runs, one sentence each; none where nothing does."""
    data = {run.id: data_of(run) for run in runs}
    titles = names(runs)
    sentences = [
        f"Run “{titles[run.id]}” was trained with a serious finding: {says}"
        for run in runs
        for says in run.serious
    ]
    tables = {data[run.id].table: run.table for run in runs}
    if len(tables) > 1:
        listed = "; ".join(dict.fromkeys(tables.values()))
        sentences.append(
            f"These runs are not on the same table ({listed}), so that their numbers answer different questions: "
            "read those of each table by themselves."
        )
    for table, title in tables.items():
        group = [run for run in runs if data[run.id].table == table]
        if len({(data[run.id].rows, data[run.id].splits) for run in group}) > 1:
            sentences.append(
                f"The runs on {title} were not steered and tested with the same rows ({_how_rows_differ(group)}): a "
                "difference between them may come from the rows alone."
            )
        if len({data[run.id].encoding for run in group}) > 1:
            sentences.append(
                f"The runs on {title} do not treat the data alike: as published, it is encoded with the test rows in sight "
                "and columns that give the target away stay, so that its numbers flatter."
            )
    sentences += [f"Run “{titles[run.id]}” {_how_far(run)}." for run in runs if not run.finished]
    return sentences


def _how_far(run: StoredResult) -> str:
    state = {
        "stopped": "was stopped",
        "failed": "failed",
        "interrupted": "was interrupted",
        "running": "is still running",
        "waiting": "has not begun",
    }
    return f"{state[run.run.state]} after {run.result.epochs} of {run.run.config.epochs} epochs"


def _how_rows_differ(runs: Sequence[StoredResult]) -> str:
    found = [one.words.lower() for one in differing(runs) if one.name in ROWS]
    return ", ".join(found) or "the table itself has changed"


def refusal(one: StoredResult, other: StoredResult) -> str | None:
    """Why paired differences between two runs make no sense, in a sentence; None where they do."""
    first, second = data_of(one), data_of(other)
    why = None
    if first.table != second.table:
        why = f"one is on {one.table}, the other on {other.table}"
    elif first.rows != second.rows or not set(first.splits) & set(second.splits):
        why = f"they were not steered and tested with the same rows ({_how_rows_differ([one, other])})"
    elif not shared_splits(one.result, other.result):
        why = "the same seeds drew other rows for their splits: the table has changed between them, or the program that draws"
    elif first.encoding != second.encoding:
        why = "they do not treat the data alike (careful, and as published)"
    elif unfinished := [run for run in (one, other) if not run.finished]:
        why = f"{unfinished[0].id} {_how_far(unfinished[0])}"
    elif not set(one.result.seeds) & set(other.result.seeds):
        why = "they have no seed in common"
    return None if why is None else f"Runs {one.id} and {other.id} cannot be paired: {why}."


def refuse(one: StoredResult, other: StoredResult) -> None:
    """Nothing, where two runs can be paired.

    Raises:
        InputError: they cannot; the sentence is `refusal`'s.
    """
    if (why := refusal(one, other)) is not None:
        raise InputError(why)


@dataclass(frozen=True)
class Difference:
    """A setting of several runs.

    Attributes:
        name: of the setting in `TrainingConfig`.
        words: the same for people.
        values: by run's id, in words.
    """

    name: str
    words: str
    values: dict[str, str]


def differing(runs: Sequence[StoredResult]) -> list[Difference]:
    """The settings that are not the same in all runs, field by field."""
    configs = [run.run.config.values() for run in runs]
    return [
        setting
        for setting in settings(runs)
        if any(one[setting.name] != other[setting.name] for one, other in pairwise(configs))
    ]


def settings(runs: Sequence[StoredResult]) -> list[Difference]:
    """All settings of the runs, field by field."""
    configs = {run.id: run.run.config.values() for run in runs}
    return [
        Difference(name, words, {run: in_words(name, config[name]) for run, config in configs.items()})
        for name, words in WORDS.items()
    ]
