"""A stored run's models applied to new rows."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pandas as pd

from nashcore.data import CsvTable, read_csv
from nashcore.runs.store import Store


def read_rows(store: Store, run: str, source: Path | BinaryIO) -> CsvTable:
    """New rows from a CSV file, each column read as it was in the run's own table.

    Raises:
        InputError: there is no such run, or the file cannot be read as a table.
    """
    kept = store.get(run)
    return read_csv(source, kept.config.reading, known=store.files.encoder(kept.id).known_readings)


def score_rows(store: Store, run: str, frame: pd.DataFrame, arm: str, seed: int) -> pd.DataFrame:
    """What one of a run's models says of rows, encoded as the run's own rows were.

    Args:
        store: where the run is.
        run: which one.
        frame: the rows, with the columns that the run was trained on; further columns are ignored.
        arm: the model's arm, by its name or its title.
        seed: its seed.

    Returns:
        A row for each of ``frame``, in its order: "score", the probability of label 1, and "label", 1 where that is above
        one half.

    Raises:
        InputError: there is no such run or model, or a column is missing or of another kind.
    """
    kept = store.get(run)
    found = kept.id
    arm = {one.title: one.name for one in kept.config.arms()}.get(arm, arm)
    scores = store.files.models(found).scores(store.files.encoder(found).transform(frame), arm, seed)
    return pd.DataFrame({"score": scores, "label": (scores > 0.5).astype(int)})
