"""Trained models leave the run as they were measured."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score

from nashcore.errors import InputError
from nashcore.learning import train
from nashcore.learning.events import EpochDone, Event, Finished
from nashcore.learning.lockstep import models as module
from nashcore.learning.lockstep.models import Models
from tests.nashcore.learning.small_task import small_plan, small_task


def finished(stop_after: int | None = None) -> Finished:
    done: list[Event] = []
    for event in train(small_task(), small_plan(), lambda: sum_of_epochs(done) == stop_after):
        done.append(event)
    last = done[-1]
    assert isinstance(last, Finished)
    return last


def sum_of_epochs(events: list[Event]) -> int:
    return sum(isinstance(event, EpochDone) for event in events)


@pytest.mark.parametrize("stop_after", [None, 2])
def test_models_score_the_test_rows_as_the_last_epoch_did(stop_after: int | None) -> None:
    """Also when the run is cancelled in the middle of a later epoch."""
    run, test = finished(stop_after), small_task().test
    for place, arm in enumerate(run.models[0].arms):
        for column, seed in enumerate(run.models[0].seeds):
            scores = run.models[0].scores(test.features, arm, seed)
            expected = run.result.metrics["overall_roc_auc"][place, column, -1]
            assert roc_auc_score(test.labels, scores) == pytest.approx(expected, abs=1e-9)


def test_all_models_score_at_once_what_each_scores_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    models, features = finished().models[0], small_task().test.features
    together = models.all_scores(features)
    monkeypatch.setattr(module, "_ELEMENTS", 1)  # a model at a time
    assert np.allclose(models.all_scores(features), together, rtol=0, atol=1e-6)
    for place, arm in enumerate(models.arms):
        for column, seed in enumerate(models.seeds):
            assert np.allclose(models.scores(features, arm, seed), together[place, column], rtol=0, atol=1e-6)
    with pytest.raises(InputError, match="features, as in the run"):
        models.all_scores(features[:, 1:])


def test_rows_and_names_that_do_not_fit_are_refused() -> None:
    models = finished().models[0]
    features = small_task().test.features
    with pytest.raises(InputError, match="Arm should be one of"):
        models.scores(features, "nobody", 0)
    with pytest.raises(InputError, match="Seed should be one of"):
        models.scores(features, "ltr", 7)
    with pytest.raises(InputError, match="features, as in the run"):
        models.scores(features[:, 1:], "ltr", 0)


def test_no_rows_give_no_scores() -> None:
    models: Models = finished().models[0]
    assert models.scores(torch.empty(0, small_task().test.features.shape[1]), "ltr", 0).shape == (0,)
    assert all(np.isfinite(values).all() for values in models.parameters.values())
