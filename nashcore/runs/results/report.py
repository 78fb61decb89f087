"""A comparison as a whole: table, groups, differences corrected together, and what to know when reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from nashcore.learning import (
    CHANCE,
    FLATTERS,
    REPEATS_UNKNOWN,
    STANDARD,
    interval_caveat,
    rows_caveat,
    spread_caveat,
    unit_sentence,
)
from nashcore.metrics import METRICS, Family, correct, get_kind
from nashcore.options import ShownOptions
from nashcore.runs.results.compare import (
    EPOCHS,
    NUMBERS,
    get_epoch,
    paired,
    paper_table,
    shared_roster,
    unpaired,
)
from nashcore.runs.results.natural import natural_says, natural_table, without_natural
from nashcore.runs.results.pool import Pooled, pool
from nashcore.runs.results.same_data import differing, warnings
from nashcore.runs.results.stored_result import StoredResult, names


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
    rows = [[row for row in _records(table) if row["metric"] in metrics] for table in tables]
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


def caveats_of(
    runs: Sequence[StoredResult],
    kind: str,
    epoch: str,
    pairs: Sequence[Pair],
    family: Family,
    shown: ShownOptions = STANDARD,
) -> list[str]:
    """What to know when reading runs side by side, in sentences; ``pairs`` and ``family`` as `differences` gives them.

    Raises:
        InputError: kind or epoch is not known.
    """
    sentences = [FLATTERS] if get_epoch(epoch) == "best" else []
    sentences.append(spread_caveat(shown.spread_says, *{run.summary["unit"]: None for run in runs}))
    titles = names(runs)
    rows = {
        run.id: rows_caveat(run.result.test_rows, run.result.test_distinct, len(run.result.splits))
        for run in runs
    }
    same = len(set(rows.values())) == 1
    sentences += (
        list(rows.values())[:1] if same else [f"“{titles[run]}”: {says}" for run, says in rows.items()]
    )
    if any(METRICS[metric].is_gap for metric in get_kind(kind).metrics):
        sentences.append(CHANCE)
        sentences += [
            f"“{titles[run.id]}”: {REPEATS_UNKNOWN}" for run in runs if run.result.test_distinct is None
        ]
    if family.shown:
        compared = dict.fromkeys(unit for pair in pairs if not pair.refused for unit in pair.table["unit"])
        sentences += [*map(interval_caveat, compared), family.says]
    return [*sentences, *dict.fromkeys(run.summary["unit_says"] for run in runs)]


def as_json(
    runs: Sequence[StoredResult], kind: str = "hard", epoch: str = "last", shown: ShownOptions = STANDARD
) -> dict[str, Any]:
    """The whole comparison as plain values that JSON holds: settings, warnings, caveats, table, groups, differences to the first.

    Runs that differ in their splits alone are put together (see `nashcore.runs.results.pool`): "pooled" tells of them as of one
    run, and differences are between the runs so put together.

    Raises:
        InputError: kind or epoch is not known.
    """
    table, at = paper_table(runs, kind, epoch, shown), get_epoch(epoch)
    pools = pool(runs)
    pairs, family = differences(pools[0], pools[1:], kind)
    return {
        "kind": kind,
        "epoch": epoch,
        "epoch_says": EPOCHS[at],
        "spread": shown.spread_says,
        "metrics": {metric: METRICS[metric].title for metric in get_kind(kind).metrics},
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
                "test_distinct": run.result.test_distinct,
                "stopped": run.summary["stopped"],
                "config": run.run.config.model_dump(mode="json"),
            }
            for run in runs
        ],
        "warnings": warnings(runs),
        "caveats": caveats_of(runs, kind, epoch, pairs, family, shown),
        "differing_settings": {setting.name: setting.values for setting in differing(runs)},
        "table": _records(table),
        "groups": [
            {"run": run.id, "arm": arm, "label": found["title"], **group}
            for run in runs
            for arm, found in run.summarised(shown)["methods"].items()
            for group in found["groups"][at]
        ],
        "pooled": [
            {
                "runs": [part.id for part in whole.parts],
                "table": _records(paper_table([whole], kind, epoch, shown)),
                "summary": whole.summarised(shown),
            }
            for whole in pools
            if isinstance(whole, Pooled)
        ],
        "natural_test": {
            "says": natural_says(runs),
            "lacking": without_natural(runs),
            "table": _records(natural_table(runs, kind)),
        },
        "comparisons": asdict(family),
        "paired_differences": [
            {
                "run": pair.other.id,
                "minus": pools[0].id,
                "epoch": "last",
                "refused": pair.refused,
                "unit_says": pair.says or None,
                "differences": None if pair.refused else _records(pair.table),
            }
            for pair in pairs
        ],
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries; a number that does not exist is None."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(name): value.item() if isinstance(value, np.generic) else value for name, value in row.items()}
        for row in plain.to_dict("records")
    ]
