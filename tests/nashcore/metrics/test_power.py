"""How much more it would take: against the power of the t test, simulated rows and hand-worked values."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from nashcore.metrics import (
    DrawnRows,
    Floor,
    gap_error,
    hard_auc_error,
    paired_interval,
    roc_auc_error,
    seeds_and_rows_needed,
    spread_behind,
    units_needed,
)
from nashcore.metrics.power import reach


def power_of(units: int, effect: float, comparisons: int) -> float:
    """Of the two-sided t test at 5% parted among the comparisons, by the noncentral t distribution."""
    edge = stats.t.ppf(1 - 0.05 / (2 * comparisons), units - 1)
    return float(stats.nct.sf(edge, units - 1, effect * math.sqrt(units)))


@pytest.mark.parametrize("comparisons", [1, 20])
@pytest.mark.parametrize("effect", [2.0, 0.8, 0.3, 0.05])
def test_so_many_units_tell_a_difference_in_four_of_five_cases(effect: float, comparisons: int) -> None:
    units = units_needed(effect, 1.0, comparisons)
    assert units == 5 or 0.76 < power_of(units, effect, comparisons) < 0.9
    assert units == units_needed(-effect, 1.0, comparisons)
    assert units == 5 or reach(units - 1, comparisons) / math.sqrt(units - 1) > effect


def test_a_larger_difference_needs_no_more_units() -> None:
    found = [units_needed(one, 0.1, 6) for one in (0.001, 0.01, 0.02, 0.05, 0.5)]
    assert found == sorted(found, reverse=True)
    assert found[-1] == 5


def test_the_spread_comes_back_from_the_interval() -> None:
    values = np.array([0.1, 0.12, 0.05, 0.3, -0.02, 0.07])
    assert spread_behind(paired_interval(values)) == pytest.approx(values.std(ddof=1))


def test_rows_and_seeds_share_what_may_be_left_of_the_variance() -> None:
    found = seeds_and_rows_needed(0.02, 0.01, 20, 100, 0.05)
    assert found.units == 20  # the seeds take less than half of it
    left = (0.02 / reach(20)) ** 2 - 0.01**2 / 20
    assert found.rows == math.ceil(100 * 0.05**2 / left)
    assert 0.01**2 / 20 + 0.05**2 * 100 / found.rows <= (0.02 / reach(20)) ** 2 * (1 + 1e-9)
    more = seeds_and_rows_needed(0.02, 0.05, 5, 100, 0.05)
    assert more.units > 5
    assert 0.05**2 / more.units <= (0.02 / reach(more.units)) ** 2 / 2 * (1 + 1e-9)
    assert seeds_and_rows_needed(0.02, 0.01, 20, 100, None).rows is None
    assert seeds_and_rows_needed(0.5, 0.01, 20, 100, 0.01).rows == 100  # never fewer than there are


def test_the_error_of_hard_labels_is_that_of_rows_drawn_anew() -> None:
    rows = DrawnRows([(5,), (4, 3), (8,), (6, 0, 1)])  # cells: group 0 label 0, group 0 label 1, ...
    tpr, fpr = torch.tensor([0.7, 0.9]), torch.tensor([0.2, 0.4])
    random = torch.Generator().manual_seed(0)
    chances = torch.tensor([fpr[0], tpr[0], fpr[1], tpr[1]])
    hits = (torch.rand(40_000, 4, rows.weights.shape[1], generator=random) < chances[:, None]).double()
    totals = (hits * rows.weights).sum(-1)
    sizes = rows.weights.sum(-1)
    auc = (totals[:, 1::2].sum(1) / sizes[1::2].sum() + 1 - totals[:, ::2].sum(1) / sizes[::2].sum()) / 2
    assert hard_auc_error(tpr, fpr, rows) == pytest.approx(float(auc.std()), rel=0.03)


def test_a_cell_without_rows_adds_nothing() -> None:
    nan = float("nan")
    whole = hard_auc_error(torch.tensor([0.5]), torch.tensor([0.5]), DrawnRows([(4,), (4,)]))
    assert whole == pytest.approx(math.sqrt(0.25 / 4 + 0.25 / 4) / 2)
    empty = hard_auc_error(
        torch.tensor([0.5, nan]), torch.tensor([0.5, nan]), DrawnRows([(4,), (4,), (), ()])
    )
    assert empty == pytest.approx(whole)


def test_the_error_of_scores_by_hand() -> None:
    # Hanley and McNeil's own example: 0.893 with 51 abnormal and 58 normal images has an error of 0.032.
    assert roc_auc_error(0.893, DrawnRows([(58,), (51,)])) == pytest.approx(0.032, abs=0.001)
    assert roc_auc_error(1.0, DrawnRows([(3,), (4,)])) == 0


def test_the_error_of_a_gap_is_read_off_its_floor() -> None:
    assert gap_error(Floor(0.05, 0.05 + 1.645 * 0.02)) == pytest.approx(0.02, rel=1e-3)
