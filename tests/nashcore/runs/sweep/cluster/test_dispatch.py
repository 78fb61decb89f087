"""A sweep on a real cluster of several processes, of which one is killed in the middle of a run."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

distributed = pytest.importorskip("distributed")

from nashcore.errors import InputError  # noqa: E402
from nashcore.runs.store import Store  # noqa: E402
from nashcore.runs.sweep.anywhere import run_sweep  # noqa: E402
from nashcore.runs.sweep.cluster import dispatch  # noqa: E402
from nashcore.runs.sweep.cluster.dispatch import run_on_cluster  # noqa: E402
from nashcore.runs.sweep.cluster.flight import Flight  # noqa: E402
from nashcore.runs.sweep.file import SweepPlan, sweep_of  # noqa: E402
from nashcore.runs.sweep.here import stop  # noqa: E402
from nashcore.runs.sweep.keep import keep  # noqa: E402
from nashcore.runs.worker import serve  # noqa: E402
from tests.nashcore.runs.quick_config import own_table  # noqa: E402
from tests.nashcore.runs.sweep.small_sweep import same_to_the_bit, small_plan  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),  # a busy machine loads PyTorch anew in every process
    pytest.mark.filterwarnings(
        "default"
    ),  # of the library's own sockets and loops, when processes are killed
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, each a process with a nanny that starts it anew when it dies."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    ) as found:
        yield found


def own_plan(folder: Path, **grid: Any) -> SweepPlan:
    """Runs on a table of one's own, with a natural test part."""
    own_table(folder)
    base = {
        "csv": "mine.csv",
        "target": {"column": "y", "positive": "1"},
        "sensitive": "s",
        "methods": "ltr,nash_ltr",
        "seeds": 2,
        "epochs": 12,
        "batch_size": 16,
        "natural_test_share": 0.25,
        "device": "cpu",
    }
    return sweep_of({"title": "Own", "base": base, "grid": grid}, folder=folder)


def compare_with_runs_alone(store: Store, plan: SweepPlan, alone: Store) -> None:
    """Every run of the sweep is, to the bit, what it is when trained by itself on this machine."""
    for place in store.sweeps.get(store.sweeps.ids()[0]).places:
        assert place.run is not None
        single = alone.add(plan.configs[place.number])
        serve(alone)
        assert same_to_the_bit(store, place.run, alone, single.id)
        theirs, ours = store.files.provenance(place.run), alone.files.provenance(single.id)
        assert theirs is not None
        assert ours is not None
        assert (theirs.config, theirs.data) == (ours.config, ours.data)


def test_a_worker_is_killed_and_every_run_ends_as_by_itself(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies when its run's first checkpoint has come; few messages may be on their way, so that it is not done."""
    monkeypatch.setattr(dispatch, "MOST_MESSAGES", 4)
    store, plan = Store(tmp_path / "runs"), own_plan(tmp_path, lr=[0.01, 0.1], dropout=[0.1, 0.3])
    killed: list[Flight] = []
    starts: list[tuple[Flight, bool]] = []
    hear, begin = Flight.hear, Flight.begin

    def hear_and_kill(flight: Flight, message: Any) -> None:
        hear(flight, message)
        if not killed and message["kind"] == "checkpoint":
            killed.append(flight)
            (pid,) = [one.pid for one in cluster.workers.values() if one.worker_address == flight.worker]
            os.kill(pid, signal.SIGKILL)

    def note_start(flight: Flight, message: Any) -> dict[str, Any]:
        answer = begin(flight, message)
        starts.append((flight, answer["checkpoint"] is not None))
        return answer

    monkeypatch.setattr(Flight, "hear", hear_and_kill)
    monkeypatch.setattr(Flight, "begin", note_start)
    found = run_on_cluster(
        store, keep(store, plan), cluster.scheduler_address, retries=2, checkpoint_seconds=0.0
    )
    assert [one.state for one in found] == ["finished"] * 4
    assert len(killed) == 1
    assert [resumed for flight, resumed in starts if flight is killed[0]] == [False, True]
    assert killed[0].run is not None
    provenance = store.files.provenance(killed[0].run)
    assert provenance is not None
    assert len(provenance.processes) == 2
    compare_with_runs_alone(store, plan, Store(tmp_path / "alone"))


def test_stopped_and_gone_on_with(cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C keeps what is done; the next call trains the rest, and goes on from what the stopped run's worker had sent."""
    monkeypatch.setattr(dispatch, "MOST_MESSAGES", 4)
    store, plan = Store(tmp_path / "runs"), small_plan(epochs=12)
    hear = Flight.hear

    def hear_and_interrupt(flight: Flight, message: Any) -> None:
        hear(flight, message)
        if message["kind"] == "checkpoint":
            raise KeyboardInterrupt

    sweep = keep(store, plan)
    monkeypatch.setattr(Flight, "hear", hear_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_on_cluster(store, sweep, cluster.scheduler_address, retries=2, checkpoint_seconds=0.0)
    monkeypatch.setattr(Flight, "hear", hear)
    states = {run.state for run in store.runs_of(sweep.id).values()}
    assert states == {"stopped"}
    assert not any(store.files.lives(run) for run in store.runs_of(sweep.id))
    found = run_sweep(store, store.sweeps.get(sweep.id), cluster.scheduler_address)
    assert [one.state for one in found] == ["finished", "finished"]
    compare_with_runs_alone(store, plan, Store(tmp_path / "alone"))
    again = run_sweep(store, store.sweeps.get(sweep.id), cluster.scheduler_address)
    assert again == found


def test_stopped_by_another_process_nothing_is_trained_any_more(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOST_MESSAGES", 4)
    store = Store(tmp_path / "runs")
    sweep = keep(store, small_plan({"lr": [0.001, 0.01, 0.1]}, epochs=5000))
    hear = Flight.hear

    def hear_and_stop(flight: Flight, message: Any) -> None:
        hear(flight, message)
        if message["kind"] == "epoch":
            stop(Store(tmp_path / "runs"), store.sweeps.get(sweep.id))

    monkeypatch.setattr(Flight, "hear", hear_and_stop)
    found = run_on_cluster(store, sweep, cluster.scheduler_address, retries=0)
    assert {one.state for one in found} <= {"stopped", "waiting"}
    assert all(one.missing for one in found)


def test_a_run_is_stopped_like_any_other_and_a_bad_one_is_told(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "MOST_MESSAGES", 4)
    monkeypatch.setattr(dispatch, "SLOW_SECONDS", 0.0)
    store = Store(tmp_path / "runs")
    sweep = keep(store, small_plan({"batch_size": [64, 100_000]}, epochs=5000))
    hear = Flight.hear

    def hear_and_stop(flight: Flight, message: Any) -> None:
        hear(flight, message)
        if message["kind"] == "epoch" and flight.run is not None:
            store.stop(flight.run)

    monkeypatch.setattr(Flight, "hear", hear_and_stop)
    found = run_on_cluster(store, sweep, cluster.scheduler_address, retries=0)
    assert [one.state for one in found] == ["stopped", "failed"]
    assert found[1].run is not None
    assert "batch_size" in found[1].run.reason


def test_a_catalogues_table_travels_where_only_this_machine_has_it(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workers' own data home does not have this copy, whose digest tells it from the carried one."""
    import gzip
    from importlib.resources import files

    carried = gzip.decompress(files("nashcore.data").joinpath("bundled", "titanic.csv.gz").read_bytes())
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "titanic.csv").write_bytes(b"\n".join(carried.splitlines()[:-40]) + b"\n")
    monkeypatch.setenv("NASH_DATA_HOME", str(tmp_path / "home"))
    store, plan = Store(tmp_path / "runs"), small_plan(epochs=1)
    found = run_on_cluster(store, keep(store, plan), cluster.scheduler_address, retries=0)
    assert [one.state for one in found] == ["finished", "finished"]
    compare_with_runs_alone(store, plan, Store(tmp_path / "alone"))


def test_where_no_cluster_answers_a_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "CONNECT_SECONDS", 1)
    store = Store(tmp_path)
    sweep = keep(store, small_plan())
    for address in ("tcp://127.0.0.1:9", "nowhere://x", "not an address"):
        with pytest.raises(InputError, match="No Dask cluster answers"):
            run_sweep(store, sweep, address)


def test_an_encrypted_cluster_needs_a_certificate(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(InputError, match="names no certificate"):
        run_sweep(store, keep(store, small_plan()), "tls://127.0.0.1:8786")


def test_without_the_library_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "nashcore.runs.sweep.cluster.dispatch")
    monkeypatch.setitem(sys.modules, "distributed", None)
    store = Store(tmp_path)
    with pytest.raises(InputError, match=r"the package 'distributed'\. .*\[dask\]"):
        run_sweep(store, keep(store, small_plan()), "tcp://127.0.0.1:8786")
