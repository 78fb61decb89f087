"""A run on several splits from its config to its stored models, and what is refused of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nashcore.data import read_csv
from nashcore.errors import InputError
from nashcore.learning import train
from nashcore.learning.events import Finished, ModelStopped
from nashcore.learning.roster import Replicate
from nashcore.runs.config import MAX_MODELS, TrainingConfig
from nashcore.runs.results import TABLES, score_rows, stored_result
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table, quick_config


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one."""
    return Store(tmp_path / "runs")


def test_every_split_is_stored_as_a_run_on_it_alone_would_be(store: Store, tmp_path: Path) -> None:
    config = own(own_table(tmp_path), split_seed=3, split_seeds=2)
    with store.begin(config) as run:
        carry_out(store, run)
    assert run.config.split_seeds == (3, 4)
    assert run.config.models == len(config.arms()) * 2 * len(config.seeds)
    kept = stored_result(store, run.id)
    seeds = len(config.seeds)
    for place, seed in enumerate((3, 4)):
        alone = config.replaced(split_seed=seed, split_seeds=1)
        *_, last = train(alone.task(), alone.plan())
        assert isinstance(last, Finished)
        own_models = slice(place * seeds, (place + 1) * seeds)
        for name, values in last.result.metrics.items():
            np.testing.assert_array_equal(kept.result.metrics[name][:, own_models], values)
        assert store.files.encoder(run.id, place) == alone.task().encoder
        for name, values in last.models[0].parameters.items():
            np.testing.assert_array_equal(store.files.models(run.id, place).parameters[name], values)
        frame = read_csv(tmp_path / "mine.csv").frame
        scores = score_rows(store, run.id, frame, kept.result.arms[0], 1, seed)["score"]
        features = alone.task().encoder.transform(frame)
        np.testing.assert_array_equal(scores, last.models[0].scores(features, kept.result.arms[0], 1))
    with pytest.raises(InputError, match=r"Split should be one of 3, 4. Found 5"):
        score_rows(store, run.id, frame, kept.result.arms[0], 1, 5)
    exported = TABLES["training"](kept)
    assert exported.columns.tolist()[:5] == ["method", "label", "split", "seed", "epoch"]
    row = exported.query("method == @kept.result.arms[1] and split == 4 and seed == 0 and epoch == 2")
    assert row["overall_auc"].item() == kept.result.metrics["overall_auc"][1, seeds, 1]
    assert "--split-seed 3 --split-seeds 2" in kept.command


def test_models_that_stop_are_stored_by_split_and_seed(store: Store) -> None:
    with store.begin(quick_config(split_seeds=2, seeds=2)) as run:
        carry_out(store, run)
        for split in (0, 1):
            store.record_event(run.id, ModelStopped("ltr", Replicate(split, 1), 1, f"Split {split}."))
    history = store.history(run.id)
    assert history is not None
    assert history.stopped == {("ltr", Replicate(split, 1)): f"Split {split}." for split in (0, 1)}


def test_given_rows_are_one_split() -> None:
    with pytest.raises(InputError, match="'split_seeds' should be 1 where row numbers are given"):
        quick_config(splits=Path("rows.npz"), split_seeds=2)
    assert quick_config(splits=Path("rows.npz"), split_seed=7).split_seeds == (0,)


@pytest.mark.parametrize("count", [0, 101, 2.5, "many"])
def test_numbers_of_splits_that_cannot_be_are_refused(count: object) -> None:
    with pytest.raises(InputError, match="'split_seeds'"):
        quick_config(split_seeds=count)


def test_more_models_than_can_be_trained_are_refused_in_a_sentence() -> None:
    most = quick_config(split_seeds=100, seeds=33)
    assert most.models == 9900 <= MAX_MODELS
    with pytest.raises(
        InputError, match=r"3 methods .* × 100 splits × 34 seeds = 10,200: take fewer"
    ) as refused:
        quick_config(split_seeds=100, seeds=34)
    assert "\n" not in str(refused.value)
    assert quick_config(seeds=100).models == 300


def test_a_run_stored_before_there_were_several_splits_has_one() -> None:
    stored = quick_config(split_seed=2).to_json().replace('"split_seeds":1,', "")
    assert "split_seeds" not in stored
    assert TrainingConfig.from_json(stored).split_seeds == (2,)
