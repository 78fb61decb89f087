"""The lesson on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nashcore.__main__ import main

QUICK = ["theorem", "--epochs", "1", "--seeds", "1"]


def test_the_lesson_as_json_and_as_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main_ends([*QUICK, "--json", "--csv", str(tmp_path / "lesson.csv")])
    found = json.loads(capsys.readouterr().out)
    assert (found["dataset"], found["goal"], found["lr"]) == ("titanic", "ltr", 1e-3)
    assert len(found["rows"]) == 28
    assert len((tmp_path / "lesson.csv").read_text().splitlines()) == 29


def test_the_lesson_as_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    main_ends([*QUICK, "--goal", "meta_gdro"])
    printed = " ".join(capsys.readouterr().out.split())
    for words in (
        "All on",
        "Cut alone",
        "Aligned after the cut",
        "With all four off",
        "Meta-gDRO + Nash, throughout",
    ):
        assert words in printed


def test_80_columns_are_enough(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    main_ends(QUICK)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("…" in line for line in lines)
    assert [line.split()[:3] for line in lines if line.startswith("Weight decay alone")] == [
        ["Weight", "decay", "alone"]
    ] * 2


def test_a_wrong_goal_ends_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    main_ends([*QUICK, "--goal", "fair"], 2)
    assert "The goal of the lesson should be one of" in capsys.readouterr().err


def main_ends(words: list[str], code: int = 0) -> None:
    """The command line ends with this exit code."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert (ended.value.code or 0) == code
