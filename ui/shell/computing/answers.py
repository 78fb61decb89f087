"""Answers kept for everybody, as many as fit into a number of bytes; what nobody has asked for longest goes first."""

from __future__ import annotations

from typing import Any

from ui.shell.computing.work import Work


class Answers:
    """Answers by their work.

    Args:
        room: bytes that all of them may take together. An answer larger than that is not kept.
    """

    def __init__(self, room: int) -> None:
        self.room, self.size = room, 0
        self._kept: dict[Work, tuple[Any, int]] = {}

    def __contains__(self, work: Work) -> bool:
        return work in self._kept

    def get(self, work: Work) -> Any:
        """The answer, which becomes the youngest."""
        self._kept[work] = found = self._kept.pop(work)
        return found[0]

    def keep(self, work: Work, answer: Any, size: int) -> None:
        """Keep an answer of so many bytes."""
        if work in self._kept or size > self.room:
            return
        self._kept[work] = answer, size
        self.size += size
        while self.size > self.room:
            self.size -= self._kept.pop(next(iter(self._kept)))[1]
