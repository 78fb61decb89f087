"""The runs of a report, at which epoch and with which spread, and what to call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nashcore.options import ShownOptions
from nashcore.runs.results.compare import Epoch
from nashcore.runs.results.pool import with_pools
from nashcore.runs.results.stored_result import StoredResult


@dataclass(frozen=True)
class Selection:
    runs: Sequence[StoredResult]
    epoch: Epoch
    shown: ShownOptions

    @property
    def whole(self) -> list[StoredResult]:
        """The runs, and those put together that differ in their splits alone."""
        return with_pools(self.runs)

    @property
    def letters(self) -> dict[str, str]:
        """What tables call each run; nothing where there is one alone."""
        if len(self.runs) == 1:
            return {self.runs[0].id: ""}
        found = {run.id: letter(place) for place, run in enumerate(self.runs)}
        return found | {
            run.id: "+".join(found[part] for part in run.id.split("+")) for run in self.whole if "+" in run.id
        }

    def name(self, run: StoredResult) -> str:
        """A run's letter and title."""
        letter = self.letters[run.id]
        return f"{letter} · {run.run.title}" if letter else run.run.title


def letter(place: int) -> str:
    """A to Z, then AA, AB, and so on."""
    return chr(65 + place) if place < 26 else letter(place // 26 - 1) + chr(65 + place % 26)
