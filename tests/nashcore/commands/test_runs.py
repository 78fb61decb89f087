"""``runs``: what was trained before is listed, shown, exported, applied, compared and deleted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nashcore.__main__ import main
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.commands.invoke import cells, json_of, output, refusal
from tests.nashcore.runs.quick_config import quick_config

OWN_RUN = ("train", "--dataset", "titanic", "--sensitive", "sex", "--methods", "ltr,nash_ltr", "--seeds", "2")
ARMS = ["ltr", "nash_ltr@1", "nash_ltr@continuous"]


def kept(title: str, **changes: object) -> str:
    """A finished run."""
    store = Store()
    with store.begin(quick_config(**changes), title) as run:
        carry_out(store, run)
    return run.id


def test_two_runs_are_compared_and_their_files_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    one, other = kept("=cmd()"), kept("[red]x[/red]", rule="mean", split_seed=0)
    csv, latex = tmp_path / "a.csv", tmp_path / "a.tex"
    main_ends(["runs", "compare", one, other, "--csv", str(csv), "--latex", str(latex), "--kind", "scores"])
    printed = capsys.readouterr().out
    assert "[red]x[/red]" in printed
    assert "Rule of the bargaining stage" in printed
    assert f"{other} minus {one}" in printed
    assert "+0.0000, no interval" in printed
    assert "No interval: 2 seeds, five are needed: everywhere." in printed
    assert "9 differences at once, without an interval." in printed
    assert "over the seeds on one split of the rows" in " ".join(printed.split())
    header, first, *_ = csv.read_text().splitlines()
    assert header.endswith("worst_groc_auc_mean,worst_groc_auc_std")
    assert first.startswith(f"{one},'=cmd()")
    assert "\\begin{tabular}" in latex.read_text()
    main_ends(["runs", "compare", one, other, "--json", "--epoch", "best"])
    report = json.loads(capsys.readouterr().out)
    assert (report["kind"], report["epoch"]) == ("hard", "best")
    assert [run["id"] for run in report["runs"]] == [one, other]


def test_the_paper_s_spread_can_be_chosen_and_is_named_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    run, latex = kept("one"), tmp_path / "a.tex"
    sample = json_of(capsys, "runs", "show", run)
    paper = json_of(capsys, "runs", "show", run, "--spread", "population")
    (one, other) = (found["methods"]["ltr"]["last"]["overall_roc_auc"] for found in (sample, paper))
    assert one["mean"] == other["mean"]
    assert other["std"] == pytest.approx(one["std"] / 2**0.5)  # two seeds
    assert sample["spread"] == "sample standard deviation (n − 1)"
    assert paper["spread"] == "population standard deviation (n, as in the paper)"
    said = f"Mean ± {paper['spread']} over the seeds."
    assert said in paper["caveats"]
    assert said in output(capsys, "runs", "show", run, "--spread", "population")
    printed = output(capsys, "runs", "compare", run, "--spread", "population", "--latex", str(latex))
    assert said in printed
    assert "population standard deviation (n, as in the paper) over 2 seeds" in latex.read_text()
    assert json_of(capsys, "runs", "compare", run)["spread"] == sample["spread"]
    assert "spread" in refusal(capsys, "runs", "show", run, "--spread", "wide")


def test_runs_that_do_not_fit_are_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = kept("first"), kept("second", split_seed=1, rule="mean")
    main_ends(["runs", "compare", one, other])
    printed = " ".join(capsys.readouterr().out.split())
    assert "Warning: The runs on titanic, by sex were not steered and tested with the same rows" in printed
    assert "cannot be paired" in printed
    with pytest.raises(SystemExit) as ended:
        main(["runs", "compare", one, "nobody"])
    assert ended.value.code == 2
    assert "There is no run 'nobody'" in capsys.readouterr().err


def test_a_folder_of_a_newer_version_is_listed_and_nothing_in_it_is_deleted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = kept("newer")
    with closing(sqlite3.connect(Store().home / "runs.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
    main_ends(["runs", "list", "--json"])
    report = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in report["runs"]] == [run]
    assert "was written by a newer version of this program" in report["notice"]
    main_ends(["runs", "list"])
    assert "was written by a newer version" in " ".join(capsys.readouterr().out.split())
    with pytest.raises(SystemExit) as ended:
        main(["runs", "delete", run])
    assert ended.value.code == 2
    assert "was written by a newer version" in " ".join(capsys.readouterr().err.split())


def main_ends(words: list[str]) -> None:
    """The command line, which ends well."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0


@pytest.fixture
def trained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """What the command line said of a run that it trained and kept: three arms, two seeds, two epochs."""
    monkeypatch.setenv("NASH_DATA_HOME", str(tmp_path))  # the carried copy, wherever the tests run
    schedules = ("--schedule-of", "nash_ltr=two_stage:1,continuous")
    answer: dict[str, Any] = json_of(capsys, *OWN_RUN, "--epochs", "2", *schedules, "--save")
    return answer


@pytest.fixture
def new_rows(tmp_path: Path) -> Path:
    """A file with two rows to score."""
    path = tmp_path / "rows.csv"
    path.write_text("pclass,sex,age,sibsp,parch\n1,female,30,0,0\n3,male,,1,2\n")
    return path


@pytest.mark.usefixtures("wide")
def test_a_kept_run_is_listed(trained: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    (listed,) = json_of(capsys, "runs", "list")["runs"]
    assert (listed["id"], listed["state"], listed["epochs"]) == (trained["run"], "finished", 2)
    (row,) = cells(output(capsys, "runs", "list"))
    title = (
        "titanic, by sex: schedules of single methods LtR + Nash: T = 1, throughout, 2 epochs, 2 methods, …"
    )
    assert [row[0], row[1], *row[3:6]] == [trained["run"], title, "finished", "2 of 2", "6"]
    best = max(trained["methods"].values(), key=lambda found: found["last"]["overall_auc"]["mean"])
    assert row[6].startswith(f"{best['last']['overall_auc']['mean']:.3f} ")


def test_a_kept_run_is_shown_as_it_was_when_it_was_trained(
    trained: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(trained["methods"]) == ARMS
    assert json_of(capsys, "runs", "show", trained["run"])["methods"] == trained["methods"]


@pytest.mark.usefixtures("wide")
def test_scores_have_a_table_of_their_own_with_differences_and_test_rows(
    trained: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    printed = output(capsys, "runs", "show", trained["run"], "--kind", "scores")
    assert "seed by seed: mean and 95% interval" in printed
    assert "Test rows of every cell: female, died: 9 (" in printed
    assert "rests on 36 test rows, " in printed
    assert "AUC ↑" in printed


@pytest.mark.usefixtures("wide")
def test_an_epoch_that_was_picked_on_the_test_set_says_so(
    trained: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    printed = output(capsys, "runs", "show", trained["run"], "--epoch", "best")
    assert "best epoch (chosen on the test set" in printed


def test_everything_that_was_measured_is_exported(
    trained: dict[str, Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    output(capsys, "runs", "export", trained["run"], str(tmp_path / "out"))
    lines = {path.name: len(path.read_text().splitlines()) for path in (tmp_path / "out").iterdir()}
    models = 3 * 2 * 2  # arms, seeds, epochs
    assert lines == {
        "training.csv": 1 + models,
        "groups.csv": 1 + models * 2,
        "players.csv": 1 + models * 4,
        "alignment.csv": 1 + models * 9,
        "loss_changes.csv": 1 + models,
        "stages.csv": 1 + 3 + 4 + 3,
        "natural_test.csv": 1,  # its header: a run of the catalogue keeps no natural test part
        "chance.csv": 1 + 3 * 2 * 5,
        "differences.csv": 1 + 2 * 9,
    }


def test_a_shown_run_is_a_config_that_trains_the_same(
    trained: dict[str, Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    again = tmp_path / "run.json"
    again.write_text(output(capsys, "runs", "show", trained["run"], "--json"))
    assert json_of(capsys, "train", "--config", str(again))["methods"] == trained["methods"]


def test_an_option_beside_a_config_comes_before_what_the_config_says(
    trained: dict[str, Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    again = tmp_path / "run.json"
    again.write_text(output(capsys, "runs", "show", trained["run"], "--json"))
    shorter = json_of(capsys, "train", "--config", str(again), "--epochs", "1")
    assert (shorter["epochs"], shorter["config"]["schedules"]) == (1, trained["config"]["schedules"])


def test_a_kept_model_scores_new_rows(
    trained: dict[str, Any], new_rows: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ("runs", "score", trained["run"], "--csv", str(new_rows), "--arm", "ltr")
    header, *scored = output(capsys, *asked).splitlines()
    assert header == "score,label"
    assert [0 < float(line.split(",")[0]) < 1 for line in scored] == [True, True]
    output(capsys, *asked, "--out", str(tmp_path / "scores.csv"))
    assert (tmp_path / "scores.csv").read_text().splitlines() == [header, *scored]
    assert "--force" in refusal(capsys, *asked, "--out", str(tmp_path / "scores.csv"))
    assert (tmp_path / "scores.csv").read_text().splitlines() == [header, *scored]
    output(capsys, *asked, "--out", str(tmp_path / "scores.csv"), "--force")
    before = new_rows.read_text()
    assert "another file than the input" in refusal(capsys, *asked, "--out", str(new_rows), "--force")
    assert new_rows.read_text() == before


def test_what_there_is_to_say_of_the_rows_stands_on_the_standard_error(
    trained: dict[str, Any], new_rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_rows.write_text("pclass,sex,age,sibsp,parch\n1,female,30,0,0\n3,robot,200,N/A,2\n")
    with pytest.raises(SystemExit, match=r"^0$"):
        main(("runs", "score", trained["run"], "--csv", str(new_rows), "--arm", "ltr"))
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 3
    assert "1 row holds values never seen in column sex ('robot')" in captured.err
    assert "1 row holds numbers never seen in column age" in captured.err
    assert "1 row holds no value in column sibsp" in captured.err
    assert "Words taken as missing: 'N/A' in sibsp (1 row)" in captured.err


def test_rows_that_lack_a_column_are_not_scored(
    trained: dict[str, Any], new_rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_rows.write_text("pclass,sex\n1,female\n")
    assert "age" in refusal(capsys, "runs", "score", trained["run"], "--csv", str(new_rows), "--arm", "ltr")


def test_a_deleted_run_is_gone(trained: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    output(capsys, "runs", "delete", trained["run"])
    assert "There is no run" in refusal(capsys, "runs", "show", trained["run"])
    assert json_of(capsys, "runs", "list")["runs"] == []


def test_a_run_that_is_refused_is_kept_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert "batch_size" in refusal(capsys, *OWN_RUN, "--batch-size", "5000", "--save", "--title", "Too much")
    (run,) = json_of(capsys, "runs", "list")["runs"]
    assert (run["title"], run["state"]) == ("Too much", "failed")
    assert "batch_size" in run["reason"]
    assert "has no figures" in refusal(capsys, "runs", "show", run["id"])


def test_runs_on_several_splits_are_shown_with_them_and_put_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    one, other = kept("first", split_seeds=2), kept("second", split_seed=2)
    main_ends(["runs", "show", one])
    printed = " ".join(capsys.readouterr().out.split())
    assert "mean ± std over the splits (2 splits × 2 seeds)" in printed
    assert "std between splits and within one" in printed
    assert "in pairs of split and seed, over the splits: mean and 95% interval" in printed
    assert "Means, spreads and intervals are over splits of the rows" in printed
    main_ends(["runs", "compare", one, other])
    printed = " ".join(capsys.readouterr().out.split())
    assert f"Runs {one}, {other} differ in their splits alone. Put together:" in printed
    assert "(3 splits × 2 seeds)" in printed
    main_ends(["runs", "compare", one, other, "--json"])
    (whole,) = json.loads(capsys.readouterr().out)["pooled"]
    assert (whole["runs"], whole["summary"]["splits"]) == ([one, other], [0, 1, 2])


def test_a_deleted_run_can_be_restored_until_it_is_deleted_for_good(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = kept("mine")
    output(capsys, "runs", "delete", run)
    listed = json_of(capsys, "runs", "list")
    assert (listed["runs"], [one["id"] for one in listed["deleted"]]) == ([], [run])
    assert f"In the trash: {run} mine" in output(capsys, "runs", "list")
    assert "brought back" in " ".join(refusal(capsys, "runs", "show", run).split())
    output(capsys, "runs", "restore", run)
    assert [one["id"] for one in json_of(capsys, "runs", "list")["runs"]] == [run]
    output(capsys, "runs", "delete", run, "--for-good")
    assert json_of(capsys, "runs", "list")["deleted"] == []
    assert "There is no run" in refusal(capsys, "runs", "restore", run)


def test_a_run_that_cannot_be_read_is_listed_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = kept("bad"), kept("good")
    with closing(sqlite3.connect(Store().home / "runs.sqlite")) as database, database:
        database.execute("UPDATE runs SET config = ? WHERE id = ?", ('{"a":' * 5000 + "}" * 5000, bad))
    listed = json_of(capsys, "runs", "list")
    assert [one["id"] for one in listed["runs"]] == [good]
    assert [one["id"] for one in listed["damaged"]] == [bad]
    shown = " ".join(output(capsys, "runs", "list").split())
    assert f"Set aside: {bad} bad. Its row in the database is damaged" in shown


@pytest.mark.usefixtures("wide")
def test_runs_are_filtered_sorted_and_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    low, high = kept("=low", lr=1e-4, epochs=1), kept("high", lr=1e-2, epochs=1)
    waits = Store().add(quick_config(dataset="adult"), "waits").id
    Store().stop(waits)  # nobody shall take it up
    output(capsys, "runs", "tag", high, "good")
    assert output(capsys, "runs", "note", high, "a [/x] note").strip() == "a [/x] note"

    def listed(*words: str) -> list[str]:
        return [run["id"] for run in json_of(capsys, "runs", "list", *words)["runs"]]

    assert listed("--sort", "lr", "--dataset", "titanic") == [low, high]
    assert listed("--sort", "-lr", "--state", "finished", "--limit", "1") == [high]
    assert (
        listed("--tag", "good")
        == listed("--where", "[/X]")
        == listed("--where", "lr>0.001 epochs=1")
        == [high]
    )
    csv = tmp_path / "runs.csv"
    output(capsys, "runs", "list", "--csv", str(csv), "--state", "finished", "--sort", "lr")
    header, first, *_ = csv.read_text().splitlines()
    assert {"id", "lr", "note", "origin.config", "overall_auc.ltr_mean"} <= set(header.split(","))
    assert first.startswith(f"{low},'=low,finished")
    printed = output(capsys, "runs", "list", "--dataset", "titanic", "--metric", "max_gaucd")
    assert f"lr={1e-4:g}" in printed
    assert "a [/x] note" in printed
    assert "Near it: lr" in refusal(capsys, "runs", "list", "--where", "lrr=1")
    assert "--metric should name a metric" in refusal(capsys, "runs", "list", "--metric", "height")
    assert "one of waiting, running" in refusal(capsys, "runs", "list", "--state", "done")
    assert output(capsys, "runs", "note", high, "") == ""
    assert Store().get(high).note == ""


def test_models_are_deleted_and_figures_kept(capsys: pytest.CaptureFixture[str]) -> None:
    run = kept("one")
    before = json_of(capsys, "runs", "show", run)["methods"]
    assert "are free again" in output(capsys, "runs", "delete", run, "--models-only")
    assert "no models any more" in output(capsys, "runs", "delete", run, "--models-only")
    assert json_of(capsys, "runs", "show", run)["methods"] == before
    assert "keeps the run" in refusal(capsys, "runs", "delete", run, "--models-only", "--for-good")
    waits = Store().add(quick_config()).id
    assert "should be over before its models are deleted" in refusal(
        capsys, "runs", "delete", waits, "--models-only"
    )


def test_a_baseline_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = kept("one"), kept("other", rule="mean")
    report = json_of(capsys, "runs", "compare", one, "--baseline", other)
    assert [run["id"] for run in report["runs"]] == [other, one]
    assert [(pair["run"], pair["minus"]) for pair in report["paired_differences"]] == [(one, other)]
