"""The eight published methods by name, and the arms of an experiment.

Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), sections 4 and 5: two baselines, three
one-stage meta-learning methods and their two-stage twins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from nashcore.errors import InputError, quoted
from nashcore.methods.goals import GOALS
from nashcore.methods.method import BASELINES, Kind, Method, make_method
from nashcore.methods.naming import title
from nashcore.methods.schedule import FOREVER
from nashcore.methods.text import parse_schedule


@dataclass(frozen=True)
class PublishedMethod:
    """A method as the paper names it, before a rule and a schedule are chosen for its bargaining stage.

    Attributes:
        name: the key in `PUBLISHED`.
        title: the name shown to people.
        says: what it does, in one sentence.
        goal: a key of `GOALS` or `BASELINES`.
        bargains: whether it has a bargaining stage.
    """

    name: str
    title: str
    says: str
    goal: str
    bargains: bool = False

    @property
    def twin(self) -> str | None:
        """The method that differs only in having no bargaining stage."""
        return self.goal if self.bargains else None

    @property
    def kind(self) -> Kind:
        """See `Method.kind`."""
        return Method(self.goal).kind


PUBLISHED: Mapping[str, PublishedMethod] = MappingProxyType(
    {name: PublishedMethod(name, one.title, one.says, name) for name, one in BASELINES.items()}
    | {
        name: PublishedMethod(name, one.title, f"Reweights rows: {one.says[0].lower()}{one.says[1:]}", name)
        for name, one in GOALS.items()
    }
    | {
        f"nash_{name}": PublishedMethod(
            f"nash_{name}", f"{one.title} + Nash", f"Bargains first, then follows {one.title}.", name, True
        )
        for name, one in GOALS.items()
    }
)
"""Every published method by name."""


def get_published(name: str) -> PublishedMethod:
    """The published method called ``name``.

    Raises:
        InputError: the name is not one of `PUBLISHED`.
    """
    try:
        return PUBLISHED[name]
    except KeyError:
        raise InputError(f"Method should be one of {', '.join(PUBLISHED)}. Found {quoted(name)}.") from None


def method_names(methods: str | Iterable[str]) -> tuple[str, ...]:
    """Names of published methods from "all", one name, names parted by commas, or a sequence of names; each name once.

    Raises:
        InputError: a name is unknown, or there is none.
    """
    if isinstance(methods, str):
        methods = tuple(PUBLISHED) if methods == "all" else methods.split(",")
    given = tuple(methods) if isinstance(methods, Iterable) else (methods,)
    if not all(isinstance(name, str) for name in given):
        raise InputError(f"Parameter 'methods' should be names of methods, or all. Found {quoted(methods)}.")
    names = tuple(dict.fromkeys(get_published(name.strip()).name for name in given))
    if not names:
        raise InputError(f"Methods should name at least one of {', '.join(PUBLISHED)}. Found none.")
    return names


@dataclass(frozen=True)
class Arm:
    """One column of an experiment: a method under the name that results call it.

    Attributes:
        name: the published method's own name unless one run holds it several times.
        published: the name of the published method, a key of `PUBLISHED`.
        method: what it does; its schedule counts epochs.
    """

    name: str
    published: str
    method: Method

    @property
    def title(self) -> str:
        """What people call it, everywhere."""
        return title(self.method)

    @property
    def twin(self) -> str | None:
        """The published method to compare it with, which has no bargaining stage."""
        return PUBLISHED[self.published].twin


def arms_of(
    methods: Sequence[str],
    schedules: Mapping[str, Sequence[str]],
    rule: str = "nash",
    options: Mapping[str, float | int] | None = None,
) -> tuple[Arm, ...]:
    """The arms of an experiment.

    Args:
        methods: names of published methods.
        schedules: for every method that bargains, the schedules to run it with, as `parse_schedule` reads them. One
            gives an arm with the method's name; several give an arm each, "nash_ltr@14" for "two_stage:14" and
            "nash_ltr@continuous" for "continuous".
        rule: the rule of the bargaining stage.
        options: the rule's options.

    Raises:
        InputError: a name is unknown, or a bargaining method has no schedule or the same one twice.
    """
    arms: list[Arm] = []
    for published in map(get_published, methods):
        if not published.bargains:
            arms.append(Arm(published.name, published.name, Method(published.goal)))
            continue
        found = tuple(schedules.get(published.name, ()))
        if not found or len(set(found)) < len(found):
            raise InputError(
                f"Schedules of {quoted(published.name)} should be one or more, each once. Found {quoted(found)}."
            )
        for text in found:
            name = published.name
            if len(found) > 1:
                name += f"@{text.removeprefix('two_stage:')}"
            method = make_method(published.goal, rule, parse_schedule(text), options)
            arms.append(Arm(name, published.name, method))
    return tuple(arms)


def never_switching(arms: Iterable[Arm], epochs: int) -> tuple[str, ...]:
    """A sentence for each arm whose schedule speaks of epochs that the run does not have, so that one of its stages never comes.

    Args:
        arms: the arms.
        epochs: of the run.
    """
    sentences = []
    for arm in arms:
        schedule = arm.method.schedule
        if epochs < schedule.last < FOREVER:
            never = "it bargains throughout and never follows its goal"
        elif epochs <= schedule.first:
            never = "it follows its goal throughout and never bargains"
        else:
            continue
        sentences.append(f"{arm.title}: in {epochs} epoch{'' if epochs == 1 else 's'} {never}.")
    return tuple(dict.fromkeys(sentences))
