"""Checkpoints: however a run is interrupted, it ends bit for bit as one that never was, and its models are kept meanwhile."""

from __future__ import annotations

import errno
import os
import secrets
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.learning.events import EpochDone, Event, Finished
from nashcore.runs import checkpoints, worker
from nashcore.runs.config import TrainingConfig
from nashcore.runs.interruption import MOST_DEATHS
from nashcore.runs.run import Run
from nashcore.runs.safe_files import NoSpaceError
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.interrupted import assert_same_runs, training
from tests.nashcore.runs.quick_config import own, own_table, quick_config, stop_after_an_epoch

KILLS = int(os.environ.get("NASH_TEST_KILLS", "4"))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store where every epoch has its checkpoint."""
    monkeypatch.setattr(checkpoints, "SECONDS", 0.0)
    monkeypatch.setattr(checkpoints, "COST", float("inf"))
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.0)
    return Store(tmp_path / "runs")


def train_on(store: Store, run: str, watch: object = None) -> None:
    with store.claim(run) as mine:
        assert mine
        carry_out(store, store.get(run), **({"watch": watch} if watch else {}))  # type: ignore[arg-type]


def never_interrupted(store: Store, config: TrainingConfig) -> str:
    run = store.add(config)
    train_on(store, run.id)
    return run.id


def saved(store: Store, run: str) -> list[str]:
    return sorted(path.name for path in store.files.folder(run).glob("checkpoint*"))


def break_off(
    store: Store, config: TrainingConfig, epochs: int, how: type[BaseException] = ZeroDivisionError
) -> str:
    """A run whose training ends with an exception after so many epochs."""
    run = store.add(config)

    def watch(event: Event) -> None:
        if isinstance(event, EpochDone) and event.epoch == epochs:
            raise how

    with suppress(how):
        train_on(store, run.id, watch)
    return run.id


def come_to_an_end(store: Store, run: str) -> None:
    """Let a run that would take for ever end two epochs from here, and hold it against one that was never interrupted."""
    if not store.get(run).over:
        store.stop(run)
    found = store.get(run)
    run_to = store.resume(run, found.epochs + 2)
    train_on(store, run)
    assert_same_runs(store, run, never_interrupted(store, run_to.config))


@pytest.mark.slow
def test_killed_at_random_moments_it_ends_as_if_it_had_not_been(store: Store) -> None:
    run = store.add(quick_config(epochs=100_000, split_seeds=2, seeds=1)).id
    for _ in range(KILLS):
        process, begun = training(store, store.get(run)), store.get(run).epochs
        while process.poll() is None and store.get(run).epochs <= begun:
            time.sleep(0.01)
        time.sleep(secrets.randbelow(200) / 1000)
        process.kill()
        process.wait()
        if store.get(run).over:  # killed too soon too often
            store.resume(run)
        if saved(store, run):
            assert store.files.models(run).arms == ("ltr", "nash_ltr", "baseline")
    come_to_an_end(store, run)
    assert len(saved(store, run)) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("number", "state"), [(signal.SIGTERM, "waiting"), (signal.SIGINT, "stopped")])
def test_a_signal_ends_it_after_a_batch_with_everything_kept(store: Store, number: int, state: str) -> None:
    run = store.add(quick_config(epochs=100_000))
    process = training(store, run, 1000.0)  # no checkpoint but the last
    while store.get(run.id).epochs < 3:
        time.sleep(0.01)
    process.send_signal(number)
    assert process.wait(120) != 0
    found = store.get(run.id)
    assert (found.state, bool(found.reason)) == (state, True)
    assert saved(store, run.id) == [f"checkpoint-{found.epochs:06}.npz"]
    store.files.models(run.id)
    come_to_an_end(store, run.id)


def test_a_run_that_failed_or_was_stopped_is_resumed(store: Store, tmp_path: Path) -> None:
    config = own(own_table(tmp_path), epochs=4, split_seeds=2)
    expected = never_interrupted(store, config)
    failed = break_off(store, config, 2)
    assert store.get(failed).state == "failed"
    stopped = store.add(config).id
    train_on(store, stopped, stop_after_an_epoch(store, stopped))
    assert store.get(stopped).state == "stopped"
    for run in (failed, stopped):
        with pytest.raises(InputError, match="before it is resumed"):
            store.resume(store.resume(run).id)
        train_on(store, run)
        assert_same_runs(store, run, expected)
    notices = store.history(stopped).notices  # type: ignore[union-attr]
    assert any("looked at after epoch" in notice for notice in notices)
    assert not any("looked at" in notice for notice in store.history(expected).notices)  # type: ignore[union-attr]


def test_a_finished_run_is_continued_as_a_longer_one(store: Store) -> None:
    long, short = (
        never_interrupted(store, quick_config(epochs=5)),
        never_interrupted(store, quick_config(epochs=2)),
    )
    for epochs in (None, 2, 1):
        with pytest.raises(
            InputError, match="To continue it, epochs should be more than that, as in --epochs 4"
        ):
            store.resume(short, epochs)
    assert store.resume(short, 3).config.epochs == 3
    train_on(store, short)
    run: Run = store.resume(short, 5)
    assert (run.state, run.share) == ("waiting", 3 / 5)
    train_on(store, short)
    assert_same_runs(store, short, long)


def test_from_a_damaged_checkpoint_it_falls_back_to_the_one_before_and_from_none_to_the_start(
    store: Store,
) -> None:
    config = quick_config(epochs=5)
    expected = never_interrupted(store, config)
    damages = (
        lambda content: content[:-100],
        lambda content: content[:500] + b"x" + content[501:],
        lambda content: b"",
    )
    for damage in damages:
        run = break_off(store, config, 3)
        assert saved(store, run) == ["checkpoint-000002.npz", "checkpoint-000003.npz"]
        folder = store.files.folder(run)
        newest = folder / "checkpoint-000003.npz"
        newest.write_bytes(damage(newest.read_bytes()))
        store.files.models(run)  # of the one before
        (folder / "checkpoint-000004.npz.part").write_bytes(b"half")  # of a process that died
        if damage is damages[-1]:
            (folder / "checkpoint-000002.npz").unlink()
            os.mkfifo(folder / "checkpoint-000002.npz")
        store.resume(run)
        train_on(store, run)
        assert_same_runs(store, run, expected)
        assert saved(store, run)[-1:] == ["checkpoint-000005.npz"]


def test_figures_that_a_power_cut_took_are_measured_again(store: Store) -> None:
    config = quick_config(epochs=5)
    run = break_off(store, config, 3)
    with store._database.write() as database:
        database.execute("DELETE FROM epochs WHERE run = ? AND epoch >= 2", (run,))
    store.resume(run)
    train_on(store, run)
    assert_same_runs(store, run, never_interrupted(store, config))


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_for_a_while_costs_nothing_and_one_that_stays_full_is_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = quick_config(epochs=5)
    expected, run = never_interrupted(store, config), store.add(config).id

    def watch(event: Event) -> None:
        if isinstance(event, EpochDone):
            monkeypatch.setattr(os, "fsync", full if event.epoch > 1 else fsync)
        assert not list(store.files.folder(run).glob("*.part"))

    fsync = os.fsync
    with pytest.raises(NoSpaceError, match="No space"):
        train_on(store, run, watch)
    monkeypatch.setattr(os, "fsync", fsync)
    found = store.get(run)
    assert (found.state, found.epochs) == ("failed", 5)
    assert found.reason.startswith("No space is left on the disk")
    assert "Then resume the run" in found.reason
    assert saved(store, run) == ["checkpoint-000001.npz", "checkpoint-000002.npz"]
    store.resume(run)
    train_on(store, run)
    assert_same_runs(store, run, expected)


def test_a_checkpoint_of_another_version_is_refused_in_a_sentence(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = break_off(store, quick_config(epochs=3), 2)
    monkeypatch.setattr(checkpoints, "VERSION", 2)
    store.resume(run)
    with pytest.raises(InputError, match="of another version"):
        train_on(store, run)
    assert store.get(run).state == "failed"


def test_a_table_that_changed_is_refused_in_a_sentence(store: Store, tmp_path: Path) -> None:
    run = break_off(store, own(own_table(tmp_path), epochs=3), 2)
    table = store.get(run).config.csv
    assert table is not None
    table.write_text(table.read_text().replace("1,a,10", "1,a,9"))
    store.resume(run)
    with pytest.raises(InputError, match=r"same rows and settings.*Train the run anew"):
        train_on(store, run)
    store.files.models(run)


def test_a_run_of_an_earlier_version_starts_anew(store: Store) -> None:
    """It has epochs and models, and no checkpoint."""
    config = quick_config(epochs=3)
    run = break_off(store, config, 2)
    for name in saved(store, run):
        (store.files.folder(run) / name).unlink()
    store.resume(run)
    train_on(store, run)
    assert_same_runs(store, run, never_interrupted(store, config))


def test_a_run_that_kills_its_process_again_and_again_is_let_be(store: Store) -> None:
    run = store.add(quick_config(epochs=3)).id
    for death in range(1, MOST_DEATHS + 1):
        with suppress(RuntimeError), store.claim(run) as mine:
            assert mine
            raise RuntimeError
        found = store.get(run)
        assert found.state == ("waiting" if death < MOST_DEATHS else "failed")
    assert "memory ran out" in found.reason
    assert store.resume(run).state == "waiting"  # somebody has seen to it
    with suppress(RuntimeError), store.claim(run) as mine:
        assert mine
        raise RuntimeError
    assert store.get(run).state == "waiting"


def test_a_run_that_was_to_stop_when_its_process_died_has_stopped(store: Store) -> None:
    run = store.add(quick_config()).id
    with suppress(RuntimeError), store.claim(run):
        store.stop(run)
        raise RuntimeError
    assert store.get(run).state == "stopped"


def test_checkpoints_are_seldom_where_they_cost_much(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "COST", 1e-9)
    run = store.add(quick_config(epochs=6)).id
    written: list[int] = []
    write = checkpoints.write_checkpoint
    monkeypatch.setattr(
        checkpoints,
        "write_checkpoint",
        lambda folder, one, keep: (written.append(one.epochs), write(folder, one, keep)),
    )
    train_on(store, run)
    assert written == [1, 6]


def test_the_store_is_for_its_owner_alone(store: Store) -> None:
    run = break_off(store, quick_config(), 1)
    for name in saved(store, run):
        assert (store.files.folder(run) / name).stat().st_mode & 0o777 == 0o600


def test_a_worker_finds_a_run_whose_process_died(store: Store) -> None:
    run = store.add(quick_config()).id
    with suppress(RuntimeError), store.claim(run):
        raise RuntimeError
    found = store.next_waiting()
    assert found is not None
    assert found.id == run


def test_a_second_signal_ends_it_at_once(store: Store) -> None:
    run = store.add(quick_config(epochs=5)).id

    def watch(event: Event) -> None:
        if isinstance(event, EpochDone):
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)
            raise AssertionError("never reached")

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit):
        train_on(store, run, watch)
    assert signal.getsignal(signal.SIGTERM) is before
    assert store.get(run).state == "waiting"
    train_on(store, run)
    assert store.get(run).state == "finished"


def test_a_signal_that_comes_at_the_very_end_finds_the_run_finished(store: Store) -> None:
    run = store.add(quick_config()).id
    with pytest.raises(KeyboardInterrupt):
        train_on(
            store,
            run,
            lambda event: os.kill(os.getpid(), signal.SIGINT) if isinstance(event, Finished) else None,
        )
    assert store.get(run).state == "finished"
