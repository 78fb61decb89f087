"""Several runs held against one, the baseline: in pairs where they share splits and seeds, by their means alone where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nashcore.metrics import METRICS, Family, get_kind
from nashcore.runs.results.compare import shared_arms
from nashcore.runs.results.pairs import differences
from nashcore.runs.results.same_data import data_of
from nashcore.runs.results.stored_result import StoredResult

COLUMNS = ("run", "arm", "label", "minus", "metric", "mean", "low", "high", "p_holm", "told", "paired", "why")

NOT_PAIRED = (
    "Not paired: the runs share no split and seed, so that the difference of their means has no interval, and may come from the "
    "rows or the seeds alone."
)
"""What an unpaired difference is worth."""


@dataclass(frozen=True)
class Against:
    """Differences of runs to a baseline.

    Attributes:
        table: a metric of an arm of a run a row: run (id), arm, label, minus (the label of the baseline's arm), metric, mean (the
            run minus the baseline, at the last epochs), low and high (95% t interval in pairs, NaN where there is none), p_holm and
            told (corrected for all that is shown), paired, and why not, in a sentence.
        refused: by run why it cannot be paired, in a sentence.
        says: what to know of the intervals, in sentences.
    """

    table: pd.DataFrame
    refused: dict[str, str]
    says: tuple[str, ...]


def against(baseline: StoredResult, others: Sequence[StoredResult], kind: str = "hard") -> Against:
    """Every other run minus the baseline, arm by arm.

    Where runs share splits of the same rows and seeds, each is paired with itself, see `nashcore.runs.results.compare.paired`.
    Others on the same table differ by their means, without an interval; runs on other tables have no difference.

    Raises:
        InputError: the kind is not known.
    """
    pairs, family = differences(baseline, others, kind)
    parts: list[pd.DataFrame] = []
    for pair in pairs:
        if pair.refused is None:
            parts.append(pair.table.assign(run=pair.other.id, paired=True, why=""))
        elif data_of(baseline).table == data_of(pair.other).table:
            parts.append(_by_means(baseline, pair.other, kind))
    table = pd.concat([part[list(COLUMNS)] for part in parts], ignore_index=True) if parts else pd.DataFrame()
    refused = {pair.other.id: pair.refused for pair in pairs if pair.refused is not None}
    return Against(
        table, refused, _says(pairs_say=[pair.says for pair in pairs], family=family, refused=refused)
    )


def _says(pairs_say: Sequence[str], family: Family, refused: dict[str, str]) -> tuple[str, ...]:
    said = [family.says] if family.shown else []
    said += [NOT_PAIRED] if refused else []
    return tuple(dict.fromkeys([*said, *(one for one in pairs_say if one)]))


def _by_means(baseline: StoredResult, other: StoredResult, kind: str) -> pd.DataFrame:
    """Differences of the means over a run's splits or seeds."""
    rows = []
    ours, theirs = (run.summary["methods"] for run in (baseline, other))
    for first, second in shared_arms(baseline, other):
        for metric in get_kind(kind).metrics:
            means = (theirs[second]["last"][metric]["mean"], ours[first]["last"][metric]["mean"])
            gone = any(mean is None for mean in means)
            rows.append(
                {
                    "run": other.id,
                    "arm": second,
                    "label": other.arms[second].title,
                    "minus": baseline.arms[first].title,
                    "metric": metric,
                    "mean": np.nan if gone else means[0] - means[1],
                    **dict.fromkeys(("low", "high", "p_holm"), np.nan),
                    "told": None,
                    "paired": False,
                    "why": "not paired",
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def shown_against(found: Against, metric: str, names: dict[str, str]) -> pd.DataFrame:
    """Differences of one metric as people read them: a method a row, a run a column."""
    if not len(found.table):
        return pd.DataFrame()
    part = found.table[found.table["metric"] == metric]
    rows: dict[str, dict[str, str]] = {}
    for row in part.to_dict("records"):
        label = row["label"] if row["label"] == row["minus"] else f"{row['label']} − {row['minus']}"
        rows.setdefault(label, {})[names[row["run"]]] = _cell(row)
    heading = METRICS[metric].heading
    return pd.DataFrame(
        [{f"{heading}, difference in": label, **cells} for label, cells in rows.items()]
    ).fillna("–")


def _cell(row: Mapping[Any, Any]) -> str:
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    if np.isnan(mean):
        return "–"
    if not row["paired"]:
        return f"{mean + 0.0:+.4f}, not paired"
    return f"{mean + 0.0:+.4f}, no interval" if np.isnan(low) else f"{mean:+.4f} [{low:+.4f}, {high:+.4f}]"
