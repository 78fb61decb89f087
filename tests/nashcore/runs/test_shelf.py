"""Sweeps as the database keeps them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.provenance import config_digest
from nashcore.runs.run import config_text
from nashcore.runs.shelf import sweep_id, text_digest
from nashcore.runs.store import Store
from tests.nashcore.runs.quick_config import own, own_table, quick_config

CONFIGS = [quick_config(lr=lr) for lr in (0.1, 0.2)]
TEXTS = [config_text(config) for config in CONFIGS]


def test_a_sweep_comes_back_as_it_was_put(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = store.shelf.put("Rates", "worst_gauc", TEXTS)
    found = Store(tmp_path).shelf.get(sweep)
    assert (found.id, found.title, found.metric) == (sweep, "Rates", "worst_gauc")
    assert [place.config for place in found.places] == CONFIGS
    assert [place.run for place in found.places] == [None, None]
    assert store.shelf.ids() == [sweep]


def test_the_same_configs_are_the_same_sweep_under_its_newest_title(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first = store.shelf.put("Rates", "worst_gauc", TEXTS)
    run = store.add(CONFIGS[0])
    store.shelf.attach(first, 0, run.id)
    assert store.shelf.put("Others", "overall_auc", TEXTS) == first == sweep_id(TEXTS)
    found = store.shelf.get(first)
    assert (found.title, found.metric) == ("Others", "overall_auc")
    assert [place.run for place in found.places] == [run.id, None]
    assert sweep_id(TEXTS[:1]) != first


def test_a_config_is_known_by_the_digest_that_provenance_names(tmp_path: Path) -> None:
    config = own(own_table(tmp_path))
    assert text_digest(config_text(config)) == config_digest(config)
    spaced = json.dumps(dict(reversed(json.loads(TEXTS[0]).items())), indent=3)
    assert text_digest(spaced) == text_digest(TEXTS[0]) == config_digest(CONFIGS[0])
    assert text_digest("{") != text_digest("[")  # damaged, and nobody's


def test_a_deleted_run_is_missing_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = store.shelf.put("Rates", "worst_gauc", TEXTS)
    run = store.add(CONFIGS[0])
    store.shelf.attach(sweep, 0, run.id)
    store.stop(run.id)
    store.delete(run.id)
    assert [place.run for place in store.shelf.get(sweep).places] == [None, None]
    assert store.runs_of(sweep) == {}
    store.trash.restore(run.id)
    assert list(store.runs_of(sweep)) == [run.id]
    store.delete(run.id, for_good=True)
    assert [place.run for place in store.shelf.get(sweep).places] == [None, None]


def test_forgetting_a_sweep_keeps_its_runs(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sweep = store.shelf.put("Rates", "worst_gauc", TEXTS)
    run = store.add(CONFIGS[0])
    store.shelf.attach(sweep, 0, run.id)
    store.shelf.forget(sweep)
    assert store.shelf.ids() == []
    assert store.get(run.id).config == CONFIGS[0]
    for ask in (store.shelf.get, store.shelf.forget):
        with pytest.raises(InputError, match="There is no sweep"):
            ask(sweep)


def test_a_table_that_only_a_sweep_names_is_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    kept = store.files.add_file(own_table(tmp_path))
    config = own(kept)
    sweep = store.shelf.put("Own", "overall_auc", [config_text(config)])
    run = store.add(config)
    store.stop(run.id)
    store.delete(run.id, for_good=True)
    assert kept.exists()
    store.shelf.forget(sweep)
    again = store.add(config)
    store.stop(again.id)
    store.delete(again.id, for_good=True)
    assert not kept.exists()


def test_a_damaged_sweep_is_told_and_others_go_on(tmp_path: Path) -> None:
    store = Store(tmp_path)
    good = store.shelf.put("Good", "overall_auc", TEXTS)
    bad = store.shelf.put("Bad", "overall_auc", ["{"])
    with pytest.raises(InputError, match=f"Sweep {bad} cannot be read"):
        store.shelf.get(bad)
    assert store.shelf.get(good).title == "Good"
    for name in ("", "zz", "'; DROP TABLE runs; --"):
        assert store.runs_of(name) == {}
        with pytest.raises(InputError, match="There is no sweep"):
            store.shelf.get(name)
