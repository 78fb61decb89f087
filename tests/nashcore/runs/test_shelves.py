"""Shelves: names that are no paths, folders for their owner alone, limits, and workers that serve all of them."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.places import ensure_worker, place, taken
from nashcore.runs.shelves import Limits, Shelves, limits_of, machine_of
from nashcore.runs.store import Store
from nashcore.runs.worker import serve
from tests.nashcore.runs.quick_config import quick_config

HOSTILE = [
    "",
    "../../etc",
    "/etc/passwd",
    "a/b",
    "nul\0",
    "\u202egnp",
    "x" * 100_000,
    "..",
    "con",
    "a" * 32,
    "0" * 32,
]


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    return Shelves(tmp_path / "runs")


def test_whatever_somebody_is_called_their_shelf_is_a_plain_folder(shelves: Shelves) -> None:
    names = {shelves.name_of("login", issuer, "sub") for issuer in HOSTILE}
    assert len(names) == len(HOSTILE)
    for name in names:
        home = shelves.store(name).home
        assert home.parent == shelves.home / "shelves"
        assert machine_of(home) == shelves.home
    assert {store.home.name for store in shelves.stores()} == names


def test_words_do_not_run_into_each_other(shelves: Shelves) -> None:
    assert shelves.name_of("a", "bc") != shelves.name_of("ab", "c")
    assert shelves.name_of("login", "x") != shelves.name_of("class", "x")


def test_a_name_stays_and_is_another_on_another_machine(shelves: Shelves, tmp_path: Path) -> None:
    name = shelves.name_of("class", "physics-7b")
    assert Shelves(shelves.home).name_of("class", "physics-7b") == name
    assert Shelves(tmp_path / "other").name_of("class", "physics-7b") != name


def test_shelves_that_are_taken_away_from_a_server_are_begun_anew_with_a_key(shelves: Shelves) -> None:
    store = shelves.store(shelves.name_of("class", "physics-7b"))
    store.add(quick_config())
    shutil.rmtree(shelves.home)
    name = shelves.name_of("class", "physics-7b")
    assert shelves.store(name).runs() == []
    assert len((shelves.home / "shelves" / "key").read_bytes()) == 32  # the next process reads it


@pytest.mark.parametrize("name", [*HOSTILE[:-2], "A" * 32, "0" * 31, "0" * 32 + "\n"])
def test_what_is_no_digest_names_no_shelf(shelves: Shelves, name: str) -> None:
    with pytest.raises(InputError, match="32 hexadecimal digits"):
        shelves.store(name)


def test_a_link_in_a_shelfs_place_is_not_followed(shelves: Shelves, tmp_path: Path) -> None:
    shelves.name_of("made")
    (tmp_path / "elsewhere").mkdir()
    (shelves.home / "shelves" / ("0" * 32)).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="should be a folder"):
        shelves.store("0" * 32)
    assert shelves.stores() == []


def _modes(folder: Path) -> set[tuple[bool, int]]:
    return {
        (path.is_dir(), stat.S_IMODE(path.lstat().st_mode) & 0o077) for path in (folder, *folder.rglob("*"))
    }


def test_everything_is_its_owners_alone_also_where_it_was_there_before(shelves: Shelves) -> None:
    before = os.umask(0)
    try:
        shelves.limit(Limits())
        store = shelves.store(shelves.name_of("class", "a"))
        store.add(quick_config())
        serve(Store(shelves.home))
        assert _modes(shelves.home) == {(True, 0), (False, 0)}
        for path in (shelves.home, *shelves.home.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        Store(shelves.home)
    finally:
        os.umask(before)
    assert _modes(shelves.home) == {(True, 0), (False, 0)}


def test_limits_are_written_down_for_workers(shelves: Shelves) -> None:
    home = shelves.store(shelves.name_of("class", "a")).home
    assert limits_of(home) == Limits()
    shelves.limit(Limits(1, 2, 3.5))
    assert limits_of(home) == Limits(1, 2, 3.5)
    assert limits_of(shelves.home) is None
    (shelves.home / "shelves" / "limits.json").write_text("[1")
    assert limits_of(home) == Limits()


def test_one_worker_serves_all_shelves_in_turn(shelves: Shelves) -> None:
    stores = [Store(shelves.home), *(shelves.store(shelves.name_of("class", one)) for one in "ab")]
    asked = [(store, store.add(quick_config(seeds=1)).id) for store in stores for _ in range(2)]
    took = serve(stores[0])
    assert [store.get(run).state for store, run in asked] == ["finished"] * 6
    assert took == [run for store, run in asked if store is stores[0]]
    begun = sorted(
        (store.files.folder(run).joinpath("encoder.json").stat().st_mtime_ns, store.home)
        for store, run in asked
    )
    homes = [home for _, home in begun]
    assert set(homes[:3]) == set(homes[3:]) == {store.home for store in stores}


def test_a_run_over_the_limits_is_ended_with_a_reason(shelves: Shelves) -> None:
    shelves.limit(Limits(rows=10))
    store = shelves.store(shelves.name_of("class", "a"))
    long = store.add(quick_config()).id
    serve(Store(shelves.home))
    assert store.get(long).state == "failed"
    assert store.get(long).reason.startswith("A table to train on should have at most 10 rows here.")
    shelves.limit(Limits(minutes=1e-9))
    slow = store.add(quick_config()).id
    serve(Store(shelves.home))
    assert store.get(slow).state == "stopped"
    assert "minutes, the most that a run may take here" in store.get(slow).reason


def test_the_machines_own_runs_have_no_limits(shelves: Shelves) -> None:
    shelves.limit(Limits(rows=10, minutes=1e-9))
    store = Store(shelves.home)
    run = store.add(quick_config(seeds=1)).id
    serve(store)
    assert store.get(run).state == "finished"


def test_shelves_have_their_places_in_common(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NASH_WORKER_PLACES", "1")
    one, other = (shelves.store(shelves.name_of("class", name)) for name in "ab")
    with place(Store(shelves.home)) as number:
        assert number == 0
        assert [each.number for each in taken(one)] == [0]
        other.add(quick_config())
        assert ensure_worker(other) is None
        with place(other) as second:
            assert second is None
