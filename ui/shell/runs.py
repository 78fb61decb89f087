"""Stored runs as pages see them."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from nashcore.runs import Listing, Run, Store, runs_home
from nashcore.runs.results import StoredResult, provenance_of
from ui.shell import sharing
from ui.shell.reader import Reader


def store() -> Store:
    """The store of this machine; where it is shared, the visitor's shelf.

    Raises:
        InputError: its folder cannot be used, or the visitor has none.
    """
    shared = sharing.sharing()
    if shared is not None:
        return sharing.shelf(shared)
    kept = _store(str(runs_home()))
    kept.make_if_gone()
    return kept


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(home: str) -> Store:
    return Store()


def listing(metrics: tuple[str, ...]) -> Listing:
    """All runs as a list shows them; read once for all who look, until something changes.

    Args:
        metrics: which figures to read.

    Raises:
        InputError: the store cannot be read.
    """
    shelf = store()
    found = _listing(str(shelf.home), metrics, shelf.stamp)
    if found.lacking or any(
        run.state in ("running", "interrupted") for run in found.runs
    ):  # its process may have died
        return shelf.listing(metrics)
    return found


@st.cache_resource(max_entries=8, show_spinner=False)
def _listing(home: str, metrics: tuple[str, ...], stamp: object) -> Listing:
    return store().listing(metrics)


def get_result(run: str, at_most: float = 0.0) -> StoredResult:
    """A run of the store, with the epochs that are there by now.

    Args:
        run: which one.
        at_most: seconds that the answer may be old, so that many who watch a run cost the store one read in that time.

    Raises:
        InputError: there is no such run.
    """
    home = str(store().home)
    found, history = _reader(home).look(run, at_most)
    if not found.over:
        return StoredResult(found, history, provenance=provenance_of(store(), found.id))
    return _over(home, found.id, found.title, found.state, found.epochs, found.config.epochs, found)


@st.cache_resource(max_entries=64, show_spinner=False)
def _reader(home: str) -> Reader:
    return Reader(store())


@st.cache_resource(max_entries=24, show_spinner=False)
def _over(home: str, run: str, title: str, state: str, done: int, epochs: int, _found: Run) -> StoredResult:
    """A run that is over: nothing of it changes any more but its title, unless it is resumed and ends again."""
    return StoredResult(_found, store().history(run), provenance=provenance_of(store(), run))


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
