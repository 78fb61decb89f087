"""The one visual language: what colour, dash and marker a rule, a goal or a schedule has on every page.

Colours start from the Okabe-Ito palette, which people with any common colour vision can tell apart, and are darkened for
paper and lightened for ink-dark pages until each has a contrast of at least three to one. Colour never stands alone: every
name also has its own dash and its own marker. The keys are the names that the engine's registries use; the words come from
there too, so a style here has no title until one is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Style:
    """How one thing is drawn.

    Attributes:
        light: colour on a light page, as #RRGGBB.
        dark: colour on a dark page.
        dash: Plotly line dash.
        marker: Plotly marker symbol.
        width: line width in pixels.
        title: the name shown to people.
    """

    light: str
    dark: str
    dash: str
    marker: str
    width: float = 2.0
    title: str = ""

    def colour(self, theme: Theme) -> str:
        """The colour on a page of this theme."""
        return self.dark if theme == "dark" else self.light

    def titled(self, title: str) -> Style:
        """The same under a name."""
        return replace(self, title=title)


RULES: Mapping[str, Style] = MappingProxyType(
    {
        "nash": Style("#007D5F", "#2FD6A6", "solid", "circle", 3.0),
        "mean": Style("#5A6070", "#B9C0CE", "6px,3px", "square"),
        "gm": Style("#0068A8", "#62B8F2", "10px,4px", "diamond"),
        "loss_gm": Style("#B35400", "#FFA23A", "8px,3px,2px,3px", "triangle-up"),
        "pcgrad": Style("#A8457F", "#EBA3CB", "2px,3px", "x"),
        "cagrad": Style("#857300", "#F0E442", "12px,3px,2px,3px,2px,3px", "triangle-down"),
        "mgda": Style("#1D87C4", "#93D6FF", "4px,4px", "pentagon"),
        "imtl_g": Style("#6A45A8", "#B9A0F5", "7px,2px", "hexagon"),
        "upgrad": Style("#7C4A2D", "#D6A681", "14px,3px", "star"),
        "aligned_mtl": Style("#2B2F3A", "#F2F0EA", "1px,2px", "cross"),
    }
)
"""Aggregation rules."""

GOALS: Mapping[str, Style] = MappingProxyType(
    {
        "baseline": Style("#5A6070", "#B9C0CE", "2px,3px", "square-open"),
        "dro": Style("#7C4A2D", "#D6A681", "2px,3px", "star-open"),
        "ltr": Style("#0068A8", "#62B8F2", "7px,4px", "circle-open"),
        "forml": Style("#B35400", "#FFA23A", "7px,4px", "triangle-up-open"),
        "meta_gdro": Style("#A8457F", "#EBA3CB", "7px,4px", "diamond-open"),
    }
)
"""Goals and baselines alone: dashed and open."""

GOAL_DASH: Mapping[str, str] = MappingProxyType(
    {"ltr": "solid", "forml": "8px,3px,2px,3px", "meta_gdro": "6px,3px"}
)
"""Dashes of the goals where all of them bargain, and nothing else is dashed."""

SCHEDULES: Mapping[str, Style] = MappingProxyType(
    {
        "one_stage": Style("#5A6070", "#B9C0CE", "6px,3px", "square-open"),
        "continuous": Style("#0068A8", "#62B8F2", "10px,4px", "diamond"),
        "two_stage": Style("#007D5F", "#2FD6A6", "solid", "circle", 3.0),
        "bargain_last": Style("#B35400", "#FFA23A", "8px,3px,2px,3px", "triangle-up"),
        "every_nth": Style("#6A45A8", "#B9A0F5", "2px,3px", "hexagon"),
        "while_in_conflict": Style("#A8457F", "#EBA3CB", "4px,4px", "x"),
    }
)
"""Kinds of schedules: when to bargain."""

SPARE = tuple(RULES.values())
"""Styles for what no table knows (groups, players), taken in turn."""

ARM_DASHES = ("solid", "10px,4px", "4px,4px", "12px,3px,2px,3px", "2px,3px", "16px,4px,4px,4px")
"""Taken in turn by the arms of one method that differ in their schedule."""


def bargained(goal: Style) -> Style:
    """A goal after bargaining: its colour, solid and filled."""
    return replace(goal, dash="solid", marker=goal.marker.removesuffix("-open"), width=2.6)


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
