"""The tour stays short, and every stop leads to a page that has its preset."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import opened as opened
from ui.shell.stops import STOPS, Stop

ROOT = Path(__file__).parents[3]


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


def test_the_lesson_plan_follows_the_stops() -> None:
    plan = (ROOT / "docs" / "lesson.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (\d+)\. (.*) \((\d+) minutes\)$", plan, flags=re.MULTILINE)
    assert heads == [(str(place), stop.title, str(stop.minutes)) for place, stop in enumerate(STOPS, 1)]
    assert plan.startswith(f"# A lesson of {sum(stop.minutes for stop in STOPS)} minutes")
    sections = re.split(r"^## \d+\. ", plan, flags=re.MULTILINE)[1:]
    for number, (stop, section) in enumerate(zip(STOPS, sections, strict=True), 1):
        page = "" if stop.page == "app.py" else stop.page.removesuffix(".py").partition("_")[2]
        preset = f"&preset={stop.preset}" if stop.preset else ""
        assert f"`/{page}?tour={number}{preset}`" in section
        assert f"*To think about:* {stop.question}" in section


def test_the_last_stop_leads_to_an_own_table_and_ends_the_tour(opened: Callable[..., AppTest]) -> None:
    app = opened(STOPS[-1].page, tour=str(len(STOPS)))
    links = [link.proto.label for link in app.get("page_link")]
    assert "Bring your own table" in links
    assert "Finish the tour" in links
    assert not any(label.startswith("Next") for label in links)


@pytest.mark.parametrize("word", ["present", "handout"])
@pytest.mark.parametrize("number", [3, 8])
def test_a_stop_is_presented_and_printed(opened: Callable[..., AppTest], number: int, word: str) -> None:
    stop = STOPS[number - 1]
    app = opened(stop.page, tour=str(number), **{word: "true"})
    assert not app.exception
    texts = [text.value for text in (*app.markdown, *app.header)]
    assert any(stop.title in text for text in texts)
    assert any(stop.question in text for text in texts) or any(
        stop.question == box.label for box in app.expander
    )
