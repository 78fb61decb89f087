"""Where a run's numbers come from is noted down when it begins, and told ever after."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

import nashcore
from nashcore.errors import InputError
from nashcore.runs.config import TrainingConfig
from nashcore.runs.provenance import Provenance, begin_provenance, config_digest, data_digest, source_digest
from nashcore.runs.results import stored_result
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table, quick_config, stop_after_an_epoch


def trained(**changes: object) -> str:
    store = Store()
    with store.begin(quick_config(**changes), "one") as run:
        carry_out(store, run)
    return run.id


def test_a_trained_run_says_with_what_and_on_what() -> None:
    config = quick_config(split_seeds=2, split_seed=0)
    store = Store()
    with store.begin(config) as run:
        carry_out(store, run)
    found = store.files.provenance(run.id)
    assert found is not None
    assert found.config == config_digest(config)
    assert found.data == tuple(map(data_digest, config.tasks()))
    assert len(set(found.data)) == 2
    (process,) = found.processes
    assert process.program == nashcore.__version__
    assert process.source == source_digest()
    assert process.libraries["torch"] == version("torch")
    assert process.device == "cpu"
    words = dict(found.rows())
    assert words["Data (SHA-256), split 2"] == found.data[1]
    assert Provenance.from_json(found.to_json()) == found
    assert stored_result(store, run.id).provenance == found


def test_it_is_there_however_a_run_ends() -> None:
    store = Store()
    with store.begin(quick_config()) as run:
        carry_out(store, run, watch=stop_after_an_epoch(store, run.id))
    assert store.files.provenance(run.id) is not None


def test_a_process_that_goes_on_is_added_to_those_before() -> None:
    files, config = Store().files, quick_config()
    begin_provenance(files, "0" * 8, config)
    first = files.provenance("0" * 8)
    assert first is not None
    assert (len(first.processes), first.data) == (1, ())
    begin_provenance(files, "0" * 8, config)(config.task())
    found = files.provenance("0" * 8)
    assert found is not None
    assert found.processes[:-1] == first.processes
    assert found.data == (data_digest(config.task()),)
    assert "Program, process 2" in dict(found.rows())


def test_digests_tell_apart_what_differs(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here, there = own(own_table(tmp_path / "a")), own(own_table(tmp_path / "b"))
    assert config_digest(here) == config_digest(there)  # the same file somewhere else
    assert config_digest(here) != config_digest(here.replaced(lr=0.5))
    assert config_digest(TrainingConfig.from_json(here.to_json())) == config_digest(here)
    assert data_digest(here.task()) == data_digest(there.task())
    own_table(tmp_path / "b").write_text(
        (tmp_path / "a" / "mine.csv").read_text().replace("0,b,7", "0,b,8", 1)
    )
    assert data_digest(here.task()) != data_digest(there.task())


def test_a_run_without_it_or_with_a_damaged_one_is_shown_all_the_same() -> None:
    store, run = Store(), trained()
    path = store.home / "files" / run / "provenance.json"
    path.write_text("{}")
    with pytest.raises(InputError, match="provenance cannot be read"):
        store.files.provenance(run)
    assert "damaged" in str(stored_result(store, run).provenance)
    begin_provenance(store.files, run, quick_config())  # nor does a damaged one keep a run from going on
    assert store.files.provenance(run) is not None
    path.unlink()
    assert store.files.provenance(run) is None
    found = stored_result(store, run)
    assert "earlier version" in str(found.provenance)
    assert found.result.epochs == 2
