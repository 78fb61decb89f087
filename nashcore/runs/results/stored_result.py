"""A stored run together with its figures, and the words by which people tell several of them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from typing import Any

from nashcore.errors import InputError
from nashcore.learning import STANDARD, History, Result, Roster, summarise
from nashcore.methods import Arm
from nashcore.options import ShownOptions
from nashcore.runs.config import TrainingConfig
from nashcore.runs.provenance import Provenance
from nashcore.runs.run import Run
from nashcore.runs.shell_command import command_line
from nashcore.runs.store import Store

NOT_NOTED = "Not noted down: the run has not begun, or an earlier version of the program trained it."

_SUMMARISING = RLock()


@dataclass(frozen=True, eq=False)
class StoredResult:
    """A stored run and what it has measured so far.

    Attributes:
        run: what the store tells of it.
        history: its epochs; None while it has not begun.
        provenance: where its numbers come from, or in a sentence why that is not known.
    """

    run: Run
    history: History | None
    provenance: Provenance | str = field(default=NOT_NOTED, kw_only=True)

    @property
    def id(self) -> str:
        """The run's id."""
        return self.run.id

    @property
    def config(self) -> TrainingConfig:
        """What is run."""
        return self.run.config

    @property
    def epochs(self) -> int:
        """Epochs measured."""
        return 0 if self.history is None else len(self.history.epochs)

    @property
    def finished(self) -> bool:
        """Whether all of its epochs are done."""
        return self.run.state == "finished"

    @property
    def roster(self) -> Roster:
        """What it compares, and on what.

        Raises:
            InputError: it has not begun.
        """
        if self.history is None:
            raise InputError(f"Run {self.id} has not begun: it is {self.run.state}.")
        return self.history.roster

    @cached_property
    def result(self) -> Result:
        """Everything measured.

        Raises:
            InputError: none of its epochs is over.
        """
        if self.history is None or not self.history.epochs:
            raise InputError(
                f"Run {self.id} has no figures yet: it is {self.run.state}. {self.run.reason}".strip()
            )
        return self.history.result()

    @property
    def summary(self) -> dict[str, Any]:
        """See `nashcore.learning.summarise`."""
        return self.summarised(STANDARD)

    def summarised(self, shown: ShownOptions) -> dict[str, Any]:
        """The summary with another spread; each is made once, however many ask at the same time."""
        with _SUMMARISING:
            if shown.spread not in self._summaries:
                titles = {name: arm.title for name, arm in self.arms.items()}
                self._summaries[shown.spread] = summarise(self.result, titles, shown)
            return self._summaries[shown.spread]

    @cached_property
    def _summaries(self) -> dict[str, dict[str, Any]]:
        return {}

    @property
    def serious(self) -> tuple[str, ...]:
        """What an audit found about the table that makes the figures doubtful, a sentence each."""
        return () if self.history is None else self.history.serious

    @cached_property
    def arms(self) -> dict[str, Arm]:
        """What it compares, by name."""
        return {arm.name: arm for arm in self.config.arms()}

    @cached_property
    def command(self) -> str:
        """The command line that trains the same."""
        return command_line(self.config)

    @property
    def table(self) -> str:
        """The table and what makes its groups, in words."""
        return f"{self.config.dataset}, by {self.config.sensitive}"


def stored_result(store: Store, run: str) -> StoredResult:
    """A run of the store and what it has measured by now.

    Raises:
        InputError: there is no such run.
    """
    found = store.get(run)
    return StoredResult(found, store.history(found.id), provenance=provenance_of(store, found.id))


def provenance_of(store: Store, run: str) -> Provenance | str:
    """Where a run's numbers come from, or in a sentence why that is not known: its figures can be shown all the same."""
    try:
        return store.files.provenance(run) or NOT_NOTED
    except InputError as damaged:
        return str(damaged)


def names(runs: Sequence[StoredResult]) -> dict[str, str]:
    """What to call each run, by id: its title, with the id where titles are not different."""
    count = Counter(one.run.title for one in runs)
    return {
        one.id: one.run.title if count[one.run.title] == 1 else f"{one.run.title} ({one.id})" for one in runs
    }
