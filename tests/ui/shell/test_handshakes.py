"""Parts that move on their own are told only what they do not show, and wait for the question they asked last."""

from __future__ import annotations

import pytest
import streamlit as st

from ui.shell.handshakes import LastAnswered, SentOnce


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session's state without a session."""
    monkeypatch.setattr(st, "session_state", {})


def test_what_the_part_reports_is_not_sent_back() -> None:
    sent = SentOnce("T")
    assert sent.send(100, "scene") == (100, 1)
    assert sent.send(100, "scene") == (100, 1)
    sent.reported(250)
    assert sent.send(250, "scene") == (100, 1)
    assert sent.send(400, "scene") == (400, 2)
    assert sent.send(400, "another scene") == (400, 3)


def test_a_part_in_a_new_tab_is_told_again() -> None:
    sent = SentOnce("T")
    sent.forget()
    assert sent.send(7, "scene") == (7, 1)
    sent.forget()
    assert sent.send(7, "scene") == (7, 2)


@pytest.mark.parametrize("report", [None, 3, {}, {"turn": "3"}, [("turn", 3)]])
def test_a_report_without_a_number_is_none(report: object) -> None:
    answered = LastAnswered("turn")
    assert not answered.take(report)
    assert answered.turn == 0


def test_the_last_question_is_remembered() -> None:
    answered = LastAnswered("turn")
    assert answered.take({"turn": 3, "groups": 2})
    assert answered.turn == 3
