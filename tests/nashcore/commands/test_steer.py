"""``runs stop|rename|tag|move|work|wait``: what they do, what they print, and the exit codes that scripts go by."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nashcore.__main__ import main
from nashcore.commands import steer
from nashcore.runs import places
from nashcore.runs.store import Store
from tests.nashcore.commands.invoke import cells, json_of, output, refusal
from tests.nashcore.runs.quick_config import quick_config

ROOT = Path(__file__).parents[3]
TRAIN = ("train", "--dataset", "titanic", "--sensitive", "sex", "--methods", "ltr", "--seeds", "1")


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """No command of these tests leaves a process: who would start one is written down."""
    found: list[Path] = []
    monkeypatch.setattr(places, "_start", lambda store, starts: found.append(store.home))
    return found


def code(*words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return ended.value.code


def test_a_waiting_run_is_stopped_once(capsys: pytest.CaptureFixture[str]) -> None:
    store = Store()
    one, other = (store.add(quick_config()).id for _ in range(2))
    output(capsys, "runs", "stop", one, other, one)
    assert [store.get(run).state for run in (one, other)] == ["stopped"] * 2
    assert f"Found run {one} stopped" in refusal(capsys, "runs", "stop", one)
    assert "There is no run" in refusal(capsys, "runs", "stop", "nobody")


def test_a_refused_id_stops_no_other_run(capsys: pytest.CaptureFixture[str]) -> None:
    run = Store().add(quick_config()).id
    refusal(capsys, "runs", "stop", run, "nobody")
    assert Store().get(run).state == "waiting"


def test_a_run_is_renamed_and_tagged(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    run = Store().add(quick_config()).id
    output(capsys, "runs", "rename", run, "[/x] new")
    assert output(capsys, "runs", "tag", run, "[/b]", "for class") == "[/b]\nfor class\n"
    assert output(capsys, "runs", "tag", run, "--remove", "for class") == "[/b]\n"
    (row,) = cells(output(capsys, "runs", "list"))
    assert [row[1], row[-1]] == ["[/x] new", "[/b]"]
    (listed,) = json_of(capsys, "runs", "list")["runs"]
    assert (listed["title"], listed["tags"]) == ("[/x] new", ["[/b]"])
    for title, letters in ((" ", 0), ("a" * 121, 121)):
        assert f"1 to 120 letters. Found {letters}" in refusal(capsys, "runs", "rename", run, title)
    assert "There is no run" in refusal(capsys, "runs", "rename", "nobody", "a")
    assert "one of the run's" in refusal(capsys, "runs", "tag", run, "--remove", "nothing")


def test_the_queue_is_changed_and_listed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    one, two, three = (Store().add(quick_config()).id for _ in range(3))
    assert output(capsys, "runs", "move", three, "first").split() == [three, one, two]
    assert json_of(capsys, "runs", "list")["waiting"] == [three, one, two]
    states = {row[0]: row[3] for row in cells(output(capsys, "runs", "list"))}
    assert states == {
        three: "waiting, number 1",
        one: "waiting, number 2",
        two: "waiting, number 3",
    }
    assert "first, last, earlier, later" in refusal(capsys, "runs", "move", one, "up")


def test_whoever_lists_runs_has_those_that_wait_taken_up(
    capsys: pytest.CaptureFixture[str], started: list[Path]
) -> None:
    output(capsys, "runs", "list")
    assert started == []
    Store().add(quick_config())
    output(capsys, "runs", "list")
    assert started == [Store().home]


def test_a_list_says_why_nobody_trains(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Store().add(quick_config())
    monkeypatch.setattr("nashcore.runs.ensure_worker", lambda store: "No worker could be started.")
    assert "No worker could be started." in output(capsys, "runs", "list")
    assert json_of(capsys, "runs", "list")["workers"] == ["No worker could be started."]
    assert "No worker could be started." in refusal(capsys, "runs", "wait")


@pytest.mark.parametrize("words", [("work",), ("runs", "work")])
def test_work_trains_what_waits_and_leaves(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    store = Store()
    one, other = (store.add(quick_config(epochs=1)).id for _ in range(2))
    store.queue.move(other, "first")
    assert code(*words) == 0
    assert [store.get(run).state for run in (one, other)] == ["finished"] * 2
    assert code(*words) == 0


def test_work_tells_of_a_run_that_failed(capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = Store().add(quick_config(batch_size=5000)).id, Store().add(quick_config(epochs=1)).id
    assert code("work") == steer.UNFINISHED == 3
    assert [Store().get(run).state for run in (bad, good)] == ["failed", "finished"]


def test_work_is_refused_where_it_cannot_serve(capsys: pytest.CaptureFixture[str]) -> None:
    store = Store()
    with places.place(store), places.place(store):
        assert "Enough workers" in refusal(capsys, "work")
    for wrong in ("-1", "nan"):
        assert "--idle should be 0 or more" in refusal(capsys, "work", "--idle", wrong)


def test_wait_says_how_runs_ended(capsys: pytest.CaptureFixture[str], started: list[Path]) -> None:
    store = Store()
    good, bad = store.add(quick_config(epochs=1)).id, store.add(quick_config(batch_size=5000)).id
    assert code("runs", "wait", "--timeout", "0") == steer.TIME_IS_UP == 124
    assert started == [store.home]
    capsys.readouterr()
    code("work")
    assert output(capsys, "runs", "wait", good) == f"{good} finished\n"
    assert code("runs", "wait", bad, good, good) == 3
    printed = capsys.readouterr()
    assert printed.out.split("\n") == [f"{bad} failed", f"{good} finished", ""]
    assert "batch_size" in printed.err
    assert output(capsys, "runs", "wait") == ""  # nothing is left to wait for
    assert "There is no run" in refusal(capsys, "runs", "wait", "nobody")
    assert "--timeout should be" in refusal(capsys, "runs", "wait", "--timeout", "nan")


@pytest.mark.slow  # two processes, each of which loads PyTorch
@pytest.mark.parametrize(("number", "ends"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_training_that_is_interrupted_says_which_run_it_was(number: signal.Signals, ends: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "nashcore", *TRAIN, "--epochs", "10000", "--save"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    ) as process:
        store, end = Store(), time.monotonic() + 120
        while not (runs := store.runs()) or not runs[0].epochs:
            assert time.monotonic() < end
            time.sleep(0.1)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == ends
    (run,) = store.runs()
    assert run.state not in ("running", "finished", "failed")
    assert f"Run {run.id} begins" in said
    assert f"Run {run.id} is {run.state}; " in said
    assert "Traceback" not in said


@pytest.mark.slow  # a process that loads PyTorch
def test_the_command_line_has_the_thread_settings_of_a_worker_before_threads_are_loaded() -> None:
    look = (
        "import sys, os, nashcore.__main__ as program, nashcore.threads as threads\n"
        "given, before = threads.give_way, []\n"
        "program.give_way = lambda: (before.append('torch' in sys.modules), given())\n"
        "try: program.main(['runs', 'show', 'x'])\n"
        "except SystemExit: pass\n"
        "print(before, {name: os.environ[name] for name in threads.GIVE_WAY} == threads.GIVE_WAY, 'torch' in sys.modules)"
    )
    surroundings = {name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"}
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[False] True True"
