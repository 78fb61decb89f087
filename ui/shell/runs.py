"""Stored runs as pages see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nashcore.learning import History, Result
from nashcore.methods.schedule import FOREVER, Schedule
from nashcore.runs import Run, Store, TrainingConfig, command_line, runs_home
from ui.figures.arms import ruled
from ui.figures.curves import Switch

GROWING = "growing"
"""Session key: the history of the run that is watched, by the run's id."""


def store() -> Store:
    """The store of this machine.

    Raises:
        InputError: its folder cannot be used.
    """
    return _store(str(runs_home()))


@st.cache_resource(max_entries=4, show_spinner=False)
def _store(home: str) -> Store:
    return Store()


@dataclass(frozen=True)
class Seen:
    """A stored run and what it has measured so far.

    Attributes:
        run: what the store tells of it.
        history: its epochs; None while it has not begun.
    """

    run: Run
    history: History | None

    @property
    def config(self) -> TrainingConfig:
        """What is run."""
        return self.run.config

    @cached_property
    def command(self) -> str:
        """The command line that trains the same."""
        return command_line(self.run.config)

    @property
    def epochs(self) -> int:
        """Epochs seen."""
        return 0 if self.history is None else len(self.history.epochs)

    @cached_property
    def result(self) -> Result | None:
        """Everything measured; None before the first epoch is over."""
        return self.history.result() if self.history is not None and self.history.epochs else None

    @cached_property
    def shown(self) -> Result | None:
        """The result with its arms called as in figures, by the rule that bargained (see `ui.figures.arms.ruled`)."""
        if self.result is None:
            return None
        result, rule = self.result, self.config.rule
        return replace(
            result,
            arms=tuple(ruled(arm, rule) for arm in result.arms),
            stopped={(ruled(arm, rule), seed): why for (arm, seed), why in result.stopped.items()},
        )

    def values(self, metric: str) -> NDArray[np.float64]:
        """A metric [A, N, E] of the epochs seen."""
        epochs = [] if self.history is None else self.history.epochs
        return np.stack([epoch.metrics[metric] for epoch in epochs], axis=2)

    def switches(self) -> dict[str, Switch]:
        """Of every arm that goes from one stage to another once, by the name that figures call it."""
        rule = self.config.rule
        found = {ruled(arm.name, rule): _switch(arm.schedule) for arm in self.config.arms()}
        return {name: switch for name, switch in found.items() if switch is not None}


def see(run: str) -> Seen:
    """A run of the store, with the epochs that are there by now.

    Raises:
        InputError: there is no such run.
    """
    found = store().get(run)
    if found.over:
        return _over(found.id, repr(found), found)
    growing = st.session_state.get(GROWING)
    so_far = growing[1] if growing is not None and growing[0] == found.id else None
    history = store().history(found.id, so_far)
    st.session_state[GROWING] = (found.id, history)
    return Seen(found, history)


@st.cache_resource(max_entries=12, show_spinner=False)
def _over(run: str, state: str, _found: Run) -> Seen:
    """A run that is over changes no more but for its title, which the state tells."""
    return Seen(_found, store().history(run))


def told_left_out(models: Iterable[tuple[str, int, str]]) -> list[str]:
    """Sentences on models that stopped early, one for each reason: label of the arm, seed and reason of each model."""
    by_reason: dict[str, dict[str, list[int]]] = {}
    for label, seed, reason in models:
        by_reason.setdefault(reason, {}).setdefault(label, []).append(seed)
    said = []
    for reason, arms in by_reason.items():
        who = "; ".join(
            f"{label}, seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"
            for label, seeds in arms.items()
        )
        one = sum(map(len, arms.values())) == 1
        said.append(
            f"{who}: {reason} It is left out of the means."
            if one
            else f"{who}. Of each: {reason} They are left out of the means."
        )
    return said


def _switch(schedule: Schedule) -> Switch | None:
    if schedule.every > 1 or schedule.only_in_conflict:
        return None
    if schedule.first == 0 and 0 < schedule.last < FOREVER:
        return Switch(schedule.last)
    if schedule.first > 0 and schedule.last == FOREVER:
        return Switch(schedule.first, begins=True)
    return None
