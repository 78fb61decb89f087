"""What to train: one frozen, validated description that pages build, addresses and stores hold, and workers run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Self

import torch
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    model_validator,
)

from nashcore.bargaining import get_rule
from nashcore.device import get_device
from nashcore.errors import InputError
from nashcore.learning import Plan
from nashcore.methods import Arm, arms_of, get_published, method_names, tidy_schedule
from nashcore.runs.data_config import TableConfig

MAX_SEEDS = 100
"""Most seeds in a run."""


@dataclass(frozen=True)
class Setting:
    """The numbers of training of a published experiment.

    Attributes:
        lr: learning rate.
        dropout: share of hidden units left out.
        batch_size: rows in a batch.
        epochs: passes over the training rows.
        bargaining_epochs: how many of them, from the first, the two-stage methods bargain in.
    """

    lr: float
    dropout: float
    batch_size: int
    epochs: int
    bargaining_epochs: int


SETTINGS: Mapping[tuple[str, str], Setting] = MappingProxyType(
    {
        ("adult", "sex"): Setting(1e-3, 0.2, 512, 50, 14),
        ("adult", "race"): Setting(5e-4, 0.4, 512, 50, 14),
        ("bank", "age"): Setting(1e-3, 0.3, 512, 50, 14),
        ("default_credit", "sex"): Setting(1e-3, 0.5, 512, 100, 99),
        ("us_crime", "race"): Setting(1e-4, 0.2, 32, 50, 14),
        ("student_por", "sex"): Setting(1e-3, 0.05, 32, 50, 9),
        ("titanic", "sex"): Setting(1e-3, 0.4, 128, 50, 49),
    }
)
"""The published experiments by dataset and sensitive column.

Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), appendix.
"""

OWN_TABLE = Setting(1e-3, 0.2, 128, 50, 14)
"""Where a table that is not one of `SETTINGS` starts from."""


def _seeds(value: object) -> object:
    """A number of seeds n means the seeds 0 to n - 1."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= MAX_SEEDS:
            raise InputError(f"Seeds should be a number from 1 to {MAX_SEEDS}. Found {value}.")
        return tuple(range(value))
    return value


def _several(value: object) -> object:
    return tuple(value.split(",")) if isinstance(value, str) else value


def _readable(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(tidy_schedule, value))


Methods = Annotated[tuple[str, ...], BeforeValidator(lambda value: method_names(value))]
Seeds = Annotated[
    tuple[Annotated[int, Field(ge=0)], ...], BeforeValidator(_seeds), Field(max_length=MAX_SEEDS)
]
Schedules = Annotated[tuple[str, ...], BeforeValidator(_several), AfterValidator(_readable)]


class TrainingConfig(TableConfig):
    """A training experiment on a table.

    What is left out comes from the published setting of the dataset and sensitive column (`SETTINGS`), or from `OWN_TABLE`
    for one's own table. Build it with `training_config`, which names a wrong parameter in one plain sentence.

    Attributes (besides those of `TableConfig`):
        methods: names of methods, "all", or names parted by commas.
        seeds: the seeds, or their number.
        epochs: passes over the training rows.
        schedules: schedules of the methods that bargain (see `nashcore.methods.schedule.parse_schedule`); several make a
            sweep, all in one run.
        method_schedules: schedules of single methods, instead of these.
        rule: what the methods that bargain do in their bargaining stage.
        rule_options: the rule's options.
        lr, dropout, batch_size, momentum, weight_decay, hidden: see `nashcore.learning.plan.Plan`.
        device: "auto", "cpu" or "cuda".
    """

    methods: Methods = Field(default="all", validate_default=True)
    seeds: Seeds = (0, 1, 2, 3, 4)
    epochs: int = Field(ge=1, le=100_000)
    schedules: Schedules = Field(min_length=1)
    method_schedules: dict[str, Schedules] = Field(default_factory=dict)
    rule: str = "nash"
    rule_options: dict[str, int | float] = Field(default_factory=dict)
    lr: float = Field(gt=0)
    dropout: float = Field(ge=0, lt=1)
    batch_size: int = Field(ge=1)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    weight_decay: float = Field(default=5e-4, ge=0)
    hidden: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] = (128, 64)
    device: str = "auto"

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        own = values.get("csv") is not None
        place = (values.get("dataset", ""), values.get("sensitive", ""))
        setting = OWN_TABLE if own else SETTINGS.get(place, OWN_TABLE)
        filled = {
            "epochs": setting.epochs,
            "lr": setting.lr,
            "dropout": setting.dropout,
            "batch_size": setting.batch_size,
            "schedules": (f"two_stage:{setting.bargaining_epochs}",),
        }
        return {**filled, **{name: value for name, value in values.items() if value is not None}}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        get_rule(self.rule, check=True, **self.rule_options)
        for name in self.method_schedules:
            if not get_published(name).bargains:
                raise InputError(
                    f"Parameter 'method_schedules' should name methods that bargain. Found {name!r}."
                )
        self.plan(torch.device("cpu"))
        return self

    def arms(self) -> tuple[Arm, ...]:
        """What is compared: the methods, each with its schedules and the rule."""
        schedules = {name: self.method_schedules.get(name, self.schedules) for name in self.methods}
        return arms_of(self.methods, schedules, self.rule, self.rule_options)

    def plan(self, device: torch.device | None = None) -> Plan:
        """What the trainer is told.

        Args:
            device: where to train; found from the config's own when left out.

        Raises:
            InputError: the config's device is not there.
        """
        return Plan(
            arms=self.arms(),
            seeds=self.seeds,
            epochs=self.epochs,
            lr=self.lr,
            dropout=self.dropout,
            batch_size=self.batch_size,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
            hidden=self.hidden,
            protocol=self.protocol,
            device=get_device(self.device) if device is None else device,
        )


def training_config(**values: Any) -> TrainingConfig:
    """A `TrainingConfig`; a value of None counts as left out.

    Raises:
        InputError: a value cannot be used; the message names the parameter, what was expected and what was found.

    >>> training_config(dataset="adult", sensitive="sex", seeds=2).schedules
    ('two_stage:14',)
    """
    try:
        return TrainingConfig(**values)
    except ValidationError as error:
        raise InputError(plain_sentence(error)) from None


def config_from_json(text: str | bytes) -> TrainingConfig:
    """The `TrainingConfig` that a text in JSON holds, as `TrainingConfig.model_dump_json` wrote it.

    Raises:
        InputError: the text is no JSON object, or a value cannot be used.
    """
    try:
        values = json.loads(text)
    except ValueError:
        raise InputError("A config should be a JSON object. Found text that is no JSON.") from None
    if not isinstance(values, dict):
        raise InputError(f"A config should be a JSON object. Found {type(values).__name__}.")
    return training_config(**values)


def plain_sentence(error: ValidationError) -> str:
    """The first fault of a validation, in one sentence."""
    fault = error.errors(include_url=False)[0]
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        return str(cause)
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "missing":
        return f"Parameter {name!r} is missing."
    if fault["type"] == "extra_forbidden":
        known = ", ".join(TrainingConfig.model_fields)
        return f"There is no parameter {name!r}. Known are {known}."
    expected = re.sub(r"^\w+ should ", "", str(fault["msg"]))
    return f"Parameter {name!r} should {expected}. Found {fault['input']!r}."
