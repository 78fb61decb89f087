"""From a file to a sweep in the store: only what is missing is to be trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.store import Store
from nashcore.runs.sweep.file import sweep_of
from nashcore.runs.sweep.keep import keep, label, names_of, planned, run_title, standings
from nashcore.runs.worker import serve
from tests.nashcore.runs.quick_config import own_table
from tests.nashcore.runs.sweep.small_sweep import small_plan


def test_a_finished_run_of_the_same_config_is_not_trained_again(tmp_path: Path) -> None:
    store, plan = Store(tmp_path), small_plan()
    before = store.add(plan.configs[1])
    waits = store.add(plan.configs[0])
    store.stop(waits.id)  # not finished: it is nobody's but its own
    serve(store)
    sweep = keep(store, plan)
    assert [place.run for place in sweep.places] == [None, before.id]
    assert [one.state for one in standings(store, sweep)] == ["waiting", "finished"]
    assert [one.share for one in standings(store, sweep)] == [0.0, 1.0]


def test_a_plan_says_what_would_be_done_and_writes_nothing(tmp_path: Path) -> None:
    own_table(tmp_path)
    values = {
        "base": {
            "csv": "mine.csv",
            "target": {"column": "y", "positive": "1"},
            "sensitive": "s",
            "batch_size": 16,
        },
        "grid": {"lr": [0.1, 0.2]},
    }
    plan, store = sweep_of(values, folder=tmp_path), Store(tmp_path / "runs")
    told, stands, digests = planned(store, plan)
    assert not store.files.tables.exists()
    assert store.sweeps.ids() == []
    assert [one.run for one in stands] == [None, None]
    sweep = keep(store, plan)
    assert sweep.id == told
    assert len(set(digests)) == 2
    assert planned(store, plan)[::2] == (told, digests)
    (table,) = store.files.tables.iterdir()
    assert {place.config.csv for place in sweep.places} == {table}


def test_a_table_that_is_not_there_is_refused_before_anything_is_kept(tmp_path: Path) -> None:
    values = {
        "base": {"csv": "none.csv", "target": {"column": "y", "positive": "1"}, "sensitive": "s"},
        "grid": {"lr": [0.1, 0.2]},
    }
    plan, store = sweep_of(values, folder=tmp_path), Store(tmp_path / "runs")
    for ask in (keep, planned):
        with pytest.raises(InputError, match=r"none\.csv"):
            ask(store, plan)
    assert store.sweeps.ids() == []


def test_titles_tell_what_tells_runs_apart(tmp_path: Path) -> None:
    sweep = keep(
        Store(tmp_path), small_plan({"lr": [0.001, 0.01], "schedules": ["two_stage:1", "continuous"]})
    )
    assert names_of(sweep) == ("lr", "schedules")
    titles = [run_title(sweep, place) for place in sweep.places]
    assert titles[0].startswith("Small: Learning rate 0.001, When to bargain ")
    assert len(set(titles)) == 4
    assert label(sweep.places[0].config, ["dropout"]) == "Dropout 0.4"


def test_a_run_that_was_continued_for_more_epochs_is_the_sweep_s_no_more(tmp_path: Path) -> None:
    store, plan = Store(tmp_path), small_plan()
    before = store.add(plan.configs[1])
    serve(store)
    sweep = keep(store, plan)
    assert standings(store, sweep)[1].state == "finished"
    store.resume(before.id, 2 * plan.configs[1].epochs)
    serve(store)
    assert standings(store, sweep)[1].run is None
    _, stands, _ = planned(store, plan)
    assert stands[1].run is None
