"""How rules, goals, methods and schedules look: the figures' colours under the engine's names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nashcore.bargaining import RULES
from nashcore.methods import (
    BASELINES,
    GOALS,
    SCHEDULES,
    Arm,
    Method,
    continuous,
    goal_title,
    kind_of,
    parse_method,
    rule_title,
    title,
)
from ui.figures import style
from ui.figures.style import Style


def rule_style(rule: str, options: Mapping[str, float | int] | None = None) -> Style:
    """How a rule is drawn."""
    return _known(style.RULES, rule, list(RULES)).titled(rule_title(rule, options))


def goal_style(goal: str) -> Style:
    """How a goal or a baseline is drawn."""
    return _known(style.GOALS, goal, [*BASELINES, *GOALS]).titled(goal_title(goal))


def bargained_style(goal: str) -> Style:
    """How a goal is drawn after bargaining."""
    return style.bargained(goal_style(goal))


def method_style(method: Method) -> Style:
    """How a method is drawn: a rule alone by the rule; a goal with a rule in the goal's colour, dashed by its schedule."""
    if method.rule is None:
        return goal_style(method.followed)
    if method.goal is None:
        return rule_style(method.rule).titled(title(method))
    kind = _kind(method)
    return replace(bargained_style(method.goal), dash=kind.dash, width=kind.width, title=title(method))


def schedule_style(method: Method) -> Style:
    """How a method is drawn where all share one goal and one rule: by its schedule alone, under its own name."""
    return _kind(method).titled(title(method))


def arm_styles(arms: Sequence[Arm]) -> dict[str, Style]:
    """A style for every arm of a run, by its name. Arms of one published method differ in their dash."""
    styles: dict[str, Style] = {}
    for arm in arms:
        twins = [other.name for other in arms if other.published == arm.published]
        base = (
            bargained_style(arm.method.followed) if arm.method.bargains else goal_style(arm.method.followed)
        )
        if len(twins) > 1:
            base = replace(base, dash=style.ARM_DASHES[twins.index(arm.name) % len(style.ARM_DASHES)])
        styles[arm.name] = base.titled(arm.title)
    return styles


def _kind(method: Method) -> Style:
    """The style of a method's kind of schedule; a rule that is asked at every step has the plain one."""
    if method.schedule == continuous():
        return style.SCHEDULES["continuous"]
    return _known(style.SCHEDULES, kind_of(method.schedule)[0].name, list(SCHEDULES))


def _known(styles: Mapping[str, Style], name: str, all_names: Sequence[str]) -> Style:
    """The name's own style; one without its own has the spare one of its place in the registry."""
    return styles.get(name) or style.SPARE[list(all_names).index(name) % len(style.SPARE)]


def written_style(text: str) -> Style:
    """How a method is drawn that is written as text.

    Raises:
        InputError: see `nashcore.methods.parse_method`.
    """
    return method_style(parse_method(text))
