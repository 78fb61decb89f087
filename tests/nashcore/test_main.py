"""The command line refuses in plain sentences with exit code 2, whichever command is given wrong input."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nashcore import __version__
from nashcore.runs import Store
from nashcore.runs.places import place
from nashcore.runs.worker import carry_out
from tests.nashcore.commands.invoke import output, refusal
from tests.nashcore.runs.quick_config import quick_config


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("train", "--dataset", "adulty", "--sensitive", "sex"),
            "Dataset should be one of adult.*Found 'adulty'",
        ),
        (("train", "--dataset", "adult", "--sensitive", "sax"), "sax"),
        (
            ("train", "--dataset", "adult", "--sensitive", "sex", "--methods", "x"),
            "Method should be one of .*Found 'x'",
        ),
        (("train", "--dataset", "adult", "--sensitive", "sex", "--epochs", "0"), "'epochs' should .*Found 0"),
        (("train", "--dataset", "adult", "--sensitive", "sex", "--seeds", "0"), "Seeds should .*Found 0"),
        (
            ("train", "--dataset", "adult", "--sensitive", "sex", "--rule", "best"),
            "Rule should be one of .*'best'",
        ),
        (("train", "--dataset", "adult", "--sensitive", "sex", "--rule-option", "p"), "NAME=NUMBER"),
        (
            ("train", "--dataset", "adult", "--sensitive", "sex", "--device", "tpu"),
            "Device should be .*'tpu'",
        ),
        (("train", "--dataset", "adult"), "--sensitive is missing"),
        (("train", "--config", "no.json"), "no.json cannot be read"),
        (("train", "--config", "requirements.txt"), "JSON object"),
        (
            ("train", "--dataset", "adult", "--sensitive", "sex", "--schedule-of", "nash_ltr"),
            "METHOD=SCHEDULE",
        ),
        (("train", "--dataset", "adult", "--sensitive", "sex", "--schedule-of", "ltr=continuous"), "bargain"),
        (("train", "--dataset", "titanic", "--sensitive", "sex", "--drop", "nothing"), "nothing"),
        (("train", "--dataset", "titanic", "--sensitive", "sex", "--test-rows", "0"), "test_per_cell"),
        (("train", "--csv", "a.csv", "--sensitive", "s"), "--target is missing"),
        (("audit", "--sensitive", "sex"), "either --dataset .* or --csv"),
        (("runs", "show", "nobody"), "There is no run 'nobody'"),
        (("runs", "delete", "../.."), "There is no run"),
        (("train", "--sensitive", "sex"), "either --dataset .* or --csv"),
        (("train", "--csv", "no.csv", "--sensitive", "s", "--target", "t"), "no.csv"),
        (("synthetic", "--steps", "0"), "'steps' should be a whole number from 1.*Found 0"),
        (("synthetic", "--steps", "1000000000"), "'steps' should be .*Found 1000000000"),
        (("synthetic", "--lr", "-1"), "'lr' should be .*Found -1"),
        (("synthetic", "--lr", "nan"), "'lr' should be .*Found nan"),
        (("synthetic", "--methods", "best"), "best"),
        (("synthetic", "--preset", "best"), "best"),
        (("synthetic", "--problem", "best"), "best"),
        (("synthetic", "--inner-products"), "--inner-products needs --alignment"),
        (("synthetic", "--start", "nan,0"), "starting point"),
        (("synthetic", "--start", "a,b"), "--start should be numbers"),
        (("basin", "--side", "1"), "'side' should be .*Found 1"),
        (("basin", "--side", "100000"), "^Parameter 'side' should be .*Found 100000"),
        (
            (
                "synthetic",
                "--no-such-option",
            ),
            "No such option",
        ),
        (("nonsense",), "No such command"),
        (("bench", "nonsense"), "nonsense"),
    ],
)
def test_wrong_input_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    assert re.search(says, refusal(capsys, *arguments).replace("\n", " "))


def test_a_refusal_of_the_program_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nashcore", "synthetic", "--steps", "0"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


HEAVY = ("torch", "pandas", "numpy", "sklearn", "scipy", "pooch", "streamlit")


def short(*commands: str) -> None:
    """These commands go through where nothing heavy can be imported."""
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({HEAVY}))\n"  # None there makes an import fail, and say where
        f"from nashcore.__main__ import app\nfor words in {commands}: app(words.split(), standalone_mode=False)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_short_command_waits_for_nothing_heavy() -> None:
    short("--help", "--version", "datasets", "datasets adult", "train --help", "runs --help", "runs list")


def test_runs_are_listed_and_steered_without_what_trains_whatever_their_state() -> None:
    store = Store()
    with store.begin(quick_config(epochs=1, seeds=1)) as finished:
        carry_out(store, finished)
    failed, stopped, waiting, last = (store.add(quick_config()).id for _ in range(4))
    store.end(failed, "failed", "For a reason.")
    store.stop(stopped)
    with (
        store.begin(quick_config()) as running,
        place(store),
        place(store),
    ):  # so no worker takes those that wait
        assert {run.state for run in store.runs()} == {"finished", "failed", "stopped", "waiting", "running"}
        short(
            "runs list",
            f"runs rename {failed} another",
            f"runs tag {waiting} seen",
            f"runs note {waiting} seen",
            f"runs move {last} first",
            f"runs wait {finished.id}",
            f"runs stop {waiting} {running.id}",
        )
        assert store.get(waiting).state == "stopped"


def test_the_version_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nashcore", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"Nash Bargaining Lab {__version__}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="This system has no device that is always full.")
@pytest.mark.parametrize("words", ["--version", "--help", "datasets", "datasets --json", "runs list"])
def test_a_full_disk_is_told_in_one_line(words: str) -> None:
    with Path("/dev/full").open("w") as full:
        asked = [sys.executable, "-m", "nashcore", *words.split()]
        done = subprocess.run(asked, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "The output cannot be written: No space left on device.\n"


@pytest.mark.parametrize("words", ["--version", "datasets --json", "runs list"])
def test_an_output_that_nobody_reads_ends_in_silence(words: str) -> None:
    unread, end = os.pipe()
    os.close(unread)
    with open(end, "wb") as pipe:
        asked = [sys.executable, "-m", "nashcore", *words.split()]
        done = subprocess.run(asked, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(os.name != "posix", reason="A POSIX shell closes it.")
@pytest.mark.parametrize("words", ["--version", "datasets --json", "runs list"])
def test_a_closed_output_is_no_fault(words: str) -> None:
    asked = ["/bin/sh", "-c", f'"$0" -m nashcore {words} >&-', sys.executable]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [(), ("train",), ("runs",), ("runs", "list"), ("sweep",), ("sweep", "run")])
def test_help_has_a_short_name(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert output(capsys, *words, "-h") == output(capsys, *words, "--help")
