"""``sweep``: from a file to runs, their list, their figures, and the sentences with which it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from nashcore.__main__ import main
from nashcore.runs import Store
from nashcore.runs.sweep import here
from nashcore.runs.worker import serve
from tests.nashcore.commands.invoke import json_of, output, refusal
from tests.nashcore.runs.sweep.small_sweep import BASE

pytestmark = pytest.mark.usefixtures("wide")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for a worker trains all that waits; nobody sleeps."""
    monkeypatch.setattr(here, "ensure_worker", lambda store: (serve(store), None)[1])
    monkeypatch.setattr(here, "LOOK_SECONDS", 0.0)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A sweep of two learning rates."""
    path = tmp_path / "rates.json"
    values = {"title": "Rates [/x]", "metric": "worst_gauc", "base": BASE, "grid": {"lr": [0.001, 0.01]}}
    path.write_text(json.dumps(values))
    return str(path)


def test_a_dry_run_prints_the_runs_and_trains_none(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = output(capsys, "sweep", file, "--dry-run")
    assert "Rates [/x]" in printed
    assert "2 of 2 runs to be trained, 8 models." in printed
    told = json_of(capsys, "sweep", file, "--dry-run")
    assert [(one["settings"]["lr"], one["state"], one["run"]) for one in told["runs"]] == [
        ("0.001", "waiting", None),
        ("0.01", "waiting", None),
    ]
    assert Store().runs() == []
    assert json_of(capsys, "sweep", "list")["sweeps"] == []


def test_a_file_is_run_listed_shown_resumed_and_forgotten(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = json_of(capsys, "sweep", file)
    assert done["states"] == {"finished": 2}
    sweep = done["sweep"]
    assert [one.id for one in Store().runs()] == done["runs"][::-1]
    assert json_of(capsys, "sweep", "run", file) == done  # nothing is missing
    assert json_of(capsys, "sweep", "resume", sweep) == done
    assert "1 finished" not in output(capsys, "sweep", "list")
    (row,) = json_of(capsys, "sweep", "list")["sweeps"]
    assert (row["id"], row["varies"], row["runs"]) == (sweep, ["lr"], 2)

    printed = output(capsys, "sweep", "show", sweep)
    assert "Rates [/x]: Worst-gAUC, hard labels" in printed
    assert "has the best mean" in printed
    assert "chosen by its value on the test rows" in printed
    shown = json_of(capsys, "sweep", "show", sweep, "--metric", "max_gaucd", "--method", "nash_ltr")
    assert shown["metric"] == "max_gaucd"
    assert len(shown["table"]) == 4
    assert [one["arm"] for one in shown["best"]] == ["nash_ltr"]
    target = tmp_path / "out.csv"
    output(capsys, "sweep", "show", sweep, "--csv", str(target))
    rows = list(csv.DictReader(target.read_text().splitlines()))
    assert [row["lr"] for row in rows] == ["0.001", "0.001", "0.01", "0.01"]
    assert "there already" in refusal(capsys, "sweep", "show", sweep, "--csv", str(target))

    output(capsys, "sweep", "forget", sweep)
    assert json_of(capsys, "sweep", "list")["sweeps"] == []
    assert len(Store().runs()) == 2


def test_a_run_that_fails_is_told_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(json.dumps({"base": BASE, "grid": {"batch_size": [64, 100_000]}}))  # JSON is YAML, too
    with pytest.raises(SystemExit) as ended:
        main(["sweep", str(path)])
    assert ended.value.code == 3
    captured = capsys.readouterr()
    assert "1 finished, 1 failed" in captured.out
    assert "batch_size" in captured.err


def test_interrupted_it_says_how_to_go_on(
    file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(store: Store) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(here, "ensure_worker", interrupt)
    with pytest.raises(SystemExit) as ended:
        main(["sweep", file])
    assert ended.value.code == 130
    said = capsys.readouterr().err
    (sweep,) = Store().sweeps.ids()
    assert f"python -m nashcore sweep resume {sweep}" in said.replace("\n", " ")
    assert "Interrupted: of 2 runs, " in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["none.yaml"], "The file none.yaml cannot be read"),
        (["show", "0123abcd"], "There is no sweep '0123abcd'"),
        (["resume", "x"], "There is no sweep 'x'"),
        (["stop", "x"], "There is no sweep 'x'"),
        (["forget", "x"], "There is no sweep 'x'"),
    ],
)
def test_what_is_not_there_is_refused(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in refusal(capsys, "sweep", *words)


def test_metrics_and_methods_that_do_not_exist(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    sweep = json_of(capsys, "sweep", file)["sweep"]
    assert "Option --metric should be one of overall_auc" in refusal(
        capsys, "sweep", "show", sweep, "--metric", "auc"
    )
    assert "Option --method should be a method of the sweep" in refusal(
        capsys, "sweep", "show", sweep, "--method", "forml"
    )
