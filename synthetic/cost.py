"""What a computation on the plane will cost, in seconds of one processor core, before it is begun.

A step costs so much for each call and so much for each run, and rules differ by a factor of fifty. The coefficients were
measured with `benchmarks.synthetic.step_costs` on one core of a shared virtual machine; another machine is faster or slower by a
factor, which is near enough to tell a second from an hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from nashcore.errors import InputError
from synthetic.config import PlaneConfig

Coefficients = tuple[float, float]
"""Microseconds a step: for the call, and for every run that it moves."""

STEP: Coefficients = (85.0, 0.10)
"""Losses, goals and optimizer."""

TWO_GROUPS: Mapping[str, Coefficients] = MappingProxyType(
    {
        "nash": (80.0, 0.15),
        "mean": (10.0, 0.02),
        "gm": (1800.0, 3.2),
        "loss_gm": (25.0, 0.06),
        "pcgrad": (25.0, 0.05),
        "cagrad": (110.0, 0.30),
        "mgda": (70.0, 0.10),
        "imtl_g": (80.0, 0.45),
        "upgrad": (1300.0, 4.5),
        "aligned_mtl": (70.0, 0.45),
    }
)
MORE_GROUPS: Mapping[str, Coefficients] = MappingProxyType(
    {
        "nash": (2200.0, 7.5),
        "mean": (10.0, 0.03),
        "gm": (3600.0, 11.0),
        "loss_gm": (25.0, 0.1),
        "pcgrad": (180.0, 0.65),
        "cagrad": (4600.0, 3.3),
        "mgda": (2200.0, 2.8),
        "imtl_g": (150.0, 1.6),
        "upgrad": (2000.0, 17.0),
        "aligned_mtl": (220.0, 2.7),
    }
)
"""Every rule, with two groups (closed forms, mostly) and with three."""

_UNMEASURED: Coefficients = (2000.0, 5.0)
"""A rule that is not in the tables counts as a dear one."""

_SWEPT = 0.07
"""Microseconds for a run and a step of a sweep over T, half of which have not left yet."""


@dataclass(frozen=True)
class Cost:
    """What a computation will cost.

    Attributes:
        seconds: of one core.
        factors: what it is made of, in words: ("40 methods", "480 starts", ...).
        less: what to take less of, in words: "methods, starts or steps".
    """

    seconds: float
    factors: tuple[str, ...]
    less: str

    def refuse_above(self, most: float) -> None:
        """See to it that it costs at most so many seconds.

        Raises:
            InputError: it costs more; one sentence says how much and what to take less of.
        """
        if self.seconds > most:
            raise InputError(
                f"This should take at most about {duration(most)} of computation. Found about {self.words}: "
                f"take fewer {self.less}."
            )

    @property
    def words(self) -> str:
        """How much, and what makes it so: "8 minutes (40 methods × 480 starts × 3,000 steps)"."""
        return f"{duration(self.seconds)} ({' × '.join(self.factors)})"


def own_cost(config: PlaneConfig) -> Cost:
    """Of `synthetic.simulate.own_runs`."""
    return _cost(config, 1, _starts(config))


def copies_cost(config: PlaneConfig) -> Cost:
    """Of `synthetic.nudges.failing_copies`."""
    return _cost(config, config.nudges, _starts(config))


def whole_cost(config: PlaneConfig) -> Cost:
    """Of `synthetic.simulate.simulate`: the starts' own runs and their copies."""
    both = _cost(config, 1 + config.nudges, _starts(config))
    return replace(both, seconds=own_cost(config).seconds + copies_cost(config).seconds)


def basin_cost(config: PlaneConfig, side: int) -> Cost:
    """Of `synthetic.basin.map_basin`."""
    return _cost(config, 1, side * side)


def sweep_cost(config: PlaneConfig, goals: Sequence[str], every: int = 1) -> Cost:
    """Of `synthetic.two_stage_sweep.sweep_switches`."""
    switches = config.steps // max(1, every) + 1
    runs = len(goals) * switches * _starts(config)
    step = sum(STEP) + MORE_GROUPS["nash"][0] * (len(config.build_problem().groups) > 2) + _SWEPT * runs
    factors = _counted(
        (len(goals), "goal"), (switches, "value of T", "values of T"), (_starts(config), "start")
    )
    return Cost(
        config.steps * step / 1e6,
        (*factors, *_counted((config.steps, "step"))),
        "goals, values of T, starts or steps",
    )


def halves(config: PlaneConfig) -> tuple[PlaneConfig, ...]:
    """The config with some of its methods and with the others, so that both cost about the same; whole where it has but one."""
    if len(config.methods) == 1:
        return (config,)
    whole = own_cost(config).seconds
    more = {
        name: whole - own_cost(config.replaced(methods=tuple(n for n in config.methods if n != name))).seconds
        for name in config.methods
    }
    parts: tuple[list[str], list[str]] = [], []
    for name in sorted(config.methods, key=more.__getitem__, reverse=True):
        min(parts, key=lambda part: sum(more[one] for one in part)).append(name)
    return tuple(config.replaced(methods=tuple(part)) for part in parts)


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    for size, name in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:,.0f} {name}s"
    return f"{max(1, round(seconds))} second{'s' if round(seconds) > 1 else ''}"


def _starts(config: PlaneConfig) -> int:
    return (len(config.starts) or len(config.build_problem().starts)) + config.random_starts


def _cost(config: PlaneConfig, copies: int, starts: int) -> Cost:
    methods = config.build_methods()
    rules = TWO_GROUPS if len(config.build_problem().groups) == 2 else MORE_GROUPS
    runs = copies * starts
    step = STEP[0] + STEP[1] * runs * len(methods)
    for asked in {(method.rule, method.options) for method in methods if method.rule is not None}:
        call, run = rules.get(asked[0], _UNMEASURED)
        step += call + run * runs * sum((method.rule, method.options) == asked for method in methods)
    factors = _counted((len(methods), "method"), (starts, "start"), (copies, "copy", "copies"))
    shown = factors if copies > 1 else factors[:2]
    return Cost(
        config.steps * step / 1e6 if copies else 0.0,
        (*shown, *_counted((config.steps, "step"))),
        "methods, starts or steps",
    )


def _counted(*things: tuple[int, str] | tuple[int, str, str]) -> tuple[str, ...]:
    return tuple(
        f"{count:,} {name if count == 1 else (plural[0] if plural else name + 's')}"
        for count, name, *plural in things
    )
