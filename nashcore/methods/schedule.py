"""When to bargain: a schedule says at which steps the bargaining solution takes the place of the goal's own gradient.

The same objects serve the loss plane, where a step is one optimizer step, and the tables, where it is one epoch.
Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), section 4, for the two-stage schedule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from nashcore.errors import InputError

FOREVER = 2**31 - 1
"""A step that no run reaches."""


@dataclass(frozen=True)
class Schedule:
    """Bargain at step t when ``first <= t < last`` and ``(t - first) % every == 0``.

    Attributes:
        first: first bargaining step (from 0).
        last: first step after the bargaining stage.
        every: bargain at every such step of the stage.
        only_in_conflict: bargain only where two players' gradients have a negative inner product.

    Raises:
        InputError: a step number is negative or ``every`` is less than one.
    """

    first: int = 0
    last: int = FOREVER
    every: int = 1
    only_in_conflict: bool = False

    def __post_init__(self) -> None:
        for name, least in (("first", 0), ("last", 0), ("every", 1)):
            found = getattr(self, name)
            if isinstance(found, bool) or not isinstance(found, int) or found < least:
                raise InputError(
                    f"Schedule parameter {name!r} should be a whole number of at least {least}. Found {found!r}."
                )

    def bargains(self, step: int) -> bool:
        """Whether step ``step`` belongs to the bargaining stage, whatever the players' conflict."""
        return self.first <= step < self.last and (step - self.first) % self.every == 0


def one_stage() -> Schedule:
    """Never bargain: the goal's own gradient throughout."""
    return Schedule(last=0)


def continuous() -> Schedule:
    """Bargain at every step."""
    return Schedule()


def two_stage(steps: int) -> Schedule:
    """Bargain for the first ``steps`` steps, then follow the goal."""
    return Schedule(last=steps)


def bargain_last(start: int) -> Schedule:
    """Follow the goal until step ``start``, then bargain."""
    return Schedule(first=start)


def every_nth(n: int) -> Schedule:
    """Bargain at every n-th step, follow the goal at the others."""
    return Schedule(every=n)


def while_in_conflict() -> Schedule:
    """Bargain exactly where two players' gradients have a negative inner product."""
    return Schedule(only_in_conflict=True)


def in_conflict(gramian: Tensor) -> Tensor:
    """Whether two players' gradients pull against each other: [..., K, K] -> [...] (bool)."""
    return (gramian < 0).flatten(-2).any(-1)


class ScheduleBatch:
    """Many schedules as one tensor program: row m of every answer belongs to the m-th schedule."""

    def __init__(self, schedules: Sequence[Schedule], device: torch.device | str = "cpu") -> None:
        if not schedules:
            raise InputError("A batch of schedules should hold at least one. Found none.")
        self.schedules = tuple(schedules)
        self._first, self._last, self._every = (
            torch.tensor([getattr(s, name) for s in schedules], dtype=torch.int64, device=device)
            for name in ("first", "last", "every")
        )
        self._only_in_conflict = torch.tensor([s.only_in_conflict for s in schedules], device=device)

    def bargains(self, step: int | Tensor, conflict: Tensor) -> Tensor:
        """Which rows bargain at ``step``.

        Args:
            step: the step number, from 0.
            conflict: [..., M] (bool), whether the row's players are in conflict (see `in_conflict`).

        Returns:
            [..., M] (bool).
        """
        stage = (step >= self._first) & (step < self._last) & ((step - self._first) % self._every == 0)
        return stage & (conflict | ~self._only_in_conflict)


@dataclass(frozen=True)
class ScheduleKind:
    """A kind of schedule that people can choose.

    Attributes:
        name: the key in `SCHEDULES`.
        title: the name shown to people.
        says: what it does, in one sentence.
        takes: what its number counts, or None when it takes none.
    """

    name: str
    title: str
    says: str
    takes: str | None = None


SCHEDULES: Mapping[str, ScheduleKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ScheduleKind(
                "two_stage", "Two-stage", "Bargains first, then follows the goal.", "bargaining steps"
            ),
            ScheduleKind("one_stage", "One-stage", "Follows the goal throughout."),
            ScheduleKind("continuous", "Continuous", "Bargains throughout."),
            ScheduleKind(
                "bargain_last", "Bargain last", "Follows the goal first, then bargains.", "goal steps"
            ),
            ScheduleKind(
                "every_nth", "Every n-th", "Bargains at every n-th step.", "steps from one to the next"
            ),
            ScheduleKind("while_in_conflict", "While in conflict", "Bargains where two players conflict."),
        )
    }
)
"""Every kind of schedule by name."""


def parse_schedule(text: str) -> Schedule:
    """The schedule that a text names: "continuous", "two_stage:14", "every_nth:3" and so on.

    Raises:
        InputError: the name is not one of `SCHEDULES`, or the number is missing, superfluous or not a whole number.

    >>> parse_schedule("two_stage:14") == two_stage(14)
    True
    """
    name, colon, number = text.strip().partition(":")
    kind = SCHEDULES.get(name)
    if kind is None:
        raise InputError(f"Schedule should be one of {', '.join(SCHEDULES)}. Found {text!r}.")
    if kind.takes is None:
        if colon:
            raise InputError(f"Schedule {name!r} takes no number. Found {text!r}.")
        return {"one_stage": one_stage, "continuous": continuous, "while_in_conflict": while_in_conflict}[
            name
        ]()
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise InputError(
            f"Schedule {name!r} should give its {kind.takes}, as in '{name}:10'. Found {text!r}."
        )
    return {"two_stage": two_stage, "bargain_last": bargain_last, "every_nth": every_nth}[name](int(number))


def tidy_schedule(text: str) -> str:
    """The text without blanks and leading zeros, so that one schedule of a kind has one name.

    Raises:
        InputError: `parse_schedule` cannot read it.

    >>> tidy_schedule(" two_stage:05")
    'two_stage:5'
    """
    parse_schedule(text)
    name, colon, number = text.strip().partition(":")
    return f"{name}:{int(number)}" if colon else name


def schedule_text(schedule: Schedule) -> str:
    """The text that `parse_schedule` reads as this schedule.

    Raises:
        InputError: no kind of `SCHEDULES` is this one (two conditions at once).

    >>> schedule_text(two_stage(14))
    'two_stage:14'
    """
    texts = (
        "continuous",
        "one_stage",
        "while_in_conflict",
        f"two_stage:{schedule.last}",
        f"bargain_last:{schedule.first}",
        f"every_nth:{schedule.every}",
    )
    for text in texts:
        if len(text.partition(":")[2]) < 10 and parse_schedule(text) == schedule:
            return text
    raise InputError(f"Schedule should be of one of the kinds {', '.join(SCHEDULES)}. Found {schedule}.")
