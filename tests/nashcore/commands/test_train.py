"""``train``: a dataset of the catalogue or one's own file."""

from __future__ import annotations

from pathlib import Path

import pytest

from nashcore.__main__ import main
from nashcore.methods import PUBLISHED
from nashcore.runs import Store
from tests.nashcore.commands.invoke import cells, json_of, output, refusal

METRICS = ("overall_auc", "max_gaucd", "worst_gauc")
TITANIC = ("train", "--dataset", "titanic", "--sensitive", "sex")


def test_json_holds_every_method_at_the_last_and_at_the_best_epoch(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = json_of(capsys, *TITANIC, "--methods", "all", "--seeds", "2", "--epochs", "2")
    assert (answer["dataset"], answer["sensitive"]) == ("titanic", "sex")
    assert set(answer["methods"]) == set(PUBLISHED)
    for figures in answer["methods"].values():
        for when in ("last", "best"):
            assert [group["group"] for group in figures["groups"][when]] == ["female", "male"]
            assert all(
                {"auc", "roc_auc", "tpr", "fpr", "f1"} < set(group) for group in figures["groups"][when]
            )
            assert set(figures["chance"][when]["max_gaucd"]) == {"mean", "high", "told"}
            for metric in METRICS:
                assert set(figures[when][metric]) == {"mean", "std"}
                assert 0 <= figures[when][metric]["mean"] <= 1


def test_one_s_own_csv_file_is_trained_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [f"{i % 7},{'ab'[i % 2]},{'yes' if (i * i) % 5 < 2 else 'no'}" for i in range(200)]
    table = tmp_path / "mine.csv"
    table.write_text("x,kind,out\n" + "\n".join(rows) + "\n")
    answer = json_of(
        capsys,
        *("train", "--csv", str(table), "--target", "out", "--positive", "yes", "--sensitive", "kind"),
        *("--methods", "baseline,nash_ltr", "--seeds", "1", "--epochs", "1", "--batch-size", "32"),
    )
    assert answer["dataset"] == "mine"
    assert set(answer["methods"]) == {"baseline", "nash_ltr"}


def test_another_rule_may_bargain_with_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--methods", "nash_ltr", "--seeds", "1", "--epochs", "1")
    answer = json_of(capsys, *TITANIC, *few, "--rule", "gm", "--rule-option", "power=-1")
    assert answer["config"]["rule_options"] == {"power": -1}


@pytest.mark.usefixtures("wide")
def test_the_table_for_people_says_what_the_json_says(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--methods", "ltr,nash_ltr", "--seeds", "2", "--epochs", "2")
    first = output(capsys, *TITANIC, *few).split("Max-gAUCD found")[0]
    last = {name: figures["last"] for name, figures in json_of(capsys, *TITANIC, *few)["methods"].items()}
    assert [row[1:] for row in cells(first)] == [
        [f"{found[metric]['mean']:.4f} ± {found[metric]['std']:.4f}" for metric in METRICS]
        for found in last.values()
    ]


def test_the_two_switches_have_flags_and_a_name_for_both(capsys: pytest.CaptureFixture[str]) -> None:
    def switches(*words: str) -> tuple[str, bool]:
        quick = ("--methods", "baseline", "--seeds", "1", "--epochs", "1")
        config = json_of(capsys, *TITANIC, *quick, *words)["config"]
        return config["data"], config["validation_dropout"]

    assert switches() == ("careful", True)
    assert switches("--data", "published", "--no-validation-dropout") == ("published", False)
    assert switches("--protocol", "paper") == ("published", True)
    assert switches("--protocol", "default", "--validation-dropout") == ("careful", True)


def test_a_protocol_goes_before_the_config_of_an_earlier_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    earlier = tmp_path / "run.json"
    earlier.write_text(
        '{"dataset": "titanic", "sensitive": "sex", "protocol": "default", "epochs": 1, "methods": ["baseline"]}'
    )
    config = json_of(capsys, "train", "--config", str(earlier))["config"]
    assert (config["data"], config["validation_dropout"]) == ("careful", False)
    config = json_of(capsys, "train", "--config", str(earlier), "--protocol", "paper")["config"]
    assert (config["data"], config["validation_dropout"]) == ("published", True)


def test_a_small_table_trains_with_what_fits_it_and_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = [f"{i % 7},{'abcdefghij'[i % 10]},{'yes' if (i * i) % 7 < 3 else 'no'}" for i in range(240)]
    table = tmp_path / "small.csv"
    table.write_text("x,kind,out\n" + "\n".join(rows) + "\n")
    words = ("train", "--csv", str(table), "--target", "out", "--positive", "yes", "--sensitive", "kind")
    quick = ("--methods", "baseline", "--epochs", "1")
    notices = " ".join(json_of(capsys, *words, *quick)["notices"])
    assert (
        "Chosen to fit the table: 1 validation row a cell, 3 test rows a cell, a natural test part of"
        in notices
    )
    assert "rows in a batch." in notices
    shown = " ".join(output(capsys, *words, *quick).split())
    assert "balanced test set (drawn with replacement, 3 rows a cell)" in shown
    assert "natural test part (" in shown
    assert "Parameter" not in refusal(capsys, *words, *quick, "--batch-size", "400")
    without = json_of(capsys, *words, *quick, "--natural-test-share", "0")
    assert without["natural_test"] is None


def test_the_text_is_readable_at_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    printed = output(capsys, *TITANIC, "--methods", "ltr,nash_ltr", "--seeds", "2", "--epochs", "1")
    assert max(map(len, printed.splitlines())) <= 80
    lines = [line.strip("│ ") for line in printed.splitlines()]
    assert sum(line.startswith(("female", "male")) and line.count(" ±0.") == 4 for line in lines) == 4
    words = " ".join(printed.split())
    for sentence in (
        "Group by group, mean ± std over the seeds",
        "not told from chance",
        "No interval: 2 seeds, five are needed: everywhere.",
        "Mean ± sample standard deviation (n − 1) over the seeds.",
        "over the seeds on one split of the rows",
    ):
        assert sentence in words


@pytest.mark.parametrize(("asked", "code"), [(KeyboardInterrupt(), 130), (SystemExit(143), 143)])
@pytest.mark.parametrize("save", [False, True])
def test_who_interrupts_training_is_told_what_is_kept(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    save: bool,
    asked: BaseException,
    code: int,
) -> None:
    def interrupted(*_: object) -> None:
        raise asked

    monkeypatch.setattr("nashcore.learning.train", interrupted)
    monkeypatch.setattr("nashcore.runs.worker.train", interrupted)
    with pytest.raises(SystemExit) as ended:
        main([*TITANIC, "--methods", "ltr", *(["--save"] if save else [])])
    assert ended.value.code == code
    said = " ".join(capsys.readouterr().err.split())
    if save:
        (run,) = Store().runs()
        assert f"Run {run.id} is {run.state}; 0 epochs are kept. To go on with it:" in said
    else:
        assert said == "Interrupted; nothing was kept. With --save a run is."
        assert Store().runs() == []


def test_a_config_that_is_nested_too_deep_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert "nested too deep" in refusal(capsys, "train", "--config", str(tmp_path / "deep.json"))
