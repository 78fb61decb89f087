"""Epochs as bytes, those of earlier versions too."""

from __future__ import annotations

import numpy as np

from nashcore.learning import CHANGE_EDGES, EpochDone
from nashcore.learning.game_summary import histograms_of, loss_changes_of
from nashcore.metrics import METRICS
from nashcore.runs.arrays import _pack, pack_epoch, unpack_epoch
from tests.nashcore.runs.made_up_results import made_up_run

SHAPE = (2, 3)


def epoch_of(**changes: object) -> EpochDone:
    draws = np.random.default_rng(0)
    values = {
        "epoch": 4,
        "metrics": {"overall_auc": draws.random(SHAPE)},
        "group_metrics": {},
        "game": {"aligned_after_cut": draws.random(SHAPE)},
        "player_weights": draws.random((*SHAPE, 4)),
        "histograms": draws.random((*SHAPE, 3, 3, 40)),
        "loss_changes": draws.random((*SHAPE, len(CHANGE_EDGES))),
    }
    return EpochDone(**(values | changes))


def test_an_epoch_comes_back_as_it_was() -> None:
    done = epoch_of()
    found = unpack_epoch(4, pack_epoch(done))
    assert np.array_equal(found.game["aligned_after_cut"], done.game["aligned_after_cut"])
    assert np.array_equal(found.histograms, done.histograms)
    assert np.array_equal(found.loss_changes, done.loss_changes)


def test_an_epoch_of_an_earlier_version_is_shown_under_the_true_names() -> None:
    draws = np.random.default_rng(1)
    old = {
        **{f"metrics/{name}": draws.random(SHAPE) for name in METRICS},
        **{f"game/{name}": draws.random(SHAPE) for name in ("aligned", "aligned_before", "fell")},
        "game/bargained": np.array([[1.0, 0.5, 0.0], [np.nan, np.nan, np.nan]]),
        "player_weights": draws.random((*SHAPE, 4)),
        "histograms": draws.integers(0, 5, (*SHAPE, 2, 3, 40)).astype(float),
    }
    found = unpack_epoch(0, _pack(old))
    assert np.array_equal(found.game["aligned_before_cut"], old["game/aligned"])
    assert np.array_equal(found.game["aligned_before_cut_by_goal"], old["game/aligned_before"])
    assert np.array_equal(found.game["all_losses_fell"], old["game/fell"])
    stages = [[1, 1, 0], [np.nan] * 3]
    assert np.array_equal(found.game["stage_one"], stages, equal_nan=True)
    assert "aligned_after_cut" not in found.game
    assert np.array_equal(found.histograms[:, :, :2], old["histograms"])
    assert np.isnan(found.histograms[:, :, 2]).all()
    assert np.isnan(found.loss_changes).all()
    run = made_up_run("00000001", np.zeros((2, 3, 1)).tolist())
    run.history.epochs[0] = unpack_epoch(0, _pack(old))
    assert np.isnan(histograms_of(run.result, 0)[2]).all()
    assert np.isnan(loss_changes_of(run.result, 0)).all()
    game = run.summary["game"]
    assert "aligned_after_cut" in game["not_recorded"]
    assert "counts satisfied cells as well" in game["note"]
    assert game["methods"][run.result.arms[0]]["all"]["histograms"]["after_cut"]["min"] is None
