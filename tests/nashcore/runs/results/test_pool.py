"""Runs over several splits held against each other: pairs of the same split, and runs put together."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from nashcore.errors import InputError
from nashcore.learning import NaturalTest, Replicate
from nashcore.learning.roster import Repeats
from nashcore.metrics import METRICS
from nashcore.runs.results import (
    Pooled,
    StoredResult,
    as_json,
    latex_table,
    natural_says,
    natural_table,
    paired,
    paper_table,
    pool,
    with_pools,
)
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import quick_config

# Three splits by two seeds; ltr and nash_ltr.
ONE = [[[0.5], [0.7], [0.6], [0.6], [0.9], [0.7]], [[0.6], [0.6], [0.8], [0.8], [0.7], [0.7]]]


def config(**changes: object):
    """Two methods with two seeds for an epoch."""
    return quick_config(methods="ltr,nash_ltr", seeds=2, epochs=1, **changes)


def test_pairs_are_made_within_the_splits_that_both_runs_have() -> None:
    one = made_up_run("a", ONE, config(split_seeds=3))
    shifted = [[[0.9], [0.7], [0.6], [0.8]], [[0.6], [0.6], [0.6], [0.6]]]
    other = made_up_run("b", shifted, config(split_seed=1, split_seeds=2, rule="mean"))
    found = paired(one, other).query("metric == 'overall_auc'").set_index("arm")
    # ltr, splits 1 and 2: (0.3, 0.1) and (-0.3, 0.1), so 0.2 and -0.1; nash_ltr: -0.2 and -0.1.
    assert found["mean"].tolist() == pytest.approx([0.05, -0.15])
    assert set(found["reason"]) == {"no interval: 2 splits, five are needed"}
    assert found[["splits", "seeds"]].to_numpy().tolist() == [[2, 2]] * 2
    assert set(found["unit"]) == {"split"}


def test_one_split_in_common_is_compared_over_its_seeds() -> None:
    one = made_up_run("a", ONE, config(split_seeds=3))
    other = made_up_run("b", [[[0.6], [0.9]], [[0.8], [0.8]]], config(split_seed=1, rule="mean"))
    found = paired(one, other).query("metric == 'overall_auc'").set_index("arm")
    assert found["mean"].tolist() == pytest.approx([0.15, 0.0])
    assert set(found["reason"]) == {"no interval: 2 seeds, five are needed"}
    assert set(found["unit"]) == {"seed"}
    (pair,) = as_json([one, other])["paired_differences"]
    assert "on one split" in pair["unit_says"]


def test_runs_without_a_split_in_common_are_refused_in_a_sentence() -> None:
    one = made_up_run("a", ONE, config(split_seeds=3))
    other = made_up_run("b", ONE, config(split_seed=3, split_seeds=3, rule="mean"))
    with pytest.raises(InputError, match=r"cannot be paired: .*same rows \(split seed\)"):
        paired(one, other)


def test_runs_that_differ_in_their_splits_alone_come_to_one() -> None:
    values = np.array(ONE)
    parts = [
        made_up_run("a", values[:, :4].tolist(), config(split_seeds=2), {("ltr", 1): "It broke."}),
        made_up_run("b", values[:, 4:].tolist(), config(split_seed=2)),
        made_up_run("c", values[:, :4].tolist(), config(split_seeds=2, rule="mean")),
    ]
    whole, alone = pool(parts)
    assert isinstance(whole, Pooled)
    assert (whole.id, alone.id) == ("a+b", "c")
    assert whole.result.splits == (0, 1, 2)
    np.testing.assert_array_equal(whole.result.metrics["overall_auc"][:, :, :], values)
    assert whole.result.stopped == {("ltr", Replicate(0, 1)): "It broke."}
    expected = made_up_run("a", ONE, config(split_seeds=3), {("ltr", 1): "It broke."})
    assert whole.summary["methods"] == expected.summary["methods"]
    report = as_json(parts)
    assert report["pooled"][0]["runs"] == ["a", "b"]
    assert [(pair["run"], pair["minus"]) for pair in report["paired_differences"]] == [("c", "a+b")]
    json.dumps(report, allow_nan=False)
    table = paper_table(with_pools(parts))
    assert table["run"].drop_duplicates().tolist() == ["a", "b", "c", "a+b"]
    assert table["splits"].tolist() == [2, 2, 1, 1, 2, 2, 3, 3]
    assert math.isnan(table["overall_auc_within"][2])
    assert "over 2 to 3 splits with the mean over" in latex_table(with_pools(parts))


def test_a_split_that_two_runs_have_counts_once() -> None:
    values = np.array(ONE)
    parts = [
        made_up_run("a", values[:, :4].tolist(), config(split_seeds=2)),
        made_up_run(
            "b", (values[:, 2:] * 0).tolist(), config(split_seed=1, split_seeds=2), {("ltr", 0): "It broke."}
        ),
    ]
    (whole,) = pool(parts)
    assert whole.result.splits == (0, 1, 2)
    assert whole.result.metrics["overall_auc"][0, :, 0].tolist() == [0.5, 0.7, 0.6, 0.6, 0.0, 0.0]
    assert whole.result.stopped == {}  # it broke on the split that the first run got through with


@pytest.mark.parametrize(
    "changes",
    [{"seeds": (0, 2)}, {"rule": "mean"}, {"validation_per_cell": 2}, {"data": "published"}, {"lr": 0.5}],
)
def test_runs_that_differ_in_anything_else_stay_apart(changes: dict[str, object]) -> None:
    one = made_up_run("a", [[[0.5], [0.5]]] * 2, config())
    other = made_up_run("b", [[[0.5], [0.5]]] * 2, config(split_seed=1).replaced(**changes))
    assert [run.id for run in pool([one, other])] == ["a", "b"]


def natural(overall: list[list[float]], epoch: int = 0, rows: int = 20) -> NaturalTest:
    """With the given Overall AUC [arms, replicates]; other metrics are zero."""
    values = np.array(overall)
    metrics = {**dict.fromkeys(METRICS, np.zeros(values.shape)), "overall_auc": values}
    ends = {name: np.zeros((len(values), 2)) for name in METRICS}
    return NaturalTest(epoch, {"female, died": rows, "male, died": 5}, metrics, {}, ends)


def with_natural(
    run: StoredResult, found: NaturalTest | None, repeats: tuple[Repeats, ...] = ()
) -> StoredResult:
    assert run.history is not None
    run.history.natural_test = found
    run.history.roster = replace(run.history.roster, test_repeats=repeats)
    return run


def parts() -> list[StoredResult]:
    """Splits 0 and 1, and splits 1 and 2, of the same settings."""
    values = np.array(ONE)
    return [
        made_up_run("a", values[:, :4].tolist(), config(split_seeds=2)),
        made_up_run("b", values[:, 2:].tolist(), config(split_seed=1, split_seeds=2)),
    ]


def test_natural_parts_and_repeats_of_a_pool_are_those_of_its_splits() -> None:
    one, other = parts()
    with_natural(one, natural([[0.1, 0.2, 0.3, 0.4], [0.5] * 4]), (((9,),) * 4, ((7, 1),) * 4))
    with_natural(other, natural([[0.9, 0.9, 0.5, 0.6], [0.5] * 4]), (((1, 4),) * 4, ((5, 2),) * 4))
    (whole,) = pool([one, other])
    assert whole.result.test_repeats == (((9,),) * 4, ((7, 1),) * 4, ((5, 2),) * 4)
    found = whole.result.natural_test
    assert found is not None
    # Split 1 counts once, as the first run has it.
    assert found.metrics["overall_auc"][0].tolist() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    summary = whole.summary["natural_test"]
    assert summary["over"] == "splits"
    assert summary["methods"]["ltr"]["overall_auc"]["mean"] == pytest.approx(0.35)
    assert natural_table([whole])["over"].tolist() == ["splits", "splits"]
    assert "over splits of the rows" in natural_says([whole])
    assert "The natural test part of Run a, 3 splits of 2 runs is not in this table" in latex_table([whole])


@pytest.mark.parametrize(
    "other", [None, natural([[0.5] * 4] * 2, epoch=1), natural([[0.5] * 4] * 2, rows=19)]
)
def test_natural_parts_that_do_not_fit_are_no_part_of_a_pool(other: NaturalTest | None) -> None:
    one, two = parts()
    (whole,) = pool([with_natural(one, natural([[0.5] * 4] * 2)), with_natural(two, other)])
    assert whole.result.natural_test is None
    assert natural_says([whole]) == ""
    assert "natural" not in latex_table([whole])


def test_equal_runs_and_unfinished_ones_stay_apart() -> None:
    same = [made_up_run(run, [[[0.5], [0.5]]] * 2, config()) for run in "ab"]
    assert len(pool(same)) == 2
    early = made_up_run("c", [[[0.5], [0.5]]] * 2, config(split_seed=1), state="stopped")
    assert len(pool([same[0], early])) == 2


def test_a_split_whose_rows_have_changed_is_not_shared() -> None:
    one, other = (
        made_up_run(run, ONE, config(split_seeds=3, rule=rule))
        for run, rule in (("a", "nash"), ("b", "mean"))
    )
    for run, rows in ((one, ("x", "y", "z")), (other, ("x", "changed", "z"))):
        assert run.history is not None
        run.history.roster = replace(run.history.roster, rows=rows)
    assert set(paired(one, other)["splits"]) == {2}
    assert other.history is not None
    other.history.roster = replace(other.history.roster, rows=("p", "q", "r"))
    vars(other).pop("result", None)
    with pytest.raises(InputError, match="the same seeds drew other rows"):
        paired(one, other)


def test_a_run_without_digests_is_paired_by_its_split_seeds() -> None:
    one, other = (
        made_up_run("a", ONE, config(split_seeds=3)),
        made_up_run("b", ONE, config(split_seeds=3, rule="mean")),
    )
    assert one.history is not None
    one.history.roster = replace(one.history.roster, rows=("x", "y", "z"))
    assert set(paired(one, other)["splits"]) == {3}


def test_runs_put_together_know_the_test_rows_of_each_of_their_splits() -> None:
    values = np.array(ONE)
    parts = [
        made_up_run("a", values[:, :4].tolist(), config(split_seeds=2)),
        made_up_run("b", values[:, 2:].tolist(), config(split_seed=1, split_seeds=2)),
    ]
    own = [(((9,),), ((7, 1),)), (((7, 1),), ((5, 2),))]
    for run, repeats in zip(parts, own, strict=True):
        assert run.history is not None
        run.history.roster = replace(run.roster, test_repeats=repeats)
    (whole,) = pool(parts)
    assert whole.roster.test_repeats == (((9,),), ((7, 1),), ((5, 2),))
    assert pool(parts)[0] is whole, "the same runs are put together once"
    assert parts[0].history is not None
    parts[0].history.roster = replace(parts[0].roster, test_repeats=())
    assert pool([replace(parts[0]), parts[1]])[0].roster.test_repeats == ()


def test_a_comparison_names_the_unit_of_each_of_its_numbers() -> None:
    one = made_up_run("a", ONE, config(split_seeds=3))
    other = made_up_run("b", [[[0.6], [0.9]], [[0.8], [0.8]]], config(split_seed=1, rule="mean"))
    caveats = " ".join(as_json([one, other])["caveats"])
    assert "over each run's splits, or its seeds where it has one split." in caveats
    assert "t intervals over the seeds, each" in caveats
    assert "t intervals over the splits" not in caveats
    assert "on each of 3 splits" in caveats


def test_a_table_for_a_paper_counts_the_test_rows_of_each_split() -> None:
    one = made_up_run("a", ONE, config(split_seeds=3))
    assert one.history is not None
    one.history.roster = replace(one.roster, test_repeats=(((9,), (7, 1)),) * 3)
    assert "18 test rows on each split, at least 17 of them distinct" in latex_table([one])
