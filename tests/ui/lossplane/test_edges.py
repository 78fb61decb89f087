"""The desk behind the knife-edge line: newest wish first, each config once, nothing that nobody waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from ui.lossplane.edges import Desk

PATIENCE = 30
"""Seconds after which a test gives up; nothing here takes any time by itself."""


class Checks:
    """Checks that wait for each other and write down in which order they were begun and left."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.left: list[str] = []
        self.doors: dict[str, threading.Event] = {}
        self.started: dict[str, threading.Event] = {}

    def prepare(self, *configs: str) -> None:
        for config in configs:
            self.doors[config], self.started[config] = threading.Event(), threading.Event()

    def __call__(self, config: str, progress: Callable[[float], None]) -> np.ndarray:
        self.begun.append(config)
        self.started[config].set()
        assert self.doors[config].wait(PATIENCE)
        try:
            progress(0.5)
        except Exception:
            self.left.append(config)
            raise
        if config == "broken":
            raise RuntimeError("no memory")
        return np.array([[len(config)]])


def answer(desk: Desk, visitor: str, config: str) -> np.ndarray:
    """The answer once it is there."""
    pause = threading.Event()
    for _ in range(PATIENCE * 100):
        found = desk.ask(visitor, config)
        if found is not None:
            return found
        pause.wait(0.01)
    raise AssertionError("no answer")


@pytest.fixture
def checks() -> Checks:
    made = Checks()
    made.prepare("a", "bb", "ccc", "broken")
    return made


def test_a_turned_knob_drops_the_check_that_it_overtakes(checks: Checks) -> None:
    desk = Desk(checks)
    assert desk.ask("me", "a") is None
    assert checks.started["a"].wait(PATIENCE)
    desk.leave("me")
    assert desk.ask("me", "bb") is None
    checks.doors["a"].set()
    checks.doors["bb"].set()
    assert answer(desk, "me", "bb").tolist() == [[2]]
    assert checks.left == ["a"]


def test_the_newest_wish_comes_first_and_visitors_share_answers(checks: Checks) -> None:
    desk = Desk(checks)
    desk.ask("one", "a")
    assert checks.started["a"].wait(PATIENCE)
    for visitor, config in (("two", "bb"), ("three", "ccc"), ("four", "bb")):
        desk.ask(visitor, config)
    for door in checks.doors.values():
        door.set()
    assert [
        int(answer(desk, who, what)[0, 0]) for who, what in (("four", "bb"), ("three", "ccc"), ("one", "a"))
    ] == [2, 3, 1]
    assert int(answer(desk, "two", "bb")[0, 0]) == 2
    assert checks.begun == ["a", "ccc", "bb"]


def test_a_check_that_cannot_be_made_is_told_and_the_next_is_made(checks: Checks) -> None:
    desk = Desk(checks)
    checks.doors["broken"].set()
    with pytest.raises(RuntimeError, match="no memory"):
        answer(desk, "me", "broken")
    checks.doors["a"].set()
    assert answer(desk, "me", "a").tolist() == [[1]]


def test_the_line_says_what_the_engine_counts() -> None:
    from ui.lossplane.edges import _desk

    config = PlaneConfig(problem="printed", methods=("cagrad",), starts=((9.0, 9.0),), steps=300)
    found = answer(_desk(), "me", config.to_json())
    result = simulate(config)
    assert (found + result.failed.numpy() == result.failing.numpy()).all()
