"""Lessons stay short."""

from __future__ import annotations

import re

import pytest

from ui.lossplane.lessons import LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_at_most_five_sentences_one_formula_and_a_question(name: str) -> None:
    lesson = LESSONS[name]
    assert 1 <= len(re.findall(r"[.?!](?:\s|$)", lesson.look_for)) <= 5
    assert lesson.formula
    assert lesson.question.endswith(("?", "stay?"))
    assert lesson.answer.endswith(".")
