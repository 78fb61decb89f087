"""Text is text: nothing that a user wrote steers the terminal or is taken for markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.table import Table

from nashcore.commands.terminal import PlainConsole
from nashcore.runs.store import Store
from tests.nashcore.commands.invoke import output, refusal
from tests.nashcore.runs.quick_config import quick_config

NASTY = ["[/x]", "[red]a[/red]", "[link=file:///x]y[/link]", ":smile:", "[[", "\\[/b]", "[@click=x]"]
COMMANDS = Path(__file__).parents[3] / "nashcore" / "commands"


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
