"""``runs resume``: a run goes on from where it was, and a finished one for more epochs."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from nashcore.__main__ import main
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.commands.invoke import json_of, refusal
from tests.nashcore.runs.interrupted import assert_same_runs
from tests.nashcore.runs.quick_config import quick_config, stop_after_an_epoch


def kept(epochs: int, *, stopped: bool = False) -> str:
    store = Store()
    with store.begin(quick_config(epochs=epochs)) as run:
        carry_out(store, run, **({"watch": stop_after_an_epoch(store, run.id)} if stopped else {}))  # type: ignore[arg-type]
    return run.id


def test_a_finished_run_is_continued_and_a_waiting_one_taken_up(capsys: pytest.CaptureFixture[str]) -> None:
    store, run, long = Store(), kept(2), kept(4)
    assert "To continue it, epochs should be more than that" in refusal(capsys, "runs", "resume", run)
    found = json_of(capsys, "runs", "resume", run, "--epochs", "3")
    assert (found["run"], found["state"]) == (run, "finished")
    store.resume(run, 4)
    json_of(capsys, "runs", "resume", run)
    assert_same_runs(store, run, long)
    assert "There is no run" in refusal(capsys, "runs", "resume", "12345678")


def test_a_run_without_a_checkpoint_says_that_it_begins_anew(capsys: pytest.CaptureFixture[str]) -> None:
    store, run, long = Store(), kept(2), kept(3)
    store.delete_models(run)
    with pytest.raises(SystemExit) as ended:
        main(["runs", "resume", run, "--epochs", "3"])
    assert ended.value.code in (0, None)
    assert "from the first epoch" in " ".join(capsys.readouterr().err.split())
    assert_same_runs(store, run, long)


def test_a_run_that_somebody_trains_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with Store().begin(quick_config()) as run:
        assert "should be over before it is resumed" in refusal(capsys, "runs", "resume", run.id)


@pytest.mark.slow
def test_ctrl_c_keeps_everything_and_the_run_goes_on() -> None:
    store, run = Store(), kept(2)
    store.resume(run, 100_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "nashcore", "runs", "resume", run],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    while store.get(run).epochs < 5:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert f"python -m nashcore runs resume {run}" in said.decode()
    assert b"Traceback" not in said
    assert store.get(run).state == "stopped"
