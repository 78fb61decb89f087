"""The key of a comparison, and what a tick does."""

from __future__ import annotations

import pytest
import streamlit as st

from nashcore.runs import Listed
from tests.ui.compare.test_figures import TAG, comparison
from ui.compare import selection


def test_the_key_tells_letters_and_what_differs() -> None:
    key = selection.key_table(comparison())
    assert key["Title"].tolist() == ["Run a", TAG]


def listed(run: str, epochs: int = 1) -> Listed:
    """A run of a list."""
    return Listed(run, run, "finished", "", 0.0, epochs, 1.0, None, (), "")


def test_ticks_hold_the_first_with_figures_and_keep_those_of_other_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state: dict[str, object] = {selection.CHOSEN: ["far"]}
    monkeypatch.setattr(st, "session_state", state)
    view = [listed(f"r{number}", epochs=number % 3) for number in range(12)]
    selection.tick(view, [3, 1])
    assert state[selection.CHOSEN] == ["far", "r1"]
    assert state[selection.OTHERS] == ["r3"]
    selection.tick(view, range(12))
    chosen, others = state[selection.CHOSEN], state[selection.OTHERS]
    assert isinstance(chosen, list)
    assert isinstance(others, list)
    assert chosen == ["far", "r1", "r2", "r4", "r5", "r7", "r8", "r10"]
    assert set(others) == {"r0", "r3", "r6", "r9", "r11"}
    selection.tick(view, [])
    assert (state[selection.CHOSEN], state[selection.OTHERS]) == (["far"], [])
    selection.tick(view, [99])  # a row of a table that has changed meanwhile
    assert state[selection.CHOSEN] == ["far"]
