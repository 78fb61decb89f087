"""What a run does at a step: a goal, a rule with its options, and a schedule.

A method follows its goal's gradient outside its bargaining stage, and where its rule has no answer. Within the stage
the rule sets the players' weights. The same values serve the loss plane and training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from nashcore.bargaining import RULES, get_rule
from nashcore.errors import InputError, quoted
from nashcore.methods.goals import GOALS
from nashcore.methods.schedule import Schedule, one_stage

Kind = Literal["uniform", "worst_rows", "meta"]

FALLBACK = "ltr"
"""The goal of a rule that stands alone: the mean loss."""


@dataclass(frozen=True)
class Baseline:
    """A way to train without a game.

    Attributes:
        name: the key in `BASELINES`.
        title: the name shown to people.
        says: what it does, in one sentence.
        kind: "uniform" (every row alike) or "worst_rows" (the rows with the largest losses).
    """

    name: str
    title: str
    says: str
    kind: Kind


BASELINES: Mapping[str, Baseline] = MappingProxyType(
    {
        "baseline": Baseline(
            "baseline", "Baseline", "Gives every row of a batch the same weight.", "uniform"
        ),
        "dro": Baseline(
            "dro", "DRO", "Trains on the 40% of a batch's rows with the largest losses.", "worst_rows"
        ),
    }
)
"""Every baseline by name. They stand where a goal stands, and take no rule."""


@dataclass(frozen=True)
class Method:
    """One way to combine the players' gradients over a run.

    Attributes:
        goal: a key of `GOALS` or `BASELINES`; None for a rule alone, which falls back to LtR.
        rule: a key of `nashcore.bargaining.RULES`; None for a method that never bargains.
        options: the rule's options that differ from their defaults, by name in alphabetical order.
        schedule: the steps at which the rule is asked.

    Raises:
        InputError: a name is unknown, an option cannot be used, or the parts do not fit together.
    """

    goal: str | None = None
    rule: str | None = None
    options: tuple[tuple[str, float | int], ...] = ()
    schedule: Schedule = field(default_factory=one_stage)

    def __post_init__(self) -> None:
        if not isinstance(self.schedule, Schedule):
            raise InputError(f"The schedule of a method should be a Schedule. Found {quoted(self.schedule)}.")
        if self.goal is not None and self.goal not in (*GOALS, *BASELINES):
            known = ", ".join((*GOALS, *BASELINES))
            raise InputError(f"The goal of a method should be one of {known}. Found {quoted(self.goal)}.")
        if self.rule is None:
            if self.goal is None or self.options or self.schedule != one_stage():
                raise InputError(
                    "A method without a rule should have a goal, no options and the one-stage schedule. "
                    f"Found {quoted(self.goal)}, {quoted(dict(self.options))}, {self.schedule}."
                )
            return
        if self.goal in BASELINES:
            raise InputError(
                f"Method {quoted(self.goal)} plays no game, so it takes no rule. Found {quoted(self.rule)}."
            )
        get_rule(self.rule, check=False, **dict(self.options))  # refuses what the rule cannot use
        known_options = RULES[self.rule].options
        kept = {name: value for name, value in self.options if value != known_options[name].default}
        object.__setattr__(self, "options", tuple(sorted(kept.items())))

    @property
    def bargains(self) -> bool:
        """Whether it has a rule."""
        return self.rule is not None

    @property
    def followed(self) -> str:
        """The goal that it follows where it does not bargain: a key of `GOALS`, or of `BASELINES`."""
        return self.goal or FALLBACK

    @property
    def kind(self) -> Kind:
        """How training weighs a batch's rows: "meta" by a look-ahead step's hypergradients, or as the baseline says."""
        baseline = BASELINES.get(self.followed)
        return "meta" if baseline is None else baseline.kind


def make_method(
    goal: str | None, rule: str | None, schedule: Schedule, options: Mapping[str, float | int] | None = None
) -> Method:
    """A `Method` with the rule's options as a mapping.

    Raises:
        InputError: see `Method`.
    """
    return Method(goal, rule, tuple((options or {}).items()), schedule)
