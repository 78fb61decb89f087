"""The loss-plane page's controls, its presets, and what its address can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

import streamlit as st

from nashcore.bargaining import RULES
from nashcore.errors import InputError
from nashcore.methods import GOALS, continuous, make_method, method_text, parse_method, two_stage
from synthetic.config import PlaneConfig, random_starts
from synthetic.optimizers import OptimizerName
from synthetic.presets import PRESETS as FOUND
from synthetic.problem import Problem
from synthetic.problems import PROBLEMS, get_problem
from ui.lossplane import compose, player
from ui.lossplane.starts import parse_starts, read_start, start_label
from ui.shell.named import Named
from ui.shell.presets import Preset
from ui.shell.styles import written_style

METHODS = (
    *RULES,
    *GOALS,
    *(
        method_text(make_method(goal, "nash", schedule))
        for schedule in (continuous(), two_stage(100), two_stage(300))
        for goal in GOALS
    ),
)
"""What the page offers, as `nashcore.methods.parse_method` reads it."""

OPTIMIZERS: tuple[OptimizerName, ...] = get_args(OptimizerName)
SCALES = (0.01, 0.1, 1.0, 10.0, 100.0)
RATES = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
MULTIPLES = (1.0, 2.0, 3.0, 4.0, 5.0, 10.0)

WORDS = [
    *player.SHAPES,
    *(
        "methods",
        "problem",
        "scale",
        "optimizer",
        "multiple",
        "own",
        "drawn",
        "seed",
        "starts",
        "steps",
        "lr",
    ),
    *("unfair", "panels", "align", "aligned", "unit", "off", "maps", "map1", "map2", "side"),
]
"""What the address can hold: the player's own words, and the keys of the widgets."""


def title(name: str) -> str:
    """A method as menus and addresses show it; others than those on offer stay as they are written, to be read back."""
    return written_style(name).title if name in METHODS else name


def _read(text: str) -> list[str]:
    """A method as somebody wrote it, in the one form in which menus and addresses hold it."""
    return [method_text(parse_method(text))]


def _problem() -> Problem:
    """The problem that the page is at."""
    return get_problem(st.session_state.get("problem", "standard"))


LABELS: Mapping[str, Callable[[Any], str]] = {
    "methods": Named(METHODS, title, _read),
    "map1": Named(METHODS, title, _read),
    "map2": Named(METHODS, title, _read),
    "aligned": lambda name: written_style(name).title,
    "problem": Named(PROBLEMS, lambda name: get_problem(name).title),
    "starts": Named(
        (), lambda number: start_label(_problem(), number), lambda text: read_start(_problem(), text)
    ),
    "unit": lambda unit: "one (cosines)" if unit else "its own (inner products)",
}


def _preset(name: str, **more: Any) -> Preset:
    """A preset of the engine as settings of this page's widgets: of all that its figure depends on, whatever was set before."""
    found = FOUND[name]
    config = found.config
    values = {
        "methods": list(config.methods),
        "problem": config.problem,
        "steps": config.steps,
        "lr": config.lr,
        "optimizer": config.optimizer,
        "multiple": config.multiple,
    }
    resets = {
        "scale": config.scale,
        "starts": list(range(len(get_problem(config.problem).starts))),
        "own": "",
        "drawn": config.random_starts,
        "seed": config.seed,
        "align": False,
        "unfair": False,
    }
    return Preset(found.title, values | more, found.says, resets)


PRESETS = {
    "rules": _preset("rules"),
    "printed": _preset("printed"),
    "one-stage": _preset("one-stage", unfair=True),
    "stages": _preset("stages", unfair=True),
    "alignment": _preset("alignment", align=True, off=True),
    "three-groups": _preset("three-groups"),
    "convex": _preset("convex"),
    "beyond": _preset("beyond"),
}


@dataclass(frozen=True)
class Settings:
    """What the controls say.

    Attributes:
        config: what to run.
        unfair: whether ends off the fair diagonal are framed.
    """

    config: PlaneConfig
    unfair: bool


@dataclass(frozen=True)
class _More:
    """What stands in the folded box: see `PlaneConfig`; ``own`` is text, ``drawn`` the number of random starts."""

    problem: str
    scale: float
    optimizer: OptimizerName
    multiple: float
    own: str
    drawn: int
    seed: int
    unfair: bool


def controls() -> Settings:
    """Draw the controls and read them.

    Raises:
        InputError: there is nothing to draw, or a setting cannot be used.
    """
    methods = st.multiselect(
        "Methods",
        METHODS,
        PlaneConfig().methods,
        format_func=title,
        key="methods",
        bind="query-params",
        accept_new_options=True,
        wrap=True,
        help="A rule alone; a goal alone (one stage); or a goal that bargains throughout or at first (two stages). "
        "Others can be composed, or typed, as forml-pcgrad@every_nth:5 or cagrad:0.3.",
    )
    compose.popover()
    left, middle, right = st.columns([2, 1, 1], gap="medium")
    more = _more()
    with left:
        chosen = _standard_starts(more.problem)
    steps = middle.slider("Steps", 50, 3000, 1000, 50, key="steps", bind="query-params")
    rate = right.select_slider(
        "Learning rate",
        RATES,
        0.05,
        key="lr",
        bind="query-params",
        disabled=more.optimizer == "guaranteed",
    )
    if not methods:
        raise InputError("Nothing to draw: choose at least one method.")
    starts, drawn = _starts(chosen, more)
    config = PlaneConfig(
        problem=more.problem,
        scale=more.scale,
        methods=tuple(methods),
        starts=starts,
        random_starts=drawn,
        steps=steps,
        lr=rate,
        optimizer=more.optimizer,
        multiple=more.multiple if more.optimizer == "guaranteed" else 1.0,
        seed=more.seed,
    )
    return Settings(config, more.unfair)


def _more() -> _More:
    with st.expander("More: problem, optimizer, own and random starting points", icon=":material/tune:"):
        a, b, c = st.columns(3, gap="medium")
        problem = a.selectbox(
            "Problem", list(PROBLEMS), format_func=LABELS["problem"], key="problem", bind="query-params"
        )
        scale = b.select_slider("Multiply L1 by", SCALES, 1.0, key="scale", bind="query-params")
        optimizer = c.selectbox("Optimizer", OPTIMIZERS, key="optimizer", bind="query-params")
        multiple = a.select_slider(
            "Guaranteed steps: times the bound",
            MULTIPLES,
            1.0,
            key="multiple",
            bind="query-params",
            disabled=optimizer != "guaranteed",
            help="At 1 the bound proves that no group loses. Take four times the step and see the ribbon break.",
        )
        own = a.text_input("Own starting points", key="own", bind="query-params", placeholder="x, y; x, y")
        drawn = b.slider("Random starting points", 0, 20, 0, key="drawn", bind="query-params")
        seed = c.slider("Seed", 0, 99, 0, key="seed", bind="query-params")
        unfair = c.toggle(
            "Frame ends off the fair diagonal",
            key="unfair",
            bind="query-params",
            help="A square around every end at which the groups' losses still differ.",
        )
    return _More(problem, scale, optimizer, multiple, own, drawn, seed, unfair)


def _standard_starts(name: str) -> list[int]:
    """Which of the problem's own starts are chosen; they are known only when the problem is."""
    problem = get_problem(name)
    return st.pills(
        "Starting points",
        range(len(problem.starts)),
        selection_mode="multi",
        default=list(range(len(problem.starts))),
        format_func=lambda number: start_label(problem, number),
        key="starts",
        bind="query-params",
        wrap=True,
    )


def _starts(chosen: list[int], more: _More) -> tuple[tuple[tuple[float, ...], ...], int]:
    """The starts as a config has them: given ones, none meaning the problem's own, and how many are drawn besides."""
    problem = get_problem(more.problem)
    given = tuple(problem.starts[number] for number in chosen) + parse_starts(more.own)
    if given:
        return (() if given == problem.starts else given), more.drawn
    if not more.drawn:
        raise InputError("Nothing to draw: choose at least one starting point.")
    return tuple(map(tuple, random_starts(problem, more.drawn, more.seed).tolist())), 0
