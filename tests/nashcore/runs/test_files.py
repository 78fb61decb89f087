"""What an audit found is kept with a run, and stands wherever its figures do."""

from __future__ import annotations

from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.results import pool, stored_result, warnings
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def _trained(store: Store, path: Path, **changes: object) -> str:
    with store.begin(own(path, **changes)) as run:
        carry_out(store, run)
    return run.id


def _table(folder: Path) -> Path:
    rows = ["y,s,x,late"] + [f"{i % 2},{'ab'[i % 3 == 0]},{i * 7 % 11},{i % 2 * 5}" for i in range(200)]
    path = folder / "mine.csv"
    path.write_text("\n".join(rows))
    return path


def test_a_serious_finding_stands_at_every_result_trained_with_it(store: Store, tmp_path: Path) -> None:
    path = _table(tmp_path)
    found = stored_result(store, _trained(store, path))
    assert found.serious == (
        "late alone tells the labels apart (AUC 1.000): it may be known only afterwards.",
    )
    (says,) = [one for one in warnings([found]) if "serious finding" in one]
    assert says.endswith(found.serious[0])
    left_out = stored_result(store, _trained(store, path, drop=("late",)))
    assert left_out.serious == ()
    assert warnings([left_out]) == []
    other = stored_result(store, _trained(store, path, split_seed=1))
    (whole,) = pool([found, other])
    assert whole.serious == found.serious


def test_a_run_of_an_earlier_version_has_none_and_damage_is_named(store: Store, tmp_path: Path) -> None:
    run = _trained(store, _table(tmp_path))
    kept = store.home / "files" / run / "findings.json"
    kept.write_text('[{"nothing": 1}]')
    with pytest.raises(InputError, match="findings of run"):
        stored_result(store, run)
    kept.unlink()
    assert stored_result(store, run).serious == ()
