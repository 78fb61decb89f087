"""A stored run's models applied to new rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from nashcore.data import CsvTable, read_csv, unseen_values
from nashcore.errors import InputError
from nashcore.learning import Replicate
from nashcore.options import ReadingOptions
from nashcore.runs.config import TrainingConfig
from nashcore.runs.results.thresholds import PLAIN, Thresholds
from nashcore.runs.run import Run
from nashcore.runs.store import Store


def read_rows(
    store: Store, run: str, source: Path | BinaryIO, split: int | None = None, **reading: Any
) -> CsvTable:
    """New rows from a file, each column read as it was in the run's own table.

    The file's lines are read as those of that table were, but for lines that were left out of it: they were its own.

    Args:
        store: where the run is.
        run: which one.
        source: the file.
        split: as in `score_rows`.
        reading: options of reading that are others for this file.

    Raises:
        InputError: there is no such run, or the file cannot be read as a table.
    """
    kept = store.get(run)
    options = ReadingOptions(**(kept.config.file_reading.values() | {"skip_lines": None} | reading))
    known = store.files.encoder(kept.id, place_of(kept.config, split)).known_readings
    table = read_csv(source, options, known=known)
    return _with_first_names(table, {one.column for one in known})


def _with_first_names(table: CsvTable, wanted: set[str]) -> CsvTable:
    """The table, where the first of several columns of one name is called so if the run knows it so: before they were told
    apart by numbers from the first on, it was."""
    first = {
        given[0]: name for name, given in table.repeated.items() if name in wanted and given[0] not in wanted
    }
    return replace(table, frame=table.frame.rename(columns=first)) if first else table


def score_rows(
    store: Store,
    run: str,
    frame: pd.DataFrame,
    arm: str,
    seed: int,
    split: int | None = None,
    threshold: float = PLAIN,
) -> pd.DataFrame:
    """What one of a run's models says of rows, encoded as the run's own rows were.

    Args:
        store: where the run is.
        run: which one.
        frame: the rows, with the columns that the run was trained on; further columns are ignored.
        arm: the model's arm, by its name or its title.
        seed: its seed.
        split: the seed of the split that it was trained on; the run's first when left out.
        threshold: from 0 to 1.

    Returns:
        A row for each of ``frame``, in its order: "score", the probability of label 1, and "label", 1 where that is above the
        threshold.

    Raises:
        InputError: there is no such run or model, it stopped in training, or a column is missing or of another kind.
    """
    kept = store.get(run)
    found, place = kept.id, place_of(kept.config, split)
    arm = {one.title: one.name for one in kept.config.arms()}.get(arm, arm)
    refuse_stopped(store, kept, arm, seed, kept.config.split_seeds[place])
    features = store.files.encoder(found, place).transform(frame)
    scores = store.files.models(found, place).scores(features, arm, seed)
    if not np.isfinite(scores).all():
        raise InputError(
            f"The model of {title_of(kept, arm)}, seed {seed}, gives {int((~np.isfinite(scores)).sum()):,} of {len(scores):,} rows "
            "no number: it cannot say a label. Choose another model."
        )
    return pd.DataFrame({"score": scores, "label": (scores > Thresholds(threshold).common).astype(int)})


def unseen_rows(store: Store, run: str, frame: pd.DataFrame, split: int | None = None) -> tuple[str, ...]:
    """Sentences on rows that hold values which the run's training rows did not; arguments as in `score_rows`.

    Raises:
        InputError: there is no such run, or a column is missing or of another kind.
    """
    kept = store.get(run)
    return tuple(unseen_values(store.files.encoder(kept.id, place_of(kept.config, split)), frame))


def refuse_stopped(store: Store, run: Run, arm: str, seed: int, split: int) -> None:
    """Refuse a model that stopped in training, with the reason that was stored."""
    history = store.history(run.id)
    reason = None if history is None else history.stopped.get((arm, Replicate(split, seed)))
    if reason is not None:
        of_split = f", split {split}" if len(run.config.split_seeds) > 1 else ""
        raise InputError(
            f"The model of {title_of(run, arm)}, seed {seed}{of_split}, stopped in training and gives no scores. {reason} Choose "
            "another model."
        )


def title_of(run: Run, arm: str) -> str:
    """What people call an arm."""
    return next((one.title for one in run.config.arms() if one.name == arm), arm)


def place_of(config: TrainingConfig, split: int | None) -> int:
    """Where among the run's splits the one of this seed stands.

    Raises:
        InputError: the run has no such split.
    """
    splits = config.split_seeds
    if split is None:
        return 0
    if split not in splits:
        raise InputError(f"Split should be one of {', '.join(map(str, splits))}. Found {split}.")
    return splits.index(split)
