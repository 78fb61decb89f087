"""``runs by-group``, ``runs explain`` and what ``runs score`` says of rows with labels."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from nashcore.__main__ import main
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.commands.invoke import cells, json_of, output, refusal
from tests.nashcore.runs.quick_config import own


@pytest.fixture
def run(tmp_path: Path) -> str:
    """A run with a natural test part; a group's name holds the sign, and one looks like markup."""
    names = ("[red]x[/red]", "a = b")
    rows = ["y,s,x,z", *(f"{int(i % 11 > 5)},{names[i % 3 == 0]},{i % 11},{i % 5}" for i in range(300))]
    (tmp_path / "mine.csv").write_text("\n".join(rows))
    store = Store()
    with store.begin(own(tmp_path / "mine.csv", natural_test_share=0.3)) as begun:
        carry_out(store, begun)
    return begun.id


@pytest.mark.usefixtures("wide")
def test_every_group_stands_with_counts_rates_and_intervals(
    run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = output(capsys, "runs", "by-group", run, "--arm", "ltr", "--threshold", "0.4")
    firsts = [row[0] for row in cells(printed)]
    assert firsts.count("[red]x[/red]") == firsts.count("a = b") == 3  # rates, confusion, calibration
    found = json_of(capsys, "runs", "by-group", run, "--arm", "ltr", "--threshold", "0.4")
    assert (found["part"], found["threshold"], found["cost"]) == ("natural", 0.4, None)
    for line in (*found["groups"], found["overall"]):
        assert line["tp"] + line["fp"] + line["fn"] + line["tn"] == line["rows"]
        rate = line["rates"]["accuracy"]
        assert (rate["hits"], rate["of"]) == (line["tp"] + line["tn"], line["rows"])
        assert rate["low"] <= rate["value"] <= rate["high"]


@pytest.mark.usefixtures("wide")
def test_a_group_s_own_threshold_says_what_it_costs(
    run: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    csv = tmp_path / "groups.csv"
    asked = ("runs", "by-group", run, "--arm", "LtR", "--threshold-of", "a = b=0.3", "--csv", str(csv))
    printed = " ".join(output(capsys, *asked).split())
    assert "Against the common threshold" in printed
    assert "at the moment of the decision" in printed
    table = pd.read_csv(csv)
    assert table["threshold"].tolist()[:2] == [0.5, 0.3]
    assert table["rows"].iloc[:-1].sum() == table["rows"].iloc[-1]
    assert "--force" in refusal(capsys, *asked)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--threshold-of", "a = b"), "GROUP=NUMBER"),
        (("--threshold-of", "=0.3"), "GROUP=NUMBER"),
        (("--threshold-of", "nobody=0.3"), "A group should be one of"),
        (("--threshold-of", "x=0.3", "--threshold-of", "x=0.4"), "should name a group once. Found 'x', 'x'"),
        (("--threshold", "1.5"), "Threshold should be from 0 to 1"),
        (("--part", "all"), "Part should be one of"),
        (("--part", "natural", "--rows", "x.csv"), "leave one out"),
        (("--seed", "9"), "Seed should be one of"),
    ],
)
def test_what_cannot_be_used_is_refused(
    run: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert said in " ".join(refusal(capsys, "runs", "by-group", run, "--arm", "ltr", *words).split())


def test_rows_of_a_file_are_counted_too(run: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    found = json_of(capsys, "runs", "by-group", run, "--arm", "ltr", "--rows", str(mine))
    assert (found["part"], found["overall"]["rows"]) == ("file", 300)
    asked = ("runs", "by-group", run, "--arm", "ltr", "--rows", str(mine), "--csv", str(mine), "--force")
    assert "another file than the input" in refusal(capsys, *asked)


def test_how_rows_of_a_file_were_read_is_told(
    run: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("y,s,x,z\n1,a = b,999,3\n0,strange,4,n/k\n0,a = b,5,2\n")
    words = ("runs", "by-group", run, "--arm", "ltr", "--rows", str(odd), "--json")
    with pytest.raises(SystemExit, match=r"^0$"):
        main(words)
    captured = capsys.readouterr()
    assert json.loads(captured.out)["overall"]["rows"] == 2
    assert "no number written like the others (such as 'n/k')" in captured.err
    assert "1 row holds values never seen in column s ('strange')" in captured.err
    odd.write_text("y,s,x,z\nyes,A,9,3\nno,B,4,2\n")
    said = refusal(capsys, *words)
    assert "should have a label (y: '0' or '1') and a group (s: " in said


def test_scores_of_rows_with_labels_are_counted_on_the_standard_error(
    run: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    asked = ("runs", "score", run, "--arm", "ltr", "--threshold", "0.9", "--csv")
    with pytest.raises(SystemExit, match=r"^0$"):
        main((*asked, str(tmp_path / "mine.csv")))
    captured = capsys.readouterr()
    assert captured.out.startswith("score,label\n")
    scored = [line.split(",") for line in captured.out.splitlines()[1:]]
    assert len(scored) == 300
    assert all((float(score) > 0.9) == (label == "1") for score, label in scored)
    assert "a = b" in captured.err
    assert "300 with a label and a group" in captured.err
    bare = tmp_path / "bare.csv"
    bare.write_text("x,z,s\n1,2,a = b\n")
    with pytest.raises(SystemExit, match=r"^0$"):
        main((*asked, str(bare)))
    assert "Not counted by group: the rows lack y." in capsys.readouterr().err


@pytest.mark.usefixtures("wide")
def test_a_row_is_explained_column_by_column(
    run: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ("runs", "explain", run, "--csv", str(tmp_path / "mine.csv"), "--arm", "ltr", "--row", "4")
    printed = output(capsys, *asked)
    assert {row[0] for row in cells(printed)} == {"s", "x", "z"}
    assert "occlusion" in printed
    found = json_of(capsys, *asked)
    assert (found["row"], len(found["columns"])) == (4, 3)
    assert "Row should be from 1 to 300" in refusal(capsys, *asked[:-1], "301")
