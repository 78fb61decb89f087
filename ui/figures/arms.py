"""How the columns of an experiment are drawn: a method's look, told apart by schedule where one run holds it often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ui.figures.style import Look, look

DASHES = ("solid", "10px,4px", "4px,4px", "12px,3px,2px,3px", "2px,3px", "16px,4px,4px,4px")
"""Taken in turn by the schedules of one method."""

WORDS = {
    "one_stage": "one-stage",
    "continuous": "throughout",
    "while_in_conflict": "in conflict",
    "bargain_last": "after epoch {}",
    "every_nth": "every {}",
}


def ruled(arm: str, rule: str) -> str:
    """What figures call an arm whose bargaining stage has this rule: ``nash_ltr+pcgrad@14`` where it is not Nash."""
    method, at, schedule = arm.partition("@")
    return arm if rule == "nash" or not method.startswith("nash_") else f"{method}+{rule}{at}{schedule}"


def arm_title(name: str) -> str:
    """The arm's name for people: "LtR + Nash, T = 14" for ``nash_ltr@14``, "LtR + PCGrad" for ``nash_ltr+pcgrad``."""
    called, _, schedule = name.partition("@")
    method, _, rule = called.partition("+")
    title = look(method).title.replace("Nash", look(rule).title) if rule else look(method).title
    if not schedule:
        return title
    kind, _, number = schedule.partition(":")
    return f"{title}, T = {kind}" if kind.isdigit() else f"{title}, {WORDS.get(kind, kind).format(number)}"


def arm_looks(names: Sequence[str]) -> dict[str, Look]:
    """A look for every arm of a run. Arms of one method share its colour and marker and differ in their dash."""
    looks: dict[str, Look] = {}
    seen: dict[str, int] = {}
    for name in names:
        called, _, schedule = name.partition("@")
        method = called.partition("+")[0]
        base = replace(look(method), title=arm_title(name))
        if schedule:
            place = seen.get(method, 0)
            seen[method] = place + 1
            base = replace(base, dash=DASHES[place % len(DASHES)])
        looks[name] = base
    return looks
