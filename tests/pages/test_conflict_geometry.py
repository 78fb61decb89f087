"""The conflict-geometry page's independent check, and what it says of words that it cannot use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ui.geometry import certificate
from ui.shell.pages import GEOMETRY

Opened = Callable[..., AppTest]


def checked(app: AppTest) -> AppTest:
    """The button has been pressed."""
    button = next(one for one in app.button if one.label == "Check this with an independent solver")
    return button.click().run()


@pytest.mark.parametrize(
    ("p", "games"),
    [
        ("−1", ["Nash, p = 0", "Harmonic, p = −1"]),
        ("0", ["Nash, p = 0"]),
        ("1", ["Nash, p = 0", "Utilitarian, p = 1"]),
        ("−∞", ["Nash, p = 0", "Egalitarian, p = −∞"]),
    ],
)
def test_both_games_are_checked_by_an_independent_solver(opened: Opened, p: str, games: list[str]) -> None:
    app = checked(opened(GEOMETRY.path, preset="one-shouts", p=p))
    assert not app.exception
    table = next(frame.value for frame in app.dataframe if "Game" in frame.value)
    assert table["Game"].tolist() == games
    assert table["Relative gap"].astype(float).abs().max() < 1e-6
    assert table["Cosine between the directions"].astype(float).min() > 1 - 1e-6


def test_without_an_agreement_there_is_nothing_to_check(opened: Opened) -> None:
    app = opened(GEOMETRY.path, preset="no-agreement")
    assert next(one for one in app.button if one.label.startswith("Check this")).disabled


def test_a_solver_that_gives_no_answer_is_told(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*args: Any) -> None:
        raise RuntimeError("The independent solver gave no answer: unbounded.")

    app = opened(GEOMETRY.path)
    monkeypatch.setattr(certificate, "certify", none)
    app = checked(app)
    assert not app.exception
    assert "gave no answer" in app.warning[0].value


def test_words_that_the_page_cannot_use_are_told(opened: Opened) -> None:
    app = opened(GEOMETRY.path, groups="9", p="7", angle1="40")
    assert not app.exception
    assert "groups\\=9\\, p\\=7" in app.warning[0].value


def test_words_that_it_can_use_are_told_of_by_nobody(opened: Opened) -> None:
    app = opened(GEOMETRY.path, groups="3", p="−1", angle1="40", length2="0.5", rules=["Nash", "Mean"])
    assert not app.exception
    assert [warning.value for warning in app.warning] == []
