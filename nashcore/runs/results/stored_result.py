"""A stored run together with its figures, and the words by which people tell several of them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nashcore.errors import InputError
from nashcore.learning.result import Result, summarise
from nashcore.methods import Arm
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
        return summarise(self.result, {name: arm.title for name, arm in self.arms.items()})

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
