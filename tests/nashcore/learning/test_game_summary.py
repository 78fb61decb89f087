"""Shares of stages, pooled over their batches."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from nashcore.learning import SHARES, game_summary, histograms_of, loss_changes_of, pooled_share
from nashcore.learning.shares import CHANGE_EDGES, EARLY_EPOCHS
from nashcore.methods import arms_of
from tests.nashcore.learning.small_task import result_of, small_plan, small_task
from tests.nashcore.learning.test_result import made_up

NAN = float("nan")


def test_stages_are_pooled_over_batches_by_hand() -> None:
    result = made_up(np.zeros((2, 2, 4)).tolist(), {("nash_ltr", 1): "It broke."})
    rows = {
        "stage_one": [1, 1, 0, 0],
        "bargained": [1.0, 0.5, 0, 0],
        "agreement": [0.9, 0.3, NAN, NAN],
        "all_satisfied": [0, 0.5, 0, 1],
        "satisfied": [0, 0.6, 0.2, 1],
        "aligned_after_cut": [0.2, 0.8, 0.4, NAN],
    }
    seeds = {name: np.array([row, [NAN] * 4]) for name, row in rows.items()}
    game = {name: np.stack([np.full((2, 4), NAN), row]) for name, row in seeds.items()}
    result = dataclasses.replace(result, game=game)

    def share(name: str, stage: str) -> float | None:
        return pooled_share(result, name, 1, stage)

    assert share("aligned_after_cut", "stage_one") == pytest.approx((0.2 + 0.5 * 0.8) / 1.5)
    assert share("aligned_after_cut", "stage_two") == pytest.approx(0.4)  # nobody played in the last epoch
    assert share("aligned_after_cut", "early") == pytest.approx((0.2 + 0.5 * 0.8 + 0.4) / 2.5)
    assert share("agreement", "stage_one") == pytest.approx((0.9 + 0.5 * 0.3) / 1.5)
    assert share("agreement", "stage_two") is None
    assert share("satisfied", "all") == pytest.approx(0.45)
    assert share("bargain_exists", "all") is None
    summary = game_summary(result)
    assert "bargain_exists" in summary["not_recorded"]
    assert summary["methods"]["nash_ltr"]["stage_one"]["epochs"] == 2
    assert set(summary["methods"]["ltr"]) == {"all", "early"}  # by these numbers it does not play
    json.dumps(summary, allow_nan=False)


def test_stages_follow_the_schedule_and_early_epochs_are_counted_once() -> None:
    arms = arms_of(("ltr", "nash_ltr"), {"nash_ltr": ["two_stage:2", "every_nth:2", "while_in_conflict"]})
    epochs = EARLY_EPOCHS + 2
    result = result_of(small_task(train=40), small_plan(arms=arms, epochs=epochs))
    methods = game_summary(result)["methods"]
    found = {arm: {stage: one["epochs"] for stage, one in stages.items()} for arm, stages in methods.items()}
    everything = {"all": epochs, "early": EARLY_EPOCHS}
    assert found == {
        "ltr": everything | {"stage_two": epochs},
        "nash_ltr@2": everything | {"stage_one": 2, "stage_two": epochs - 2},
        "nash_ltr@every_nth:2": everything | {"stage_one": 9, "stage_two": 8},
        "nash_ltr@while_in_conflict": everything | {"stage_one": epochs},
    }
    one_stage = methods["ltr"]["stage_two"]
    assert one_stage["bargain_exists"] > 0
    assert one_stage["agreement"] is None
    before = methods["ltr"]["all"]["histograms"]["before_cut"]["min"]
    assert sum(before) == 2 * 2 * epochs  # seeds, batches, epochs
    changes = methods["ltr"]["all"]["largest_loss_change"]
    fell = sum(changes[: CHANGE_EDGES.index(0.0)]) / sum(changes)
    assert methods["ltr"]["all"]["all_losses_fell"] == pytest.approx(fell)
    parts = [histograms_of(result, 1, stage) for stage in ("stage_one", "stage_two")]
    assert np.array_equal(sum(parts), histograms_of(result, 1))
    assert loss_changes_of(result, 1, "stage_one").sum() == 2 * 2 * 2


def test_every_share_is_declared_with_what_it_says() -> None:
    result = result_of(small_task(), small_plan())
    assert set(result.game) == {*SHARES, "bargained", "stage_one"}
    assert all(one.says.endswith(".") for one in SHARES.values())
