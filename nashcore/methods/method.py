"""The training methods, and arms: a method with the schedule and the rule it is run with.

Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), sections 4 and 5: two baselines, three one-stage
meta-learning methods and their two-stage twins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from nashcore.errors import InputError
from nashcore.methods.schedule import FOREVER, Schedule, one_stage, parse_schedule, schedule_text

Kind = Literal["uniform", "worst_rows", "meta"]


@dataclass(frozen=True)
class Method:
    """A training method: how the rows of a batch get their weights.

    Attributes:
        name: the key in `METHODS`.
        title: the name shown to people.
        says: what it does, in one sentence.
        kind: "uniform" (every row alike), "worst_rows" (the rows with the largest losses) or "meta" (reweighted so that a
            look-ahead step would lower the validation loss).
        goal: the fairness goal of a "meta" method, a key of `nashcore.methods.goals.GOALS`.
        bargains: whether it has a bargaining stage.
        twin: the method that differs only in having no bargaining stage.
    """

    name: str
    title: str
    says: str
    kind: Kind
    goal: str | None = None
    bargains: bool = False
    twin: str | None = None


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        method.name: method
        for method in (
            Method("baseline", "Baseline", "Gives every row of a batch the same weight.", "uniform"),
            Method(
                "dro", "DRO", "Trains on the 40% of a batch's rows with the largest losses.", "worst_rows"
            ),
            Method("ltr", "LtR", "Reweights rows to lower the mean validation loss.", "meta", "ltr"),
            Method("forml", "FORML", "Reweights rows to narrow the gap between the groups.", "meta", "forml"),
            Method(
                "meta_gdro",
                "Meta-gDRO",
                "Reweights rows to lower the worst group's loss.",
                "meta",
                "meta_gdro",
            ),
            Method("nash_ltr", "LtR + Nash", "Bargains first, then follows LtR.", "meta", "ltr", True, "ltr"),
            Method(
                "nash_forml",
                "FORML + Nash",
                "Bargains first, then follows FORML.",
                "meta",
                "forml",
                True,
                "forml",
            ),
            Method(
                "nash_meta_gdro",
                "Meta-gDRO + Nash",
                "Bargains first, then follows Meta-gDRO.",
                "meta",
                "meta_gdro",
                True,
                "meta_gdro",
            ),
        )
    }
)
"""Every method by name."""


def get_method(name: str) -> Method:
    """The method called ``name``.

    Raises:
        InputError: the name is not one of `METHODS`.
    """
    try:
        return METHODS[name]
    except KeyError:
        raise InputError(f"Method should be one of {', '.join(METHODS)}. Found {name!r}.") from None


def method_names(methods: str | Iterable[str]) -> tuple[str, ...]:
    """Names of methods from "all", one name, names parted by commas, or a sequence of names; each name once.

    Raises:
        InputError: a name is unknown, or there is none.
    """
    if isinstance(methods, str):
        methods = tuple(METHODS) if methods == "all" else methods.split(",")
    given = tuple(methods) if isinstance(methods, Iterable) else (methods,)
    if not all(isinstance(name, str) for name in given):
        raise InputError(f"Parameter 'methods' should be names of methods, or all. Found {methods!r}.")
    names = tuple(dict.fromkeys(get_method(name.strip()).name for name in given))
    if not names:
        raise InputError(f"Methods should name at least one of {', '.join(METHODS)}. Found none.")
    return names


@dataclass(frozen=True)
class Arm:
    """One column of an experiment: a method under a schedule (counted in epochs) and, in its bargaining stage, a rule.

    Attributes:
        name: what results call it; the method's own name unless one run holds the method several times.
        method: the method.
        schedule: the epochs in which the rule's weights replace the goal's.
        rule: a name in `nashcore.bargaining.RULES`.
        options: the rule's options.
    """

    name: str
    method: Method
    schedule: Schedule = field(default_factory=one_stage)
    rule: str = "nash"
    options: Mapping[str, float | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.method.bargains and self.schedule != one_stage():
            raise InputError(
                f"Schedule of arm {self.name!r} should be one-stage: method {self.method.name!r} does not bargain."
            )


def never_switching(arms: Iterable[Arm], epochs: int) -> tuple[str, ...]:
    """A sentence for each arm whose schedule speaks of epochs that the run does not have, so that one of its stages never comes.

    Args:
        arms: the arms.
        epochs: of the run.
    """
    said = []
    for arm in arms:
        if epochs < arm.schedule.last < FOREVER:
            never = f"it bargains throughout and never follows its goal ({schedule_text(arm.schedule)})"
        elif epochs <= arm.schedule.first:
            never = f"it follows its goal throughout and never bargains ({schedule_text(arm.schedule)})"
        else:
            continue
        said.append(f"{arm.method.title}: in {epochs} epochs {never}.")
    return tuple(dict.fromkeys(said))


def arms_of(
    methods: Sequence[str],
    schedules: Mapping[str, Sequence[str]],
    rule: str = "nash",
    options: Mapping[str, float | int] | None = None,
) -> tuple[Arm, ...]:
    """The arms of an experiment.

    Args:
        methods: names of methods.
        schedules: for every method that bargains, the schedules to run it with, as `parse_schedule` reads them. One
            gives an arm with the method's name; several give an arm each, "nash_ltr@14" for "two_stage:14" and
            "nash_ltr@continuous" for "continuous".
        rule: the rule of the bargaining stage.
        options: the rule's options.

    Raises:
        InputError: a name is unknown, or a bargaining method has no schedule or the same one twice.
    """
    arms: list[Arm] = []
    for method in map(get_method, methods):
        if not method.bargains:
            arms.append(Arm(method.name, method))
            continue
        found = tuple(schedules.get(method.name, ()))
        if not found or len(set(found)) < len(found):
            raise InputError(
                f"Schedules of {method.name!r} should be one or more, each once. Found {found!r}."
            )
        for text in found:
            name = method.name if len(found) == 1 else f"{method.name}@{text.removeprefix('two_stage:')}"
            arms.append(Arm(name, method, parse_schedule(text), rule, dict(options or {})))
    return tuple(arms)
