"""Everything that a run measured, as tables for files: a measured moment a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd

from nashcore.learning import STATISTICS
from nashcore.runs.results.stored_result import StoredResult


def models_table(run: StoredResult) -> pd.DataFrame:
    """A method, seed and epoch a row: the metrics, then how the game went."""
    table, result = _rows(run), run.result
    for name, values in (*result.metrics.items(), *result.game.items()):
        table[name] = values.ravel()
    return table


def groups_table(run: StoredResult) -> pd.DataFrame:
    """A method, seed, epoch and group a row: metrics and losses."""
    table = _rows(run, group=run.result.groups)
    for name, values in run.result.group_metrics.items():
        table[name] = values.ravel()
    return table


def players_table(run: StoredResult) -> pd.DataFrame:
    """A method, seed, epoch and player a row: the player's mean share of a batch's weights."""
    return _rows(run, player=run.result.players).assign(weight=run.result.player_weights.ravel())


def alignment_table(run: StoredResult) -> pd.DataFrame:
    """A method, seed, epoch, kind of weights (goal's, used) and statistic over the players a row: batches by cosine.

    The columns of numbers are named by their lower and upper cosine: "-1.00 to -0.95".
    """
    bins = run.result.histograms.shape[-1]
    edges = np.linspace(-1, 1, bins + 1) if bins else np.empty(0)
    names = [f"{low:.2f} to {high:.2f}" for low, high in pairwise(edges)]
    table = _rows(run, weights=("goal", "used"), cosine=STATISTICS)
    counts = run.result.histograms.reshape(len(table), bins)
    return pd.concat([table, pd.DataFrame(counts, columns=names)], axis=1)


def natural_test_table(run: StoredResult) -> pd.DataFrame:
    """The natural test part: a method, metric and group a row ("" for all groups together), with mean over the seeds, the ends
    of the 95% interval over rows, and the number of rows; no row where there is no such part."""
    found = run.summary["natural_test"]
    of_all = [] if found is None else [(arm, "", of) for arm, of in found["methods"].items()]
    of_groups = [
        (arm, group, {metric: figures[group] for metric, figures in of.items()})
        for arm, of in ({} if found is None else found["groups"]).items()
        for group in run.result.groups
    ]
    rows = [
        {"method": arm, "label": run.arms[arm].title, "group": group, "metric": metric, **figure}
        | {"rows": found["rows"], "epoch": found["epoch"]}
        for arm, group, figures in (*of_all, *of_groups)
        for metric, figure in figures.items()
    ]
    names = ["method", "label", "group", "metric", "mean", "low", "high", "rows", "epoch"]
    return pd.DataFrame(rows, columns=names)


def _rows(run: StoredResult, **levels: tuple[str, ...]) -> pd.DataFrame:
    """What the rows of a table are about; "method" is the arm's key, "label" its name for people."""
    result = run.result
    outer = {"method": result.arms, "seed": result.seeds, "epoch": range(1, result.epochs + 1)}
    numbered = {**outer, **{name: range(len(values)) for name, values in levels.items()}}
    index = pd.MultiIndex.from_product(list(numbered.values()), names=list(numbered))
    table = index.to_frame(index=False)
    for name, values in levels.items():  # by place: two groups or players may have the same name
        table[name] = np.array(values, dtype=object)[table[name].to_numpy(int)]
    table.insert(1, "label", table["method"].map({name: arm.title for name, arm in run.arms.items()}))
    return table


TABLES: Mapping[str, Callable[[StoredResult], pd.DataFrame]] = MappingProxyType(
    {
        "training": models_table,
        "groups": groups_table,
        "players": players_table,
        "alignment": alignment_table,
        "natural_test": natural_test_table,
    }
)
"""What makes each table, by the name of its file."""
