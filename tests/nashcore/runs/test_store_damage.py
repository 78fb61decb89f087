"""Damage of every kind: what is damaged is named and set aside, and everything else goes on."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table, quick_config


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three finished runs, one on a table of one's own."""
    folder = tmp_path_factory.mktemp("three")
    store = Store(folder / "runs")
    for config in (quick_config(seeds=1), own(own_table(folder), seeds=1), quick_config(seeds=1)):
        with store.begin(config) as run:
            carry_out(store, run)
    return store.home


@pytest.fixture
def store(three: Path, tmp_path: Path) -> Store:
    return Store(Path(shutil.copytree(three, tmp_path / "runs")))


def sql(store: Store, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(store.home / "runs.sqlite")) as database, database:
        database.execute(statement, values)


def everything(store: Store) -> tuple[list[str], list[str]]:
    """All that a reader may ask for; the ids of the runs that are there, and of those set aside."""
    runs, aside = store.runs(), store.damaged()
    for run in runs:
        for ask in (store.get, store.history, store.files.models, store.files.encoder):
            with suppress(InputError):
                ask(run.id)
    assert all(one.reason.endswith(".") for one in aside)
    return [run.id for run in runs], [one.id for one in aside]


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_database_never_costs_more_than_what_is_damaged(store: Store, seed: int) -> None:
    known = {run.id for run in store.runs()}
    path, chance = store.home / "runs.sqlite", random.Random(seed)  # noqa: S311
    content = bytearray(path.read_bytes())
    match seed % 6:
        case 0:  # bytes here and there, but for the layout's number: a newer one is refused by name
            version = content[60:64]
            for _ in range(200):
                content[chance.randrange(len(content))] = chance.randrange(256)
            content[60:64] = version
        case 1:  # a page is lost
            start = 4096 * chance.randrange(1, len(content) // 4096)
            content[start : start + 4096] = bytes(4096)
        case 2:  # the end is lost
            del content[chance.randrange(100, len(content)) :]
        case 3:  # the beginning is lost
            content[: chance.randrange(1, 200)] = chance.randbytes(64)
        case 4:  # pages change places
            a, b = sorted(chance.sample(range(1, len(content) // 4096), 2))
            pages = [content[4096 * i : 4096 * i + 4096] for i in range(len(content) // 4096)]
            pages[a], pages[b] = pages[b], pages[a]
            content = bytearray(b"".join(pages))
        case 5:  # another file altogether
            content = bytearray(chance.randbytes(chance.randrange(0, 5000)))
    path.write_bytes(content)
    store = Store(store.home)
    runs, aside = everything(store)
    assert known <= {*runs, *aside}  # each is there, or named: its files are
    added = store.add(quick_config(), "Goes on")
    store.stop(added.id)
    store.delete(added.id)
    store.trash.restore(added.id)
    with store.begin(quick_config(seeds=1)) as run:
        carry_out(store, run)
    assert store.get(run.id).state == "finished"
    for name in (*runs, *aside):
        with suppress(InputError):
            store.delete(name, for_good=True)


def test_a_lost_page_of_one_runs_epochs_spares_all_runs(store: Store) -> None:
    known = [run.id for run in store.runs()]
    with closing(sqlite3.connect(store.home / "runs.sqlite")) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'epochs'").fetchone()
    with (store.home / "runs.sqlite").open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"\xff" * 4096)
    for run in known:
        with suppress(InputError):
            store.history(run)
    assert [run.id for run in store.runs()] == known
    assert len(list((store.home / "damaged").glob("*.sqlite"))) == 1


def deep(levels: int) -> str:
    return (
        json.dumps({"dataset": "titanic", "sensitive": "sex"})[:-1]
        + ', "rule_options": '
        + ('{"a":' * levels + "1" + "}" * levels + "}")
    )


ROWS: dict[str, tuple[str, object, str]] = {
    "nested 5,000 deep": ("config", deep(5000), "nested too deep"),
    "nested 700 deep": ("config", deep(700), "damaged"),
    "no JSON": ("config", "{", "no JSON"),
    "bytes for text": ("config", b"\xff\xfe\x00", "config should be text"),
    "a number of 5,000 digits": ("config", '{"epochs": ' + "9" * 5000 + "}", "damaged"),
    "a word too many": (
        "config",
        '{"dataset": "titanic", "sensitive": "sex", "colour": 1}',
        "Another version",
    ),
    "a path outside": ("config", '{"csv": "/etc/passwd", "sensitive": "sex"}', "file of the folder of runs"),
    "a path up": ("config", '{"csv": "../../x.csv", "sensitive": "sex"}', "file of the folder of runs"),
    "created is a word": ("created", "yesterday", "created should be a number"),
    "created is too late": ("created", 1e300, "created should be a number"),
    "created is infinite": ("created", float("inf"), "created should be a number"),
    "created is negative": ("created", -1e12, "created should be a number"),
    "an unknown state": ("state", "dancing", "state should be one of"),
    "a title in bytes": ("title", b"\xff", "title should be text"),
    "a share that is a word": ("share", "half", "share should be a number"),
    "seconds in bytes": ("seconds", b"1", "seconds should be a number"),
    "an id that is a path": ("id", "../../../etc", "its id should be eight"),
    "an id that is none": ("id", None, "id should be text"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_damaged_row_is_named_and_set_aside(store: Store, name: str) -> None:
    first, second, third = (run.id for run in store.runs())
    column, value, says = ROWS[name]
    with closing(sqlite3.connect(store.home / "runs.sqlite")) as database, database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(f"UPDATE runs SET {column} = ? WHERE id = ?", (value, second))  # noqa: S608
    store = Store(store.home)
    runs, aside = everything(store)
    assert runs == [first, third]
    found = next(one for one in store.damaged() if one.id in (second, *aside[:1]))
    assert says in found.reason
    with pytest.raises(InputError, match=r"cannot be read|There is no run"):
        store.get(found.id)
    if name != "an id that is none":
        store.delete(found.id)
        assert found.id not in [one.id for one in store.damaged()]
        store.trash.restore(found.id)
    store.delete(found.id, for_good=True)
    if column == "id":  # its files have no row any more
        store.delete(second, for_good=True)
    assert store.damaged() == []
    assert not (store.home / "files" / second).exists()
    assert Path("/etc/passwd").exists()


def test_text_that_is_no_text_is_read_as_far_as_it_goes(store: Store) -> None:
    run = store.runs()[0].id
    sql(store, "UPDATE runs SET title = CAST(X'41FF42' AS TEXT) WHERE id = ?", run)
    assert store.get(run).title == "A�B"


def test_a_damaged_run_that_waits_fails_and_the_next_has_its_turn(store: Store) -> None:
    bad, good = store.add(quick_config()), store.add(quick_config())
    sql(store, "UPDATE runs SET config = ? WHERE id = ?", deep(5000), bad.id)
    assert store.next_waiting() == good
    assert [one.id for one in store.damaged()] == [bad.id]


def test_an_empty_database_beside_files_of_runs_is_said(store: Store) -> None:
    known = {run.id for run in store.runs()}
    assert store.warnings == []
    for path in store.home.glob("runs.sqlite*"):
        path.unlink()
    store = Store(store.home)
    assert store.runs() == []
    (says,) = store.warnings
    assert "holds no run, but there are files of 3" in says
    assert {one.id for one in store.damaged()} == known
    os.utime(store.home / "swept", (0, 0))
    for run in known:
        os.utime(store.home / "files" / run, (0, 0))
    store = Store(store.home)  # sweeps
    assert {one.id for one in store.damaged()} == known
    assert len(store.files.models(next(iter(known))).arms) > 0


PLANTED = ("link", "link to nothing", "pipe", "folder")


def plant(path: Path, what: str, victim: Path) -> None:
    """Put something else in a file's place."""
    path.unlink(missing_ok=True)
    match what:
        case "link":
            path.symlink_to(victim)
        case "link to nothing":
            path.symlink_to(victim.with_name("nothing"))
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.parametrize("name", ["models.npz", "encoder.json", "natural_test.npz", "alive.lock"])
def test_what_is_planted_in_a_files_place_is_not_read_or_followed(
    store: Store, tmp_path: Path, name: str, what: str
) -> None:
    run, *others = (run.id for run in store.runs())
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    plant(store.home / "files" / run / name, what, victim)
    sql(store, "UPDATE runs SET state = 'running' WHERE id = ?", run)
    assert everything(store) == ([run, *others], [])
    if name == "models.npz":
        with pytest.raises(InputError, match="should be a plain file"):
            store.files.models(run)
    store._set(run, state="stopped")
    store.delete(run, for_good=True)
    assert victim.read_bytes() == b"precious"
    assert not victim.with_name("nothing").exists()
    assert everything(store) == (others, [])


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_in_a_tables_place_is_replaced(store: Store, tmp_path: Path, what: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path = own_table(tmp_path)
    kept = store.files.add_file(path)
    plant(kept, what, victim)
    if what == "folder":
        with pytest.raises(InputError, match="cannot be used"):
            store.add(own(path))
    else:
        assert store.add(own(path)).config.csv == kept
        assert kept.read_bytes() == path.read_bytes()
    assert victim.read_text() == "precious"
    assert list(kept.parent.glob("*.part")) == []


@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_nobody_trains_on_what_is_planted_in_a_tables_place(store: Store, tmp_path: Path, what: str) -> None:
    bad, good = store.add(own(own_table(tmp_path), seeds=2)), store.add(quick_config())
    assert bad.config.csv is not None
    plant(bad.config.csv, what, own_table(tmp_path, "victim.csv"))
    assert store.next_waiting() == good
    assert store.get(bad.id).state == "failed"
    assert "should be a plain file" in store.get(bad.id).reason


@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_a_database_that_is_no_file_is_refused(store: Store, tmp_path: Path, what: str, end: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    plant(store.home / f"runs.sqlite{end}", what, victim)
    with pytest.raises(InputError, match=f"runs.sqlite{end} should be a file"):
        Store(store.home)
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("name", ["files", "tables"])
def test_a_link_in_a_folders_place_leads_nowhere(store: Store, tmp_path: Path, name: str) -> None:
    elsewhere = Path(shutil.copytree(store.home / name, tmp_path / "elsewhere"))
    before = sorted(elsewhere.rglob("*"))
    shutil.rmtree(store.home / name)
    (store.home / name).symlink_to(elsewhere)
    os.utime(store.home / "swept", (0, 0))
    store = Store(store.home)
    everything(store)
    for run in store.runs():
        store.delete(run.id)
        with suppress(InputError):
            store.delete(run.id, for_good=True)
    with suppress(InputError):
        store.add(own(own_table(tmp_path)))
    with suppress(InputError), store.begin(quick_config()):
        pass
    assert sorted(elsewhere.rglob("*")) == before


@pytest.mark.parametrize("name", ["models.npz", "encoder.json", "epochs", "outline"])
def test_changed_bytes_are_told_in_a_sentence_whatever_they_are(store: Store, name: str) -> None:
    run, chance = store.runs()[0].id, random.Random(name)  # noqa: S311
    path = store.home / "files" / run / name
    with store._database.read() as database:
        stored = {
            "epochs": database.execute("SELECT content FROM epochs WHERE run = ?", (run,)).fetchone()[0],
            "outline": database.execute("SELECT outline FROM runs WHERE id = ?", (run,))
            .fetchone()[0]
            .encode(),
        }
    content = stored[name] if name in stored else path.read_bytes()
    refused: list[str] = []
    for _ in range(150):
        changed = bytearray(content)
        for _ in range(chance.randrange(1, 6)):
            ends = (chance.randrange(len(changed)), chance.randrange(min(200, len(changed))))
            changed[chance.choice((*ends, len(changed) - 1 - ends[1]))] = chance.randrange(256)
        if chance.random() < 0.2:
            del changed[chance.randrange(len(changed)) :]
        if name == "epochs":
            sql(store, "UPDATE epochs SET content = ? WHERE run = ?", bytes(changed), run)
        elif name == "outline":
            sql(store, "UPDATE runs SET outline = CAST(? AS TEXT) WHERE id = ?", bytes(changed), run)
        else:
            path.write_bytes(changed)
        try:
            store.files.models(run)
            store.files.encoder(run)
            store.history(run)
        except InputError as told:
            refused.append(str(told))
    assert refused
    assert all(told.endswith("damaged, or of another version.") for told in refused)
    assert len(store.runs()) == 3
