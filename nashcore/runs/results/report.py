"""A comparison as a whole: table, groups, differences corrected together, and what to know when reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nashcore.learning import (
    CHANCE,
    FLATTERS,
    REPEATS_UNKNOWN,
    STANDARD,
    interval_caveat,
    rows_caveat,
    spread_caveat,
)
from nashcore.metrics import METRICS, Family, get_kind
from nashcore.options import ShownOptions
from nashcore.runs.results.compare import (
    EPOCHS,
    get_epoch,
    paper_table,
)
from nashcore.runs.results.natural import natural_says, natural_table, without_natural
from nashcore.runs.results.pairs import Pair, differences, records
from nashcore.runs.results.pool import Pooled, pool
from nashcore.runs.results.same_data import differing, warnings
from nashcore.runs.results.stored_result import StoredResult, names
from nashcore.runs.results.verdict import Verdict, verdicts


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
    """The whole comparison as plain values that JSON holds, with the verdicts, and differences to the first run.

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
        "verdicts": [_plain(verdict) for verdict in verdicts(runs, kind)],
        "caveats": caveats_of(runs, kind, epoch, pairs, family, shown),
        "differing_settings": {setting.name: setting.values for setting in differing(runs)},
        "table": records(table),
        "groups": [
            {"run": run.id, "arm": arm, "label": found["title"], **group}
            for run in runs
            for arm, found in run.summarised(shown)["methods"].items()
            for group in found["groups"][at]
        ],
        "pooled": [
            {
                "runs": [part.id for part in whole.parts],
                "table": records(paper_table([whole], kind, epoch, shown)),
                "summary": whole.summarised(shown),
            }
            for whole in pools
            if isinstance(whole, Pooled)
        ],
        "natural_test": {
            "says": natural_says(runs),
            "lacking": without_natural(runs),
            "table": records(natural_table(runs, kind)),
        },
        "comparisons": asdict(family),
        "paired_differences": [
            {
                "run": pair.other.id,
                "minus": pools[0].id,
                "epoch": "last",
                "refused": pair.refused,
                "unit_says": pair.says or None,
                "differences": None if pair.refused else records(pair.table),
            }
            for pair in pairs
        ],
    }


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {
        "runs": [run.id for run in verdict.runs],
        "performance": verdict.performance,
        "disparity": verdict.disparity,
        "says": list(verdict.says),
        "notes": list(verdict.notes),
        "points": records(verdict.points),
    }
