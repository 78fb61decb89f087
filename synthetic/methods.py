"""What a run on the plane does: a goal, a rule and a schedule, with one short text form.

The text form is ``GOAL`` (the goal's own gradient throughout), ``RULE`` or ``GOAL-RULE``, where a rule may
carry its one number after a colon and a schedule after an at sign::

    nash            cagrad:0.5      loss_gm:-1      forml
    forml-nash      forml-nash@two_stage:100        ltr-nash@while_in_conflict

Schedules are written as training writes them (`nashcore.methods.schedule.parse_schedule`); none means bargain at
every step. A rule without a goal falls back to LtR, the mean loss, where it finds no agreement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nashcore.bargaining import RULES, get_rule
from nashcore.bargaining.rules import Option, WeightRule
from nashcore.errors import InputError
from nashcore.methods.goals import GOALS
from nashcore.methods.schedule import FOREVER, Schedule, continuous, one_stage, parse_schedule, schedule_text

FORM = "GOAL, RULE or GOAL-RULE, a rule with :NUMBER and @SCHEDULE (such as @two_stage:100) where wanted"

_SHAPE = re.compile(r"(?:(?P<goal>\w+)-)?(?P<name>\w+)(?::(?P<option>[^@]+))?(?:@(?P<schedule>.+))?")
_EARLIER = {
    "first": "two_stage:",
    "from": "bargain_last:",
    "every": "every_nth:",
    "conflict": "while_in_conflict",
}
"""How addresses once wrote schedules (``first100``); still read, no longer written."""


def rule_number(rule: str) -> tuple[str, Option] | None:
    """The one number that the rule takes beside a seed: its name and range; None when there is none."""
    return next(((name, option) for name, option in RULES[rule].options.items() if name != "seed"), None)


@dataclass(frozen=True)
class Method:
    """One way to combine the players' gradients over a run.

    Attributes:
        goal: the key in `GOALS` whose gradient is followed outside the bargaining stage and where there is no
            agreement.
        rule: the key in `RULES` that sets the weights within the bargaining stage; None with a schedule that
            never bargains.
        option: the rule's number (see `rule_number`); None for rules without one.
        schedule: when the rule is used.
        named_goal: whether the text form names the goal (a rule alone falls back to LtR without saying so).
    """

    goal: str
    rule: str | None
    option: float | None
    schedule: Schedule
    named_goal: bool = True

    @property
    def name(self) -> str:
        """The text form, with what stands anyway left out."""
        if self.rule is None:
            return self.goal
        number = rule_number(self.rule)
        option = "" if number is None or self.option == number[1].default else f":{_short(self.option)}"
        goal = f"{self.goal}-" if self.named_goal else ""
        when = "" if self.schedule == continuous() else f"@{schedule_text(self.schedule)}"
        return goal + self.rule + option + when

    @property
    def title(self) -> str:
        """The name shown to people."""
        goal = GOALS[self.goal].title
        if self.rule is None:
            return goal
        number = rule_number(self.rule)
        rule = RULES[self.rule].title + ("" if number is None else f" ({number[0]} = {_short(self.option)})")
        when = _schedule_words(self.schedule)
        return (f"{goal} with {rule}" if self.named_goal else rule) + (f", {when}" if when else "")

    @property
    def may_disagree(self) -> bool:
        """Whether the rule answers zero weights where the players have no agreement."""
        return self.rule is not None and RULES[self.rule].may_disagree

    def weigh(self, seed: int = 0) -> WeightRule:
        """The rule, ``(gramian [..., K, K], losses [..., K]) -> weights [..., K]``; its input is not checked."""
        if self.rule is None:
            raise InputError(f"Method {self.name!r} never bargains, so it has no rule.")
        number = rule_number(self.rule)
        options = {} if number is None or self.option is None else {number[0]: self.option}
        if "seed" in RULES[self.rule].options:
            options["seed"] = seed
        return get_rule(self.rule, check=False, **options)


def parse_method(text: str) -> Method:
    """The method that ``text`` describes.

    Raises:
        InputError: the text has another form, or names an unknown goal, rule or schedule, or a number that
            cannot be used.
    """
    found = _SHAPE.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise InputError(f"A method should be written as {FORM}. Found {text!r}.")
    goal, name, option, schedule = found.group("goal", "name", "option", "schedule")
    if goal is None and name in GOALS:
        if option is not None or schedule is not None:
            raise InputError(
                f"A goal alone takes no number and no schedule; name a rule too. Found {text!r}."
            )
        return Method(name, None, None, one_stage())
    if goal is not None and goal not in GOALS:
        raise InputError(
            f"The goal of a method should be one of {', '.join(GOALS)}. Found {goal!r} in {text!r}."
        )
    if name not in RULES:
        raise InputError(
            f"A method should name a rule ({', '.join(RULES)}) or a goal ({', '.join(GOALS)}). "
            f"Found {name!r} in {text!r}."
        )
    return Method(
        goal or "ltr", name, _option(name, option, text), _schedule(schedule, text), goal is not None
    )


def _option(rule: str, written: str | None, text: str) -> float | None:
    number = rule_number(rule)
    if number is None:
        if written is not None:
            raise InputError(f"Rule {rule!r} takes no number. Found {written!r} in {text!r}.")
        return None
    name, known = number
    if written is None:
        return known.default
    try:
        value = float(written)
    except ValueError:
        raise InputError(
            f"Option {name!r} of rule {rule!r} should be a number. Found {written!r} in {text!r}."
        ) from None
    get_rule(rule, check=False, **{name: value})  # refuses what the rule cannot use
    return value


def _short(number: float | None) -> str:
    return repr(number).removesuffix(".0")


def _schedule(written: str | None, text: str) -> Schedule:
    if written is None:
        return continuous()
    found = re.fullmatch(r"(first|from|every)(\d+)|(conflict)", written, re.ASCII)
    if found is not None:
        written = _EARLIER[found[1] or found[3]] + (found[2] or "")
    try:
        return parse_schedule(written)
    except InputError as refused:
        raise InputError(f"{refused} It stands in {text!r}.") from None


def _schedule_words(schedule: Schedule) -> str:
    if schedule.only_in_conflict:
        return "only in conflict"
    if schedule.last == 0:
        return "never bargaining"
    if schedule.last != FOREVER:
        return f"first {schedule.last} steps"
    if schedule.every != 1:
        return f"every {schedule.every} steps"
    return f"from step {schedule.first}" if schedule.first else ""
