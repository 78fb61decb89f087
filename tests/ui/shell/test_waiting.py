"""Whoever opens a page has waiting runs taken up, at most once in a while, and without waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nashcore.runs import places
from nashcore.runs.store import Store, runs_home
from tests.nashcore.runs.quick_config import quick_config
from ui.shell import waiting


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found: list[Path] = []
    monkeypatch.setattr(places, "_start", lambda store, starts: found.append(store.home))
    monkeypatch.setattr(waiting, "_looked", -waiting.LOOK_SECONDS)
    return found


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_page_has_a_waiting_run_taken_up(started: list[Path]) -> None:
    store = Store()
    store.add(quick_config())
    waiting.take_up()
    until(lambda: started == [store.home])


def test_pages_in_a_row_look_once(monkeypatch: pytest.MonkeyPatch, started: list[Path]) -> None:
    looks: list[int] = []
    monkeypatch.setattr(waiting, "_look", lambda: looks.append(1))
    for _ in range(50):
        waiting.take_up()
    until(lambda: looks == [1])
    monkeypatch.setattr(waiting, "_looked", time.monotonic() - waiting.LOOK_SECONDS)
    waiting.take_up()
    until(lambda: looks == [1, 1])


def test_a_visitor_who_trains_nothing_gets_no_folder(started: list[Path]) -> None:
    waiting._look()
    assert not runs_home().exists()
    Store()
    waiting._look()
    assert started == []


def test_a_folder_that_cannot_be_used_is_left_to_the_pages_that_show_runs(started: list[Path]) -> None:
    Store()
    for file in runs_home().glob("runs.sqlite*"):
        file.write_text("no database at all " * 100)
    waiting._look()
    assert started == []
