"""What all models of a run say of rows whose labels and groups are known: its own test rows, or those of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from nashcore.data import Part as TaskPart
from nashcore.data import Sensitive, Task, get_dataset, groups_of_rows, labels_of_rows, parse_sensitive
from nashcore.errors import InputError, quoted
from nashcore.learning import History, balanced_title, rows_digest
from nashcore.runs.config import TrainingConfig
from nashcore.runs.results.score import place_of
from nashcore.runs.run import Run
from nashcore.runs.store import Store

Part = Literal["natural", "balanced", "file"]
PARTS: Mapping[str, str] = {"natural": "Natural test part", "balanced": "Balanced test set"}
"""Test rows that a run has, in words."""

ARTIFICIAL = (
    "These rows were drawn so that every group and label has the same number of them: selection rates, accuracy, precision and "
    "calibration are those of such a made-up mix and not of the table. Only TPR and FPR can be read as they are."
)
"""What is said of numbers on a balanced test set."""


@dataclass(frozen=True, eq=False)
class ScoredRows:
    """Rows with labels and groups, and the probability of label 1 that every model of one split gives them. A: arms, N: seeds.

    Attributes:
        run: the run's id.
        split: the seed of the split that the models were trained on.
        part: which rows they are.
        title: what to call them.
        arms: titles of the arms, by name.
        seeds: the seeds.
        groups: names of the groups.
        labels: names of label 0 and label 1.
        scores: [A, N, n]; NaN for a model that stopped in training.
        label, group: [n] of each row, by its place in the names.
        rows: [n], the number of each row; a row that was drawn several times is there several times.
        table: the rows that the numbers count, as they were read.
        notices: what to know of them, in sentences.
        stopped: why models stopped, by arm and seed.
    """

    run: str
    split: int
    part: Part
    title: str
    arms: Mapping[str, str]
    seeds: tuple[int, ...]
    groups: tuple[str, ...]
    labels: tuple[str, str]
    scores: NDArray[np.float64]
    label: NDArray[np.int64]
    group: NDArray[np.int64]
    rows: NDArray[np.int64]
    table: pd.DataFrame
    notices: tuple[str, ...]
    stopped: Mapping[tuple[str, int], str]

    def model(self, arm: str, seed: int) -> tuple[int, int]:
        """The places of an arm, by its name or its title, and of a seed.

        Raises:
            InputError: there is none such, or the model gives no scores.
        """
        names = list(self.arms)
        arm = {title: name for name, title in self.arms.items()}.get(arm, arm)
        if arm not in names:
            raise InputError(f"Arm should be one of {', '.join(names)}. Found {quoted(arm)}.")
        if seed not in self.seeds:
            raise InputError(f"Seed should be one of {', '.join(map(str, self.seeds))}. Found {seed}.")
        at = names.index(arm), self.seeds.index(seed)
        if not np.isfinite(self.scores[at]).all():
            why = self.stopped.get((arm, seed), "Its scores are no numbers.")
            raise InputError(
                f"The model of {self.arms[arm]}, seed {seed}, gives no scores. {why} Choose another model."
            )
        return at


def own_rows(store: Store, run: str, split: int | None = None, part: str | None = None) -> ScoredRows:
    """A run's own test rows, scored anew: its table is made ready again and its stored models are applied.

    Args:
        store: where the run is.
        run: which one.
        split: the seed of one of its splits; the first when left out.
        part: one of `PARTS`; the natural test part, where there is one, when left out.

    Raises:
        InputError: there is no such run, split or part, it has no models, or its table is not on this machine any more.
    """
    kept, place, history = _get(store, run, split)
    task = same_task(store, kept, place, history)
    if part is None:
        part = "natural" if task.natural.rows else "balanced"
    if part not in PARTS:
        raise InputError(f"Part should be one of {', '.join(PARTS)}. Found {quoted(part)}.")
    if part == "natural" and not task.natural.rows:
        raise InputError(
            f"Run {kept.id} has no natural test part: take the balanced test set (balanced), or train with one."
        )
    rows = task.split.natural if part == "natural" else task.split.test
    found: TaskPart = task.natural if part == "natural" else task.test
    distinct = len(np.unique(rows))
    title = (
        f"natural test part ({len(rows):,} rows, the table's own shares)"
        if part == "natural"
        else f"{balanced_title(history.roster.test_rows)}: {len(rows):,} rows, {distinct:,} of them distinct"
    )
    return _scored(
        store,
        kept,
        place,
        history,
        part="natural" if part == "natural" else "balanced",
        title=title,
        task=task,
        rows=found,
        numbers=rows,
        table=task.table,
        notices=() if part == "natural" else (ARTIFICIAL,),
    )


def lacking_columns(config: TrainingConfig, frame: pd.DataFrame) -> list[str]:
    """The columns of a run's target and groups that a file does not have."""
    if config.target is None:
        dataset = get_dataset(config.dataset)
        grouped_by: tuple[Sensitive, ...] = (dataset.sensitive[config.sensitive],)
        target = dataset.target
    else:
        grouped_by = config.grouped_by or parse_sensitive(config.sensitive, list(frame.columns))
        target = config.target
    wanted = [target.column, *(one.column for one in grouped_by)]
    return [column for column in wanted if column not in frame.columns]


def file_rows(store: Store, run: str, frame: pd.DataFrame, split: int | None = None) -> ScoredRows:
    """The rows of a file that have a label and a group, scored by all models of one of a run's splits.

    Args:
        store: where the run is.
        run: which one.
        frame: the rows, read as the run's own were.
        split: as in `own_rows`.

    Raises:
        InputError: as of `own_rows`, or a column is missing or of another kind, or no row has a label and a group.
    """
    kept, place, history = _get(store, run, split)
    task = same_task(store, kept, place, history)
    labels = labels_of_rows(frame, task.target, task.table, task.labels)
    groups = groups_of_rows(frame, task.group_rules, task.group_names)
    known = np.flatnonzero((labels >= 0) & (groups >= 0))
    if not known.size:
        raise InputError(
            f"Some row of the file should have a label ({task.target.column}: {' or '.join(map(quoted, task.label_names))}) and a "
            f"group ({task.sensitive}: {', '.join(map(quoted, task.group_names))}) that the run knows. Found none: spell them so."
        )
    features = store.files.encoder(kept.id, place).transform(frame.iloc[known])
    part = TaskPart(features, torch.from_numpy(labels[known]), torch.from_numpy(groups[known]))
    return _scored(
        store,
        kept,
        place,
        history,
        part="file",
        title=f"file's rows ({len(known):,} with a label and a group)",
        task=task,
        rows=part,
        numbers=known,
        table=frame,
        notices=tuple(_left_out(labels, groups, task)) + tuple(_trained_on(part, task)),
    )


def same_task(store: Store, run: Run, place: int, history: History) -> Task:
    """A run's table made ready again on one of its splits.

    Raises:
        InputError: the table is not there, or is not the one that the run was trained on.
    """
    roster = history.roster
    task = run.config.on_split(roster.splits[place]).task()
    encoder = store.files.encoder(run.id, place)
    known = roster.rows[place : place + 1]
    tested = task.test.cells.bincount(minlength=len(roster.test_rows)).tolist()
    alike = (
        encoder.feature_names == task.feature_names
        and np.allclose(encoder.mean, task.encoder.mean, rtol=1e-6)
        and np.allclose(encoder.scale, task.encoder.scale, rtol=1e-6)
        and roster.groups == task.group_names
        and list(roster.test_rows.values()) == tested
        and (not known or known[0] == rows_digest(task))
    )
    if not alike:
        raise InputError(
            f"The table of run {run.id} should be the one that it was trained on. Found another on this machine: its test rows "
            "cannot be scored again."
        )
    return task


def _get(store: Store, run: str, split: int | None) -> tuple[Run, int, History]:
    kept = store.get(run)
    history = store.history(kept.id)
    if history is None or not history.epochs:
        raise InputError(f"Run {kept.id} has no models yet: it is {kept.state}.")
    return kept, place_of(kept.config, split), history


def _scored(
    store: Store,
    run: Run,
    place: int,
    history: History,
    *,
    part: Part,
    title: str,
    task: Task,
    rows: TaskPart,
    numbers: NDArray[np.int64],
    table: pd.DataFrame,
    notices: tuple[str, ...],
) -> ScoredRows:
    models = store.files.models(run.id, place)
    scores = models.all_scores(rows.features)
    split = history.roster.splits[place]
    stopped = {(arm, one.seed): why for (arm, one), why in history.stopped.items() if one.split == split}
    for arm, seed in stopped:
        scores[models.arms.index(arm), models.seeds.index(seed)] = np.nan
    titles = {one.name: one.title for one in run.config.arms()}
    return ScoredRows(
        run=run.id,
        split=split,
        part=part,
        title=title,
        arms={arm: titles.get(arm, arm) for arm in models.arms},
        seeds=models.seeds,
        groups=task.group_names,
        labels=task.label_names,
        scores=scores,
        label=rows.labels.numpy(),
        group=rows.groups.numpy(),
        rows=numbers,
        table=table,
        notices=notices,
        stopped=stopped,
    )


def _left_out(labels: NDArray[np.int64], groups: NDArray[np.int64], task: Task) -> list[str]:
    """Sentences on the rows of a file that are not counted."""
    without, strange = int((labels < 0).sum()), int(((labels >= 0) & (groups < 0)).sum())
    said = []
    if without:
        said.append(
            f"{_rows(without)} not counted: no value of {task.target.column}, or one that the run's table does not have."
        )
    if strange:
        said.append(f"{_rows(strange)} not counted: of no group of the run ({', '.join(task.group_names)}).")
    return said


def _trained_on(part: TaskPart, task: Task) -> list[str]:
    """A sentence on the rows of a file that the models may have been trained on."""
    trained = {
        row.tobytes() for steering in (task.train, task.validation) for row in steering.features.numpy()
    }
    count = sum(row.tobytes() in trained for row in part.features.numpy())
    if not count:
        return []
    return [
        f"{_rows(count, 'equals', 'equal')} a training or validation row in every column that the models use: where these are the "
        "same rows, the numbers flatter the models."
    ]


def _rows(count: int, one: str = "is", several: str = "are") -> str:
    return f"{count:,} row {one}" if count == 1 else f"{count:,} rows {several}"
