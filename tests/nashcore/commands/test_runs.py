"""Runs compared on the command line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nashcore.__main__ import main
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import quick


def kept(title: str, **changes: object) -> str:
    """A finished run."""
    store = Store()
    with store.begin(quick(**changes), title) as run:
        carry_out(store, run)
    return run.id


def test_two_runs_are_compared_and_their_files_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    one, other = kept("=cmd()"), kept("[red]x[/red]", rule="mean", split_seed=0)
    csv, latex = tmp_path / "a.csv", tmp_path / "a.tex"
    main_ends(["runs", "compare", one, other, "--csv", str(csv), "--latex", str(latex), "--kind", "scores"])
    said = capsys.readouterr().out
    assert "[red]x[/red]" in said
    assert "Rule of the bargaining stage" in said
    assert f"{other} minus {one}" in said
    assert "+0.0000 [+0.0000, +0.0000]" in said
    header, first, *_ = csv.read_text().splitlines()
    assert header.endswith("worst_groc_auc_mean,worst_groc_auc_std")
    assert first.startswith(f"{one},'=cmd()")
    assert "\\begin{tabular}" in latex.read_text()
    main_ends(["runs", "compare", one, other, "--json", "--epoch", "best"])
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["epoch"]) == ("hard", "best")
    assert [run["id"] for run in told["runs"]] == [one, other]


def test_runs_that_do_not_fit_are_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = kept("first"), kept("second", split_seed=1)
    main_ends(["runs", "compare", one, other])
    said = " ".join(capsys.readouterr().out.split())
    assert "Warning: The runs on titanic, by sex were not steered and tested with the same rows" in said
    assert "cannot be paired" in said
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
    told = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in told["runs"]] == [run]
    assert "was written by a newer version of this program" in told["notice"]
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
