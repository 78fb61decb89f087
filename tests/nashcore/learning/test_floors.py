"""Floors of a run's gaps: from each model's own rates, for stored runs of any version, and what the summary says of them."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch

from nashcore.learning import REPEATS_UNKNOWN, Result, summarise
from nashcore.learning.floors import drawn_rows, floors_of
from nashcore.metrics import DrawnRows, chance_gaps, floor_of
from nashcore.options import ShownOptions
from tests.nashcore.learning.small_task import result_of, small_plan, small_task


@pytest.fixture(scope="module")
def result() -> Result:
    """Eight methods, two seeds, three epochs on five groups."""
    return result_of(small_task(groups=5), small_plan())


def test_a_floor_comes_from_each_model_s_own_rates(result: Result) -> None:
    kept = np.ones((len(result.arms), len(result.seeds)), bool)
    floors = floors_of(result, kept, [result.epochs - 1] * len(result.arms))
    assert drawn_rows(result) == [DrawnRows(((8,),) * 10)]
    for arm, found in enumerate(floors):
        # All groups have as many rows of a label, so that their rates' mean is the rate of all rows.
        tpr, fpr = (
            torch.from_numpy(result.group_metrics[name][arm, :, -1].mean(-1)) for name in ("tpr", "fpr")
        )
        drawn = chance_gaps(tpr, fpr, DrawnRows([[8]] * 10))
        assert found["max_gaucd"].mean == pytest.approx(drawn["max_gaucd"].mean().item())
        assert found["tpr_gap"] == floor_of(drawn["tpr_gap"])


def test_every_split_has_draws_of_its_own(result: Result) -> None:
    """Two splits by one seed, with repeats made by hand: on the second, cells hold 2 rows once and 3 rows twice."""
    repeats = (((8,),) * 10, ((2, 3),) * 10)
    two = dataclasses.replace(result, splits=(3, 4), seeds=(0,), rows=(), test_repeats=repeats)
    last = result.epochs - 1
    floors = floors_of(two, np.ones((len(two.arms), 2), bool), [last] * len(two.arms))
    for arm, found in enumerate(floors):
        of_splits = []
        for place, cells in enumerate(repeats):
            tpr, fpr = (
                torch.from_numpy(result.group_metrics[name][arm, place : place + 1, last].mean(-1))
                for name in ("tpr", "fpr")
            )
            of_splits.append(chance_gaps(tpr, fpr, DrawnRows(cells), place))
        for name in ("max_gaucd", "tpr_gap"):
            luck = [drawn[name].mean(0) for drawn in of_splits]
            expected = floor_of(torch.stack(luck))
            assert expected is not None
            assert found[name].mean == pytest.approx(expected.mean)
            assert found[name].high == pytest.approx(expected.high)
    kept = np.ones((len(two.arms), 2), bool)
    kept[0, 1] = False
    alone = floors_of(two, kept, [last] * len(two.arms))[0]
    first = dataclasses.replace(result, splits=(3,), rows=(), test_repeats=repeats[:1])
    only = floors_of(first, np.array([[True, False]] * len(two.arms)), [last] * len(two.arms))[0]
    assert alone["tpr_gap"] == only["tpr_gap"]


def test_a_model_that_stopped_has_no_part_in_it(result: Result) -> None:
    kept = np.ones((len(result.arms), len(result.seeds)), bool)
    kept[0, 1], kept[1] = False, False
    broken = dataclasses.replace(
        result,
        group_metrics={
            name: np.where(kept[:, :, None, None], values, np.nan)
            for name, values in result.group_metrics.items()
        },
    )
    last = [result.epochs - 1] * len(result.arms)
    last[1] = None  # type: ignore[call-overload]
    floors = floors_of(broken, kept, last)
    whole = floors_of(result, np.ones_like(kept), last)
    assert floors[1] == {}
    assert set(floors[0]) == set(whole[0])
    assert floors[2] == whole[2]


def test_the_summary_marks_gaps_that_equal_groups_would_show(result: Result) -> None:
    summary = summarise(result)
    json.dumps(summary, allow_nan=False)
    for figures in summary["methods"].values():
        for when in ("last", "best"):
            assert set(figures["chance"][when]) == {
                "max_gaucd",
                "max_groc_aucd",
                "tpr_gap",
                "fpr_gap",
                "f1_gap",
            }
            for metric, chance in figures["chance"][when].items():
                assert 0 <= chance["mean"] <= chance["high"]
                assert chance["told"] == (figures[when][metric]["mean"] > chance["high"] + 1e-9)
    assert summary == summarise(result)  # the same run, the same floor


def test_a_run_of_an_earlier_version_has_a_floor_and_says_what_it_lacks(result: Result) -> None:
    old = dataclasses.replace(result, test_repeats=())
    summary = summarise(old)
    # No row is drawn twice in the small task, so that nothing changes but the caveat.
    assert summary["methods"] == summarise(result)["methods"]
    assert summary["test_distinct"] is None
    assert REPEATS_UNKNOWN in summary["caveats"]
    assert REPEATS_UNKNOWN not in summarise(result)["caveats"]
    bare = dataclasses.replace(result, group_metrics={})
    assert all(not figures["chance"]["last"] for figures in summarise(bare)["methods"].values())
    fewer = dataclasses.replace(result, test_rows={"one": 3}, test_repeats=())
    assert drawn_rows(fewer) == []
    summarise(fewer)


def test_groups_and_spreads_of_the_summary_are_numpy_s(result: Result) -> None:
    for spread, ddof in (("sample", 1), ("population", 0)):
        summary = summarise(result, shown=ShownOptions(spread=spread))
        found = summary["methods"]["nash_ltr"]
        arm = result.arms.index("nash_ltr")
        assert found["last"]["worst_gauc"]["std"] == pytest.approx(
            result.metrics["worst_gauc"][arm, :, -1].std(ddof=ddof)
        )
        for place, group in enumerate(found["groups"]["last"]):
            assert group["group"] == result.groups[place]
            values = result.group_metrics["f1"][arm, :, -1, place]
            assert group["f1"] == {
                "mean": pytest.approx(values.mean()),
                "std": pytest.approx(values.std(ddof=ddof)),
            }


def test_a_model_without_metrics_is_named(result: Result) -> None:
    overall = result.metrics["overall_auc"].copy()
    overall[2, 1, -1] = np.nan
    summary = summarise(dataclasses.replace(result, metrics={**result.metrics, "overall_auc": overall}))
    arm = result.arms[2]
    assert f"{arm}, seed 1: no metrics at the last epoch" in summary["notices"][-1]
    assert summary["methods"][arm]["last"]["overall_auc"] == {"mean": None, "std": None}
    json.dumps(summary, allow_nan=False)
