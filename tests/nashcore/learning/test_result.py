"""Summaries: last and best epoch, spreads, and paired intervals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nashcore.learning.result import Result
from nashcore.learning.roster import Replicate
from nashcore.learning.summary import summarise
from nashcore.metrics import METRICS


def made_up(
    overall: list[list[list[float]]], stopped: dict[tuple[str, Replicate], str] | None = None
) -> Result:
    """A result with the arms ltr and nash_ltr and the given Overall AUC, [arms, seeds, epochs]."""
    values = np.array(overall)
    arms, seeds, epochs = values.shape
    return Result(
        dataset="small",
        sensitive="colour",
        data="careful",
        validation_dropout=True,
        arms=("ltr", "nash_ltr"),
        methods=("ltr", "nash_ltr"),
        twins=(None, "ltr"),
        seeds=tuple(range(seeds)),
        groups=("blue",),
        players=("blue, no", "blue, yes"),
        test_rows={"blue, no": 3, "blue, yes": 4},
        validation_rows={},
        metrics={**dict.fromkeys(METRICS, np.zeros(values.shape)), "overall_auc": values},
        group_metrics={},
        game={},
        player_weights=np.zeros((arms, seeds, epochs, 2)),
        histograms=np.zeros((arms, seeds, epochs, 3, 3, 40)),
        loss_changes=np.zeros((arms, seeds, epochs, 27)),
        stopped=stopped or {},
        notices=("Made up.",),
        seconds=1.5,
    )


def test_last_and_best_epoch_by_hand() -> None:
    summary = summarise(made_up([[[0.5, 0.9, 0.6], [0.7, 0.7, 0.8]], [[0.6, 0.7, 0.9], [0.6, 0.7, 0.9]]]))
    ltr = summary["methods"]["ltr"]
    assert ltr["last"]["overall_auc"]["mean"] == pytest.approx(0.7)
    assert ltr["last"]["overall_auc"]["std"] == pytest.approx(0.2 / 2**0.5)
    assert ltr["best_epoch"] == 2
    assert ltr["best"]["overall_auc"]["mean"] == pytest.approx(0.8)
    difference = summary["differences"]["nash_ltr"]
    assert difference["twin"] == "ltr"
    assert difference["last"]["overall_auc"]["mean"] == pytest.approx(0.2)
    assert "ltr" not in summary["differences"]
    assert summary["test_rows"] == {"blue, no": 3, "blue, yes": 4}
    json.dumps(summary, allow_nan=False)


def test_an_epoch_without_a_metric_is_not_the_best() -> None:
    unknown = float("nan")
    found = made_up([[[unknown, 0.9, 0.6], [0.7, 0.7, 0.8]], [[unknown] * 3] * 2])
    assert [found.best_epoch(arm) for arm in range(2)] == [1, 0]


def test_a_stopped_model_is_named_and_not_averaged() -> None:
    nan = float("nan")
    result = made_up([[[0.5], [0.7]], [[nan], [0.8]]], {("nash_ltr", Replicate(0, 0)): "It broke."})
    summary = summarise(result)
    assert summary["methods"]["nash_ltr"]["last"]["overall_auc"] == {"mean": 0.8, "std": None}
    assert summary["differences"]["nash_ltr"]["last"]["overall_auc"]["mean"] == pytest.approx(0.1)
    assert summary["stopped"] == [{"arm": "nash_ltr", "split": 0, "seed": 0, "reason": "It broke."}]


def test_when_every_seed_stopped_there_is_no_number() -> None:
    nan = float("nan")
    summary = summarise(made_up([[[0.5]], [[nan]]], {("nash_ltr", Replicate(0, 0)): "It broke."}))
    assert summary["methods"]["nash_ltr"]["best_epoch"] is None
    assert summary["methods"]["nash_ltr"]["last"]["overall_auc"] == {"mean": None, "std": None}
    assert summary["differences"]["nash_ltr"]["last"]["overall_auc"]["mean"] is None
