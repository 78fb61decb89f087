"""What to run on the plane: one frozen, validated description that every face shares."""

from __future__ import annotations

import sys
from typing import Any

import torch
from pydantic import field_validator, model_validator
from torch import Tensor

from nashcore.errors import InputError, quoted
from nashcore.methods import BASELINES, GOALS, Method, method_text, parse_method
from nashcore.options import FrozenModel
from synthetic.optimizers import OptimizerName, make_optimizer
from synthetic.problem import Problem
from synthetic.problems import get_problem

MAX_STEPS, MAX_STARTS, MAX_METHODS, MAX_NUDGES, MAX_SCALE = 100_000, 500, 40, 256, 1e100

STANDARD_METHODS = ("nash", "mean", "loss_gm", "pcgrad", "cagrad")
"""The rules of the standard figure."""

_PERTURBATION = 1e-9
"""Spread of the nudged copies of a start: far below what can be drawn, far above rounding."""


class PlaneConfig(FrozenModel):
    """A simulation on the loss plane.

    Attributes:
        problem: a key of `synthetic.problems.PROBLEMS`.
        scale: the first loss is multiplied by it; from 1e-100 to 1e100.
        methods: methods as `nashcore.methods.parse_method` reads them.
        starts: starting points, each n numbers; none means the problem's standard starts.
        random_starts: that many more, drawn evenly from the problem's plane.
        steps: optimizer steps.
        optimizer: adam, momentum, sgd, or guaranteed (`synthetic.optimizers.Guaranteed`).
        lr: learning rate of all but guaranteed steps.
        multiple: guaranteed steps are taken this many times as long as the bound says.
        nudges: copies of each start, moved by about 1e-9, that are run after it. Where some fail and some do not, rounding
            decides. A start counts by its own run all the same.
        seed: of random starts, nudges and rules that draw.

    Raises:
        InputError: a field cannot be used; one sentence says which and why.
    """

    problem: str = "standard"
    scale: float = 1.0
    methods: tuple[str, ...] = STANDARD_METHODS
    starts: tuple[tuple[float, ...], ...] = ()
    random_starts: int = 0
    steps: int = 1000
    optimizer: OptimizerName = "adam"
    lr: float = 0.05
    multiple: float = 1.0
    nudges: int = 32
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain data (lists, numbers, strings), from which the constructor makes an equal config."""
        return self.model_dump(mode="json")

    @field_validator("steps", "random_starts", "nudges", "seed", mode="before")
    @classmethod
    def _whole(cls, value: object, info: Any) -> object:
        lowest, highest = {
            "steps": (1, MAX_STEPS),
            "random_starts": (0, MAX_STARTS),
            "nudges": (0, MAX_NUDGES),
            "seed": (0, 2**31 - 1),
        }[info.field_name]
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise InputError(
                f"Parameter {quoted(info.field_name)} should be a whole number from {lowest} to {highest}. "
                f"Found {quoted(value)}."
            )
        return value

    @field_validator("lr", "scale", "multiple", mode="before")
    @classmethod
    def _positive(cls, value: object, info: Any) -> object:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 < value <= sys.float_info.max:  # type: ignore[operator]
            raise InputError(
                f"Parameter {quoted(info.field_name)} should be a finite number above zero. Found {quoted(value)}."
            )
        if info.field_name == "scale" and not 1 / MAX_SCALE <= value <= MAX_SCALE:  # type: ignore[operator]
            raise InputError(
                f"Parameter 'scale' should be from {1 / MAX_SCALE} to {MAX_SCALE}: beyond, products of gradients leave "
                f"the numbers. Found {quoted(value)}."
            )
        return value

    @field_validator("methods")
    @classmethod
    def _known_methods(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(method_text(plane_method(text)) for text in value))
        if not 1 <= len(names) <= MAX_METHODS:
            raise InputError(
                f"Parameter 'methods' should name 1 to {MAX_METHODS} methods. Found {len(names)}."
            )
        return names

    @model_validator(mode="after")
    def _fits_together(self) -> PlaneConfig:
        problem = get_problem(self.problem, self.scale)
        make_optimizer(self.optimizer, self.lr, problem.curvature, self.multiple)
        if len(self.starts) + self.random_starts > MAX_STARTS:
            raise InputError(
                f"Parameters 'starts' and 'random_starts' should give at most {MAX_STARTS} points together. "
                f"Found {len(self.starts) + self.random_starts}."
            )
        for start in self.starts:
            if len(start) != problem.parameters or not all(abs(number) <= 1e6 for number in start):
                raise InputError(
                    f"Each starting point should be {problem.parameters} numbers between -1e6 and 1e6. "
                    f"Found {start}."
                )
        return self

    def without_starts(self) -> PlaneConfig:
        """The config without starts and nudges of its own: what a map of all starts depends on."""
        return self.replaced(starts=(), random_starts=0, nudges=0)

    def build_problem(self) -> Problem:
        """The problem that the config names, scaled."""
        return get_problem(self.problem, self.scale)

    def build_methods(self) -> tuple[Method, ...]:
        """The methods that the config names."""
        return tuple(map(plane_method, self.methods))

    def build_starts(self) -> Tensor:
        """Starting points [S, n] (float64): the given or standard ones, then the random ones."""
        problem = self.build_problem()
        given = torch.tensor(self.starts or problem.starts, dtype=torch.float64)
        return torch.cat((given, random_starts(problem, self.random_starts, self.seed)))

    def nudged(self, starts: Tensor) -> Tensor:
        """Copies of the starts [S, n] -> [nudges, S, n]; every start is moved alike, whoever stands beside it."""
        draw = torch.Generator().manual_seed(self.seed)
        away = torch.randn((self.nudges, 1, starts.shape[-1]), generator=draw, dtype=torch.float64)
        return starts + _PERTURBATION * away


def plane_method(text: str) -> Method:
    """The method that a text names, for the plane.

    Raises:
        InputError: see `nashcore.methods.parse_method`; a baseline, which plays no game and has no losses of its own.
    """
    method = parse_method(text)
    if method.goal in BASELINES:
        raise InputError(
            f"A method on the plane should have a goal ({', '.join(GOALS)}) or a rule. Found {quoted(text)}, which weighs the "
            "rows of a batch."
        )
    return method


def random_starts(problem: Problem, count: int, seed: int) -> Tensor:
    """``count`` points [count, n] (float64) drawn evenly from the problem's plane, the same for a seed."""
    low, high = torch.tensor(problem.theta_range, dtype=torch.float64).unbind(-1)
    draw = torch.Generator().manual_seed(seed)
    return low + (high - low) * torch.rand((count, len(low)), generator=draw, dtype=torch.float64)
