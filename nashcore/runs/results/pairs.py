"""Differences of several runs to one, corrected together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nashcore.learning import unit_sentence
from nashcore.metrics import Family, correct, get_kind
from nashcore.runs.results.compare import NUMBERS, paired, shared_roster, unpaired
from nashcore.runs.results.stored_result import StoredResult


@dataclass(frozen=True)
class Pair:
    """Differences of one run to another.

    Attributes:
        other: the run.
        refused: why there are none, in a sentence.
        table: as `paired` gives them, of one kind of metrics, with p_holm and told (see `nashcore.metrics.correct`).
        says: what its intervals are over, and what they do not tell; empty where there are none.
    """

    other: StoredResult
    refused: str | None
    table: pd.DataFrame
    says: str


def differences(
    one: StoredResult, others: Sequence[StoredResult], kind: str = "hard"
) -> tuple[list[Pair], Family]:
    """Differences of several runs to one, corrected together: they stand in one table.

    Raises:
        InputError: the kind is not known.
    """
    metrics = get_kind(kind).metrics
    refused = [unpaired(one, other) for other in others]
    tables = [
        pd.DataFrame() if why else paired(one, other) for other, why in zip(others, refused, strict=True)
    ]
    rows = [[row for row in records(table) if row["metric"] in metrics] for table in tables]
    family = correct([row for part in rows for row in part])
    corrected = [
        pd.DataFrame(part).astype(dict.fromkeys((*NUMBERS, "p_holm"), float)) if part else pd.DataFrame()
        for part in rows
    ]
    says = [
        "" if why else unit_sentence(shared_roster(one, other))
        for other, why in zip(others, refused, strict=True)
    ]
    return [Pair(*each) for each in zip(others, refused, corrected, says, strict=True)], family


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries; a number that does not exist is None."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(name): value.item() if isinstance(value, np.generic) else value for name, value in row.items()}
        for row in plain.to_dict("records")
    ]
