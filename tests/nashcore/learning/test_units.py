"""What a spread is over: worked by hand, and by simulation against a split effect that is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from nashcore.learning import (
    Replicate,
    means_by_unit,
    size_of,
    summarise,
    unit_of,
    unit_sentence,
    unit_values,
)
from nashcore.learning.result import Result
from nashcore.learning.units import name_of, within_splits
from nashcore.metrics import paired_interval
from tests.nashcore.learning.test_result import made_up


def on_splits(
    overall: list[list[float]], splits: int, stopped: tuple[tuple[str, Replicate], ...] = ()
) -> Result:
    """A result of one epoch with Overall AUC [arms, replicates] on so many splits, by split and then by seed."""
    found = made_up([[[value] for value in arm] for arm in overall], dict.fromkeys(stopped, "It broke."))
    seeds = tuple(range(len(overall[0]) // splits))
    return replace(found, seeds=seeds, splits=tuple(range(5, 5 + splits)))


# Two splits by three seeds: means 0.6 and 0.8 of ltr, 0.7 and 0.7 of nash_ltr.
LTR = [0.5, 0.6, 0.7, 0.7, 0.8, 0.9]
NASH = [0.6, 0.7, 0.8, 0.6, 0.7, 0.8]


def test_several_splits_by_hand() -> None:
    summary = summarise(on_splits([LTR, NASH], 2))
    assert (summary["unit"], summary["splits"], summary["seeds"]) == ("split", [5, 6], [0, 1, 2])
    ltr = summary["methods"]["ltr"]
    found = ltr["last"]["overall_auc"]
    assert (ltr["seeds"], ltr["splits"], ltr["models"]) == ([0, 1, 2], [5, 6], 6)
    assert found["by_split"] == pytest.approx([0.6, 0.8])
    assert found["mean"] == pytest.approx(0.7)
    assert found["std"] == pytest.approx(0.2 / math.sqrt(2))
    assert found["within"] == pytest.approx(0.1)  # on either split the seeds lie 0.1 apart
    assert (found["low"], found["high"]) == (None, None)  # two splits are too few
    difference = summary["differences"]["nash_ltr"]["last"]["overall_auc"]
    assert difference["by_split"] == pytest.approx([0.1, -0.1])
    assert difference["mean"] == pytest.approx(0.0)
    assert difference["reason"] == "no interval: 2 splits, five are needed"
    assert difference["within"] == pytest.approx(0.0, abs=1e-12)  # every seed differs alike on its split


def test_the_interval_over_five_splits_by_hand() -> None:
    """Differences of 0.1 to 0.5 between splits: a standard error of 0.0707107, and the quantile of four degrees is 2.7764451."""
    ltr, nash = [0.3, 0.5] * 5, [value + 0.1 * (place // 2 + 1) for place, value in enumerate([0.3, 0.5] * 5)]
    found = summarise(on_splits([ltr, nash], 5))["differences"]["nash_ltr"]["last"]["overall_auc"]
    assert found["mean"] == pytest.approx(0.3)
    assert found["high"] - found["mean"] == pytest.approx(2.7764451 * 0.0707107, rel=1e-5)


def test_one_split_is_what_it_was() -> None:
    summary = summarise(on_splits([LTR, NASH], 1))
    assert summary["unit"] == "seed"
    assert summary["methods"]["ltr"]["last"]["overall_auc"] == {
        "mean": pytest.approx(0.7),
        "std": pytest.approx(np.std(LTR, ddof=1)),
    }
    differences = np.array(NASH) - np.array(LTR)
    found = summary["differences"]["nash_ltr"]["last"]["overall_auc"]
    assert found.items() >= paired_interval(differences).items()
    assert "on this split would do, not what another split would" in summary["unit_says"]


def test_stopped_models_are_left_out_of_their_split_and_pairs_are_kept() -> None:
    nan = math.nan
    gone = (("nash_ltr", Replicate(5, 0)), *(("ltr", Replicate(6, seed)) for seed in range(3)))
    result = on_splits([[0.5, 0.6, 0.7, nan, nan, nan], [nan, 0.7, 0.9, 0.6, 0.7, 0.8]], 2, gone)
    summary = summarise(result)
    ltr, nash = (summary["methods"][arm] for arm in ("ltr", "nash_ltr"))
    assert (ltr["splits"], ltr["seeds"], ltr["models"]) == ([5], [], 3)
    assert ltr["last"]["overall_auc"]["by_split"] == [pytest.approx(0.6), None]
    assert ltr["last"]["overall_auc"]["std"] is None
    assert nash["last"]["overall_auc"]["by_split"] == pytest.approx([0.8, 0.7])
    # Pairs: seeds 1 and 2 of the first split, 0.1 and 0.2.
    difference = summary["differences"]["nash_ltr"]["last"]["overall_auc"]
    assert (difference["mean"], difference["low"]) == (pytest.approx(0.15), None)


def test_values_by_unit() -> None:
    result = on_splits([LTR, NASH], 2)
    values = np.array([LTR, NASH])[:, :, None]
    np.testing.assert_allclose(means_by_unit(values, result)[:, :, 0], [[0.6, 0.8], [0.7, 0.7]])
    values[0, 0] = np.nan
    np.testing.assert_allclose(means_by_unit(values, result)[0, :, 0], [0.65, 0.8])
    none = np.zeros(6, dtype=bool)
    assert unit_values(np.array(LTR), none, result).shape == (0,)
    assert within_splits(np.array(LTR), none, result) is None
    assert (unit_of(result), size_of(result)) == ("split", "2 splits × 3 seeds")
    assert name_of(Replicate(5, 2), result) == "2 on split 5"
    one = on_splits([LTR, NASH], 1)
    assert (name_of(Replicate(5, 2), one), size_of(one)) == (2, "1 split × 6 seeds")
    assert unit_sentence(one) != unit_sentence(result)


def test_the_interval_over_splits_covers_the_effect_and_one_over_all_models_does_not() -> None:
    """Random effects: a difference of 0.02, 0.05 between splits, 0.02 between seeds on a split; 10 splits by 4 seeds."""
    random = np.random.default_rng(3)
    games, splits, seeds, effect = 2000, 10, 4, 0.02
    drawn = (
        effect
        + 0.05 * random.standard_normal((games, splits, 1))
        + 0.02 * random.standard_normal((games, splits, seeds))
    )
    result = on_splits([[0.0] * splits * seeds] * 2, splits)
    kept = np.ones(splits * seeds, dtype=bool)
    of_splits = np.array([unit_values(one.ravel(), kept, result) for one in drawn])
    np.testing.assert_allclose(of_splits, drawn.mean(2))

    def covered(values: np.ndarray) -> float:
        found = [paired_interval(one) for one in values]
        return float(np.mean([one["low"] <= effect <= one["high"] for one in found]))

    # 2000 intervals of 95 % cover 95 % give or take 0.5 points: within 3 points is six times that.
    assert covered(of_splits) == pytest.approx(0.95, abs=0.03)
    assert covered(drawn.reshape(games, -1)) < 0.75
