"""Everything that a run measured, as tables for files: a measured moment a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd

from nashcore.learning import STATISTICS, Result


def models_table(result: Result) -> pd.DataFrame:
    """A method, seed and epoch a row: the metrics, then how the game went."""
    table = _rows(result)
    for name, values in (*result.metrics.items(), *result.game.items()):
        table[name] = values.ravel()
    return table


def groups_table(result: Result) -> pd.DataFrame:
    """A method, seed, epoch and group a row: metrics and losses."""
    table = _rows(result, group=result.groups)
    for name, values in result.group_metrics.items():
        table[name] = values.ravel()
    return table


def players_table(result: Result) -> pd.DataFrame:
    """A method, seed, epoch and player a row: the player's mean share of a batch's weights."""
    return _rows(result, player=result.players).assign(weight=result.player_weights.ravel())


def alignment_table(result: Result) -> pd.DataFrame:
    """A method, seed, epoch, kind of weights (goal's, used) and statistic over the players a row: batches by cosine.

    The columns of numbers are named by their lower and upper cosine: "-1.00 to -0.95".
    """
    bins = result.histograms.shape[-1]
    edges = np.linspace(-1, 1, bins + 1) if bins else np.empty(0)
    names = [f"{low:.2f} to {high:.2f}" for low, high in pairwise(edges)]
    table = _rows(result, weights=("goal", "used"), cosine=STATISTICS)
    counts = result.histograms.reshape(len(table), bins)
    return pd.concat([table, pd.DataFrame(counts, columns=names)], axis=1)


def _rows(result: Result, **levels: tuple[str, ...]) -> pd.DataFrame:
    """What the rows of a table are about."""
    outer = {"method": result.arms, "seed": result.seeds, "epoch": range(1, result.epochs + 1)}
    numbered = {**outer, **{name: range(len(values)) for name, values in levels.items()}}
    index = pd.MultiIndex.from_product(list(numbered.values()), names=list(numbered))
    table = index.to_frame(index=False)
    for name, values in levels.items():  # by place: two groups or players may have the same name
        table[name] = np.array(values, dtype=object)[table[name].to_numpy(int)]
    return table


TABLES: Mapping[str, Callable[[Result], pd.DataFrame]] = MappingProxyType(
    {
        "training": models_table,
        "groups": groups_table,
        "players": players_table,
        "alignment": alignment_table,
    }
)
"""What makes each table, by the name of its file."""
