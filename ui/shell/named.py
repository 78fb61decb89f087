"""The options of a widget under the names that people see, and how an address may write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nashcore.errors import InputError, quoted

Read = Callable[[str], Sequence[Any]]
"""From a text that is no option's name to options. Raises `InputError` where it says nothing."""


def _nothing(text: str) -> Sequence[Any]:
    raise InputError(f"There is nothing of this name. Found {quoted(text)}.")


@dataclass(frozen=True)
class Named:
    """What a widget offers: its ``format_func``, which is also how addresses are written.

    An address may also hold an option's own name, as the command line and the README have it, several of them between commas, and
    whatever ``read`` knows.

    Attributes:
        options: what is offered.
        label: an option as people see it.
        read: reads other texts, such as names that have changed.
    """

    options: Iterable[Any]
    label: Callable[[Any], str]
    read: Read = _nothing

    def __call__(self, option: Any) -> str:
        return self.label(option)

    def shown(self, text: str) -> list[str]:
        """An address's word as the widget writes it; as it is where nobody can read it."""
        try:
            return self._shown(text)
        except InputError:
            pass
        try:
            return [one for part in text.split(",") for one in self._shown(part)]
        except InputError:
            return [text]

    def _shown(self, text: str) -> list[str]:
        asked = text.strip().casefold()
        for option in self.options:
            label = self.label(option)
            if asked in (label.casefold(), str(option).casefold()):
                return [label]
        return list(map(self.label, self.read(text.strip())))


def by_record(records: Any, label: Callable[[str], str]) -> Named:
    """Rules, goals or schedules by name, title or short title; see `nashcore.methods.name_of`."""
    from nashcore.methods import name_of  # here, so that the frame of a page is there before the engine

    def read(text: str) -> Sequence[str]:
        name = name_of(records, text)
        return _nothing(text) if name is None else [name]

    return Named(records, label, read)
