"""The command ``audit``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nashcore.__main__ import main
from tests.nashcore.commands.invoke import json_of, output


def test_given_splits_are_counted_cell_by_cell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{i},{'ab'[i % 2]},{i // 2 % 2}" for i in range(40)]
    (tmp_path / "mine.csv").write_text("x,kind,out\n" + "\n".join(rows) + "\n")
    splits = tmp_path / "splits.npz"
    np.savez(splits, ind_train=np.arange(8, 40), val_idx=np.arange(4), ind_test=np.array([4, 5, 6, 7, 7]))
    asked = ["audit", "--csv", str(tmp_path / "mine.csv"), "--target", "out", "--sensitive", "kind"]
    with pytest.raises(SystemExit, match=r"^0$"):
        main([*asked, "--splits", str(splits), "--json"])
    cells = json.loads(capsys.readouterr().out)["rows"]
    assert [(c["train"], c["validation"], c["test"]) for c in cells] == [
        (8, 1, 1),
        (8, 1, 1),
        (8, 1, 1),
        (8, 1, 2),
    ]


def test_a_finding_is_one_line_with_the_option_that_settles_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"here,{i % 9},{'ab'[i % 2]},{i // 2 % 2}" for i in range(400)]
    (tmp_path / "mine.csv").write_text(f"the place,x,{'k' * 30},out\n" + "\n".join(rows) + "\n")
    asked = ["audit", "--csv", str(tmp_path / "mine.csv"), "--target", "out", "--sensitive", "k" * 30]
    asked += ["--validation-rows", "2", "--test-rows", "7"]
    with pytest.raises(SystemExit, match=r"^0$"):
        main(asked)
    out = capsys.readouterr().out
    line = "constant: the place has the same value in every row: it says nothing. (--drop 'the place' takes no rows)"
    assert line in out.splitlines()
    with pytest.raises(SystemExit, match=r"^0$"):
        main([*asked, "--drop", "the place", "--drop-duplicates", "--hide-sensitive", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert {finding["kind"] for finding in answer["findings"]} == {"base rates", "small cell"}
    assert answer["features"] == 1
    assert all(cell["test"] == 7 for cell in answer["rows"])


def test_a_column_that_gives_the_target_away_and_one_that_names_rows_are_found(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = [f"{i},{i % 7},{'ab'[i % 2]},{'yes' if i % 3 else 'no'},{i % 3}" for i in range(200)]
    (tmp_path / "mine.csv").write_text("id,x,kind,out,echo\n" + "\n".join(rows) + "\n")
    asked = ("audit", "--csv", str(tmp_path / "mine.csv"), "--target", "out", "--sensitive", "kind")
    answer = json_of(capsys, *asked)
    found = {(finding["kind"], finding["column"]) for finding in answer["findings"]}
    assert {("gives target away", "echo"), ("identifier", "id")} <= found
    assert len(answer["rows"]) == 4
    lines = output(capsys, *asked).splitlines()
    for kind, column in (("serious: gives target away", "echo"), ("identifier", "id")):
        assert any(line.startswith(f"{kind}: {column} ") for line in lines)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_table_of_rows_fits_the_terminal(
    width: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        f"{i % 9},{('Female', 'a very long name of a group', 'x')[i % 3 if i < 390 else 2]},{i // 2 % 2}"
        for i in range(400)
    ]
    (tmp_path / "mine.csv").write_text("x,kind,out\n" + "\n".join(rows) + "\n")
    monkeypatch.setenv("COLUMNS", str(width))
    asked = ("audit", "--csv", str(tmp_path / "mine.csv"), "--target", "out", "--sensitive", "kind")
    printed = output(capsys, *asked)
    table = printed[printed.index("Rows of every group and label") :].splitlines()
    assert max(map(len, table)) <= width
    assert sum(line.count("natural") for line in table) in (1, 6)


def test_switches_say_whom_they_take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{i * 37 % 101},{('f', 'm')[i % 2] if i % 50 else 'x y'},{i // 2 % 2}" for i in range(400)]
    (tmp_path / "mine.csv").write_text("x,kind,out\n" + "\n".join(rows) + "\n")
    asked = ("audit", "--csv", str(tmp_path / "mine.csv"), "--target", "out", "--sensitive", "kind")
    printed = output(capsys, *asked)
    assert "(--drop-group 'x y' takes 8 of 400 rows: 4 of 4 (x y, 0), 4 of 4 (x y, 1))" in printed
    left = json_of(capsys, *asked, "--drop-group", "x y")
    assert {cell["group"] for cell in left["rows"]} == {"f", "m"}
    assert sum(cell["rows"] for cell in left["rows"]) == 392
