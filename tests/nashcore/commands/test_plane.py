"""``synthetic`` and ``basin``: the loss plane on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nashcore.__main__ import main
from nashcore.commands import terminal
from nashcore.methods import parse_method, title
from tests.nashcore.commands.invoke import cells, json_of, output

FEW = ("--methods", "nash,mean", "--steps", "5", "--nudges", "0")


def test_json_holds_the_end_of_every_method_from_every_start(capsys: pytest.CaptureFixture[str]) -> None:
    methods = json_of(capsys, "synthetic", "--steps", "50", "--nudges", "0")["methods"]
    assert set(methods) == {"nash", "mean", "loss_gm", "pcgrad", "cagrad"}
    for figures in methods.values():
        assert [len(losses) for losses in figures["final_losses"]] == [2] * 5
        assert len(figures["distance_to_front"]) == len(figures["failed"]) == 5
        assert all(isinstance(failed, bool) for failed in figures["failed"])


def test_a_preset_may_be_run_from_another_start_and_its_paths_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    paths = tmp_path / "paths.csv"
    words = ("synthetic", "--preset", "one_stage", "--start", "1,2", "--steps", "9", "--csv", str(paths))
    assert set(json_of(capsys, *words)["methods"]) == {"ltr", "forml", "meta_gdro"}
    assert len(paths.read_text().splitlines()) == 1 + 3 * 10


@pytest.mark.usefixtures("wide")
def test_the_table_for_people_says_what_the_json_says(capsys: pytest.CaptureFixture[str]) -> None:
    rows = cells(output(capsys, "synthetic", *FEW))
    methods = json_of(capsys, "synthetic", *FEW)["methods"]
    expected = [
        [
            str(start + 1),
            ", ".join(f"{loss:.3f}" for loss in figures["final_losses"][start]),
            f"{figures['distance_to_front'][start]:.4f}" + ("  fails" if figures["failed"][start] else ""),
        ]
        for figures in methods.values()
        for start in range(5)
    ]
    assert [row[1:4] for row in rows] == expected
    answer = " ".join(output(capsys, "synthetic", *FEW).split())
    for sentence in json_of(capsys, "synthetic", *FEW)["verdict"].values():
        assert sentence in answer
    assert [row[0] for row in rows] == [title(parse_method(name)) for name in methods for _ in range(5)]


@pytest.mark.usefixtures("wide")
def test_the_failing_share_of_the_starts_is_the_same_for_people_and_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("basin", "--side", "3", "--steps", "5", "--methods", "nash,mean")
    share = json_of(capsys, *words)["failing_share"]
    assert set(share) == {"nash", "mean"}
    assert [row[1] for row in cells(output(capsys, *words))] == [f"{value:.1%}" for value in share.values()]


@pytest.mark.usefixtures("wide")
def test_a_knife_edge_is_said_to_people_and_programs_and_counts_as_its_own_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("synthetic", "--problem", "printed", "--methods", "cagrad", "--start", "9,9", "--nudges", "40")
    found = json_of(capsys, *words)
    (failing,) = found["methods"]["cagrad"]["failing_copies"]
    assert found["copies"] == 41
    assert 0 < failing < 41
    said = f"CAGrad, start 1: {failing} of 41 nudged copies fail"
    assert said in found["verdict"]["knife_edge"]
    assert said in " ".join(output(capsys, *words).split())
    assert ("from 1 of 1" in found["verdict"]["starts"]) == found["methods"]["cagrad"]["failed"][0]


def test_numbers_of_runs_that_fly_apart_are_not_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    printed = output(capsys, "synthetic", "--preset", "beyond", "--multiple", "10", "--methods", "nash")
    assert "e+1" in printed
    assert "…" not in printed


def test_what_will_take_long_is_said_beforehand_and_begun(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "LONG", 0.0)
    with pytest.raises(SystemExit, match=r"^0$"):
        main(("synthetic", *FEW))
    said = capsys.readouterr()
    assert "This will take about 1 second (2 methods × 5 starts × 5 steps)." in said.err.replace("\n", " ")
    assert "Loss plane" in said.out
