"""A run as one file: the same figures to the bit on another machine, scoring there, and no trust in what a file says."""

from __future__ import annotations

import io
import json
import pickle
import sqlite3
import time
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock

from nashcore.errors import InputError
from nashcore.runs.bundle import export_bundle
from nashcore.runs.bundle_import import import_bundle
from nashcore.runs.config import TrainingConfig
from nashcore.runs.database import BusyError
from nashcore.runs.results import TABLES, read_rows, score_rows, stored_result
from nashcore.runs.run import Run
from nashcore.runs.sealed_zip import MANIFEST, write_sealed
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table, quick_config, stop_after_an_epoch


def trained(store: Store, config: TrainingConfig, title: str = "one") -> Run:
    with store.begin(config, title) as run:
        carry_out(store, run)
    return store.get(run.id)


def bundle_of(store: Store, run: Run, **how: bool) -> io.BytesIO:
    file = io.BytesIO()
    assert export_bundle(store, run.id, file, **how) == []
    return file


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("here")


@pytest.fixture(scope="module")
def one(home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, bytes]:
    """A run on a table of one's own and two splits, and its bundle."""
    table = own_table(tmp_path_factory.mktemp("table"))
    store = Store(home)
    run = trained(store, own(table, split_seeds=2, split_seed=0), title="Größe <b>")
    store.tag(run.id, ["for the paper", "größer"])
    store.note(run.id, "Two lines\nof thought.")
    return store.get(run.id), bundle_of(store, run).getvalue()


def test_the_other_machine_has_the_same_figures_to_the_bit(
    one: tuple[Run, bytes], home: Path, tmp_path: Path
) -> None:
    run, content = one
    here, there = Store(home), Store(tmp_path / "there")
    (tmp_path / "run.zip").write_bytes(content)
    found = import_bundle(there, tmp_path / "run.zip")
    same = ("id", "title", "state", "reason", "created", "epochs", "share", "seconds", "tags", "note")
    assert found.tags
    assert found.note
    assert [getattr(found, name) for name in same] == [getattr(run, name) for name in same]
    assert found.config.csv is not None
    assert found.config.csv.parent == there.home / "tables"
    assert found.config.replaced(csv=run.config.csv) == run.config
    left, right = stored_result(here, run.id), stored_result(there, run.id)
    for make in TABLES.values():
        pd.testing.assert_frame_equal(make(left), make(right), check_exact=True)
    assert left.summary == right.summary
    assert left.provenance == right.provenance
    for place in range(2):
        for name, values in here.files.models(run.id, place).parameters.items():
            assert np.array_equal(values, there.files.models(run.id, place).parameters[name])
    rows = own_table(tmp_path, "new.csv")
    scores = [
        score_rows(store, run.id, read_rows(store, run.id, rows).frame, "ltr", 1, 1)
        for store in (here, there)
    ]
    pd.testing.assert_frame_equal(*scores, check_exact=True)


def test_a_bundle_of_an_earlier_version_has_no_tags_and_no_note(
    one: tuple[Run, bytes], tmp_path: Path
) -> None:
    earlier = _changed(one[1], lambda about: (about["run"].pop("tags"), about["run"].pop("note")))
    found = import_bundle(Store(tmp_path), io.BytesIO(earlier))
    assert (found.tags, found.note) == ((), "")


def test_the_imported_run_can_be_trained_again_to_the_same_numbers(
    one: tuple[Run, bytes], tmp_path: Path
) -> None:
    there = Store(tmp_path)
    run = import_bundle(there, io.BytesIO(one[1]))
    again = trained(there, run.config)
    before, after = (stored_result(there, found.id).summary for found in (run, again))
    assert before["methods"] == after["methods"]


def test_without_the_table_everything_but_training_works(
    one: tuple[Run, bytes], home: Path, tmp_path: Path
) -> None:
    file = bundle_of(Store(home), one[0], with_table=False)
    assert not [name for name in zipfile.ZipFile(file).namelist() if name.startswith("tables/")]
    there = Store(tmp_path / "there")
    run = import_bundle(there, file)
    rows = own_table(tmp_path, "new.csv")
    assert len(score_rows(there, run.id, read_rows(there, run.id, rows).frame, "ltr", 0)) == 200
    with pytest.raises(InputError, match=r"no such file|cannot be read"):
        run.config.task()


def test_a_run_of_the_catalogue_and_one_that_was_stopped(tmp_path: Path) -> None:
    here, there = Store(tmp_path / "here"), Store(tmp_path / "there")
    with here.begin(quick_config(epochs=2000)) as run:
        carry_out(here, run, watch=stop_after_an_epoch(here, run.id))
    found = import_bundle(there, bundle_of(here, here.get(run.id)))
    assert found.state == "stopped"
    assert stored_result(there, run.id).summary == stored_result(here, run.id).summary


def test_a_run_that_is_there_already_is_told(one: tuple[Run, bytes], tmp_path: Path) -> None:
    run, content = one
    store = Store(tmp_path)
    import_bundle(store, io.BytesIO(content))
    with pytest.raises(InputError, match=f"{run.id} is kept here already, with the same figures"):
        import_bundle(store, io.BytesIO(content))
    other = import_bundle(store, io.BytesIO(content), new_id=True)
    assert other.id != run.id
    assert stored_result(store, other.id).summary == stored_result(store, run.id).summary
    store.delete(run.id)
    assert stored_result(store, other.id).config.task().train.rows  # its table is still there
    third = trained(store, quick_config())
    changed = _changed(content, lambda about: about["run"].update(id=third.id))
    with pytest.raises(InputError, match=r"with other figures: nothing was imported\. .*--new-id"):
        import_bundle(store, io.BytesIO(changed))
    assert stored_result(store, third.id).summary["dataset"] == "titanic"


@pytest.mark.parametrize("aside", ["in the trash", "damaged", "held by another"])
def test_a_run_that_is_put_aside_keeps_its_files(
    one: tuple[Run, bytes], tmp_path: Path, aside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, content = one
    store = Store(tmp_path)
    import_bundle(store, io.BytesIO(content))
    before = {path.name: path.read_bytes() for path in store.files.inside(run.id)}
    if aside == "in the trash":
        store.delete(run.id)
    elif aside == "damaged":
        with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as database, database:
            database.execute("UPDATE runs SET config = 'nonsense'")
    else:
        monkeypatch.setattr(store, "get", _busy)
    with pytest.raises(InputError, match=r"is kept here already, .*: nothing was imported\. .*--new-id"):
        import_bundle(store, io.BytesIO(content))
    assert {path.name: path.read_bytes() for path in store.files.inside(run.id)} == before
    if aside == "in the trash":
        store.trash.restore(run.id)
        assert store.files.models(run.id).arms


def _busy(run: str) -> Run:
    raise BusyError(f"Run {run} is in use by another process.")


def test_of_two_who_import_one_run_at_once_the_second_is_told(
    one: tuple[Run, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looked before the first had kept it, and waited for the first to be done."""
    run, content = one
    store, other = Store(tmp_path), Store(tmp_path)
    lock = store.files.liveness_lock

    def after_the_other(name: str) -> FileLock:
        monkeypatch.setattr(store.files, "liveness_lock", lock)
        import_bundle(other, io.BytesIO(content))
        return lock(name)

    monkeypatch.setattr(store.files, "liveness_lock", after_the_other)
    with pytest.raises(InputError, match="is kept here already, with the same figures"):
        import_bundle(store, io.BytesIO(content))
    assert store.files.models(run.id).arms


def test_a_run_that_is_not_over_or_has_no_figures_is_not_exported(tmp_path: Path) -> None:
    store = Store(tmp_path)
    waiting = store.add(quick_config())
    with pytest.raises(InputError, match=r"should be over before it is exported\. Found it waiting"):
        export_bundle(store, waiting.id, io.BytesIO())
    store.stop(waiting.id)
    with pytest.raises(InputError, match="no figures to export"):
        export_bundle(store, waiting.id, io.BytesIO())


def test_models_that_are_damaged_are_named_and_left_out(tmp_path: Path) -> None:
    store = Store(tmp_path / "here")
    run = trained(store, quick_config())
    (store.home / "files" / run.id / "models.npz").write_bytes(b"no")
    file = io.BytesIO()
    (said,) = export_bundle(store, run.id, file)
    assert "without its models" in said
    assert (
        stored_result(Store(tmp_path / "there"), import_bundle(Store(tmp_path / "there"), file).id).epochs
        == 2
    )


def test_only_the_store_s_own_files_go_into_a_bundle(tmp_path: Path) -> None:
    """A row that names another file of this machine, and a table that was changed."""
    store = Store(tmp_path / "here")
    run = trained(store, own(own_table(tmp_path)))
    assert run.config.csv is not None
    run.config.csv.write_text("y,s,x,z\n")
    file = io.BytesIO()
    (said,) = export_bundle(store, run.id, file)
    assert "damaged" in said
    assert import_bundle(Store(tmp_path / "there"), file).id == run.id
    secret = tmp_path / "secret.csv"
    secret.write_text("secret")
    with closing(sqlite3.connect(store.home / "runs.sqlite")) as database, database:
        config = run.config.replaced(csv=secret).to_json()
        database.execute("UPDATE runs SET config = ?", (config,))
    with pytest.raises(InputError, match="should be a file of the folder of runs"):
        export_bundle(store, run.id, io.BytesIO())


def _changed(content: bytes, change: Callable[[dict[str, Any]], object], **members: bytes | None) -> bytes:
    """A bundle sealed anew after a change to what it says, and to what it holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        about = json.loads(archive.read(MANIFEST))
        kept = {name: archive.read(name) for name in about.pop("members")}
    change(about)
    kept |= {name: value for name, value in members.items() if value is not None}
    file = io.BytesIO()
    write_sealed(
        file, about, {name: value for name, value in kept.items() if members.get(name, b"") is not None}
    )
    return file.getvalue()


def _npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def _added(content: bytes, name: str, value: bytes) -> bytes:
    file = io.BytesIO(content)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # that a name is there twice
        archive.writestr(name, value)
    return file.getvalue()


def _lying(shape: tuple[int, ...]) -> bytes:
    """An array whose header tells another size than it has."""
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": "<f8", "fortran_order": False, "shape": shape})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("metrics/overall_auc.npy", array.getvalue())
    return file.getvalue()


class _Bang:
    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("raise SystemExit('unpickled')",)


def nothing(about: dict[str, Any]) -> None:
    """No change."""


def deep(about: dict[str, Any]) -> None:
    value: Any = []
    for _ in range(900):
        value = [value]
    about["config"] = {"dataset": value}


BAD: dict[str, Callable[[bytes], bytes]] = {
    "no zip": lambda content: b"hello",
    "empty": lambda content: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "another zip": lambda content: _added(io.BytesIO().getvalue(), "epochs/0.npz", b"x"),
    "a byte turned": lambda content: content[:3000] + bytes([content[3000] ^ 1]) + content[3001:],
    "a member more": lambda content: _added(content, "encoder-9.json", b"{}"),
    "a path outside": lambda content: _added(content, "../../evil.npz", b"x"),
    "an absolute path": lambda content: _added(content, "/etc/evil.npz", b"x"),
    "a backslash": lambda content: _added(content, "..\\evil.npz", b"x"),
    "a program": lambda content: _added(content, "run.py", b"x"),
    "one name twice": lambda content: _added(content, "epochs/0.npz", b"x"),
    "a bomb": lambda content: _changed(content, nothing, **{"natural_test.npz": b"\0" * 300_000_000}),
    "a bomb of arrays": lambda content: _changed(
        content, nothing, **{"natural_test.npz": _npz(metrics=np.zeros(40_000_000))}
    ),
    "a pickle": lambda content: _changed(
        content, nothing, **{"epochs/0.npz": _npz(x=np.array([_Bang()], dtype=object))}
    ),
    "a bare pickle": lambda content: _changed(content, nothing, **{"epochs/0.npz": pickle.dumps(_Bang())}),
    "a lying array": lambda content: _changed(content, nothing, **{"epochs/0.npz": _lying((10**12,))}),
    "a negative array": lambda content: _changed(content, nothing, **{"epochs/0.npz": _lying((-1,))}),
    "an epoch missing": lambda content: _changed(content, nothing, **{"epochs/0.npz": None}),
    "no epochs": lambda content: _changed(content, lambda about: about.update(epochs=0)),
    "another format": lambda content: _changed(content, lambda about: about.update(format="x")),
    "a later layout": lambda content: _changed(content, lambda about: about.update(version=9)),
    "no run": lambda content: _changed(content, lambda about: about.pop("run")),
    "a thousand tags": lambda content: _changed(
        content, lambda about: about["run"].update(tags=list(range(1000)))
    ),
    "tags that are none": lambda content: _changed(content, lambda about: about["run"].update(tags=7)),
    "a long note": lambda content: _changed(content, lambda about: about["run"].update(note="x" * 9999)),
    "a strange id": lambda content: _changed(content, lambda about: about["run"].update(id="../../x")),
    "an id of another type": lambda content: _changed(content, lambda about: about["run"].update(id=7)),
    "a run that goes on": lambda content: _changed(
        content, lambda about: about["run"].update(state="running")
    ),
    "a time that cannot be": lambda content: _changed(
        content, lambda about: about["run"].update(created=1e300)
    ),
    "ages in training": lambda content: _changed(content, lambda about: about.update(seconds=1e300)),
    "methods of other names": lambda content: _changed(
        content, lambda about: about["outline"].update(methods=["<b>"] * len(about["outline"]["arms"]))
    ),
    "a group more": lambda content: _changed(content, lambda about: about["outline"]["groups"].append("c")),
    "a player less": lambda content: _changed(content, lambda about: about["outline"]["players"].pop()),
    "a name without end": lambda content: _changed(
        content, lambda about: about["outline"]["groups"].insert(0, "x" * 3_000_000)
    ),
    "a word for a time": lambda content: _changed(content, lambda about: about["run"].update(created="now")),
    "a file outside": lambda content: _changed(
        content, lambda about: about["config"].update(csv="/etc/passwd")
    ),
    "other methods": lambda content: _changed(content, lambda about: about["config"].update(methods=["ltr"])),
    "a config of nothing": lambda content: _changed(content, lambda about: about.update(config={})),
    "a deep config": lambda content: _changed(content, deep),
    "figures of another size": lambda content: _changed(
        content, lambda about: about["outline"].update(arms=["ltr"])
    ),
    "control characters": lambda content: _changed(
        content, lambda about: about["run"].update(title="\x1b[2J")
    ),
    "an encoder of nothing": lambda content: _changed(content, nothing, **{"encoder-0.json": b"{}"}),
    "models of nothing": lambda content: _changed(
        content, nothing, **{"models-0.npz": _npz(arms=np.array(["x"]))}
    ),
    "a wrong provenance": lambda content: _changed(content, nothing, **{"provenance.json": b"[]"}),
    "a table of another name": lambda content: _changed(
        content, nothing, **{f"tables/{'0' * 64}.csv": b"a,b\n1,2"}
    ),
}


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("a byte turned", r"\."),
        ("a member more", "not those that its list names"),
        ("a path outside", "no bundle has a member called"),
        ("one name twice", "two members of one name"),
        ("a bomb", "would grow to far more"),
        ("a bomb of arrays", "would grow to far more"),
        ("a pickle", "something else than numbers"),
        ("a lying array", "not of the size that it tells"),
        ("a file outside", "names a file of its own outside"),
        ("other methods", "do not belong to its config"),
        ("a later layout", "another version of the program"),
        ("a table of another name", "does not hold what its name says"),
    ],
)
def test_the_sentence_names_the_fault(kind: str, why: str, one: tuple[Run, bytes], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=why):
        import_bundle(Store(tmp_path), io.BytesIO(BAD[kind](one[1])))


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_honest_bundle_is_refused_in_a_sentence_and_leaves_nothing(
    kind: str, one: tuple[Run, bytes], tmp_path: Path
) -> None:
    store = Store(tmp_path / "there")
    before = sorted(path for path in tmp_path.rglob("*"))
    bad = BAD[kind](one[1])
    started = time.process_time()
    with pytest.raises(InputError) as refused:
        import_bundle(store, io.BytesIO(bad))
    assert time.process_time() - started < 20
    assert "Traceback" not in str(refused.value)
    assert str(refused.value).endswith(".")
    assert store.runs() == []
    assert [path for path in sorted(tmp_path.rglob("*")) if "sqlite" not in path.name] == [
        path for path in before if "sqlite" not in path.name
    ]


def test_any_byte_that_is_turned_is_noticed_or_means_nothing(one: tuple[Run, bytes], tmp_path: Path) -> None:
    run, content = one
    draw = np.random.default_rng(0)
    store = Store(tmp_path)
    for place in draw.integers(0, len(content), 60).tolist():
        bad = content[:place] + bytes([content[place] ^ (1 << int(draw.integers(8)))]) + content[place + 1 :]
        try:
            found = import_bundle(store, io.BytesIO(bad))
        except InputError:
            continue
        assert found.title == run.title  # a time stamp or another part of the zip that nobody reads
        store.delete(found.id)


def test_of_endless_notices_a_page_shows_some(one: tuple[Run, bytes], tmp_path: Path) -> None:
    def endless(about: dict[str, Any]) -> None:
        arm, split = about["outline"]["arms"][0], about["outline"]["splits"][0]
        about |= {"notices": ["n" * 3_000] * 3_000, "stopped": [[arm, split, 0, "w" * 5_000]]}

    store = Store(tmp_path)
    history = store.history(import_bundle(store, io.BytesIO(_changed(one[1], endless))).id)
    assert history is not None
    assert [len(history.notices), *map(len, {*history.notices, *history.stopped.values()})] == [
        1000,
        2000,
        2000,
    ]


@pytest.mark.parametrize("filler", ['"x"', "[]", '{"a": 0}'])
def test_a_small_file_with_a_long_list_of_members_is_not_read(filler: str, tmp_path: Path) -> None:
    file, count = io.BytesIO(), (16 << 20) // len(filler)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, f'{{"members": {{}}, "format": [{",".join([filler] * count)}]}}')
    assert file.tell() < 100_000
    with pytest.raises(InputError, match=f"it holds no {MANIFEST} of a sensible size"):
        import_bundle(Store(tmp_path), io.BytesIO(file.getvalue()))


@pytest.mark.parametrize("sign", ["\0", "\r", "\x7f", "\x85", "\x9f"])
def test_no_control_character_gets_in(one: tuple[Run, bytes], sign: str, tmp_path: Path) -> None:
    content = _changed(one[1], lambda about: about.update(notices=[f"a{sign}b"]))
    with pytest.raises(InputError, match="its texts hold control characters"):
        import_bundle(Store(tmp_path), io.BytesIO(content))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "there")
    for path, why in ((tmp_path / "no.zip", "No such file"), (tmp_path, "is no file")):
        with pytest.raises(InputError, match=why):
            import_bundle(store, path)
