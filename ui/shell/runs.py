"""Stored runs as pages see them."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from nashcore.learning import History
from nashcore.runs import Run, Store, runs_home
from nashcore.runs.results import StoredResult

GROWING = "growing"
"""Session key: the histories of runs that are not over, by the run's id."""


def store() -> Store:
    """The store of this machine.

    Raises:
        InputError: its folder cannot be used.
    """
    return _store(str(runs_home()))


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(home: str) -> Store:
    return Store()


def get_result(run: str) -> StoredResult:
    """A run of the store, with the epochs that are there by now.

    Raises:
        InputError: there is no such run.
    """
    found = store().get(run)
    growing: dict[str, History | None] = st.session_state.setdefault(GROWING, {})
    if found.over:
        growing.pop(found.id, None)
        return _over(found.id, found.title, found.state, found.epochs, found)
    growing[found.id] = store().history(found.id, growing.get(found.id))
    return StoredResult(found, growing[found.id])


@st.cache_resource(max_entries=24, show_spinner=False)
def _over(run: str, title: str, state: str, epochs: int, _found: Run) -> StoredResult:
    """A run that is over: nothing of it changes any more but its title, unless one that was interrupted goes on."""
    return StoredResult(_found, store().history(run))


def left_out(models: Iterable[tuple[str, int | str, str]]) -> list[str]:
    """Sentences on models that stopped early, one for each reason: label of the arm, seed and reason of each model."""
    by_reason: dict[str, dict[str, list[int | str]]] = {}
    for label, seed, reason in models:
        by_reason.setdefault(reason, {}).setdefault(label, []).append(seed)
    sentences = []
    for reason, arms in by_reason.items():
        who = "; ".join(
            f"{label}, seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"
            for label, seeds in arms.items()
        )
        one = sum(map(len, arms.values())) == 1
        sentences.append(
            f"{who}: {reason} It is left out of the means."
            if one
            else f"{who}. Of each: {reason} They are left out of the means."
        )
    return sentences
