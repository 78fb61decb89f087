"""The command line as a user meets it: JSON with the stated keys, plain sentences, exit code 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nashcore.__main__ import main
from nashcore.methods import PUBLISHED

METRICS = ("overall_auc", "max_gaucd", "worst_gauc")


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    captured = capsys.readouterr()
    assert stopped.value.code in (0, None), captured.err
    return captured.out


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(_run(capsys, *arguments, "--json"))


def _refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    captured = capsys.readouterr()
    assert stopped.value.code == 2
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err.strip()


def test_synthetic_json(capsys: pytest.CaptureFixture[str]) -> None:
    methods = _json(capsys, "synthetic", "--steps", "50", "--nudges", "0")["methods"]
    assert set(methods) == {"nash", "mean", "loss_gm", "pcgrad", "cagrad"}
    for figures in methods.values():
        assert [len(losses) for losses in figures["final_losses"]] == [2] * 5
        assert len(figures["distance_to_front"]) == len(figures["failed"]) == 5
        assert all(isinstance(failed, bool) for failed in figures["failed"])


def test_synthetic_from_a_preset_and_a_start(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    paths = tmp_path / "paths.csv"
    methods = _json(
        capsys, "synthetic", "--preset", "one_stage", "--start", "1,2", "--steps", "9", "--csv", str(paths)
    )["methods"]
    assert set(methods) == {"ltr", "forml", "meta_gdro"}
    assert len(paths.read_text().splitlines()) == 1 + 3 * 10


def test_basin_json(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _json(capsys, "basin", "--side", "3", "--steps", "5", "--methods", "nash,mean")
    assert set(answer["failing_share"]) == {"nash", "mean"}


def test_train_json(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _json(
        capsys,
        "train",
        "--dataset",
        "titanic",
        "--sensitive",
        "sex",
        "--methods",
        "all",
        "--seeds",
        "2",
        "--epochs",
        "2",
    )
    assert (answer["dataset"], answer["sensitive"]) == ("titanic", "sex")
    assert set(answer["methods"]) == set(PUBLISHED)
    for figures in answer["methods"].values():
        for when in ("last", "best"):
            for metric in METRICS:
                assert set(figures[when][metric]) == {"mean", "std"}
                assert 0 <= figures[when][metric]["mean"] <= 1


def test_train_on_a_csv_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [f"{i % 7},{'ab'[i % 2]},{'yes' if (i * i) % 5 < 2 else 'no'}" for i in range(200)]
    table = tmp_path / "mine.csv"
    table.write_text("x,kind,out\n" + "\n".join(rows) + "\n")
    answer = _json(
        capsys,
        *("train", "--csv", str(table), "--target", "out", "--positive", "yes", "--sensitive", "kind"),
        *("--methods", "baseline,nash_ltr", "--seeds", "1", "--epochs", "1", "--batch-size", "32"),
    )
    assert answer["dataset"] == "mine"
    assert set(answer["methods"]) == {"baseline", "nash_ltr"}


def test_an_audit_says_what_is_odd(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    rows = [f"{i},{i % 7},{'ab'[i % 2]},{'yes' if i % 3 else 'no'},{i % 3}" for i in range(200)]
    table.write_text("id,x,kind,out,echo\n" + "\n".join(rows) + "\n")
    asked = ("audit", "--csv", str(table), "--target", "out", "--sensitive", "kind")
    answer = _json(capsys, *asked)
    kinds = {(finding["kind"], finding["column"]) for finding in answer["findings"]}
    assert {("gives target away", "echo"), ("identifier", "id")} <= kinds
    assert len(answer["rows"]) == 4
    assert "echo" in _run(capsys, *asked)


def test_train_with_another_rule(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _json(
        capsys,
        *("train", "--dataset", "titanic", "--sensitive", "sex", "--methods", "nash_ltr", "--seeds", "1"),
        *("--epochs", "1", "--rule", "gm", "--rule-option", "power=-1"),
    )
    assert answer["config"]["rule_options"] == {"power": -1}


OWN_RUN = ("train", "--dataset", "titanic", "--sensitive", "sex", "--methods", "ltr,nash_ltr", "--seeds", "2")


def test_a_run_is_kept_listed_shown_applied_and_deleted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASH_DATA_HOME", str(tmp_path))  # the carried copy, wherever the tests run
    trained = _json(
        capsys, *OWN_RUN, "--epochs", "2", "--schedule-of", "nash_ltr=two_stage:1,continuous", "--save"
    )
    run = trained["run"]
    assert list(trained["methods"]) == ["ltr", "nash_ltr@1", "nash_ltr@continuous"]
    (listed,) = _json(capsys, "runs", "list")["runs"]
    assert (listed["id"], listed["state"], listed["epochs"]) == (run, "finished", 2)
    assert "titanic, by sex" in " ".join(_run(capsys, "runs", "list").split())
    shown = _json(capsys, "runs", "show", run)
    assert shown["methods"] == trained["methods"]
    assert "LtR + Nash, T = 1" in _run(capsys, "runs", "show", run)
    told = " ".join(_run(capsys, "runs", "show", run, "--kind", "scores").split())
    assert "seed by seed: mean and 95% interval" in told
    assert "Test rows of every cell: female, died: 9; female, survived: 9" in told
    assert "chosen on the test set" in _run(capsys, "runs", "show", run, "--epoch", "best")
    _run(capsys, "runs", "export", run, str(tmp_path / "out"))
    lines = {path.name: len(path.read_text().splitlines()) for path in (tmp_path / "out").iterdir()}
    models = 3 * 2 * 2  # arms, seeds, epochs
    assert lines == {
        "training.csv": 1 + models,
        "groups.csv": 1 + models * 2,
        "players.csv": 1 + models * 4,
        "alignment.csv": 1 + models * 6,
    }
    again = tmp_path / "run.json"
    again.write_text(json.dumps(shown))
    assert _json(capsys, "train", "--config", str(again))["methods"] == trained["methods"]
    shorter = _json(capsys, "train", "--config", str(again), "--epochs", "1")
    assert (shorter["epochs"], shorter["config"]["schedules"]) == (1, trained["config"]["schedules"])
    rows = tmp_path / "rows.csv"
    rows.write_text("pclass,sex,age,sibsp,parch\n1,female,30,0,0\n3,male,,1,2\n")
    scored = _run(capsys, "runs", "score", run, "--csv", str(rows), "--arm", "ltr").splitlines()
    assert scored[0] == "score,label"
    assert [0 < float(line.split(",")[0]) < 1 for line in scored[1:]] == [True, True]
    out = tmp_path / "scores.csv"
    _run(capsys, "runs", "score", run, "--csv", str(rows), "--arm", "LtR", "--out", str(out))
    assert out.read_text().splitlines() == scored
    rows.write_text("pclass,sex\n1,female\n")
    assert "age" in _refusal(capsys, "runs", "score", run, "--csv", str(rows), "--arm", "ltr")
    _run(capsys, "runs", "delete", run)
    assert "There is no run" in _refusal(capsys, "runs", "show", run)
    assert _json(capsys, "runs", "list")["runs"] == []


def test_a_run_that_is_refused_is_kept_with_its_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASH_RUNS_HOME", str(tmp_path))
    assert "batch_size" in _refusal(capsys, *OWN_RUN, "--batch-size", "5000", "--save", "--title", "Too much")
    (run,) = _json(capsys, "runs", "list")["runs"]
    assert (run["title"], run["state"]) == ("Too much", "failed")
    assert "batch_size" in run["reason"]
    assert "has no figures" in _refusal(capsys, "runs", "show", run["id"])


def test_tables_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Distance" in _run(capsys, "synthetic", "--steps", "5", "--nudges", "0").title()
    assert "adult" in _run(capsys, "datasets")
    out = _run(
        capsys,
        "train",
        "--dataset",
        "titanic",
        "--sensitive",
        "sex",
        "--seeds",
        "1",
        "--epochs",
        "1",
        "--methods",
        "ltr",
    )
    assert "LtR" in out


def test_datasets_json(capsys: pytest.CaptureFixture[str]) -> None:
    listing = {entry["name"]: entry for entry in _json(capsys, "datasets")["datasets"]}
    assert listing["adult"]["sensitive"] == ["sex", "race"]
    assert set(listing) == {"adult", "bank", "default_credit", "us_crime", "titanic", "student_por"}


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
    import re

    assert re.search(says, _refusal(capsys, *arguments).replace("\n", " "))


def test_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nashcore", "synthetic", "--steps", "0"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
