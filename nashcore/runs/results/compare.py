"""Finished runs side by side: the paper's table over several runs, and their differences in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from nashcore.errors import InputError, quoted
from nashcore.learning import (
    STANDARD,
    Roster,
    shared_splits,
    unit_of,
    unit_values,
)
from nashcore.metrics import METRICS, get_kind, paired_interval
from nashcore.options import ShownOptions
from nashcore.runs.results.same_data import refusal, refuse, runs_by_data
from nashcore.runs.results.stored_result import StoredResult

Epoch = Literal["last", "best"]
"""Which epoch a table tells of: the last one done, or the one that the paper's rule picks on the test set."""

EPOCHS: Mapping[Epoch, str] = MappingProxyType(
    {"last": "Last epoch", "best": "Best epoch (chosen on the test set, as the paper does)"}
)


PARTS = ("mean", "std")
PARTS_OVER_SPLITS = ("low", "high", "within")


def get_epoch(epoch: str) -> Epoch:
    """The epoch of this name.

    Raises:
        InputError: it is not one of `EPOCHS`.
    """
    if epoch not in EPOCHS:
        raise InputError(f"Epoch should be last or best. Found {quoted(epoch)}.")
    return "best" if epoch == "best" else "last"


def paper_table(
    runs: Sequence[StoredResult], kind: str = "hard", epoch: str = "last", shown: ShownOptions = STANDARD
) -> pd.DataFrame:
    """The paper's table over several runs: an arm of a run a row.

    Args:
        runs: the runs.
        kind: a key of `nashcore.metrics.KINDS`.
        epoch: "last", the run's last epoch done, or "best", for every arm the epoch whose mean Overall AUC on hard labels is
            highest. The latter is chosen on the test set, as the paper does: it flatters.
        shown: which standard deviation stands behind a mean.

    Returns:
        Columns: run (id), title, table, data, validation_dropout, state, block (runs with the same number have the same data, see
        `nashcore.runs.results.same_data.runs_by_data`), arm, method (its key), label (the name for people), epoch (from 1), epochs
        (of the run), of_splits (how many the run has), splits and seeds (that got through), spread (which standard deviation),
        test_rows and test_distinct (NaN where it was not noted down); then for every metric its mean and its standard deviation
        over the run's units (its splits where it has several, else its seeds), "overall_auc_mean" and "overall_auc_std"; NaN
        where there is none. Where a run has several splits, also "overall_auc_low" and "overall_auc_high", the 95% t interval of
        the mean over the splits, and "overall_auc_within", the standard deviation over the seeds within a split. For gaps also
        what equal groups would show, "max_gaucd_chance_mean" and its 95% quantile "max_gaucd_chance_high", and whether the gap is
        told from that, "max_gaucd_chance_told".

    Raises:
        InputError: kind or epoch is not known.
    """
    metrics, at = get_kind(kind).metrics, get_epoch(epoch)
    parts = PARTS if all(unit_of(run.result) == "seed" for run in runs) else (*PARTS, *PARTS_OVER_SPLITS)
    place = {run.id: number for number, block in enumerate(runs_by_data(runs), 1) for run in block}
    rows = [
        {
            "run": run.id,
            "title": run.run.title,
            "table": run.table,
            "data": run.config.options.data,
            "validation_dropout": run.config.validation_dropout,
            "state": run.run.state,
            "block": place[run.id],
            "arm": arm,
            "method": found["method"],
            "label": run.arms[arm].title,
            "epoch": found["best_epoch"] if at == "best" else run.result.epochs,
            "epochs": run.run.config.epochs,
            "of_splits": len(run.result.splits),
            "splits": len(found["splits"]),
            "seeds": len(found["seeds"]),
            "spread": shown.spread,
            **tested_rows(run),
            **_of_metrics(found, at, metrics, parts),
        }
        for run in runs
        for arm, found in run.summarised(shown)["methods"].items()
    ]
    table = pd.DataFrame(rows)
    numbers = [name for name in table if str(name).endswith(("_mean", "_std", "_low", "_high", "_within"))]
    return table.astype(dict.fromkeys([*numbers, "test_distinct"], float) | {"epoch": "Int64"})


def _of_metrics(
    found: Mapping[str, Any], at: Epoch, metrics: Sequence[str], parts: Sequence[str]
) -> dict[str, Any]:
    """An arm's numbers in the table's columns."""
    row: dict[str, Any] = {}
    for metric in metrics:
        row |= {f"{metric}_{part}": found[at][metric].get(part) for part in parts}
        if METRICS[metric].is_gap:
            chance = found["chance"][at].get(metric, {})
            row |= {f"{metric}_chance_{part}": chance.get(part) for part in ("mean", "high", "told")}
    return row


def tested_rows(run: StoredResult) -> dict[str, int | None]:
    """How many test rows a run's numbers rest on."""
    distinct = run.result.test_distinct
    return {
        "test_rows": sum(run.result.test_rows.values()),
        "test_distinct": None if distinct is None else sum(distinct.values()),
    }


def best_rows(table: pd.DataFrame, metric: str, digits: int = 3) -> list[bool]:
    """Which rows of `paper_table` hold a metric's best mean among the rows with the same data.

    Means are compared as they are printed, so that equal ones are best together. Only finished runs take part, and where
    all means of a block are the same none is best. A best mean says nothing about chance: see `paired`.
    """
    means = table[f"{metric}_mean"].round(digits).where(table["state"] == "finished")
    best = means.groupby(table["block"]).transform("min" if METRICS[metric].smaller_is_better else "max")
    several = means.groupby(table["block"]).transform("nunique") > 1
    return ((means == best) & several).tolist()


def paired(one: StoredResult, other: StoredResult) -> pd.DataFrame:
    """Differences between two runs at their last epochs, in pairs of the same split and seed: the other minus the one.

    Arms with the same name are compared; where a run does not have the name, the arm with the same method and schedule. Where
    the runs share several splits, an interval is over these splits, each with the mean over its seeds. With one split in common
    it is over the seeds, and covers what they change (initial weights, batches, dropout), not what another split would.

    Returns:
        A metric of an arm a row: arm (of ``other``), method, label, minus (the label of the arm of ``one``), metric, test_rows and
        test_distinct, splits and seeds (those that both arms got through with), unit ("split" or "seed"), and what
        `nashcore.metrics.paired_interval` says: mean, low and high (the 95% t interval), p, how many differences there are
        (count), are distinct, above and below zero, and the reason where there is no interval.

    Raises:
        InputError: the runs share no split of the same rows, are not finished, or share no seed or no arm; the sentence says
            which.
    """
    refuse(one, other)
    shared = shared_arms(one, other)
    if not shared:
        raise InputError(f"Runs {one.id} and {other.id} cannot be paired: they have no method in common.")
    rows = []
    a, b = one.result, other.result
    both = shared_roster(one, other)
    left, right = _places(both, a), _places(both, b)
    for first, second in shared:
        kept = np.array(
            [(first, pair) not in a.stopped and (second, pair) not in b.stopped for pair in both.replicates]
        )
        by_split = kept.reshape(len(both.splits), len(both.seeds))
        for metric in METRICS:
            differences = (
                b.metrics[metric][b.arms.index(second), right, -1]
                - a.metrics[metric][a.arms.index(first), left, -1]
            )
            interval = paired_interval(unit_values(differences, kept, both), unit_of(both))
            rows.append(
                {
                    "arm": second,
                    "method": other.arms[second].published,
                    "label": other.arms[second].title,
                    "minus": one.arms[first].title,
                    "metric": metric,
                    **interval,
                    "splits": int(by_split.any(1).sum()),
                    "seeds": int(by_split.any(0).sum()),
                    "unit": unit_of(both),
                    **tested_rows(other),
                }
            )
    return pd.DataFrame(rows).astype(dict.fromkeys(NUMBERS, float))


NUMBERS = ("mean", "low", "high", "p", "test_distinct")
"""Columns of differences that may lack a number."""


def shared_roster(one: StoredResult, other: StoredResult) -> Roster:
    """The other's roster with the splits and seeds that both runs have."""
    a, b = one.result, other.result
    return replace(
        Roster(**{name: getattr(b, name) for name in Roster.__dataclass_fields__}),
        splits=shared_splits(a, b),
        rows=(),
        test_repeats=(),
        seeds=tuple(seed for seed in b.seeds if seed in a.seeds),
    )


def _places(shared: Roster, whole: Roster) -> list[int]:
    """Where the replicates of a part stand in the whole."""
    place = {replicate: number for number, replicate in enumerate(whole.replicates)}
    return [place[replicate] for replicate in shared.replicates]


def shared_arms(one: StoredResult, other: StoredResult) -> list[tuple[str, str]]:
    """Arms of two runs to hold against each other: of the same name, else of the same method and schedule."""
    found = []
    by_content = {(arm.published, arm.method.schedule): name for name, arm in one.arms.items()}
    for name, arm in other.arms.items():
        same = name if name in one.arms else by_content.get((arm.published, arm.method.schedule))
        if same is not None:
            found.append((same, name))
    return found


def unpaired(one: StoredResult, other: StoredResult) -> str | None:
    """Why `paired` would refuse two runs, in a sentence; None where it would not."""
    if (why := refusal(one, other)) is not None:
        return why
    if not shared_arms(one, other):
        return f"Runs {one.id} and {other.id} cannot be paired: they have no method in common."
    return None
