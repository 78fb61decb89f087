"""A stored run together with its figures, and the words by which people tell several of them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nashcore.bargaining import RULES
from nashcore.errors import InputError
from nashcore.learning import Result, summarise
from nashcore.methods.method import Arm
from nashcore.methods.schedule import FOREVER, Schedule
from nashcore.runs.run import Run
from nashcore.runs.store import Store


@dataclass(frozen=True, eq=False)
class Measured:
    """A run that has finished an epoch at least.

    Attributes:
        run: what the store tells of it.
        result: everything measured so far.
    """

    run: Run
    result: Result

    @property
    def id(self) -> str:
        """The run's id."""
        return self.run.id

    @property
    def finished(self) -> bool:
        """Whether all of its epochs are done."""
        return self.run.state == "finished"

    @cached_property
    def summary(self) -> dict[str, Any]:
        """See `nashcore.learning.summarise`."""
        return summarise(self.result)

    @cached_property
    def arms(self) -> dict[str, Arm]:
        """What it compares, by name."""
        return {arm.name: arm for arm in self.run.config.arms()}

    @property
    def table(self) -> str:
        """The table and what makes its groups, in words."""
        return f"{self.run.config.dataset}, by {self.run.config.sensitive}"


def measured(store: Store, run: str) -> Measured:
    """A run of the store with its figures.

    Raises:
        InputError: there is no such run, or none of its epochs is over.
    """
    found = store.get(run)
    history = store.history(found.id)
    if history is None or not history.epochs:
        raise InputError(f"Run {found.id} has no figures yet: it is {found.state}. {found.reason}".strip())
    return Measured(found, history.result())


def names(runs: Sequence[Measured]) -> dict[str, str]:
    """What to call each run, by id: its title, with the id where titles are not different."""
    count = Counter(one.run.title for one in runs)
    return {
        one.id: one.run.title if count[one.run.title] == 1 else f"{one.run.title} ({one.id})" for one in runs
    }


def labels(runs: Sequence[Measured]) -> dict[tuple[str, str], str]:
    """What to call each arm of each run, by run's id and arm's name.

    A method whose bargaining stage has another rule is called by that rule ("LtR + PCGrad"). The schedule is said
    where one method has several, in one run or between the runs.
    """
    schedules: dict[str, set[Schedule]] = {}
    for one in runs:
        for arm in one.arms.values():
            schedules.setdefault(arm.method.name, set()).add(arm.schedule)
    return {
        (one.id, arm.name): f"{_ruled(arm)}, {when(arm.schedule)}"
        if len(schedules[arm.method.name]) > 1
        else _ruled(arm)
        for one in runs
        for arm in one.arms.values()
    }


def rule_words(rule: str, options: dict[str, float | int] | None = None) -> str:
    """A rule and its options: "Generalised mean (power = -1)"."""
    title = "Nash" if rule == "nash" else RULES[rule].title
    given = ", ".join(f"{name} = {value:g}" for name, value in (options or {}).items())
    return f"{title} ({given})" if given else title


def when(schedule: Schedule) -> str:
    """A schedule counted in epochs, in a few words: "T = 14", "throughout"."""
    if schedule.only_in_conflict:
        return "in conflict"
    if schedule.every > 1:
        return f"every {schedule.every} epochs"
    if schedule.last == 0:
        return "T = 0"
    if schedule.first > 0:
        return f"after epoch {schedule.first}"
    return "throughout" if schedule.last == FOREVER else f"T = {schedule.last}"


def _ruled(arm: Arm) -> str:
    if not arm.method.bargains:
        return arm.method.title
    return arm.method.title.replace("Nash", rule_words(arm.rule, dict(arm.options)))
