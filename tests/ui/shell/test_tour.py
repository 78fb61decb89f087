"""The tour stays short, and every stop leads to a page that has its preset."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import opened as opened
from ui.shell.stops import STOPS, Stop


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.title)
def test_a_stop_has_at_most_five_sentences(stop: Stop) -> None:
    assert 1 <= stop.look_for.count(". ") + 1 <= 5
    assert stop.question.endswith("?")


@pytest.mark.parametrize("number", range(1, len(STOPS) + 1))
def test_a_stop_sets_the_scene(opened: Callable[..., AppTest], number: int) -> None:
    stop = STOPS[number - 1]
    app = opened(stop.page, tour=str(number), preset=stop.preset or "")
    assert not app.exception
    assert not app.warning
    assert any(f"stop {number} of" in text.value for text in app.markdown)


@pytest.mark.parametrize("value", ["0", "9", "x", ""])
def test_an_unknown_stop_is_no_stop(opened: Callable[..., AppTest], value: str) -> None:
    app = opened(STOPS[0].page, tour=value)
    assert not app.exception
    assert not any("Tour, stop" in text.value for text in app.markdown)
