from __future__ import annotations

from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.learning import ModelStopped, Replicate
from nashcore.runs.results import read_rows, score_rows, unseen_rows
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own

WHY = "Its loss was no number any more at epoch 2."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def _trained(store: Store, tmp_path: Path, **changes: object) -> str:
    """A run on sums of money, as people write them."""
    rows = [f'{i % 2},{"ab"[i % 3 == 0]},"${1 + i * 7 % 11},{i % 10}50.00",{i % 5}' for i in range(200)]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["y,s,x,z", *rows]))
    with store.begin(own(path, **changes)) as run:
        carry_out(store, run)
    return run.id


def test_a_model_that_stopped_is_refused_with_its_reason(store: Store, tmp_path: Path) -> None:
    run = _trained(store, tmp_path)
    store.record_event(run, ModelStopped("nash_ltr", Replicate(0, 1), 1, WHY))
    rows = read_rows(store, run, tmp_path / "mine.csv")
    with pytest.raises(
        InputError, match=r"seed 1, stopped in training and gives no scores\. Its loss was no number"
    ) as refused:
        score_rows(store, run, rows.frame, "nash_ltr", 1)
    assert "Nash" in str(refused.value)
    for arm, seed in (("nash_ltr", 0), ("ltr", 1)):
        assert score_rows(store, run, rows.frame, arm, seed)["score"].between(0, 1).all()


def test_a_model_that_stopped_on_one_split_scores_with_another(store: Store, tmp_path: Path) -> None:
    run = _trained(store, tmp_path, split_seeds=2)
    store.record_event(run, ModelStopped("ltr", Replicate(1, 0), 1, WHY))
    frame = read_rows(store, run, tmp_path / "mine.csv").frame
    with pytest.raises(InputError, match="seed 0, split 1, stopped"):
        score_rows(store, run, frame, "ltr", 0, 1)
    assert len(score_rows(store, run, frame, "ltr", 0)) == 200


def test_a_model_that_diverges_gives_no_labels(store: Store, tmp_path: Path) -> None:
    """A true divergence, not a made-up one."""
    run = _trained(store, tmp_path, lr=1e6, epochs=3)
    frame = read_rows(store, run, tmp_path / "mine.csv").frame
    history = store.history(run)
    assert history is not None
    for (arm, (split, seed)), reason in history.stopped.items():
        with pytest.raises(InputError) as refused:
            score_rows(store, run, frame, arm, seed, split)
        assert reason in str(refused.value)
    assert history.stopped


def test_numbers_are_read_as_in_training_and_new_values_are_named(store: Store, tmp_path: Path) -> None:
    run = _trained(store, tmp_path)
    new = tmp_path / "new.csv"
    new.write_text('s,x,z\na,"$1,050.00",2\nc,"$999,000.00",2\n')
    rows = read_rows(store, run, new)
    assert rows.frame["x"].tolist() == [1050.0, 999000.0]
    assert unseen_rows(store, run, rows.frame) == (
        "1 row holds numbers never seen in column x: the training rows' were from 1050 to 11950.",
        "1 row holds values never seen in column s ('c'): each counts as none of the values known.",
    )
