"""The table of the games' shares on a narrow terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from nashcore.commands.game import COLUMNS, print_game
from nashcore.learning import SHARES, STAGES


@pytest.mark.parametrize("width", [80, 101, 140])
def test_no_heading_and_no_share_is_cut(width: int) -> None:
    found = {"epochs": 50} | dict.fromkeys(SHARES, 1.0)
    game = {
        "shares": {
            name: {"title": one.title, "says": one.says, "hides": one.hides} for name, one in SHARES.items()
        },
        "stages": dict(STAGES),
        "not_recorded": [],
        "note": "",
        "methods": {"nash_ltr": dict.fromkeys(("all", "stage_one", "stage_two", "early"), found)},
    }
    console = Console(width=width, file=io.StringIO())
    print_game(console, {"game": game, "methods": {"nash_ltr": {"title": "Meta-gDRO + Nash, T = 49"}}})
    printed = console.file.getvalue()
    assert "…" not in printed
    assert printed.count("100.0 %") == 3 * len(COLUMNS)
    for word in ("bargain", "agreement", "satisfied", "Stage one (50)", "First 15 epochs"):
        assert word in printed
