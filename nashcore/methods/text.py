"""How methods and schedules are written: in addresses, on the command line and in stored runs.

A method is written ``GOAL`` (the goal's own gradient throughout), ``RULE`` (at every step) or ``GOAL-RULE``; a rule may
carry its number, or options by name, after a colon, and a schedule after an at sign::

    nash            cagrad:0.5      loss_gm:-1      forml           dro
    forml-nash      forml-nash@two_stage:100        ltr-pcgrad:seed=3@while_in_conflict
    loss_gm:inf     pcgrad:0 (one order throughout)

Without a schedule a rule is asked at every step. A rule without a goal falls back to LtR, the mean loss. Earlier
spellings are still read: published names (``nash_ltr@14``, ``nash_ltr+pcgrad@continuous``), ``nash@first100`` and the
title "LtR + Nash, first 100". Goals and rules also go by the titles that people read, in whatever case: ``PCGrad``, ``Meta-gDRO``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nashcore.bargaining import RULES, Option
from nashcore.errors import InputError, quoted
from nashcore.methods.goals import GOALS
from nashcore.methods.method import BASELINES, Method, make_method
from nashcore.methods.schedule import SCHEDULES, Schedule, continuous, kind_of, two_stage

FORM = "GOAL, RULE or GOAL-RULE, a rule with :NUMBER and @SCHEDULE (such as @two_stage:100) where wanted"

_SHAPE = re.compile(r"(?:(?P<goal>\w+)-)?(?P<name>\w+)(?::(?P<option>[^@]+))?(?:@(?P<schedule>.+))?")
_PUBLISHED = re.compile(r"nash_(?P<goal>\w+?)(?:\+(?P<rule>\w+))?(?:@(?P<schedule>.+))?")
_EARLIER = {
    "first": "two_stage:",
    "from": "bargain_last:",
    "every": "every_nth:",
    "conflict": "while_in_conflict",
}
"""How addresses once wrote schedules (``first100``)."""

_TITLE = re.compile(r"(?P<goal>[\w-]+) \+ Nash, first (?P<number>\d{1,9})", re.ASCII)
"""How addresses once called what menus offered ("LtR + Nash, first 100")."""


def name_of(records: Mapping[str, Any], text: str) -> str | None:
    """The name under which a record stands that goes by this name, title or short title, in whatever case; None without one.

    Args:
        records: `RULES`, `GOALS` or `BASELINES`.
        text: as somebody wrote it.

    >>> name_of(RULES, "Nash bargaining"), name_of(RULES, "GM (utilities)"), name_of(RULES, "best")
    ('nash', 'gm', None)
    """
    asked = text.strip().casefold()
    for name, record in records.items():
        if asked in (name.casefold(), record.title.casefold(), getattr(record, "short", name).casefold()):
            return name
    return None


def rule_number(rule: str) -> tuple[str, Option] | None:
    """The one number that the rule takes beside a seed: its name and range; None when there is none."""
    return next(((name, option) for name, option in RULES[rule].options.items() if name != "seed"), None)


def parse_schedule(text: str) -> Schedule:
    """The schedule that a text names: "continuous", "two_stage:14", "every_nth:3" and so on.

    Raises:
        InputError: the name is not one of `SCHEDULES`, or the number is missing, superfluous or not a whole number.

    >>> parse_schedule("two_stage:14")
    Schedule(first=0, last=14, every=1, only_in_conflict=False)
    """
    name, colon, number = text.strip().partition(":") if isinstance(text, str) else ("", "", "")
    kind = SCHEDULES.get(name)
    if kind is None:
        raise InputError(f"Schedule should be one of {', '.join(SCHEDULES)}. Found {quoted(text)}.")
    if kind.takes is None:
        if colon:
            raise InputError(f"Schedule {quoted(name)} takes no number. Found {quoted(text)}.")
        return kind.make(0)
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise InputError(
            f"Schedule {quoted(name)} should give its {kind.takes}, as in '{name}:10'. Found {quoted(text)}."
        )
    return kind.make(int(number))


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
        InputError: see `nashcore.methods.schedule.kind_of`.

    >>> schedule_text(Schedule(last=14))
    'two_stage:14'
    """
    kind, number = kind_of(schedule)
    return kind.name if kind.takes is None else f"{kind.name}:{number}"


def method_text(method: Method) -> str:
    """The text that `parse_method` reads as this method, with what stands anyway left out.

    >>> method_text(parse_method("ltr-cagrad:0.5@continuous"))
    'ltr-cagrad'
    """
    if method.rule is None:
        return str(method.goal)
    number = rule_number(method.rule)
    values = [
        _short(value) if number is not None and name == number[0] else f"{name}={_short(value)}"
        for name, value in method.options
    ]
    options = f":{','.join(values)}" if values else ""
    goal = "" if method.goal is None else f"{method.goal}-"
    when = "" if method.schedule == continuous() else f"@{schedule_text(method.schedule)}"
    return goal + method.rule + options + when


def parse_method(text: str) -> Method:
    """The method that ``text`` describes.

    Raises:
        InputError: the text has another form, or names an unknown goal, rule or schedule, or a number that
            cannot be used.
    """
    for records in (GOALS, BASELINES, RULES) if isinstance(text, str) else ():
        alone = name_of(records, text)
        if alone is not None:
            return make_method(None, alone, continuous()) if records is RULES else Method(alone)
    found = _SHAPE.fullmatch(text.strip()) if isinstance(text, str) else None
    published = _PUBLISHED.fullmatch(text.strip()) if isinstance(text, str) else None
    if published is not None and published["goal"] in GOALS:
        return _published(published, text)
    if found is None:
        return _titled(text)
    goal, name, option, schedule = found.group("goal", "name", "option", "schedule")
    if goal is None and (name_of(GOALS, name) or name_of(BASELINES, name)):
        raise InputError(
            f"A goal alone takes no number and no schedule; name a rule too. Found {quoted(text)}."
        )
    followed, rule = None if goal is None else name_of(GOALS, goal), name_of(RULES, name)
    if goal is not None and followed is None:
        raise InputError(
            f"The goal of a method should be one of {', '.join(GOALS)}. Found {quoted(goal)} in {quoted(text)}."
        )
    if rule is None:
        raise InputError(
            f"A method should name a rule ({', '.join(RULES)}) or a goal ({', '.join(GOALS)}). "
            f"Found {quoted(name)} in {quoted(text)}."
        )
    return make_method(followed, rule, _schedule(schedule, text), _options(rule, option, text))


def _published(found: re.Match[str], text: str) -> Method:
    """A published name with its schedule, as training's results call their arms."""
    rule, schedule = found["rule"] or "nash", found["schedule"]
    if schedule is None:
        raise InputError(
            f"A published method should say how long it bargains, as in 'nash_ltr@14'. Found {quoted(text)}."
        )
    if rule not in RULES:
        raise InputError(f"Rule should be one of {', '.join(RULES)}. Found {quoted(rule)} in {quoted(text)}.")
    written = f"two_stage:{schedule}" if schedule.isascii() and schedule.isdigit() else schedule
    return make_method(found["goal"], rule, _schedule(written, text))


def _titled(text: object) -> Method:
    """A title that an earlier address holds."""
    found = _TITLE.fullmatch(text.strip()) if isinstance(text, str) else None
    goal = (
        None if found is None else next((n for n, one in GOALS.items() if one.title == found["goal"]), None)
    )
    if found is None or goal is None:
        raise InputError(f"A method should be written as {FORM}. Found {quoted(text)}.")
    return make_method(goal, "nash", two_stage(int(found["number"])))


def _options(rule: str, written: str | None, text: str) -> dict[str, float | int]:
    """The options that a text gives to a rule: a bare number is its one number, others go by name."""
    found: dict[str, float | int] = {}
    number = rule_number(rule)
    for part in [] if written is None else written.split(","):
        name, equals, value = part.rpartition("=")
        if not equals:
            if number is None:
                raise InputError(
                    f"Rule {quoted(rule)} takes no number. Found {quoted(part)} in {quoted(text)}."
                )
            name = number[0]
        if name in found:
            raise InputError(
                f"Option {quoted(name)} of rule {quoted(rule)} should be given once. Found it again in {quoted(text)}."
            )
        try:
            given = float(value)
        except ValueError:
            raise InputError(
                f"Option {quoted(name)} of rule {quoted(rule)} should be a number. Found {quoted(value)} in {quoted(text)}."
            ) from None
        option = RULES[rule].options.get(name)
        found[name] = int(given) if option is not None and option.whole and given.is_integer() else given
    return found


def _short(number: float) -> str:
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
        raise InputError(f"{refused} It stands in {quoted(text)}.") from None
