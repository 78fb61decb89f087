"""A run's test rows scored anew say what was measured in training; a file's rows get the run's labels and groups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from nashcore.errors import InputError
from nashcore.learning import ModelStopped, Replicate
from nashcore.metrics import counted_rates
from nashcore.runs.results import ByGroup, Thresholds, file_rows, lacking_columns, own_rows, read_rows
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table, quick_config


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def trained(store: Store, **changes: object) -> str:
    with store.begin(quick_config(natural_test_share=0.2, **changes)) as run:
        carry_out(store, run)
    return run.id


def test_rates_at_one_half_are_those_that_training_measured(store: Store) -> None:
    """On both test sets, every model, on the second of two splits."""
    run = trained(store, split_seeds=2)
    history = store.history(run)
    assert history is not None
    assert history.natural_test is not None
    for part, measured in (
        ("balanced", history.epochs[-1].group_metrics),
        ("natural", history.natural_test.group_metrics),
    ):
        rows = own_rows(store, run, 1, part)
        assert rows.part == part
        counts, _ = ByGroup(rows)._sweep.at(torch.tensor([0.5]))
        rates = counted_rates(counts)
        for name in ("tpr", "fpr"):
            found = rates[name].value[:, 0].reshape(len(rows.arms), 2, -1).numpy()
            assert found == pytest.approx(measured[name][:, 2:], abs=1e-9)
    assert own_rows(store, run).part == "natural"


def test_a_run_without_a_natural_test_part_says_that_its_shares_are_made_up(
    store: Store, tmp_path: Path
) -> None:
    with store.begin(own(own_table(tmp_path), natural_test_share=0)) as run:
        carry_out(store, run)
    rows = own_rows(store, run.id)
    assert rows.part == "balanced"
    assert "made-up mix" in " ".join(rows.notices)
    assert len(np.unique(rows.rows)) <= len(rows.rows)
    with pytest.raises(InputError, match="no natural test part"):
        own_rows(store, run.id, part="natural")
    with pytest.raises(InputError, match="Part should be one of natural, balanced"):
        own_rows(store, run.id, part="all")
    with pytest.raises(InputError, match="Split should be one of 0"):
        own_rows(store, run.id, 7)


def test_a_file_with_labels_is_counted_as_the_run_s_own_rows(store: Store, tmp_path: Path) -> None:
    run = trained(store)
    mine = own_rows(store, run)
    path = tmp_path / "again.csv"
    mine.table.iloc[mine.rows].to_csv(path, index=False)
    frame = read_rows(store, run, path).frame
    assert lacking_columns(store.get(run).config, frame) == []
    found = file_rows(store, run, frame)
    assert (found.label == mine.label).all()
    assert (found.group == mine.group).all()
    assert np.allclose(found.scores, mine.scores, atol=1e-6)
    one, other = (ByGroup(rows).at("ltr", 0, Thresholds(0.4)) for rows in (found, mine))
    assert [line["tp"] for line in one["groups"]] == [line["tp"] for line in other["groups"]]
    assert lacking_columns(store.get(run).config, frame.drop(columns=["sex"])) == ["sex"]


def test_rows_of_a_file_that_are_not_counted_are_told(store: Store, tmp_path: Path) -> None:
    with store.begin(own(own_table(tmp_path))) as run:
        carry_out(store, run)
    frame = pd.DataFrame(
        {"y": [1.0, 0.0, np.nan, 7.0, 1.0], "s": list("aabbq"), "x": [1, 2, 3, 4, 5], "z": 1}
    )
    rows = file_rows(store, run.id, frame)
    assert rows.rows.tolist() == [0, 1]
    assert rows.title == "file's rows (2 with a label and a group)"
    said = " ".join(rows.notices)
    assert "2 rows are not counted: no value of y, or one that the run's table does not have." in said
    assert "1 row is not counted: of no group of the run (a, b)." in said
    with pytest.raises(InputError, match="Some row of the file should have a label"):
        file_rows(store, run.id, frame.iloc[2:4])


def test_rows_that_were_trained_on_are_told(store: Store, tmp_path: Path) -> None:
    with store.begin(own(own_table(tmp_path))) as run:
        carry_out(store, run)
    frame = read_rows(store, run.id, tmp_path / "mine.csv").frame
    assert "training or validation row in every column" in " ".join(file_rows(store, run.id, frame).notices)


def test_a_positive_value_that_reads_like_none_is_a_label_of_a_file_too(store: Store, tmp_path: Path) -> None:
    rows = ["y,s,x"] + [f"{('none', 'some')[i % 2]},{'ab'[i % 3 == 0]},{i * 7 % 11}" for i in range(200)]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(rows))
    with store.begin(own(path, target={"column": "y", "positive": "none"})) as run:
        carry_out(store, run)
    found = file_rows(store, run.id, read_rows(store, run.id, path).frame)
    assert len(found.label) == 200
    assert found.label.mean() == 0.5


def test_a_model_that_stopped_has_no_scores_and_is_refused_with_its_reason(
    store: Store, tmp_path: Path
) -> None:
    with store.begin(own(own_table(tmp_path))) as run:
        carry_out(store, run)
    store.record_event(run.id, ModelStopped("ltr", Replicate(0, 1), 1, "Its loss was no number any more."))
    rows = own_rows(store, run.id)
    with pytest.raises(InputError, match=r"gives no scores\. Its loss was no number"):
        rows.model("ltr", 1)
    found = ByGroup(rows).at("ltr", 0, Thresholds())
    seeds = found["overall"]["rates"]["tpr"]["seeds"]
    assert seeds["low"] == seeds["high"] == found["overall"]["rates"]["tpr"]["value"]
    with pytest.raises(InputError, match="Seed should be one of 0, 1"):
        rows.model("ltr", 9)
    with pytest.raises(InputError, match="Arm should be one of"):
        rows.model("nobody", 0)


def test_another_table_under_the_same_name_is_refused(store: Store, tmp_path: Path) -> None:
    path = own_table(tmp_path)
    with store.begin(own(path)) as run:
        carry_out(store, run)
    kept = store.get(run.id).config.csv
    assert kept is not None
    kept.write_text(kept.read_text().replace(",a,", ",b,", 40))
    with pytest.raises(InputError, match="Found another on this machine"):
        own_rows(store, run.id)
    kept.unlink()
    with pytest.raises(InputError):
        own_rows(store, run.id)
