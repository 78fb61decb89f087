"""Intervals against scipy, Holm's correction against a slow reference, and no interval where little stands behind it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nashcore.metrics import correct, holm, paired_interval
from nashcore.metrics.student_t import t_probability, t_quantile

FIVE = np.array([0.01, 0.03, -0.01, 0.02, 0.025])


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 30, 99])
def test_t_distribution_agrees_with_scipy(freedom: int) -> None:
    for value in (0.0, 0.3, 1.7, 12.0):
        assert t_probability(value, freedom) == pytest.approx(stats.t.cdf(value, freedom), abs=1e-13)
    assert t_quantile(0.975, freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-9)


@pytest.mark.parametrize("count", [5, 6, 20, 100])
def test_interval_and_p_value_agree_with_scipy(count: int) -> None:
    differences = np.random.default_rng(count).normal(0.01, 0.02, count)
    found = paired_interval(differences)
    test = stats.ttest_1samp(differences, 0)
    interval = test.confidence_interval(0.95)
    assert (found["low"], found["high"]) == pytest.approx((interval.low, interval.high))
    assert found["p"] == pytest.approx(test.pvalue, abs=1e-12)
    assert found["mean"] == pytest.approx(differences.mean())
    assert found["reason"] is None


@pytest.mark.parametrize(
    ("differences", "reason"),
    [
        ([], "no difference: no seed got through on both sides"),
        ([0.5], "no interval: 1 seed, five are needed"),
        ([-0.25, -0.25], "no interval: 2 seeds, five are needed"),
        ([0.1, 0.2, 0.3, 0.4], "no interval: 4 seeds, five are needed"),
        ([0.0] * 20, "no interval: all 20 differences are the same (0 above zero, 0 below)"),
        (
            [0.0625] * 14 + [0.0] * 6,
            "no interval: only 2 distinct differences in 20 seeds, five are needed (14 above zero, 0 below)",
        ),
        (
            [0.1, 0.2, 0.3, -0.4, -0.4],
            "no interval: only 4 distinct differences in 5 seeds, five are needed (3 above zero, 2 below)",
        ),
        ([0.1, np.nan, 0.3, 0.4, 0.5], "no difference: 1 of 5 seeds without a value"),
        ([0.1, np.inf, 0.3, 0.4, 0.5], "no difference: 1 of 5 seeds without a value"),
    ],
)
def test_no_interval_stands_on_fewer_than_five_distinct_differences(
    differences: list[float], reason: str
) -> None:
    found = paired_interval(np.array(differences))
    assert found["reason"] == reason
    assert (found["low"], found["high"], found["p"]) == (None, None, None)
    if "no difference" in reason:
        assert found["mean"] is None
    else:
        assert found["mean"] == pytest.approx(np.mean(differences))


def test_rounding_makes_no_distinct_differences() -> None:
    noisy = 0.3 + np.arange(20) * 5e-17
    assert paired_interval(noisy)["distinct"] == 1
    assert paired_interval(np.array([0.1 + 0.2, 0.3, 0.0, 1e-17, 0.0]))["distinct"] == 2


def test_the_unit_is_named() -> None:
    assert paired_interval(FIVE[:3], "split")["reason"] == "no interval: 3 splits, five are needed"


def test_holm_by_hand() -> None:
    # Sorted .005 .01 .03 .04, times 4 3 2 1: .02 .03 .06 .04, and never falling: .02 .03 .06 .06.
    found = holm(np.array([0.01, 0.04, 0.03, 0.005]))
    np.testing.assert_allclose(found, [0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([])).tolist() == []


@given(st.lists(st.sampled_from([0.0, 1e-12, 0.001, 0.01, 0.0125, 0.02, 0.04, 0.3, 1.0]), max_size=4))
def test_holm_is_the_closed_test_of_bonferroni(p: list[float]) -> None:
    """A hypothesis falls where Bonferroni's test of every set of hypotheses that holds it does."""
    found = holm(np.array(p))
    for one in range(len(p)):
        sets = [
            chosen
            for size in range(1, len(p) + 1)
            for chosen in itertools.combinations(range(len(p)), size)
            if one in chosen
        ]
        expected = max(min(1.0, len(chosen) * min(p[i] for i in chosen)) for chosen in sets)
        assert found[one] == pytest.approx(expected)


def test_differences_shown_together_are_corrected_together() -> None:
    rows = [paired_interval(FIVE + shift) for shift in (0.0, 0.2, 0.5)]
    rows += [paired_interval(FIVE[:2]), paired_interval(FIVE[:0])]  # no interval, and no difference at all
    family = correct(rows)
    p = [*(row["p"] for row in rows[:3]), 1.0]
    np.testing.assert_allclose([row["p_holm"] for row in rows[:3]], holm(np.array(p))[:3])
    assert [row["told"] for row in rows] == [False, True, True, None, None]
    assert (family.shown, family.tested, family.told) == (4, 3, 2)
    assert family.says == (
        "4 differences at once, 1 of them without an interval. After Holm's correction for 4 comparisons at 5%, 2 can be told from "
        "zero, all of them together."
    )
    assert correct([paired_interval(FIVE)]).says == (
        "1 difference. After Holm's correction for one comparison at 5%, none can be told from zero."
    )
    assert correct([paired_interval(FIVE[:1])]).says == "1 difference, without an interval."
    assert correct([]).says == ""


def test_at_most_one_table_in_twenty_of_pure_chance_tells_anything_from_zero() -> None:
    draws = np.random.default_rng(5).normal(size=(600, 8, 6))
    wrong = sum(correct([paired_interval(row) for row in table]).told > 0 for table in draws)
    assert wrong <= 600 * 0.05 + 3 * (600 * 0.05 * 0.95) ** 0.5
