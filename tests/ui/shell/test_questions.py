"""Questions stand at stops that there are, on the page of the stop, and their answers come only when asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import opened as opened
from ui.geometry.questions import QUESTIONS as GEOMETRY
from ui.lossplane.questions import QUESTIONS as PLANE
from ui.schedules.questions import QUESTIONS as SCHEDULES
from ui.shell.questions import Question
from ui.shell.stops import STOPS
from ui.train.questions import QUESTIONS as TRAIN

ASKED = {
    "pages/1_Conflict_geometry.py": GEOMETRY,
    "pages/2_Loss_plane.py": PLANE,
    "pages/3_Schedules.py": SCHEDULES,
    "pages/4_Train.py": TRAIN,
}
CASES = [(page, title, asked) for page, questions in ASKED.items() for title, asked in questions.items()]


@pytest.mark.parametrize(("page", "title", "asked"), CASES, ids=[title for _, title, _ in CASES])
def test_a_question_belongs_to_a_stop_of_its_page(page: str, title: str, asked: Question) -> None:
    assert page in {stop.page for stop in STOPS if stop.title == title}
    assert asked.text.endswith("?")
    assert 2 <= len(asked.options) <= 6
    assert len(set(asked.options)) == len(asked.options)


@pytest.mark.parametrize(("page", "title", "asked"), CASES, ids=[title for _, title, _ in CASES])
def test_an_answer_that_was_asked_for_is_no_error(
    opened: Callable[..., AppTest], page: str, title: str, asked: Question
) -> None:
    number = [stop.title for stop in STOPS].index(title) + 1
    app = opened(page, tour=str(number))
    app.session_state["hands_seen"] = title
    for key, value in asked.scene.items():
        app.session_state[key] = value
    app.run()
    assert not app.exception
    assert not app.error
