"""The numbers of a report as one long table, for CSV and Parquet."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nashcore.learning import STANDARD
from nashcore.metrics import KINDS, METRICS
from nashcore.options import ShownOptions
from nashcore.runs.results.compare import EPOCHS, paper_table
from nashcore.runs.results.pool import with_pools
from nashcore.runs.results.stored_result import StoredResult

ABOUT = ("run", "title", "table", "state", "block", "arm", "method", "label", "epoch", "epochs")
COUNTS = ("of_splits", "splits", "seeds", "test_rows", "test_distinct")
FOUND = ("mean", "std", "low", "high", "within", "chance_mean", "chance_high")


def numbers_table(runs: Sequence[StoredResult], shown: ShownOptions = STANDARD) -> pd.DataFrame:
    """A run, method, moment ("last" or "best" epoch) and metric a row, with the numbers of `paper_table`.

    Runs that differ in their splits alone follow once more, put together. Columns: `ABOUT`, when, kind, metric, `FOUND` (NaN where
    there is none), chance_told (whether a gap is told from chance; missing for what is no gap), spread, `COUNTS`.
    """
    parts = []
    for when in EPOCHS:
        for kind, one in KINDS.items():
            table = paper_table(with_pools(runs), kind, when, shown)
            for metric in one.metrics:
                part = table[list(ABOUT)].assign(when=when, kind=kind, metric=METRICS[metric].name)
                for name in (*FOUND, "chance_told"):
                    part[name] = table.get(f"{metric}_{name}")
                parts.append(part.assign(spread=table["spread"], **{name: table[name] for name in COUNTS}))
    whole = pd.concat(
        [part.astype({"chance_told": "boolean"} | dict.fromkeys(FOUND, float)) for part in parts]
    )
    return whole.reset_index(drop=True)
