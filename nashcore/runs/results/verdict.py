"""What runs come to, in sentences and points: each run's own verdict, and runs on the same data held against each other.

The words are those of `nashcore.learning.verdict_words`; a run's own verdict is part of its summary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nashcore.learning import AXES, better, kind_of_verdict, verdict_words
from nashcore.metrics import METRICS, pareto_efficient, tied
from nashcore.runs.results.pairs import differences, records
from nashcore.runs.results.pool import pool
from nashcore.runs.results.same_data import runs_by_data
from nashcore.runs.results.stored_result import StoredResult

BETWEEN = "\u00a0·\u00a0"
"""Between a method and its run's letter."""


@dataclass(frozen=True)
class Verdict:
    """What runs on the same data come to.

    Attributes:
        kind: of metrics, one that has a verdict.
        runs: those, with runs put together that differ in their splits alone.
        says: the sentences that open a result.
        notes: what to know of them.
        performance, disparity: the two metrics.
        points: an arm of a run a row: run, arm, method, label, name (with the run's letter where there are several), and of either
            axis "performance_mean", "..._low", "..._high" (95% t interval, NaN where there is none), likewise "disparity_...";
            chance_high (what 95% of equal groups' gaps stay within, NaN where not known), within_floor, efficient, and tied (the
            names of all that show the same numbers, "" where nobody does).
    """

    kind: str
    runs: tuple[StoredResult, ...]
    says: tuple[str, ...]
    notes: tuple[str, ...]
    performance: str
    disparity: str
    points: pd.DataFrame


def verdicts(
    runs: Sequence[StoredResult], kind: str, letters: Mapping[str, str] | None = None
) -> list[Verdict]:
    """A verdict for each part of the runs that has the same data; rate gaps get that of hard labels.

    Args:
        runs: finished or not, each with an epoch done at least.
        kind: of metrics.
        letters: what to call each run, by id, those put together too; by its id where left out. One alone is not called at all.
    """
    pools = pool(runs)
    called = {run.id: run.id if letters is None else letters[run.id] for run in pools}
    if len(pools) == 1:
        called = dict.fromkeys(called, "")
    return [_verdict(block, kind_of_verdict(kind), called) for block in runs_by_data(pools)]


def _verdict(runs: Sequence[StoredResult], kind: str, letters: Mapping[str, str]) -> Verdict:
    axes = AXES[kind]
    points = pd.concat([_points(run, kind, letters) for run in runs], ignore_index=True)
    performance, disparity = (points[f"{axis}_mean"].to_numpy(float) for axis in ("performance", "disparity"))
    points["efficient"] = pareto_efficient(performance, disparity)
    ties = [[str(points["name"].iloc[place]) for place in places] for places in tied(performance, disparity)]
    points["tied"] = [
        next((verdict_words.listed(tie) for tie in ties if name in tie), "") for name in points["name"]
    ]
    own = [run.summary["verdict"][kind] for run in runs]
    if len(runs) == 1:
        says, notes = own[0]["says"], own[0]["notes"]
    else:
        names = {str(name): str(name) for name in points["name"]}
        found: dict[str, Any] = {
            "performance": axes.performance,
            "disparity": axes.disparity,
            "ties": ties,
            "points": {row["name"]: _as_point(row, axes.both) for row in points.to_dict("records")},
        }
        between, refused = _between(runs, kind, letters, found["points"])
        each = [f"Run {letters[run.id]}: {one['says'][0]}" for run, one in zip(runs, own, strict=True)]
        says = [*between, verdict_words.by_the_means(found, names), *each]
        notes = [
            *refused,
            *(
                f"Run {letters[run.id]}: {note}"
                for run, one in zip(runs, own, strict=True)
                for note in one["notes"][:1]
            ),
        ]
    return Verdict(
        kind, tuple(runs), tuple(filter(None, says)), tuple(notes), axes.performance, axes.disparity, points
    )


def _points(run: StoredResult, kind: str, letters: Mapping[str, str]) -> pd.DataFrame:
    """Where a run's methods stand."""
    axes, summary = AXES[kind], run.summary
    rows = [
        {
            "run": run.id,
            "arm": arm,
            "method": summary["methods"][arm]["method"],
            "label": summary["methods"][arm]["title"],
            "name": _name(summary["methods"][arm]["title"], letters[run.id]),
            **{f"performance_{part}": value for part, value in point[axes.performance].items()},
            **{f"disparity_{part}": value for part, value in point[axes.disparity].items()},
            "chance_high": summary["methods"][arm]["chance"]["last"].get(axes.disparity, {}).get("high"),
            "within_floor": point["within_floor"],
        }
        for arm, point in summary["verdict"][kind]["points"].items()
    ]
    numbers = [f"{axis}_{part}" for axis in ("performance", "disparity") for part in ("mean", "low", "high")]
    return pd.DataFrame(rows).astype(dict.fromkeys([*numbers, "chance_high"], float))


def _name(label: str, letter: str) -> str:
    return f"{label}{BETWEEN}{letter}" if letter else label


def _as_point(row: Mapping[Any, Any], axes: tuple[str, str]) -> dict[str, Any]:
    """A row of the points as a verdict of one run holds it."""
    means = (row["performance_mean"], row["disparity_mean"])
    return {
        **{
            metric: {"mean": None if np.isnan(mean) else mean}
            for metric, mean in zip(axes, means, strict=True)
        },
        "efficient": row["efficient"],
        "within_floor": row["within_floor"],
    }


def _between(
    runs: Sequence[StoredResult], kind: str, letters: Mapping[str, str], points: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """What the other runs' methods do beside the first run's, and why some cannot be held against it."""
    one, others = runs[0], runs[1:]
    pairs, family = differences(one, others, kind)
    refused = [pair.refused for pair in pairs if pair.refused is not None]
    rows: list[dict[str, Any]] = [
        row | {"run": pair.other.id}
        for pair in pairs
        if not pair.refused
        for row in records(pair.table)
        if row["metric"] in AXES[kind].both
    ]
    if not rows:
        return [], refused
    for row in rows:
        arm, minus = _name(row["label"], letters[row["run"]]), _name(row["minus"], letters[one.id])
        within = METRICS[row["metric"]].is_gap and all(points[name]["within_floor"] for name in (arm, minus))
        row |= {"arm": arm, "minus": minus, "against": "run", "better": better(row), "within_floor": within}
    names = {str(name): str(name) for name in points}
    told = [phrase for won in (True, False) for phrase in verdict_words.claims(rows, names, won=won)]
    lead = (
        f"{verdict_words.few(told)}"
        if told
        else f"No method can be told to do better or worse than in run {letters[one.id]}"
    )
    return [f"{lead}. {family.says}"], refused
