"""What changes a row's score most, against a slow loop that asks the model row by row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.learning import ModelStopped, Replicate
from nashcore.runs.results import explain_row, explanation_table, read_rows, score_rows
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own


@pytest.fixture
def trained(tmp_path: Path) -> tuple[Store, str, Path]:
    """A run where x decides the label, a city of many values says nothing, and s is typical nearly everywhere."""
    rows = ["y,s,x,city"]
    rows += [f"{int(i % 11 > 5)},{'ab'[i % 3 == 0]},{i % 11},{'uvw'[i % 3]}" for i in range(200)]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(rows))
    store = Store(tmp_path / "runs")
    with store.begin(own(path, epochs=8, lr=0.05, methods="baseline,ltr")) as run:
        carry_out(store, run)
    return store, run.id, path


def test_changes_are_the_model_s_own_answers(trained: tuple[Store, str, Path]) -> None:
    store, run, path = trained
    frame = read_rows(store, run, path).frame
    found = explain_row(store, run, frame, 10, "baseline", 1)
    assert found["score"] == pytest.approx(
        score_rows(store, run, frame, "baseline", 1)["score"][10], abs=1e-6
    )
    assert found["columns"][0]["column"] == "x"
    typical = frame.iloc[[10]].copy()
    for one in found["columns"]:
        changed = frame.iloc[[10]].copy()
        for row in (changed, typical):
            row[one["column"]] = float(one["typical"]) if one["column"] == "x" else one["typical"]
        (expected,) = score_rows(store, run, changed, "baseline", 1)["score"]
        assert one["without"] == pytest.approx(expected, abs=1e-6)
        assert one["change"] == pytest.approx(found["score"] - expected, abs=1e-6)
        assert one["lowest"]["score"] <= min(found["score"], one["without"]) + 1e-12
        assert one["highest"]["score"] >= max(found["score"], one["without"]) - 1e-12
        for end in ("lowest", "highest"):
            value = one[end]["value"]
            changed[one["column"]] = float(value) if one["column"] == "x" else value
            (expected,) = score_rows(store, run, changed, "baseline", 1)["score"]
            assert one[end]["score"] == pytest.approx(expected, abs=1e-6)
    (expected,) = score_rows(store, run, typical, "baseline", 1)["score"]
    assert found["typical"] == pytest.approx(expected, abs=1e-6)
    assert found["together"] == pytest.approx(found["score"] - expected, abs=1e-6)
    assert found["sum"] == pytest.approx(sum(one["change"] for one in found["columns"]))
    json.dumps(found, allow_nan=False)
    assert list(explanation_table(found)["column"]) == [one["column"] for one in found["columns"]]


def test_a_column_that_is_typical_already_changes_nothing_at_all(trained: tuple[Store, str, Path]) -> None:
    store, run, path = trained
    frame = read_rows(store, run, path).frame
    for row in range(4):
        for one in explain_row(store, run, frame, row, "ltr", 0)["columns"]:
            if one["value"] == one["typical"]:
                assert (one["change"], one["seeds"]) == (0.0, {"low": 0.0, "high": 0.0})


def test_values_that_no_training_row_held_are_told(trained: tuple[Store, str, Path]) -> None:
    store, run, path = trained
    frame = read_rows(store, run, path).frame.head(2).assign(x=[3.0, 99.0])
    first, second = (explain_row(store, run, frame, row, "ltr", 0)["caveats"] for row in (0, 1))
    assert len(first) == 1
    assert second[0].startswith("1 row holds numbers never seen in column x")


def test_what_cannot_be_explained_is_refused(trained: tuple[Store, str, Path]) -> None:
    store, run, path = trained
    frame = read_rows(store, run, path).frame
    with pytest.raises(InputError, match="Row should be from 1 to 200"):
        explain_row(store, run, frame, 200, "ltr", 0)
    with pytest.raises(InputError, match="Arm should be one of"):
        explain_row(store, run, frame, 0, "nobody", 0)
    store.record_event(run, ModelStopped("ltr", Replicate(0, 1), 1, "Its loss was no number."))
    with pytest.raises(InputError, match="stopped in training"):
        explain_row(store, run, frame, 0, "ltr", 1)
    assert explain_row(store, run, frame, 0, "ltr", 0)["columns"]
