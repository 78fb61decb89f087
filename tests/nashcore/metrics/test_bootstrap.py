"""The bootstrap against a slow reference that copies rows, and its coverage on simulated data."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from nashcore.metrics import GROUP_METRICS, METRICS, Metric, Predictions, measure
from nashcore.metrics.bootstrap import Resampled, bootstrap_means, resampled_rows


def predictions(models: int, rows: int, groups: int, seed: int, levels: int = 7) -> Predictions:
    """Scores with many ties, and groups of unequal size."""
    draws = np.random.default_rng(seed)
    labels = draws.integers(0, 2, rows)
    of_groups = draws.integers(0, groups, rows) * draws.integers(0, 2, rows)
    scores = draws.integers(-levels, levels, (models, rows)) + labels
    return Predictions(*map(torch.from_numpy, (scores.astype(np.float32), labels, of_groups)), groups)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 10_000))
def test_every_measure_is_that_of_the_copied_rows(rows: int, groups: int, seed: int) -> None:
    given_rows = predictions(3, rows, groups, seed)
    cells = (2 * given_rows.groups + given_rows.labels).numpy()
    (drawn,) = resampled_rows(cells, 5, seed, 5)
    assert (cells[drawn] == cells).all()
    fast = Resampled(given_rows, torch.from_numpy(drawn))
    copied = Predictions(fast.scores, given_rows.labels, given_rows.groups, groups)
    for metrics in (METRICS, GROUP_METRICS):
        expected = measure(copied, metrics)
        for name, values in expected.items():
            found = metrics[name].measure(fast)  # type: ignore[misc]
            torch.testing.assert_close(found, values, rtol=1e-12, atol=1e-12, equal_nan=True)


def test_the_intervals_are_those_of_a_loop_over_resamples_with_scikit_learn() -> None:
    given_rows = predictions(4, 40, 2, seed=3)
    scores = given_rows.scores.view(2, 2, -1)
    found = bootstrap_means(
        Predictions(scores, given_rows.labels, given_rows.groups, 2), METRICS | GROUP_METRICS, 100, seed=5
    )
    labels, groups = given_rows.labels.numpy(), given_rows.groups.numpy()
    (drawn,) = resampled_rows(2 * groups + labels, 100, 5, 100)
    slow: dict[str, list[list[float]]] = {
        name: [] for name in ("overall_auc", "overall_roc_auc", "max_gaucd", "f1")
    }
    for rows in drawn:
        for arm in range(2):
            values: dict[str, list[float]] = {name: [] for name in slow}
            for seed in range(2):
                own, truth, of = scores[arm, seed].numpy()[rows], labels[rows], groups[rows]
                values["overall_auc"].append(balanced_accuracy_score(truth, own > 0))
                values["overall_roc_auc"].append(roc_auc_score(truth, own))
                by_group = [balanced_accuracy_score(truth[of == g], own[of == g] > 0) for g in (0, 1)]
                values["max_gaucd"].append(max(by_group) - min(by_group))
                values["f1"].append(f1_score(truth[of == 1], own[of == 1] > 0))
            for name, both in values.items():
                slow[name].append([float(np.mean(both))])
    for name, listed in slow.items():
        means = np.array(listed).reshape(100, 2)
        ends = np.quantile(means, [0.025, 0.975], axis=0).T
        got = found[name][:, 1] if name == "f1" else found[name]
        np.testing.assert_allclose(got.numpy(), ends, atol=1e-9)


def test_no_number_hangs_on_how_the_work_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    given_rows = predictions(6, 30, 3, seed=1)
    whole = Predictions(given_rows.scores.view(3, 2, -1), given_rows.labels, given_rows.groups, 3)
    expected = bootstrap_means(whole, METRICS, 64)
    monkeypatch.setattr("nashcore.metrics.bootstrap._ELEMENTS", 500)
    for name, values in bootstrap_means(whole, METRICS, 64).items():
        torch.testing.assert_close(values, expected[name], rtol=1e-12, atol=1e-12, equal_nan=True)


def test_a_broken_model_is_left_out_and_an_arm_without_models_has_no_interval() -> None:
    given_rows = predictions(4, 50, 2, seed=2)
    scores = given_rows.scores.view(2, 2, -1).clone()
    alone = Predictions(scores[:1, :1], given_rows.labels, given_rows.groups, 2)
    expected = bootstrap_means(alone, METRICS, 50)["overall_auc"]
    scores[0, 1, 7] = torch.nan
    scores[1] = torch.inf
    found = bootstrap_means(Predictions(scores, given_rows.labels, given_rows.groups, 2), METRICS, 50)
    torch.testing.assert_close(found["overall_auc"][:1], expected)
    assert found["overall_auc"][1].isnan().all()
    scores[0] = torch.nan
    broken = Predictions(scores, given_rows.labels, given_rows.groups, 2)
    assert bootstrap_means(broken, METRICS, 50)["worst_gauc"].isnan().all()
    assert bootstrap_means(broken, GROUP_METRICS, 50)["tpr"].shape == (2, 2, 2)


def test_a_metric_that_needs_the_rows_themselves_gets_them() -> None:
    """One of one's own that asks for no rate."""
    brier = Metric(
        "brier", "B", "B", "scores", lambda p: ((p.scores.double() - p.labels.double()) ** 2).mean(-1)
    )
    given_rows = predictions(1, 30, 2, seed=4)
    cells = (2 * given_rows.groups + given_rows.labels).numpy()
    (drawn,) = resampled_rows(cells, 80, 0, 80)
    slow = [
        float(((given_rows.scores[0, rows].double() - given_rows.labels.double()) ** 2).mean())
        for rows in drawn
    ]
    one = Predictions(given_rows.scores.view(1, 1, -1), given_rows.labels, given_rows.groups, 2)
    found = bootstrap_means(one, {"brier": brier}, 80)["brier"]
    np.testing.assert_allclose(found[0].numpy(), np.quantile(slow, [0.025, 0.975]))


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    """300 tables of a world whose truth is known: normal scores, so that AUC is Phi(d / sqrt 2), and rates are Phi."""
    draws = np.random.default_rng(0)
    per_cell, shift = 60, (1.0, 1.4)
    labels = np.tile(np.repeat([0, 1], per_cell), 2)
    groups = np.repeat([0, 1], 2 * per_cell)
    means = np.where(labels == 1, np.array(shift)[groups] / 2, -np.array(shift)[groups] / 2)
    tables = draws.standard_normal((300, 1, len(labels))) + means

    def phi(x: float) -> float:
        return float(torch.special.ndtr(torch.tensor(x, dtype=torch.float64)))

    truth = {
        "auc": [phi(d / 2) for d in shift],  # balanced accuracy at zero
        "roc_auc": [phi(d / 2**0.5) for d in shift],
        "tpr": [phi(d / 2) for d in shift],
    }
    given_rows = Predictions(torch.from_numpy(tables), torch.from_numpy(labels), torch.from_numpy(groups), 2)
    found = bootstrap_means(given_rows, GROUP_METRICS, 400)
    for name, values in truth.items():
        expected = torch.tensor(values, dtype=torch.float64)
        covered = ((found[name][..., 0] <= expected) & (expected <= found[name][..., 1])).double().mean()
        assert 0.90 < covered < 0.98, name
