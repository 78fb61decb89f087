"""Answers that are kept for all who look at a shelf, and for nobody at another."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from nashcore.runs import Shelves, Store, runs_home
from ui.shell import runs, scored

RUN = "0123abcd"
"""A run without models of its own, as one that was cut off; a bundle of it can be on any shelf."""


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Store]:
    """Takes a visitor to the shelf of a class."""

    def goes(name: str) -> Store:
        shelves = Shelves(runs_home())
        store = shelves.store(shelves.name_of("class", name))
        for module in (runs, scored):
            monkeypatch.setattr(module, "store", lambda: store)
        return store

    return goes


def test_rows_are_scored_anew_on_another_shelf(
    at: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("own_rows", "file_rows"):
        monkeypatch.setattr(scored, name, lambda store, *_: store.home)
    monkeypatch.setattr(scored, "ByGroup", lambda home: home)
    for name in ("anne", "ben"):
        home = at(name).home
        assert scored.own_report(RUN, 0, None) == home
        assert scored.file_report(RUN, 0, pd.DataFrame(), "digest") == home


def test_runs_are_listed_anew_on_another_shelf(
    at: Callable[[str], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing else tells the two apart, as where a clock is coarse."""
    monkeypatch.setattr(Store, "stamp", ((1, 1), (0, 0)))
    monkeypatch.setattr(Store, "listing", lambda self, metrics: _Empty(self.home))
    for name in ("anne", "ben"):
        home = at(name).home
        assert runs.listing(()).home == home


class _Empty:
    lacking, runs = (), ()

    def __init__(self, home: object) -> None:
        self.home = home
