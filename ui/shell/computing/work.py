"""What is computed: a function of plain arguments, called in another process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Progress = Callable[[float], None]
"""Told now and then the share done, from 0 to 1; what it raises ends the work."""


class ComputationError(Exception):
    """The work ended without an answer; one plain sentence for people."""


class BrokenOffError(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True)
class Work:
    """A call of ``function(*arguments, progress=...)``. Equal works have equal answers, whoever asks.

    Attributes:
        function: as MODULE:NAME. The module imports no Streamlit.
        arguments: texts, numbers and tuples of them.
    """

    function: str
    arguments: tuple[Any, ...]

    @classmethod
    def of(cls, function: Callable[..., Any], *arguments: Any) -> Work:
        """The call of a function that stands at the top of its module."""
        return cls(f"{function.__module__}:{function.__qualname__}", arguments)

    def carry_out(self, progress: Progress) -> Any:
        """The answer, computed here."""
        module, _, name = self.function.partition(":")
        return getattr(import_module(module), name)(*self.arguments, progress=progress)
