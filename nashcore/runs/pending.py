"""Events of a run that could not be written yet, since another process held the database."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from nashcore.learning import Event, Progress

PAUSE_SECONDS = 5.0
"""Time between two tries, so that training does not stand still for each."""


@dataclass
class Pending:
    """What a run has to tell, in order.

    Attributes:
        events: not written yet.
        afresh: whether what the run measured before is to be forgotten first.
        next_try: when to try again, on the clock of `time.monotonic`.
    """

    events: list[Event] = field(default_factory=list)
    afresh: bool = False
    next_try: float = 0.0

    def add(self, event: Event) -> None:
        """One more; of several that say how far the run is, the last is enough."""
        if isinstance(event, Progress) and self.events and isinstance(self.events[-1], Progress):
            self.events.pop()
        self.events.append(event)

    @property
    def due(self) -> bool:
        """Whether it is time to write."""
        return time.monotonic() >= self.next_try

    def failed(self, pause: float = PAUSE_SECONDS) -> None:
        """They could not be written now."""
        self.next_try = time.monotonic() + pause
