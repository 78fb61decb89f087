"""``runs report``, ``runs export`` and ``runs import`` as a user meets them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.commands.invoke import json_of, output, refusal
from tests.nashcore.runs.quick_config import own, own_table


@pytest.fixture
def run(tmp_path: Path) -> str:
    store = Store()
    with store.begin(own(own_table(tmp_path)), "[red]mine[/x]") as found:
        carry_out(store, found)
    return found.id


def test_reports_are_written_by_the_endings_of_their_files(
    run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["a.html", "a.md", "a.TEX", "a.csv", "a.parquet"]
    output(capsys, "runs", "report", run, *(word for name in names for word in ("--out", name)))
    assert all((tmp_path / name).stat().st_size > 500 for name in names)
    output(capsys, "runs", "report", run)
    assert "[red]mine[/x]" in (tmp_path / "report.html").read_text()
    assert "report.html is there already" in refusal(capsys, "runs", "report", run)
    output(capsys, "runs", "report", run, "--force", "--spread", "population")
    assert "as in the paper" in (tmp_path / "report.html").read_text()
    assert "should end in" in refusal(capsys, "runs", "report", run, "--out", "a.docx")
    assert "There is no run" in refusal(capsys, "runs", "report", "00000000", "--out", "b.html")
    assert not (tmp_path / "b.html").exists()


def test_a_run_goes_to_another_machine_and_is_the_same_there(
    run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    output(capsys, "runs", "export", run)
    bundle = str(tmp_path / f"run-{run}.zip")
    here = json_of(capsys, "runs", "show", run)
    assert "is there already" in refusal(capsys, "runs", "export", run)
    assert "kept here already, with the same figures" in refusal(capsys, "runs", "import", bundle)
    output(capsys, "runs", "export", run, "no-table.zip", "--no-table")
    assert not [name for name in zipfile.ZipFile("no-table.zip").namelist() if "tables/" in name]
    monkeypatch.setenv("NASH_RUNS_HOME", str(tmp_path / "there"))
    assert f"Kept as run {run}: [red]mine[/x]" in output(capsys, "runs", "import", bundle)
    there = json_of(capsys, "runs", "show", run)
    assert {**here, "config": 0} == {**there, "config": 0}
    assert f"Kept as run {run}" not in output(capsys, "runs", "import", bundle, "--new-id")
    assert "No such file" in refusal(capsys, "runs", "import", "no.zip")
    (tmp_path / "bad.zip").write_bytes(b"PK")
    assert "no bundle of a run" in refusal(capsys, "runs", "import", "bad.zip")


def test_the_numbers_as_files_are_not_overwritten_either(
    run: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "out")
    output(capsys, "runs", "export", run, folder)
    kept = (tmp_path / "out" / "training.csv").read_text()
    assert "is there already" in refusal(capsys, "runs", "export", run, folder)
    output(capsys, "runs", "export", run, folder, "--force")
    assert (tmp_path / "out" / "training.csv").read_text() == kept
