"""Everything that a run measured, as tables for files: a measured moment a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd

from nashcore.learning import CHANGE_EDGES, DIRECTIONS, SHARES, STATISTICS
from nashcore.metrics import METRICS
from nashcore.runs.results.compare import tested_rows
from nashcore.runs.results.stored_result import StoredResult


def models_table(run: StoredResult) -> pd.DataFrame:
    """A method, split, seed and epoch a row: the metrics, then how the game went."""
    table, result = _rows(run), run.result
    for name, values in (*result.metrics.items(), *result.game.items()):
        table[name] = values.ravel()
    return table


def groups_table(run: StoredResult) -> pd.DataFrame:
    """A method, split, seed, epoch and group a row: metrics and losses."""
    table = _rows(run, group=run.result.groups)
    for name, values in run.result.group_metrics.items():
        table[name] = values.ravel()
    return table


def players_table(run: StoredResult) -> pd.DataFrame:
    """A method, split, seed, epoch and player a row: the player's mean share of a batch's weights."""
    return _rows(run, player=run.result.players).assign(weight=run.result.player_weights.ravel())


def alignment_table(run: StoredResult) -> pd.DataFrame:
    """A method, split, seed, epoch, direction (`DIRECTIONS`) and statistic over the players a row: batches by cosine.

    The columns of numbers are named by their lower and upper cosine: "-1.00 to -0.95".
    """
    bins = run.result.histograms.shape[-1]
    edges = np.linspace(-1, 1, bins + 1) if bins else np.empty(0)
    names = [f"{low:.2f} to {high:.2f}" for low, high in pairwise(edges)]
    table = _rows(run, direction=tuple(DIRECTIONS), cosine=STATISTICS)
    counts = run.result.histograms.reshape(len(table), bins)
    return pd.concat([table, pd.DataFrame(counts, columns=names)], axis=1)


def loss_changes_table(run: StoredResult) -> pd.DataFrame:
    """A method, seed and epoch a row: steps by the largest relative change of a playing cell's validation loss.

    The columns of numbers are named by their lower edge, which belongs to them: "from -0.1". Those below zero hold the steps
    after which all losses had fallen.
    """
    table = _rows(run)
    names = [f"from {edge:.3g}" for edge in CHANGE_EDGES]
    counts = run.result.loss_changes.reshape(len(table), len(names))
    return pd.concat([table, pd.DataFrame(counts, columns=names)], axis=1)


def stages_table(run: StoredResult) -> pd.DataFrame:
    """A method and stage a row: how many epochs it has, and every share, pooled over its batches and the seeds."""
    rows = [
        {"method": arm, "label": run.arms[arm].title, "stage": stage, "epochs": found["epochs"]}
        | {name: found[name] for name in SHARES}
        for arm, stages in run.summary["game"]["methods"].items()
        for stage, found in stages.items()
    ]
    return pd.DataFrame(rows, columns=["method", "label", "stage", "epochs", *SHARES])


def natural_test_table(run: StoredResult) -> pd.DataFrame:
    """The natural test part: a method, metric and group a row ("" for all groups together), with mean, the ends of the
    95% interval, what it is over (rows, or splits where the run has several), and the number of rows; no row where there is no
    such part."""
    found = run.summary["natural_test"]
    of_all = [] if found is None else [(arm, "", of) for arm, of in found["methods"].items()]
    of_groups = [
        (arm, group, {metric: figures[group] for metric, figures in of.items()})
        for arm, of in ({} if found is None else found["groups"]).items()
        for group in run.result.groups
    ]
    rows = [
        {"method": arm, "label": run.arms[arm].title, "group": group, "metric": metric, **figure}
        | {"rows": found["rows"], "epoch": found["epoch"], "over": found["over"]}
        for arm, group, figures in (*of_all, *of_groups)
        for metric, figure in figures.items()
    ]
    names = ["method", "label", "group", "metric", "mean", "low", "high", "rows", "epoch", "over"]
    return pd.DataFrame(rows, columns=names)


def chance_table(run: StoredResult) -> pd.DataFrame:
    """A method, epoch (last, best) and gap a row: the mean gap over the seeds, and what equal groups would show by chance.

    Columns: method, label, when, epoch (from 1), metric, gap, chance_mean, chance_high (95% quantile), told (whether the gap is
    told from chance), test_rows, test_distinct.
    """
    rows = [
        {
            "method": arm,
            "label": found["title"],
            "when": when,
            "epoch": found["best_epoch"] if when == "best" else run.result.epochs,
            "metric": metric,
            "gap": found[when][metric]["mean"],
            "chance_mean": chance["mean"],
            "chance_high": chance["high"],
            "told": chance["told"],
            **tested_rows(run),
        }
        for arm, found in run.summary["methods"].items()
        for when in ("last", "best")
        for metric, chance in found["chance"][when].items()
    ]
    columns = ("method", "label", "when", "epoch", "metric", "gap", "chance_mean", "chance_high", "told")
    return pd.DataFrame(rows, columns=[*columns, "test_rows", "test_distinct"])


def differences_table(run: StoredResult) -> pd.DataFrame:
    """A method with a one-stage twin and metric a row: the paired difference at the last epoch.

    Columns: method, label, minus, kind, metric, what `nashcore.metrics.paired_interval` and `correct` say, unit (what a
    difference is of: "seed" or "split"), test_rows, test_distinct. Differences of one kind are corrected together.
    """
    methods = run.summary["methods"]
    rows = [
        {
            "method": arm,
            "label": methods[arm]["title"],
            "minus": methods[found["twin"]]["title"],
            "kind": METRICS[metric].kind,
            "metric": metric,
            **difference,
            "unit": run.summary["unit"],
            **tested_rows(run),
        }
        for arm, found in run.summary["differences"].items()
        for metric, difference in found["last"].items()
    ]
    columns = ("mean", "low", "high", "p", "count", "distinct", "above", "below", "reason", "p_holm", "told")
    first = ("method", "label", "minus", "kind", "metric")
    return pd.DataFrame(rows, columns=[*first, *columns, "unit", "test_rows", "test_distinct"])


def _rows(run: StoredResult, **levels: tuple[str, ...]) -> pd.DataFrame:
    """What the rows of a table are about; "method" is the arm's key, "label" its name for people."""
    result = run.result
    replicates = result.replicates
    outer = {"method": result.arms, "seed": range(len(replicates)), "epoch": range(1, result.epochs + 1)}
    numbered = {**outer, **{name: range(len(values)) for name, values in levels.items()}}
    index = pd.MultiIndex.from_product(list(numbered.values()), names=list(numbered))
    table = index.to_frame(index=False)
    for name, values in levels.items():  # by place: two groups or players may have the same name
        table[name] = np.array(values, dtype=object)[table[name].to_numpy(int)]
    places = table["seed"].to_numpy(int)
    table["seed"] = np.array([one.seed for one in replicates])[places]
    table.insert(1, "split", np.array([one.split for one in replicates])[places])
    table.insert(1, "label", table["method"].map({name: arm.title for name, arm in run.arms.items()}))
    return table


TABLES: Mapping[str, Callable[[StoredResult], pd.DataFrame]] = MappingProxyType(
    {
        "training": models_table,
        "groups": groups_table,
        "players": players_table,
        "alignment": alignment_table,
        "loss_changes": loss_changes_table,
        "stages": stages_table,
        "natural_test": natural_test_table,
        "chance": chance_table,
        "differences": differences_table,
    }
)
"""What makes each table, by the name of its file."""
