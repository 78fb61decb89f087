"""How the games of a run went, stage by stage, in figures that fit into JSON.

A share is pooled over the batches that it is a share of, of all epochs of a stage and all models that got through: not a mean of
the epochs' shares, which would count an epoch with few players like one with many.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nashcore.learning.shares import BINS, CHANGE_EDGES, DIRECTIONS, EARLY_EPOCHS, SHARES, STAGES, STATISTICS

if TYPE_CHECKING:
    from nashcore.learning.result import Result

NOT_RECORDED = "not recorded"
"""Stands for a share that the version which trained the run did not record."""

CHANGED_MEANING: Mapping[str, str] = MappingProxyType(
    {"all_losses_fell": "Its share of steps after which all losses fell counts satisfied cells as well."}
)
"""What to know of a share in runs of earlier versions."""


def in_stage(result: Result, arm: int, stage: str) -> NDArray[np.bool_]:
    """Which of the arm's models and epochs [N, E] belong to a stage, models that did not get through left out.

    Args:
        result: everything measured.
        arm: row of the arm.
        stage: a key of `STAGES`. An arm that does not play has no stage one and no stage two.
    """
    kept = np.repeat(result.kept(arm)[:, None], result.epochs, axis=1)
    if stage == "all":
        return kept
    if stage == "early":
        return kept & (np.arange(result.epochs) < EARLY_EPOCHS)
    bargains = result.game.get("stage_one")
    if bargains is None:
        return np.zeros_like(kept)
    asked: NDArray[np.bool_] = bargains[arm] == (1.0 if stage == "stage_one" else 0.0)
    return kept & asked


def pooled_share(result: Result, name: str, arm: int, stage: str = "all") -> float | None:
    """A share over all batches of a stage that it is a share of; None where there are none, or it was not recorded.

    Args:
        result: everything measured.
        name: a key of `SHARES`.
        arm: row of the arm.
        stage: a key of `STAGES`.
    """
    if name not in result.game:
        return None
    values = result.game[name][arm]
    counted = np.ones_like(values)
    if SHARES[name].of == "games" and "all_satisfied" in result.game:
        counted -= np.nan_to_num(result.game["all_satisfied"][arm])
    elif SHARES[name].of == "questions" and "bargained" in result.game:
        counted = np.nan_to_num(result.game["bargained"][arm])
    weights = np.where(in_stage(result, arm, stage) & ~np.isnan(values), counted, 0.0)
    total = float(weights.sum())
    return float((weights * np.nan_to_num(values)).sum()) / total if total > 0 else None


def histograms_of(result: Result, arm: int, stage: str = "all") -> NDArray[np.float64]:
    """Batches of a stage by cosine, [`DIRECTIONS`, `STATISTICS`, bins]; NaN where they were not recorded."""
    return _counted(result.histograms[arm], in_stage(result, arm, stage))


def loss_changes_of(result: Result, arm: int, stage: str = "all") -> NDArray[np.float64]:
    """Steps of a stage by the largest relative change of a loss, [bins]; NaN where they were not recorded."""
    return _counted(result.loss_changes[arm], in_stage(result, arm, stage))


def _counted(counts: NDArray[np.float64], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    missing = np.isnan(counts).all(axis=(0, 1))
    mask = chosen.reshape(*chosen.shape, *(1,) * (counts.ndim - 2))
    return np.where(missing, np.nan, np.nansum(np.where(mask, counts, 0.0), axis=(0, 1)))


def game_summary(result: Result) -> dict[str, Any]:
    """How the games went.

    Returns:
        "shares": for each share its "title", what it "says" and what it "hides"; "stages": their titles; "not_recorded": names of
        shares that the version which trained the run did not record, with "note" on what else to know of such a run;
        "cosine_edges" and "loss_change_edges" of the bins (the last bin of the latter has no upper edge); "methods": by arm and
        stage that it has the number of "epochs", and every share, None where there is nothing to take it of; in "all" also
        "histograms": by direction and statistic the batches in each bin, and "largest_loss_change", the steps in each.
    """
    missing = [name for name in SHARES if name not in result.game]
    return {
        "shares": {
            name: {"title": one.title, "says": one.says, "hides": one.hides} for name, one in SHARES.items()
        },
        "stages": dict(STAGES),
        "not_recorded": missing,
        "note": CHANGED_MEANING["all_losses_fell"] if missing else "",
        "cosine_edges": np.linspace(-1, 1, BINS + 1).tolist(),
        "loss_change_edges": list(CHANGE_EDGES),
        "methods": {name: _of_arm(result, arm) for arm, name in enumerate(result.arms)},
    }


def _of_arm(result: Result, arm: int) -> dict[str, Any]:
    stages: dict[str, Any] = {}
    for stage in STAGES:
        epochs = int(in_stage(result, arm, stage).any(axis=0).sum())
        if epochs:
            stages[stage] = {"epochs": epochs} | {
                name: pooled_share(result, name, arm, stage) for name in SHARES
            }
    if "all" in stages:
        counts = histograms_of(result, arm)
        stages["all"]["histograms"] = {
            direction: {statistic: _numbers(row) for statistic, row in zip(STATISTICS, of, strict=True)}
            for direction, of in zip(DIRECTIONS, counts, strict=True)
        }
        stages["all"]["largest_loss_change"] = _numbers(loss_changes_of(result, arm))
    return stages


def _numbers(counts: NDArray[np.float64]) -> list[int] | None:
    return None if any(map(math.isnan, counts)) else counts.astype(int).tolist()
