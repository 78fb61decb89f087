"""The one visual language: what colour, dash and marker a rule, a method or a schedule has on every page.

Colours start from the Okabe-Ito palette, which people with any common colour vision can tell apart, and are darkened for
paper and lightened for ink-dark pages until each has a contrast of at least three to one. Colour never stands alone: every
name also has its own dash and its own marker. The keys are the names that the engine's registries use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Look:
    """How one name is drawn.

    Attributes:
        title: the name shown to people.
        light: colour on a light page, as #RRGGBB.
        dark: colour on a dark page.
        dash: Plotly line dash.
        marker: Plotly marker symbol.
        width: line width in pixels.
    """

    title: str
    light: str
    dark: str
    dash: str
    marker: str
    width: float = 2.0

    def colour(self, theme: Theme) -> str:
        """The colour on a page of this theme."""
        return self.dark if theme == "dark" else self.light


RULES: Mapping[str, Look] = MappingProxyType(
    {
        "nash": Look("Nash", "#007D5F", "#2FD6A6", "solid", "circle", 3.0),
        "mean": Look("Mean", "#5A6070", "#B9C0CE", "6px,3px", "square"),
        "gm": Look("GM (utilities)", "#0068A8", "#62B8F2", "10px,4px", "diamond"),
        "loss_gm": Look("GM (losses)", "#B35400", "#FFA23A", "8px,3px,2px,3px", "triangle-up"),
        "pcgrad": Look("PCGrad", "#A8457F", "#EBA3CB", "2px,3px", "x"),
        "cagrad": Look("CAGrad", "#857300", "#F0E442", "12px,3px,2px,3px,2px,3px", "triangle-down"),
        "mgda": Look("MGDA", "#1D87C4", "#93D6FF", "4px,4px", "pentagon"),
        "imtl_g": Look("IMTL-G", "#6A45A8", "#B9A0F5", "7px,2px", "hexagon"),
        "upgrad": Look("UPGrad", "#7C4A2D", "#D6A681", "14px,3px", "star"),
        "aligned_mtl": Look("Aligned-MTL", "#2B2F3A", "#F2F0EA", "1px,2px", "cross"),
    }
)
"""Aggregation rules."""

METHODS: Mapping[str, Look] = MappingProxyType(
    {
        "baseline": Look("Baseline", "#5A6070", "#B9C0CE", "2px,3px", "square-open"),
        "dro": Look("DRO", "#7C4A2D", "#D6A681", "2px,3px", "star-open"),
        "ltr": Look("LtR", "#0068A8", "#62B8F2", "7px,4px", "circle-open"),
        "forml": Look("FORML", "#B35400", "#FFA23A", "7px,4px", "triangle-up-open"),
        "meta_gdro": Look("Meta-gDRO", "#A8457F", "#EBA3CB", "7px,4px", "diamond-open"),
        "nash_ltr": Look("LtR + Nash", "#0068A8", "#62B8F2", "solid", "circle", 2.6),
        "nash_forml": Look("FORML + Nash", "#B35400", "#FFA23A", "solid", "triangle-up", 2.6),
        "nash_meta_gdro": Look("Meta-gDRO + Nash", "#A8457F", "#EBA3CB", "solid", "diamond", 2.6),
    }
)
"""Training methods and goals. A goal keeps its colour: dashed and open alone, solid and filled after bargaining."""

SCHEDULES: Mapping[str, Look] = MappingProxyType(
    {
        "one_stage": Look("One-stage", "#5A6070", "#B9C0CE", "6px,3px", "square-open"),
        "continuous": Look("Continuous", "#0068A8", "#62B8F2", "10px,4px", "diamond"),
        "two_stage": Look("Two-stage", "#007D5F", "#2FD6A6", "solid", "circle", 3.0),
        "bargain_last": Look("Bargain last", "#B35400", "#FFA23A", "8px,3px,2px,3px", "triangle-up"),
        "every_nth": Look("Every n-th step", "#6A45A8", "#B9A0F5", "2px,3px", "hexagon"),
        "while_in_conflict": Look("While in conflict", "#A8457F", "#EBA3CB", "4px,4px", "x"),
    }
)
"""Schedules: when to bargain."""

SPARE = tuple(RULES.values())
"""Looks for names that no table knows, taken in turn."""


@dataclass(frozen=True)
class Ink:
    """The colours of a page that mean the same in every figure."""

    text: str
    soft: str
    grid: str
    paper: str
    front: str
    fair: str
    failed: str
    agreement: str


INKS: Mapping[Theme, Ink] = MappingProxyType(
    {
        "light": Ink(
            text="#22252B",
            soft="#666A73",
            grid="#E6E0D2",
            paper="#FBF9F4",
            front="#22252B",
            fair="#7D7766",
            failed="#C8102E",
            agreement="rgba(11,110,105,0.14)",
        ),
        "dark": Ink(
            text="#E9E6DE",
            soft="#A9ACB0",
            grid="#30373C",
            paper="#15191C",
            front="#E9E6DE",
            fair="#9B968A",
            failed="#FF6B74",
            agreement="rgba(92,202,184,0.20)",
        ),
    }
)


def look(name: str) -> Look:
    """How ``name`` is drawn: a rule, a method, a schedule, or a run such as ``forml-nash@two_stage:100``.

    A run with a goal has the goal's colour and marker and the schedule's dash. A training arm such as ``nash_ltr@14``
    looks like its method. An unknown name gets a spare look.
    """
    for table in (RULES, METHODS, SCHEDULES):
        if name in table:
            return table[name]
    goal, _, run = name.partition("-") if "-" in name.partition(":")[0] else ("", "", name)
    head, _, when = run.partition("@")
    rule, _, option = head.partition(":")
    number = f" {option.replace('-', '−')}" if option else ""
    if goal in METHODS and rule in RULES:
        family, kind = METHODS[f"nash_{goal}"], _schedule(when)
        step = "".join(filter(str.isdigit, when))
        title = f"{METHODS[goal].title} + {RULES[rule].title}{number}, {_WHEN[kind].format(step)}"
        return replace(family, title=title, dash=SCHEDULES[kind].dash, width=SCHEDULES[kind].width)
    if rule in RULES:
        step = "".join(filter(str.isdigit, when))
        suffix = f", {_WHEN[_schedule(when)].format(step)}" if when else ""
        return replace(RULES[rule], title=f"{RULES[rule].title}{number}{suffix}")
    if rule in METHODS:
        return replace(METHODS[rule], title=f"{METHODS[rule].title}, {when}")
    spare = SPARE[sum(name.encode()) % len(SPARE)]
    return replace(spare, title=name)


def schedule_look(name: str) -> Look:
    """How a run is drawn where all runs share one goal: by its schedule alone."""
    rest, _, when = name.partition("@")
    kind = "one_stage" if "-" not in rest else _schedule(when)
    number = "".join(filter(str.isdigit, when))
    style = SCHEDULES[kind]
    return replace(style, title=f"{style.title}, {_WHEN[kind].format(number)}") if number else style


_WHEN = {
    "one_stage": "never",
    "continuous": "throughout",
    "two_stage": "first {}",
    "bargain_last": "from {}",
    "every_nth": "every {}",
    "while_in_conflict": "in conflict",
}


def _schedule(text: str) -> str:
    kind = text.partition(":")[0]
    return kind if kind in SCHEDULES else "continuous"
