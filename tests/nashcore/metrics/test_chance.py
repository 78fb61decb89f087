"""The gap by chance: hand-worked values, exact binomials, slow references in NumPy, and how often equal groups are told apart."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats

from nashcore.metrics import (
    METRICS,
    DrawnRows,
    Floor,
    Predictions,
    chance_gaps,
    chance_roc_gaps,
    floor_of,
    measure,
)


def floor(metric: str, tpr: float, fpr: float, rows: DrawnRows) -> Floor:
    """The floor of one model."""
    found = floor_of(chance_gaps(torch.tensor([tpr]), torch.tensor([fpr]), rows)[metric])
    assert found is not None
    return found


def test_one_row_a_cell_by_hand() -> None:
    # A group's AUC is 0, 1/2 or 1 with chances 1/4, 1/2, 1/4: two groups are 1 apart with chance 1/8 and 1/2 with chance 1/2.
    rows = DrawnRows([[1]] * 4)
    assert floor("max_gaucd", 0.5, 0.5, rows).mean == pytest.approx(0.375, abs=0.03)
    assert floor("max_gaucd", 0.5, 0.5, rows).high == 1.0
    assert floor("tpr_gap", 0.5, 0.5, rows).mean == pytest.approx(0.5, abs=0.04)
    assert floor("max_gaucd", 1.0, 0.0, rows) == Floor(0.0, 0.0)


def test_a_row_drawn_often_is_one_row() -> None:
    once, often = DrawnRows([[1]] * 4), DrawnRows([[0] * 13 + [1]] * 4)
    assert floor("max_gaucd", 0.7, 0.2, once) == floor("max_gaucd", 0.7, 0.2, often)
    spread, repeated = DrawnRows([[16]] * 4), DrawnRows([[0, 8]] * 4)  # sixteen draws each
    assert floor("max_gaucd", 0.7, 0.2, repeated).mean > 1.25 * floor("max_gaucd", 0.7, 0.2, spread).mean


@pytest.mark.parametrize(("rows", "chance"), [(9, 0.8), (16, 0.88), (40, 0.6)])
def test_the_gap_of_two_binomials_is_exact(rows: int, chance: float) -> None:
    found = floor("tpr_gap", chance, 0.5, DrawnRows([[rows]] * 4))
    hits = stats.binom.pmf(np.arange(rows + 1), rows, chance)
    gaps = np.abs(np.subtract.outer(np.arange(rows + 1), np.arange(rows + 1))) / rows
    likely = np.outer(hits, hits)
    mean = (likely * gaps).sum()
    error = 4 * np.sqrt((likely * gaps**2).sum() - mean**2) / np.sqrt(2000)
    assert found.mean == pytest.approx(mean, abs=error)
    beyond, upto = likely[gaps > found.high + 1e-9].sum(), likely[gaps <= found.high - 1e-9].sum()
    assert beyond <= 0.05 + 0.02
    assert upto <= 0.95 + 0.02


def test_cells_of_any_size_and_repeats_agree_with_a_slow_reference() -> None:
    repeats = [[5, 2], [0, 3, 1], [11], [2, 0, 0, 1], [1], [7, 7]]
    rates = {0: 0.3, 1: 0.8}
    random = np.random.default_rng(8)
    gaps = []
    for _ in range(20_000):
        shares = []
        for cell, counts in enumerate(repeats):
            weights = np.repeat(np.arange(1, len(counts) + 1), counts)
            shares.append((weights * (random.random(len(weights)) < rates[cell % 2])).sum() / weights.sum())
        areas = [(shares[group + 1] + 1 - shares[group]) / 2 for group in (0, 2, 4)]
        gaps.append(max(areas) - min(areas))
    found = floor("max_gaucd", rates[1], rates[0], DrawnRows(repeats))
    assert found.mean == pytest.approx(np.mean(gaps), rel=0.05)
    assert found.high == pytest.approx(np.quantile(gaps, 0.95), rel=0.07)


def test_models_share_the_luck_of_their_test_rows() -> None:
    rows = DrawnRows([[9]] * 4)
    one = chance_gaps(torch.tensor([0.8]), torch.tensor([0.2]), rows)["max_gaucd"]
    many = chance_gaps(torch.full((20,), 0.8), torch.full((20,), 0.2), rows)["max_gaucd"]
    assert floor_of(many) == floor_of(one)
    assert torch.equal(chance_gaps(torch.tensor([0.8]), torch.tensor([0.2]), rows)["max_gaucd"], one)


def test_what_is_unknown_stays_unknown() -> None:
    nan = float("nan")
    found = chance_gaps(torch.tensor([0.8, nan]), torch.tensor([0.2, 0.2]), DrawnRows([[9]] * 4))
    assert found["max_gaucd"].isnan().all(-1).tolist() == [False, True]
    assert floor_of(found["max_gaucd"]) is None
    lacking = DrawnRows(
        [[9], [9], [9], []]
    )  # the second group has no row of label 1, so there is one AUC alone
    found = chance_gaps(torch.tensor([0.8]), torch.tensor([0.2]), lacking)
    assert floor_of(found["max_gaucd"]) is None
    assert floor_of(found["fpr_gap"]) is not None
    assert floor_of(chance_roc_gaps(torch.tensor([0.8]), lacking)["max_groc_aucd"]) is None
    assert floor_of(chance_roc_gaps(torch.tensor([nan]), DrawnRows([[9]] * 4))["max_groc_aucd"]) is None


def test_every_gap_of_the_registry_has_a_floor() -> None:
    rows = DrawnRows([[9]] * 4)
    found = {
        **chance_gaps(torch.tensor([0.8]), torch.tensor([0.2]), rows),
        **chance_roc_gaps(torch.tensor([0.8]), rows),
    }
    assert set(found) == {name for name, metric in METRICS.items() if metric.is_gap}
    assert all(values.shape == (1, rows.draws) for values in found.values())


@pytest.mark.parametrize("shape", ["normal", "uniform", "skewed"])
def test_the_floor_of_scores_is_what_permuting_the_groups_gives(shape: str) -> None:
    """Groups are exchanged within a label, scores stay: what the floor would be if the scores were stored."""
    random = np.random.default_rng(3)
    size = 24
    base = {
        "normal": random.normal(size=4 * size),
        "uniform": random.random(4 * size) * 3,
        "skewed": random.exponential(size=4 * size),
    }[shape]
    labels = np.repeat([0, 1, 0, 1], size)
    scores = base + labels * {"normal": 1.2, "uniform": 1.0, "skewed": 0.8}[shape]
    groups = np.stack([random.permuted(np.repeat([0, 1], size)) for _ in range(4000)])
    gaps = []
    other = np.stack([random.permuted(np.repeat([0, 1], size)) for _ in range(4000)])
    zeros, ones = scores[labels == 0], scores[labels == 1]
    wins = (ones[:, None] > zeros[None, :]).astype(float)
    for one, two in zip(groups, other, strict=True):
        areas = [wins[np.ix_(one == group, two == group)].mean() for group in (0, 1)]
        gaps.append(abs(areas[0] - areas[1]))
    auc = torch.tensor([wins.mean()])
    found = floor_of(chance_roc_gaps(auc, DrawnRows([[size]] * 4))["max_groc_aucd"])
    assert found is not None
    assert found.mean == pytest.approx(np.mean(gaps), rel=0.15)
    assert found.high == pytest.approx(np.quantile(gaps, 0.95), rel=0.15)


def test_the_floor_of_scores_agrees_with_measured_binormal_scores() -> None:
    repeats = [[6, 1], [8], [0, 4], [3, 0, 2]]
    rows = [torch.repeat_interleave(torch.arange(1, len(cell) + 1), torch.tensor(cell)) for cell in repeats]
    cells = torch.repeat_interleave(torch.arange(4), torch.tensor([int(row.sum()) for row in rows]))
    place = torch.cat(
        [torch.repeat_interleave(torch.arange(len(row)), row) + 100 * n for n, row in enumerate(rows)]
    )
    distinct, place = place.unique(return_inverse=True)
    draws = torch.Generator().manual_seed(7)
    own = torch.randn(4000, len(distinct), generator=draws, dtype=torch.float64)[:, place]
    apart = 2**0.5 * torch.special.ndtri(torch.tensor(0.85, dtype=torch.float64))
    labels, groups = cells % 2, cells // 2
    measured = measure(Predictions(own + apart * labels, labels, groups, 2), METRICS)["max_groc_aucd"]
    found = floor_of(chance_roc_gaps(torch.tensor([0.85]), DrawnRows(repeats))["max_groc_aucd"])
    assert found is not None
    assert found.mean == pytest.approx(measured.mean().item(), rel=0.06)
    assert found.high == pytest.approx(measured.quantile(0.95).item(), rel=0.08)


def test_equal_groups_are_told_apart_in_about_one_model_in_twenty() -> None:
    draws = torch.Generator().manual_seed(2)
    size = 25
    labels, groups = (
        torch.tensor([0, 1, 0, 1]).repeat_interleave(size),
        torch.tensor([0, 0, 1, 1]).repeat_interleave(size),
    )
    chance = torch.where(labels == 1, 0.8, 0.3)
    scores = torch.where(torch.rand(400, 4 * size, generator=draws) < chance, 1.0, -1.0)
    predictions = Predictions(scores, labels, groups, 2)
    gaps = measure(predictions, METRICS)["max_gaucd"].tolist()
    overall = predictions.overall
    drawn = chance_gaps(overall.tpr, overall.fpr, DrawnRows([[size]] * 4))["max_gaucd"]
    floors = [floor_of(one.unsqueeze(0)) for one in drawn]
    told = sum(one is not None and one.told(gap) for one, gap in zip(floors, gaps, strict=True))
    assert told <= 400 * 0.05 + 3 * (400 * 0.05 * 0.95) ** 0.5
    shifted = torch.where((groups == 1) & (labels == 1) & (torch.arange(4 * size) % 2 == 0), -1.0, scores)
    unequal = measure(Predictions(shifted, labels, groups, 2), METRICS)["max_gaucd"].tolist()
    assert sum(one is not None and one.told(gap) for one, gap in zip(floors, unequal, strict=True)) > 200
