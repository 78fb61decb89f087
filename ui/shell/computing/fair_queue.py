"""Who comes next: nobody's work waits long behind others' dear work, and nobody's many wishes push the others back.

Self-clocked fair queueing (Golestani 1994): a wish is tagged with the time at which it would be done if all who wait shared the
machine evenly, and the smallest tag comes next. Cheap wishes come before dear ones, who asks for much waits for the others'
little, and everything gets its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

Wish = TypeVar("Wish", bound=Hashable)


class FairQueue(Generic[Wish]):
    """Wishes that wait, each once, however many ask for it."""

    def __init__(self) -> None:
        self._now = 0.0  # the tag of the last wish taken
        self._through: dict[str, float] = {}  # of each asker the tag of the last wish
        self._tags: dict[Wish, float] = {}

    def __len__(self) -> int:
        return len(self._tags)

    def __contains__(self, wish: Wish) -> bool:
        return wish in self._tags

    def __iter__(self) -> Iterator[Wish]:
        return iter(self._tags)

    def put(self, asker: str, wish: Wish, cost: float) -> None:
        """Somebody wants this; it comes as early as the first of its askers would have it."""
        tag = max(self._now, self._through.get(asker, 0.0)) + cost
        if wish not in self._tags:
            self._through[asker] = tag
        self._tags[wish] = min(tag, self._tags.get(wish, tag))

    def take(self, fits: Callable[[Wish], bool] = lambda _: True) -> Wish | None:
        """The next wish of those that fit; none where none does."""
        wish = min(filter(fits, self._tags), key=self._tags.__getitem__, default=None)
        if wish is not None:
            self._now = max(self._now, self._tags.pop(wish))
            self._through = {asker: tag for asker, tag in self._through.items() if tag > self._now}
        return wish

    def drop(self, wish: Wish, asker: str) -> None:
        """Nobody wants this any more: it never was, also for the one who asked first."""
        tag = self._tags.pop(wish, None)
        if tag is not None and self._through.get(asker) == tag:
            del self._through[asker]

    def ahead_of(self, wish: Wish) -> int:
        """How many wishes come before this one."""
        tag = self._tags.get(wish, 0.0)
        return sum(other < tag for other in self._tags.values())
