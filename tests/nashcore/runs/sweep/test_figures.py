"""What a sweep's runs measured, read from the store in one go, and where it comes from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nashcore.runs.provenance import Provenance
from nashcore.runs.results import stored_result
from nashcore.runs.results.pool import Pooled
from nashcore.runs.store import Store
from nashcore.runs.sweep import here
from nashcore.runs.sweep.figures import sweep_figures, sweep_table
from nashcore.runs.sweep.here import run_here
from nashcore.runs.sweep.keep import keep
from nashcore.runs.sweep.origins import origin_sentences
from nashcore.runs.worker import serve
from tests.nashcore.runs.sweep.small_sweep import small_plan


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for a worker trains all that waits; nobody sleeps."""
    monkeypatch.setattr(here, "ensure_worker", lambda store: (serve(store), None)[1])
    monkeypatch.setattr(here, "LOOK_SECONDS", 0.0)


def test_the_last_epoch_is_what_the_whole_run_says_of_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan())
    run_here(store, sweep)
    figures = sweep_figures(store, sweep.id)
    assert figures.names == ("lr",)
    assert [(one.settings["lr"], one.arm) for one in figures.candidates] == [
        ("0.001", "ltr"),
        ("0.001", "nash_ltr"),
        ("0.01", "ltr"),
        ("0.01", "nash_ltr"),
    ]
    for one in figures.candidates:
        whole = stored_result(store, one.run.id)
        place = whole.result.arms.index(one.arm)
        for metric, values in whole.result.metrics.items():
            assert np.array_equal(one.all_values(metric), values[place, :, -1], equal_nan=True)
        row = sweep_table(figures).set_index(["run", "arm"]).loc[(one.run.id, one.arm)]
        told = whole.summary["methods"][one.arm]["last"]["overall_auc"]
        assert row["overall_auc_mean"] == pytest.approx(told["mean"])
        assert row["overall_auc_std"] == pytest.approx(told["std"])
    assert origin_sentences(store, figures) == []


def test_splits_are_repetitions_and_no_setting(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan({"lr": [0.01, 0.1], "split_seed": [0, 1, 2]}, methods="ltr", epochs=1))
    run_here(store, sweep)
    figures = sweep_figures(store, sweep.id)
    assert set(figures.names) == {"lr", "split_seed"}
    assert [one.settings for one in figures.candidates] == [{"lr": "0.01"}, {"lr": "0.1"}]
    assert all(
        isinstance(one.run, Pooled) and len(one.values("overall_auc")) == 3 for one in figures.candidates
    )
    assert sweep_table(figures)["unit"].tolist() == ["split", "split"]


def test_a_damaged_run_is_named_and_others_are_shown(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan(epochs=1))
    bad, good = (one.run.id for one in run_here(store, sweep) if one.run is not None)
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as database, database:
        database.execute("UPDATE epochs SET content = X'00' WHERE run = ?", (bad,))
    figures = sweep_figures(store, sweep.id)
    assert {one.run.id for one in figures.candidates} == {good}
    assert len(figures.damaged) == 1
    assert bad in figures.damaged[0]


def test_runs_of_other_programs_and_machines_are_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan(epochs=1))
    first = next(one.run.id for one in run_here(store, sweep) if one.run is not None)
    found = store.files.provenance(first)
    assert found is not None
    (process,) = found.processes
    for change, said in (
        ({"source": "other"}, "2 versions of the program"),
        ({"threads": 99}, "same kind of machine"),
    ):
        other = process.model_copy(update=change)
        store.files.write_provenance(
            first, Provenance(config=found.config, data=found.data, processes=(other,))
        )
        (sentence,) = origin_sentences(store, sweep_figures(store, sweep.id))
        assert said in sentence


def test_a_method_that_never_bargains_stands_once_whatever_the_rule(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = keep(store, small_plan({"rule": ["nash", "mgda"]}))
    run_here(store, sweep)
    figures = sweep_figures(store, sweep.id)
    assert [(one.arm, dict(one.settings)) for one in figures.candidates if one.arm == "ltr"] == [("ltr", {})]
    assert len([one for one in figures.candidates if one.arm == "nash_ltr"]) == 2
    first, second = (stored_result(store, one.run.id) for one in figures.standings if one.run is not None)
    for metric, values in first.result.metrics.items():  # it is the same model in both
        place, other = first.result.arms.index("ltr"), second.result.arms.index("ltr")
        assert np.array_equal(values[place], second.result.metrics[metric][other], equal_nan=True)
