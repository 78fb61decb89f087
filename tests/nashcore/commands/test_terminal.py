"""A reader's own file on the command line: from the standard input, into a closed pipe, and by runs of before. Text is text:
nothing that a user wrote steers the terminal or is taken for markup."""

from __future__ import annotations

import errno
import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.table import Table

from nashcore.commands.terminal import PlainConsole
from nashcore.data import read_csv
from nashcore.errors import InputError
from nashcore.runs import DataConfig
from nashcore.runs.results.score import _with_first_names
from nashcore.runs.store import Store
from tests.nashcore.commands.invoke import json_of, output, refusal
from tests.nashcore.runs.quick_config import quick_config

NASTY = ["[/x]", "[red]a[/red]", "[link=file:///x]y[/link]", ":smile:", "[[", "\\[/b]", "[@click=x]"]
COMMANDS = Path(__file__).parents[3] / "nashcore" / "commands"
ROWS = "".join(f"{i % 9},{'ab'[i % 2]},{'yes' if i // 2 % 2 else 'no'}\n" for i in range(200))
ASKED = ("audit", "--csv", "-", "--target", "out", "--positive", "yes", "--sensitive", "kind")


def _given(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))


def test_the_standard_input_is_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _given(monkeypatch, f"x,kind,out\n{ROWS}".encode())
    found = json_of(capsys, *ASKED)
    assert sum(cell["rows"] for cell in found["rows"]) == 200


def test_an_empty_or_closed_standard_input_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _given(monkeypatch, b"")
    assert "Found an empty file" in refusal(capsys, *ASKED)
    monkeypatch.setattr(sys, "stdin", None)
    assert "Found it closed" in refusal(capsys, *ASKED)


@pytest.mark.parametrize("nothing", ["", ".", "/"])
def test_what_names_no_file_is_no_table(nothing: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [nothing if word == "-" else word for word in ASKED]
    assert "A table should be the name of its file" in refusal(capsys, *words)


def test_a_standard_input_without_room_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    _given(monkeypatch, ROWS.encode())
    monkeypatch.setattr("tempfile.mkdtemp", full)
    assert "cannot be kept while it is read: No space left on device" in refusal(capsys, *ASKED)


def test_a_reader_that_stops_early_gets_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(f"x,kind,out\n{ROWS}")
    words = [str(file) if word == "-" else word for word in ASKED]
    with subprocess.Popen(
        [sys.executable, "-m", "nashcore", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        assert b"Traceback" not in started.stderr.read()


def test_a_name_that_two_columns_have_is_refused_as_target_or_group(tmp_path: Path) -> None:
    file = tmp_path / "twice.csv"
    file.write_text(
        "kind,x,kind,out\n" + "".join(f"{'ab'[i % 2]},{i % 7},{i % 3},{i // 2 % 2}\n" for i in range(80))
    )
    base: dict[str, Any] = {"dataset": "twice", "csv": file}
    with pytest.raises(InputError, match=r"Sensitive column 'kind' should be one column. Found 2"):
        DataConfig(**base, sensitive="kind", target={"column": "out"}).task()
    with pytest.raises(InputError, match=r"Target column 'kind' should be one column. Found 2"):
        DataConfig(**base, sensitive="x", target={"column": "kind", "positive": "a"}).task()
    assert DataConfig(**base, sensitive="kind (1)", target={"column": "out"}).task().group_names == ("a", "b")


def test_the_first_of_two_columns_is_called_as_runs_of_before_called_it() -> None:
    table = read_csv(io.BytesIO(b"kind,x,kind\na,1,2\nb,3,4\n"), name="twice.csv")
    assert list(_with_first_names(table, {"kind", "x"}).frame) == ["kind", "x", "kind (2)"]
    assert list(_with_first_names(table, {"kind (1)", "x"}).frame) == ["kind (1)", "x", "kind (2)"]


def test_new_rows_may_be_laid_out_in_another_way(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASH_RUNS_HOME", str(tmp_path / "runs"))
    (tmp_path / "mine.csv").write_text(f"x,kind,out\n{ROWS}")
    words = [str(tmp_path / "mine.csv") if word == "-" else word for word in ASKED]
    trained = json_of(
        capsys, "train", *words[1:], "--methods", "baseline", "--epochs", "1", "--seeds", "1", "--save"
    )
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    plain.write_text("x,kind\n1,a\n5,b\n")
    other.write_text("made in 2024\nx;kind\n1;a\n5;b\n")
    scored = output(capsys, "runs", "score", trained["run"], "--csv", str(plain), "--arm", "baseline")
    asked = ("runs", "score", trained["run"], "--csv", str(other), "--arm", "baseline", "--header-line", "2")
    assert output(capsys, *asked, "--delimiter", ";") == scored


@pytest.mark.parametrize("text", NASTY)
def test_a_title_of_any_kind_is_listed_letter_for_letter(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    store = Store()
    run = store.add(quick_config(), text)
    store.stop(run.id)
    assert text in output(capsys, "runs", "list")


@pytest.mark.parametrize("text", NASTY)
def test_headings_cells_titles_and_sentences_are_plain(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(text, "b", title=text)
    table.add_row(text, "1")
    PlainConsole().print(table)
    PlainConsole().print(text, style="red")
    printed = capsys.readouterr()
    assert printed.out.count(text) == 4


def test_signs_that_steer_the_terminal_are_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    PlainConsole().print("\x1b[2J \x9b1m \u202egnp \udc80 é 漢 \N{GRINNING FACE}\tend\nnext")
    printed = capsys.readouterr().out
    assert "\\x1b[2J \\x9b1m \\u202egnp \\udc80 é 漢 \N{GRINNING FACE}" in printed
    assert "end\nnext" in printed


def test_a_refusal_repeats_what_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[/x]:smile:" in refusal(capsys, "runs", "show", "[/x]:smile:")


def test_no_command_prints_past_the_plain_console() -> None:
    past = [
        path.name
        for path in COMMANDS.glob("*.py")
        if path.name != "terminal.py"
        and (" Console(" in path.read_text() or "rich.markup" in path.read_text())
    ]
    assert past == []
