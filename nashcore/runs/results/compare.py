"""Finished runs side by side: the paper's table over several runs, and their differences in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from nashcore.errors import InputError
from nashcore.learning import (
    INTERVALS,
    Roster,
    paired_interval,
    shared_splits,
    unit_of,
    unit_sentence,
    unit_values,
)
from nashcore.metrics import METRICS, get_kind
from nashcore.runs.results.pool import Pooled, pool
from nashcore.runs.results.same_data import differing, refusal, refuse, runs_by_data, warnings
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
        raise InputError(f"Epoch should be last or best. Found {epoch[:40]!r}.")
    return "best" if epoch == "best" else "last"


def paper_table(runs: Sequence[StoredResult], kind: str = "hard", epoch: str = "last") -> pd.DataFrame:
    """The paper's table over several runs: an arm of a run a row.

    Args:
        runs: the runs.
        kind: a key of `nashcore.metrics.KINDS`.
        epoch: "last", the run's last epoch done, or "best", for every arm the epoch whose mean Overall AUC on hard labels is
            highest. The latter is chosen on the test set, as the paper does: it flatters.

    Returns:
        Columns: run (id), title, table, data, validation_dropout, state, block (runs with the same number have the same data, see
        `nashcore.runs.results.same_data.runs_by_data`), arm, method (its key), label (the name for people), epoch (from 1), epochs
        (of the run), of_splits (how many the run has), splits and seeds (that got through); then for every metric its mean and
        its standard deviation over the
        run's units (its splits where it has several, else its seeds), "overall_auc_mean" and "overall_auc_std"; NaN where there
        is none. Where a run has several splits, also "overall_auc_low" and "overall_auc_high", the 95% t interval of the mean
        over the splits, and "overall_auc_within", the standard deviation over the seeds within a split.

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
            **{f"{metric}_{part}": found[at][metric].get(part) for metric in metrics for part in parts},
        }
        for run in runs
        for arm, found in run.summary["methods"].items()
    ]
    numbers = [f"{metric}_{part}" for metric in metrics for part in parts]
    return pd.DataFrame(rows).astype(dict.fromkeys(numbers, float) | {"epoch": "Int64"})


def natural_table(runs: Sequence[StoredResult], kind: str = "hard") -> pd.DataFrame:
    """The natural test parts of several runs: an arm of a run that has one a row.

    Returns:
        Columns: run, title, block (as in `paper_table`), arm, label, rows (of the part), epoch (from 1); then for every metric of
        the kind its mean over the seeds and the ends of its 95% interval over the rows, "overall_auc_mean", "..._low" and
        "..._high"; NaN where there is none.
    """
    metrics = get_kind(kind).metrics
    place = {run.id: number for number, block in enumerate(runs_by_data(runs), 1) for run in block}
    numbers = [f"{metric}_{part}" for metric in metrics for part in ("mean", "low", "high")]
    rows = [
        {
            "run": run.id,
            "title": run.run.title,
            "block": place[run.id],
            "arm": arm,
            "label": run.arms[arm].title,
            "rows": found["rows"],
            "epoch": found["epoch"],
            **{
                f"{metric}_{part}": figures[metric][part]
                for metric in metrics
                for part in ("mean", "low", "high")
            },
        }
        for run in runs
        if (found := run.summary["natural_test"]) is not None
        for arm, figures in found["methods"].items()
    ]
    columns = ["run", "title", "block", "arm", "label", "rows", "epoch", *numbers]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, float))


def without_natural(runs: Sequence[StoredResult]) -> str | None:
    """Which of the runs have no natural test part, in a sentence; None where all have one."""
    lacking = [run.id for run in runs if run.summary["natural_test"] is None]
    return f"No natural test part: {', '.join(lacking)}." if lacking else None


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
        A metric of an arm a row: arm (of ``other``), method, label, minus (the label of the arm of ``one``), metric, mean, low,
        high (the 95% t interval; NaN with a single pair), splits and seeds (those that both arms got through with), unit
        ("split" or "seed").

    Raises:
        InputError: the runs share no split of the same rows, are not finished, or share no seed or no arm; the sentence says
            which.
    """
    refuse(one, other)
    shared = _shared_arms(one, other)
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
            interval = (
                paired_interval(unit_values(differences, kept, both))
                if kept.any()
                else {"mean": None, "low": None, "high": None}
            )
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
                }
            )
    return pd.DataFrame(rows).astype(dict.fromkeys(("mean", "low", "high"), float))


def shared_roster(one: StoredResult, other: StoredResult) -> Roster:
    """The other's roster with the splits and seeds that both runs have."""
    a, b = one.result, other.result
    return replace(
        Roster(**{name: getattr(b, name) for name in Roster.__dataclass_fields__}),
        splits=shared_splits(a, b),
        rows=(),
        seeds=tuple(seed for seed in b.seeds if seed in a.seeds),
    )


def _places(shared: Roster, whole: Roster) -> list[int]:
    """Where the replicates of a part stand in the whole."""
    place = {replicate: number for number, replicate in enumerate(whole.replicates)}
    return [place[replicate] for replicate in shared.replicates]


def _shared_arms(one: StoredResult, other: StoredResult) -> list[tuple[str, str]]:
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
    if not _shared_arms(one, other):
        return f"Runs {one.id} and {other.id} cannot be paired: they have no method in common."
    return None


def as_json(runs: Sequence[StoredResult], kind: str = "hard", epoch: str = "last") -> dict[str, Any]:
    """The whole comparison as plain values that JSON holds: settings, warnings, table, and differences to the first run.

    Runs that differ in their splits alone are put together (see `nashcore.runs.results.pool`): "pooled" tells of them as of one
    run, and differences are between the runs so put together.

    Raises:
        InputError: kind or epoch is not known.
    """
    table = paper_table(runs, kind, epoch)
    metrics = get_kind(kind).metrics
    pools = pool(runs)
    pairs = []
    for other in pools[1:]:
        why = unpaired(pools[0], other)
        found = None if why else paired(pools[0], other).query("metric in @metrics")
        pairs.append(
            {
                "run": other.id,
                "minus": pools[0].id,
                "epoch": "last",
                "refused": why,
                "unit_says": None if why else unit_sentence(shared_roster(pools[0], other)),
                "differences": None if found is None else _records(found),
            }
        )
    return {
        "kind": kind,
        "epoch": epoch,
        "epoch_says": EPOCHS[get_epoch(epoch)],
        "metrics": {metric: METRICS[metric].title for metric in metrics},
        "runs": [
            {
                "id": run.id,
                "title": run.run.title,
                "state": run.run.state,
                "epochs": run.result.epochs,
                "splits": list(run.result.splits),
                "seeds": list(run.result.seeds),
                "unit_says": run.summary["unit_says"],
                "test_rows": dict(run.result.test_rows),
                "stopped": run.summary["stopped"],
                "config": run.run.config.model_dump(mode="json"),
            }
            for run in runs
        ],
        "warnings": warnings(runs),
        "differing_settings": {setting.name: setting.values for setting in differing(runs)},
        "table": _records(table),
        "pooled": [
            {
                "runs": [part.id for part in whole.parts],
                "table": _records(paper_table([whole], kind, epoch)),
                "summary": whole.summary,
            }
            for whole in pools
            if isinstance(whole, Pooled)
        ],
        "natural_test": {
            "says": INTERVALS,
            "lacking": without_natural(runs),
            "table": _records(natural_table(runs, kind)),
        },
        "paired_differences": pairs,
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries; a number that does not exist is None."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(name): value.item() if isinstance(value, np.generic) else value for name, value in row.items()}
        for row in plain.to_dict("records")
    ]
