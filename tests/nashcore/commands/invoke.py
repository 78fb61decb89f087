"""The command line as a user meets it: what it prints, the JSON it gives, the sentence with which it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nashcore.__main__ import main


def output(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command that ends well prints."""
    with pytest.raises(SystemExit) as stopped:
        main(words)
    captured = capsys.readouterr()
    assert stopped.value.code in (0, None), captured.err
    return captured.out


def json_of(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """The one object that a command prints with ``--json``."""
    return json.loads(output(capsys, *words, "--json"))


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The sentence of a command that is refused: on the standard error, with exit code 2 and nothing else."""
    with pytest.raises(SystemExit) as stopped:
        main(words)
    captured = capsys.readouterr()
    assert stopped.value.code == 2
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err.strip()


def cells(table: str) -> list[list[str]]:
    """What stands in the rows of a printed table, without its frame and its header."""
    return [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in table.splitlines()
        if line.startswith("│")
    ]
