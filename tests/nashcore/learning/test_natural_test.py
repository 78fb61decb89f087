"""The natural test part at the end of training."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import torch

from nashcore.learning import EpochDone, Finished, NaturalTest, summarise, train
from nashcore.metrics import GROUP_METRICS, METRICS, RESAMPLES
from nashcore.metrics.bootstrap import resampled_rows
from tests.nashcore.learning.small_task import SmallTask, rows_of, small_plan, small_task


def with_natural() -> SmallTask:
    return dataclasses.replace(small_task(), natural=rows_of([0] * 9 + [1] * 4 + [2] * 6 + [3] * 11, 5))


def finished(task: SmallTask, **changes: object) -> Finished:
    *_, last = train(task, small_plan(**changes))  # type: ignore[arg-type]
    assert isinstance(last, Finished)
    return last


def test_it_is_measured_of_the_models_of_the_last_epoch_and_changes_nothing_else() -> None:
    task = with_natural()
    last, without = finished(task), finished(small_task())
    found = last.result.natural_test
    assert found is not None
    assert without.result.natural_test is None
    assert np.array_equal(last.result.metrics["overall_auc"], without.result.metrics["overall_auc"])
    assert (found.epoch, found.count) == (2, 30)
    assert found.rows == {"blue, no": 9, "blue, yes": 4, "red, no": 6, "red, yes": 11}
    labels = task.natural.labels.numpy()
    for a, arm in enumerate(last.models[0].arms):
        predicted = np.stack(
            [last.models[0].scores(task.natural.features, arm, seed) > 0.5 for seed in (0, 1)]
        )

        def balanced(rows: np.ndarray, predicted: np.ndarray = predicted) -> float:
            chosen, truth = predicted[:, rows], labels[rows]
            return float((chosen[:, truth == 1].mean(1) + 1 - chosen[:, truth == 0].mean(1)).mean() / 2)

        np.testing.assert_allclose(found.metrics["overall_auc"][a].mean(), balanced(np.arange(30)))
        (drawn,) = resampled_rows(task.natural.cells.numpy(), RESAMPLES, 0, RESAMPLES)
        ends = np.quantile([balanced(rows) for rows in drawn], [0.025, 0.975])
        np.testing.assert_allclose(found.intervals["overall_auc"][a], ends, atol=1e-9)


def test_its_shapes_and_its_summary() -> None:
    result = finished(with_natural()).result
    found = result.natural_test
    assert isinstance(found, NaturalTest)
    measured = {name for name, one in GROUP_METRICS.items() if one.measure is not None}
    assert (set(found.metrics), set(found.group_metrics)) == (set(METRICS), measured)
    assert all(found.intervals[name].shape == (8, 2) for name in METRICS)
    assert all(found.intervals[name].shape == (8, 2, 2) for name in measured)
    summary = json.loads(json.dumps(summarise(result), allow_nan=False))["natural_test"]
    assert (summary["rows"], summary["epoch"]) == (30, 3)
    assert summary["title"] == "natural test part (30 rows, the table's own shares)"
    for figures in summary["methods"].values():
        assert (
            figures["overall_auc"]["low"] <= figures["overall_auc"]["mean"] <= figures["overall_auc"]["high"]
        )
    assert set(summary["groups"]["ltr"]["tpr"]) == {"blue", "red"}


def test_a_run_that_is_cancelled_is_tested_after_its_last_whole_epoch() -> None:
    done: list[EpochDone] = []
    events = []
    for event in train(with_natural(), small_plan(), lambda: bool(done)):  # type: ignore[arg-type]
        events.append(event)
        if isinstance(event, EpochDone):
            done.append(event)
    (found,) = (event for event in events if isinstance(event, NaturalTest))
    alone = finished(with_natural(), epochs=1).result.natural_test
    assert alone is not None
    assert found.epoch == alone.epoch == 0
    assert np.array_equal(found.metrics["overall_roc_auc"], alone.metrics["overall_roc_auc"])
    before = list(train(with_natural(), small_plan(), lambda: True))  # type: ignore[arg-type]
    assert not any(isinstance(event, NaturalTest) for event in before)


def test_a_model_that_stopped_has_no_figures() -> None:
    task = with_natural()
    task.train.features[0] = torch.inf
    found = finished(task).result.natural_test
    assert found is not None
    assert np.isnan(found.metrics["overall_auc"]).all()
    assert np.isnan(found.intervals["overall_auc"]).all()
