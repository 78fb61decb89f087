"""What to run on the plane: one frozen, validated description that every face shares."""

from __future__ import annotations

import json
import math
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from torch import Tensor

from nashcore.errors import InputError
from nashcore.methods import BASELINES, GOALS, Method, method_text, parse_method
from synthetic.optimizers import OptimizerName, make_optimizer
from synthetic.problem import Problem
from synthetic.problems import get_problem

MAX_STEPS, MAX_STARTS, MAX_METHODS, MAX_NUDGES = 100_000, 500, 40, 256

STANDARD_METHODS = ("nash", "mean", "loss_gm", "pcgrad", "cagrad")
"""The rules of the standard figure."""

_NUDGE = 1e-9
"""Spread of the nudged copies of a start: far below what can be drawn, far above rounding."""


class PlaneConfig(BaseModel):
    """A simulation on the loss plane.

    Attributes:
        problem: a key of `synthetic.problems.PROBLEMS`.
        scale: the first loss is multiplied by it.
        methods: methods as `nashcore.methods.parse_method` reads them.
        starts: starting points, each n numbers; none means the problem's standard starts.
        random_starts: that many more, drawn evenly from the problem's plane.
        steps: optimizer steps.
        optimizer: adam, momentum, sgd, or guaranteed (`synthetic.optimizers.Guaranteed`).
        lr: learning rate of all but guaranteed steps.
        multiple: guaranteed steps are taken this many times as long as the bound says.
        nudges: copies of each start, moved by about 1e-9, that are run beside it. Where the start itself
            reaches the front and a copy does not, only rounding decides, and the start counts as failing.
        seed: of random starts, nudges and rules that draw.

    Raises:
        InputError: a field cannot be used; one sentence says which and why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

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

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as refused:
            raise InputError(_sentence(refused)) from None

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> PlaneConfig:
        """The config with these fields; those left out stand at their defaults.

        Raises:
            InputError: see the class.
        """
        return cls(**fields)

    @classmethod
    def from_json(cls, text: str) -> PlaneConfig:
        """The config that `to_json` wrote.

        Raises:
            InputError: the text is not a JSON object, or see the class.
        """
        try:
            fields = json.loads(text)
        except json.JSONDecodeError as refused:
            raise InputError(
                f"A plane config should be a JSON object. Found text that is not JSON: {refused}."
            ) from None
        if not isinstance(fields, dict):
            raise InputError(f"A plane config should be a JSON object. Found {type(fields).__name__}.")
        return cls(**fields)

    def to_dict(self) -> dict[str, Any]:
        """Plain data (lists, numbers, strings) from which `from_dict` makes an equal config."""
        return self.model_dump(mode="json")

    def to_json(self) -> str:
        """`to_dict` as text."""
        return self.model_dump_json()

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
                f"Parameter {info.field_name!r} should be a whole number from {lowest} to {highest}. "
                f"Found {value!r}."
            )
        return value

    @field_validator("lr", "scale", "multiple", mode="before")
    @classmethod
    def _positive(cls, value: object, info: Any) -> object:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or value <= 0:  # type: ignore[operator,arg-type]
            raise InputError(
                f"Parameter {info.field_name!r} should be a finite number above zero. Found {value!r}."
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

    def bare(self) -> PlaneConfig:
        """The config without starts and nudges of its own: what a map of all starts depends on."""
        return self.model_copy(update={"starts": (), "random_starts": 0, "nudges": 0})

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
        """The starts [S, n], then their nudged copies -> [1 + nudges, S, n]."""
        draw = torch.Generator().manual_seed(self.seed)
        away = torch.randn((self.nudges, *starts.shape), generator=draw, dtype=torch.float64)
        return torch.cat((starts.unsqueeze(0), starts + _NUDGE * away))


def plane_method(text: str) -> Method:
    """The method that a text names, for the plane.

    Raises:
        InputError: see `nashcore.methods.parse_method`; a baseline, which plays no game and has no losses of its own.
    """
    method = parse_method(text)
    if method.goal in BASELINES:
        raise InputError(
            f"A method on the plane should have a goal ({', '.join(GOALS)}) or a rule. Found {text!r}, which weighs the "
            "rows of a batch."
        )
    return method


def random_starts(problem: Problem, count: int, seed: int) -> Tensor:
    """``count`` points [count, n] (float64) drawn evenly from the problem's plane, the same for a seed."""
    low, high = torch.tensor(problem.theta_range, dtype=torch.float64).unbind(-1)
    draw = torch.Generator().manual_seed(seed)
    return low + (high - low) * torch.rand((count, len(low)), generator=draw, dtype=torch.float64)


def _sentence(refused: ValidationError) -> str:
    """The first fault in one sentence."""
    fault = refused.errors()[0]
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        return str(cause)
    where = ".".join(str(part) for part in fault["loc"]) or "config"
    if fault["type"] == "extra_forbidden":
        return f"A plane config has the parameters {', '.join(PlaneConfig.model_fields)}. Found {where!r}."
    return f"Parameter {where!r} cannot be used: {fault['msg'].lower()}. Found {fault['input']!r}."
