"""A room's door gives what it names, imports it no sooner than it is asked for, and is not put off by a module of the same name."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import nashcore.bargaining
import nashcore.data

ROOMS = (
    *("nashcore.bargaining", "nashcore.data", "nashcore.learning", "nashcore.methods", "nashcore.metrics"),
    *("nashcore.options", "nashcore.runs", "nashcore.runs.results", "nashcore.runs.sweep", "synthetic"),
)


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_gives_all_that_it_promises_and_nothing_else(room: str) -> None:
    door = import_module(room)
    for name in door.__all__:
        assert getattr(door, name) is not None
        assert name in dir(door)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        getattr(door, "nothing")  # noqa: B009  a name that mypy would not let pass


def test_what_is_called_as_the_module_that_it_stands_in_is_not_the_module() -> None:
    """Whichever of both is imported first."""
    for first in ("import nashcore.bargaining.certify", "from nashcore.bargaining import certify"):
        code = f"{first}; from nashcore.bargaining import certify; print(callable(certify))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stdout == "True\n", done.stderr
    assert callable(nashcore.data.prepare)


def test_what_stands_behind_a_door_may_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nashcore.bargaining.game.bargain", "another")
    assert nashcore.bargaining.bargain == "another"
    monkeypatch.undo()
    assert callable(nashcore.bargaining.bargain)


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_alone_brings_nothing_heavy(room: str) -> None:
    code = f"import sys, {room}; print(*{{'torch', 'pandas', 'numpy', 'sklearn'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "\n", done.stderr


def test_a_module_that_is_given_whole_is_given_whoever_asks_first() -> None:
    code = "from nashcore.learning import verdict_words; print(verdict_words.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "nashcore.learning.verdict_words\n", done.stderr
