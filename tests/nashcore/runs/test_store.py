"""The store: what was started is never lost, and every end has a name."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from nashcore.errors import InputError
from nashcore.learning import summarise, train
from nashcore.learning.events import Finished
from nashcore.runs import heart
from nashcore.runs.heart import SILENT_SECONDS, _watched, beating
from nashcore.runs.interruption import DIED
from nashcore.runs.row import TITLE_LENGTH
from nashcore.runs.store import Store, runs_home
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table, quick_config, stop_after_an_epoch


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def test_a_run_waits_runs_and_is_finished_with_everything_it_measured(store: Store) -> None:
    run = store.add(quick_config(), "A first try")
    assert (run.state, run.title, run.epochs, run.share) == ("waiting", "A first try", 0, 0.0)
    assert store.history(run.id) is None
    assert store.next_waiting() == run
    with store.claim(run.id) as mine:
        assert mine
        assert store.get(run.id).state == "running"
        assert store.next_waiting() is None
        carry_out(store, run)
    done = store.get(run.id)
    assert (done.state, done.reason, done.epochs, done.share) == ("finished", "", 2, 1.0)
    assert done.over
    *_, last = train(quick_config().task(), quick_config().plan())
    assert isinstance(last, Finished)
    history = store.history(run.id)
    assert history is not None
    found, expected = summarise(history.result()), summarise(last.result)
    assert {**found, "seconds": 0} == {**expected, "seconds": 0}
    assert np.array_equal(history.result().histograms, last.result.histograms)
    models = store.files.models(run.id)
    for name, values in last.models[0].parameters.items():
        assert np.array_equal(models.parameters[name], values)
    assert store.files.encoder(run.id) == quick_config().task().encoder


def test_the_natural_test_part_is_kept_and_a_run_without_one_says_so(store: Store, tmp_path: Path) -> None:
    config = own(own_table(tmp_path))
    with store.begin(config) as run:
        carry_out(store, run)
    *_, last = train(config.task(), config.plan())
    assert isinstance(last, Finished)
    history = store.history(run.id)
    assert history is not None
    kept, expected = summarise(history.result())["natural_test"], summarise(last.result)["natural_test"]
    assert kept == expected
    assert kept["rows"] == sum(kept["rows_by_cell"].values()) > 0
    (store.home / "files" / run.id / "natural_test.npz").unlink()  # as in runs of earlier versions
    history = store.history(run.id)
    assert history is not None
    assert summarise(history.result())["natural_test"] is None


def test_a_history_grows_by_what_is_new(store: Store) -> None:
    with store.begin(quick_config()) as run:
        seen = []

        def watch(event: object) -> None:
            history = store.history(run.id, seen[-1] if seen else None)
            if history is not None:
                seen.append(history)

        carry_out(store, run, watch=watch)
    assert len(seen[-1].epochs) == 2
    assert seen[-1] is seen[0]
    whole = store.history(run.id)
    assert whole is not None
    assert summarise(seen[-1].result()) == summarise(whole.result())


def test_a_stopped_run_keeps_what_is_done(store: Store) -> None:
    with store.begin(quick_config(epochs=10_000)) as run:
        carry_out(store, run, watch=stop_after_an_epoch(store, run.id))
    found = store.get(run.id)
    assert found.state == "stopped"
    assert 1 <= found.epochs < 10_000
    assert len(store.files.models(run.id).arms) == 3


def test_a_waiting_run_that_is_stopped_never_begins(store: Store) -> None:
    run = store.add(quick_config())
    store.stop(run.id)
    assert store.get(run.id).state == "stopped"
    with store.claim(run.id) as mine:
        assert not mine
    with pytest.raises(InputError, match="none of its epochs"):
        store.files.models(run.id)


def test_a_refusal_is_kept_with_its_sentence(store: Store) -> None:
    with store.begin(quick_config(batch_size=5000)) as run, pytest.raises(InputError, match="batch_size"):
        carry_out(store, run)
    found = store.get(run.id)
    assert found.state == "failed"
    assert found.reason.startswith("Training setting 'batch_size' should be at most")


def test_a_fault_of_the_program_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by chance")

    monkeypatch.setattr("nashcore.runs.worker.train", broken)
    with store.begin(quick_config()) as run, pytest.raises(ZeroDivisionError):
        carry_out(store, run)
    assert (
        store.get(run.id).reason == "A fault of the program, not of the input: ZeroDivisionError: by chance"
    )


def test_a_run_whose_process_died_waits_and_keeps_its_epochs(store: Store) -> None:
    code = (
        "import os, sys; from pathlib import Path; from nashcore.runs.store import Store;"
        "from nashcore.runs.worker import carry_out; from tests.nashcore.runs.quick_config import quick_config;"
        "from nashcore.learning.events import EpochDone;"
        "store = Store(Path(sys.argv[1]));"
        "context = store.begin(quick_config(epochs=9)); run = context.__enter__();"
        "carry_out(store, run, watch=lambda e: os._exit(9) if getattr(e, 'epoch', 0) == 2 else None)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(store.home)], check=False)
    assert done.returncode == 9
    (run,) = store.runs()
    assert (run.state, run.reason) == ("waiting", DIED)
    assert run.epochs >= 2
    history = store.history(run.id)
    assert history is not None
    assert history.result().epochs == run.epochs


def test_own_tables_and_splits_are_kept_once_and_deleted_with_their_last_run(
    store: Store, tmp_path: Path
) -> None:
    path = own_table(tmp_path)
    first, second = store.add(own(path)), store.add(own(path, seeds=1))
    path.unlink()
    assert first.config.csv == second.config.csv
    assert first.config.dataset == "mine"
    assert first.config.csv is not None
    with store.claim(first.id):
        carry_out(store, first)
    assert store.get(first.id).state == "finished"
    store.delete(first.id, for_good=True)
    assert first.config.csv.exists()
    store.stop(second.id)
    store.delete(second.id, for_good=True)
    assert not first.config.csv.exists()
    assert store.runs() == []
    with pytest.raises(InputError, match="There is no run"):
        store.get(first.id)


def test_a_run_that_is_not_over_cannot_be_deleted(store: Store) -> None:
    run = store.add(quick_config())
    with pytest.raises(InputError, match="should be over before it is deleted"):
        store.delete(run.id)


def test_titles_are_cleaned_and_newest_runs_come_first(store: Store) -> None:
    first = store.add(quick_config(), "  two\n\x00 lines ")
    second = store.add(quick_config(), "x" * 500)
    third = store.add(quick_config())
    assert [run.id for run in store.runs()] == [third.id, second.id, first.id]
    assert (first.title, third.title) == (
        "two lines",
        "titanic, by sex: T = 1, 2 epochs, 3 methods, …",
    )
    assert len(second.title) == TITLE_LENGTH
    store.rename(first.id, "Better")
    assert store.get(first.id).title == "Better"
    with pytest.raises(InputError, match="title"):
        store.rename(first.id, " \n")


@pytest.mark.parametrize("name", ["", "nobody", "../../etc", "0' OR '1'='1", "ABCDEF12", "a" * 500])
def test_unknown_names_are_refused(store: Store, name: str) -> None:
    with pytest.raises(InputError, match="There is no run"):
        store.get(name)


def test_the_folder_is_for_its_owner_and_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASH_RUNS_HOME", str(tmp_path / "here"))
    assert runs_home() == tmp_path / "here"
    home = Store().home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    monkeypatch.delenv("NASH_RUNS_HOME")
    assert runs_home().name == "runs"


def test_a_file_in_the_folder_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be used"):
        Store(tmp_path / "file")


def test_a_run_that_another_process_trains_is_not_ours_and_nothing_is_raised(store: Store) -> None:
    run = store.add(quick_config())
    trains = (
        "import pathlib, sys; from nashcore.runs.store import Store\n"
        "with Store(pathlib.Path(sys.argv[1])).claim(sys.argv[2]) as mine: print(mine, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", trains, str(store.home), run.id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "True"
        with store.claim(run.id) as mine:
            assert not mine
        assert store.get(run.id).state == "running"
        other.communicate("")


def test_a_claim_is_let_go_of_when_training_raises(store: Store) -> None:
    run = store.add(quick_config())
    with pytest.raises(ZeroDivisionError), store.claim(run.id):
        raise ZeroDivisionError
    assert store.get(run.id).reason == DIED


def test_a_run_that_is_deleted_meanwhile_is_not_ours_and_nothing_is_raised(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.add(quick_config())
    gone = FileLock(store.home / "files" / "gone" / "alive.lock")  # its folder is gone when the lock is taken
    monkeypatch.setattr(store.files, "liveness_lock", lambda run: gone)
    monkeypatch.setattr(type(gone), "_acquire", lambda self: (_ for _ in ()).throw(FileNotFoundError))
    with store.claim(run.id) as mine:
        assert not mine
    store._set(run.id, state="running")
    assert store.get(run.id).state == "running"


def test_a_run_of_another_version_spares_the_others(store: Store) -> None:
    strange, plain = store.add(quick_config()), store.add(quick_config())
    with sqlite3.connect(store.home / "runs.sqlite") as database:
        database.execute("UPDATE runs SET config = ? WHERE id = ?", ('{"new": 1}', strange.id))
    database.close()
    assert store.runs() == [plain]
    assert store.next_waiting() == plain
    with sqlite3.connect(store.home / "runs.sqlite") as database:
        (state,) = database.execute("SELECT state FROM runs WHERE id = ?", (strange.id,)).fetchone()
    database.close()
    assert state == "failed"


@pytest.mark.parametrize("junk", [b"", b"\0", b"PK\x03\x04 and no more"])
def test_damaged_figures_and_models_are_told_in_a_sentence(store: Store, junk: bytes) -> None:
    run = store.add(quick_config())
    with store.claim(run.id):
        carry_out(store, run)
    (store.home / "files" / run.id / "models.npz").write_bytes(junk)
    with pytest.raises(InputError, match=r"models of run .* cannot be read"):
        store.files.models(run.id)
    with sqlite3.connect(store.home / "runs.sqlite") as database:
        database.execute("UPDATE epochs SET content = ? WHERE run = ?", (junk, run.id))
    database.close()
    with pytest.raises(InputError, match=r"figures of run .* cannot be read"):
        store.history(run.id)


def test_tags_are_given_and_taken_each_once(store: Store) -> None:
    run = store.add(quick_config()).id
    store.tag(run, add=["  to\tshow ", "[/x]", "to show"])
    assert store.get(run).tags == ("to show", "[/x]")
    store.tag(run, add=["new"], remove=["to show"])
    assert store.get(run).tags == ("[/x]", "new")
    for add, remove, says in (
        ([" "], [], "1 to 40 signs"),
        (["a" * 41], [], "1 to 40 signs"),
        ([str(number) for number in range(20)], [], "20 tags at most"),
        ([], ["nobody"], "one of the run's"),
    ):
        with pytest.raises(InputError, match=says):
            store.tag(run, add, remove)
    assert store.get(run).tags == ("[/x]", "new")
    with pytest.raises(InputError, match="There is no run"):
        store.tag("nobody", ["a"])


def test_damaged_tags_count_as_none(store: Store) -> None:
    run = store.add(quick_config()).id
    for stored in ("{", '{"a": 1}', "null"):
        store._set(run, tags=stored)
        assert store.get(run).tags == ()


def test_a_run_whose_worker_no_longer_answers_is_interrupted_until_it_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin(quick_config()) as run, beating(store.files.heart(run.id)):
        assert store.get(run.id).state == "running"
        now = time.monotonic()
        with monkeypatch.context() as later:
            later.setattr(time, "monotonic", lambda: now + SILENT_SECONDS + 5)
            later.setattr(heart, "_boot", lambda: "elsewhere")  # so the count is watched
            found = store.get(run.id)
            assert found.state == "running"
            later.setattr(time, "monotonic", lambda: now + 3 * SILENT_SECONDS)
            later.setattr(heart, "last_beat", lambda path: _watched[path][0])
            found = store.get(run.id)
        assert found.state == "interrupted"
        assert found.reason.startswith("Its worker has shown no sign of life for more than 60 s: process")
        with store.claim(run.id) as mine:
            assert not mine  # nobody else trains it while its process is there
        with pytest.raises(InputError, match="held by a process that no longer answers"):
            store.resume(run.id)
        store.revive(run.id)
        found = store.get(run.id)
        assert (found.state, found.reason) == ("running", "")


def test_a_run_without_a_heart_is_taken_for_alive_while_its_lock_is_held(store: Store) -> None:
    with store.begin(quick_config()) as run:
        assert store.get(run.id).state == "running"
    assert store.get(run.id).state == "waiting"
