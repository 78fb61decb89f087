"""The lesson from theorem to training on the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.nashcore.learning.small_task import small_plan, small_task
from tests.pages.training import fine
from ui.shell.pages import TRAIN
from ui.train import theorem


def test_the_lesson_is_measured_when_its_button_is_pressed(
    opened: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = theorem.from_theorem_to_training
    monkeypatch.setattr(
        theorem,
        "from_theorem_to_training",
        lambda _, plan, goal: whole(small_task(), small_plan(epochs=1, seeds=(0,)), goal),
    )
    app = opened(TRAIN.path)
    app.session_state["theorem"] = True
    app = fine(app.run())
    before = len(app.get("plotly_chart"))
    app.selectbox(key="theorem_goal").set_value("forml")
    app = fine(app.button(key="theorem_start").click().run())
    assert len(app.get("plotly_chart")) == before + 3
    assert any("With all four off" in one.value for one in app.markdown)
