"""What people call rules, schedules and methods: one name each, on every page, in tables, exports and the terminal.

The words of a goal, a rule or a kind of schedule stand in its record; here they are put together.
"""

from __future__ import annotations

from collections.abc import Mapping

from nashcore.bargaining import RULES
from nashcore.methods.goals import GOALS
from nashcore.methods.method import BASELINES, Method
from nashcore.methods.schedule import Schedule, continuous, kind_of

SYMBOLS = {"power": "p"}
"""Letters of options that have one; the others go by their name."""


def number_text(value: float) -> str:
    """A number as titles write it, with a true minus sign.

    >>> number_text(-1.0)
    '−1'
    """
    return f"{value:g}".replace("-", "−")


def rule_title(rule: str, options: Mapping[str, float | int] | None = None) -> str:
    """A rule and what is not standard about it.

    >>> rule_title("cagrad", {"c": 0.3}), rule_title("gm", {"power": 0.5}), rule_title("nash")
    ('CAGrad (c = 0.3)', 'GM (utilities, p = 0.5)', 'Nash')
    """
    known, short = RULES[rule].options, RULES[rule].short
    given = ", ".join(
        f"{SYMBOLS.get(name, name)} = {number_text(value)}"
        for name, value in (options or {}).items()
        if value != known[name].default
    )
    if not given:
        return short
    return f"{short[:-1]}, {given})" if short.endswith(")") else f"{short} ({given})"


def when(schedule: Schedule) -> str:
    """A schedule in a few words, without the unit of its steps: "T = 14", "throughout", "one in 3"."""
    kind, number = kind_of(schedule)
    return kind.short.format(number)


def goal_title(name: str) -> str:
    """A goal's or a baseline's name."""
    return BASELINES[name].title if name in BASELINES else GOALS[name].title


def unscheduled_title(method: Method) -> str:
    """A method's name whatever its schedule: its goal and its rule."""
    parts = [] if method.goal is None else [goal_title(method.goal)]
    if method.rule is not None:
        parts.append(rule_title(method.rule, dict(method.options)))
    return " + ".join(parts)


def title(method: Method) -> str:
    """A method's name.

    >>> from nashcore.methods.text import parse_method
    >>> title(parse_method("ltr-nash@two_stage:14")), title(parse_method("cagrad:0.3")), title(parse_method("dro"))
    ('LtR + Nash, T = 14', 'CAGrad (c = 0.3)', 'DRO')
    """
    name = unscheduled_title(method)
    stands_anyway = method.rule is None or (method.goal is None and method.schedule == continuous())
    return name if stands_anyway else f"{name}, {when(method.schedule)}"
