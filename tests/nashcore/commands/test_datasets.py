"""``python -m nashcore datasets``: the catalogue for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nashcore import data
from nashcore.__main__ import main
from nashcore.data import DATASETS
from tests.nashcore.commands.invoke import json_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data home."""
    monkeypatch.setenv("NASH_DATA_HOME", str(tmp_path))
    return tmp_path


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["datasets", *arguments])
    return int(stopped.value.code or 0)


def test_the_list_says_size_source_licence_citation_and_place(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run() == 0
    out = capsys.readouterr().out
    for name, dataset in DATASETS.items():
        assert name in out
        assert f"{dataset.rows} x {dataset.columns}" in out
        assert dataset.source in out
        assert dataset.citation in out
    assert "carried, a" in out
    assert f"Data home: {home}" in out


@pytest.mark.usefixtures("home")
def test_one_dataset_tells_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("titanic") == 0
    out = capsys.readouterr().out
    assert "There is no download" in out
    assert "lacks name, ticket" in out
    assert "sex (1 validation and 9 test rows a cell)" in out
    assert "they become the median" in out
    assert "bank" not in out


def test_programs_get_the_same(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("bank", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["data_home"] == str(home)
    (bank,) = answer["datasets"]
    assert bank["available"] == "download"
    assert bank["where"].startswith("To be downloaded from https://archive.ics.uci.edu/")
    assert bank["settings"] == [{"sensitive": "age", "validation_per_cell": 3, "test_per_cell": 339}]


@pytest.mark.parametrize("arguments", [("nix",), ("--download", "nix")])
def test_an_unknown_name_is_one_sentence(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*arguments) == 2
    assert "Dataset should be one of adult, bank" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_what_cannot_be_downloaded_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--download", "titanic") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "titanic has no public archive to download. Put titanic.csv" in captured.err


def test_a_download_comes_before_the_list(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fetched(name: str, *, progress: Callable[[int, int], None]) -> Path:
        progress(1, 2)
        progress(2, 0)
        path = home / f"{name}.csv"
        path.write_text("x")
        return path

    monkeypatch.setattr(data, "fetch", fetched)
    assert _run("bank", "--download", "bank", "--json") == 0
    assert json.loads(capsys.readouterr().out)["datasets"][0]["available"] == "data home"


def test_the_catalogue_is_listed_whole_with_what_makes_the_groups(capsys: pytest.CaptureFixture[str]) -> None:
    listing = {entry["name"]: entry for entry in json_of(capsys, "datasets")["datasets"]}
    assert listing["adult"]["sensitive"] == ["sex", "race"]
    assert list(listing) == list(DATASETS)
