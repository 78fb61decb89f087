"""The natural test parts of several runs in a table of their own."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nashcore.metrics import get_kind
from nashcore.runs.results.same_data import runs_by_data
from nashcore.runs.results.stored_result import StoredResult


def natural_table(runs: Sequence[StoredResult], kind: str = "hard") -> pd.DataFrame:
    """The natural test parts of several runs: an arm of a run that has one a row.

    Returns:
        Columns: run, title, block (as in `paper_table`), arm, label, rows (of the part), epoch (from 1), over (what the intervals
        are over: "rows", or "splits" where the run has several); then for every metric of the kind its mean and the ends of its
        95% interval, "overall_auc_mean", "..._low" and "..._high"; NaN where there is none.
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
            "over": found["over"],
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
    columns = ["run", "title", "block", "arm", "label", "rows", "epoch", "over", *numbers]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, float))


def natural_says(runs: Sequence[StoredResult]) -> str:
    """What the intervals of `natural_table` say and what they do not; empty where no run has a natural test part."""
    found = (run.summary["natural_test"] for run in runs)
    return " ".join(dict.fromkeys(one["says"] for one in found if one is not None))


def without_natural(runs: Sequence[StoredResult]) -> str | None:
    """Which of the runs have no natural test part, in a sentence; None where all have one."""
    lacking = [run.id for run in runs if run.summary["natural_test"] is None]
    return f"No natural test part: {', '.join(lacking)}." if lacking else None
