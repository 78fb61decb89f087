"""When to bargain: a schedule says at which steps the rule's weights take the place of the goal's.

The same objects serve the loss plane, where a step is one optimizer step, and the tables, where it is one epoch.
Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), section 4, for the two-stage schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from torch import Tensor

from nashcore.errors import InputError, quoted

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
        for name, found, least in (
            ("first", self.first, 0),
            ("last", self.last, 0),
            ("every", self.every, 1),
        ):
            if isinstance(found, bool) or not isinstance(found, int) or found < least:
                raise InputError(
                    f"Schedule parameter {quoted(name)} should be a whole number of at least {least}. Found {quoted(found)}."
                )

    def bargains(self, step: int) -> bool:
        """Whether step ``step`` belongs to the bargaining stage, whatever the players' conflict."""
        return self.first <= step < self.last and (step - self.first) % self.every == 0

    def always_in(self, step: int) -> bool:
        """Whether every game of step ``step`` is a bargain, in conflict or not."""
        return self.bargains(step) and not self.only_in_conflict

    @property
    def switch(self) -> int | None:
        """The number T of bargaining steps of a schedule that bargains first; None for the others."""
        first = self.first == 0 and self.every == 1 and not self.only_in_conflict
        return self.last if first else None


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


@dataclass(frozen=True)
class ScheduleKind:
    """A kind of schedule that people can choose.

    Attributes:
        name: the key in `SCHEDULES`.
        title: the name shown to people.
        says: what it does, in one sentence.
        short: what titles of methods say of it, with ``{}`` where its number goes.
        make: the schedule of a number (of any, where the kind takes none).
        number: a schedule's number, were it of this kind.
        takes: what its number counts, or None when it takes none.
        least: the smallest number.
    """

    name: str
    title: str
    says: str
    short: str
    make: Callable[[int], Schedule]
    number: Callable[[Schedule], int] = lambda _: 0
    takes: str | None = None
    least: int = 0


_KINDS = (
    ScheduleKind(
        name="two_stage",
        title="Two-stage",
        says="Bargains first, then follows the goal.",
        short="T = {}",
        make=two_stage,
        number=lambda schedule: schedule.last,
        takes="bargaining steps",
    ),
    ScheduleKind(
        name="one_stage",
        title="One-stage",
        says="Follows the goal throughout.",
        short="T = 0",
        make=lambda _: one_stage(),
    ),
    ScheduleKind(
        name="continuous",
        title="Continuous",
        says="Bargains throughout.",
        short="throughout",
        make=lambda _: continuous(),
    ),
    ScheduleKind(
        name="bargain_last",
        title="Bargain last",
        says="Follows the goal first, then bargains.",
        short="after {}",
        make=bargain_last,
        number=lambda schedule: schedule.first,
        takes="goal steps",
    ),
    ScheduleKind(
        name="every_nth",
        title="Every n-th",
        says="Bargains at every n-th step.",
        short="one in {}",
        make=every_nth,
        number=lambda schedule: schedule.every,
        takes="steps from one to the next",
        least=1,
    ),
    ScheduleKind(
        name="while_in_conflict",
        title="While in conflict",
        says="Bargains where two players conflict.",
        short="in conflict",
        make=lambda _: while_in_conflict(),
    ),
)
SCHEDULES: Mapping[str, ScheduleKind] = MappingProxyType({kind.name: kind for kind in _KINDS})
"""Every kind of schedule by name."""


def kind_of(schedule: Schedule) -> tuple[ScheduleKind, int]:
    """The kind that this schedule is of, and its number; kinds without a number come first.

    Raises:
        InputError: no kind of `SCHEDULES` is this one (two conditions at once).
    """
    for kind in sorted(_KINDS, key=lambda kind: kind.takes is not None):
        number = kind.number(schedule)
        if number != FOREVER and number >= kind.least and kind.make(number) == schedule:
            return kind, number
    raise InputError(f"Schedule should be of one of the kinds {', '.join(SCHEDULES)}. Found {schedule}.")
