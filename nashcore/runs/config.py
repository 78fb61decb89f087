"""What to train: one frozen, validated description that pages build, addresses and stores hold, and workers run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Self

import torch
from pydantic import AfterValidator, AllowInfNan, BeforeValidator, Field, model_validator

from nashcore.bargaining import get_rule
from nashcore.device import get_device
from nashcore.errors import InputError, quoted
from nashcore.learning import Plan
from nashcore.methods import Arm, arms_of, get_published, method_names, tidy_schedule
from nashcore.options import MOST_BATCH, Option, TrainingOptions, fitting_batch, read_object
from nashcore.runs.data_config import DataConfig
from nashcore.runs.earlier import as_trained

MAX_SEEDS = 100
"""Most seeds in a run."""

MAX_MODELS = 10_000
"""Most models in a run: arms by splits by seeds. Beyond, an epoch waits for the device, and memory goes by the gigabyte."""


@dataclass(frozen=True)
class PublishedTraining:
    """The training of a published experiment.

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


PUBLISHED_TRAININGS: Mapping[tuple[str, str], PublishedTraining] = MappingProxyType(
    {
        ("adult", "sex"): PublishedTraining(1e-3, 0.2, 512, 50, 14),
        ("adult", "race"): PublishedTraining(5e-4, 0.4, 512, 50, 14),
        ("bank", "age"): PublishedTraining(1e-3, 0.3, 512, 50, 14),
        ("default_credit", "sex"): PublishedTraining(1e-3, 0.5, 512, 100, 99),
        ("us_crime", "race"): PublishedTraining(1e-4, 0.2, 32, 50, 14),
        ("student_por", "sex"): PublishedTraining(1e-3, 0.05, 32, 50, 9),
        ("titanic", "sex"): PublishedTraining(1e-3, 0.4, 128, 50, 49),
    }
)
"""The published experiments by dataset and sensitive column.

Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), appendix.
"""

OWN_TABLE = PublishedTraining(1e-3, 0.2, MOST_BATCH, 50, 14)
"""Where a table that is not one of `PUBLISHED_TRAININGS` starts from; the batch is the largest that is taken to fit one."""


def _seeds(value: object) -> object:
    """A number of seeds n means the seeds 0 to n - 1."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= MAX_SEEDS:
            raise InputError(f"Seeds should be a number from 1 to {MAX_SEEDS}. Found {quoted(value)}.")
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


def published_training(dataset: str, sensitive: str, own: bool = False) -> PublishedTraining:
    """The published numbers of a dataset and sensitive column; `OWN_TABLE` where there are none, or the table is one's own."""
    return OWN_TABLE if own else PUBLISHED_TRAININGS.get((dataset, sensitive), OWN_TABLE)


def _no_yes_or_no(value: Any) -> Any:
    """True and False are no numbers, though Python counts them as such; infinity is one, which JSON writes as a word."""
    if isinstance(value, bool):
        raise InputError(f"An option of a rule should be a number. Found {quoted(value)}.")
    return float(value) if value in ("Infinity", "-Infinity") else value


RuleNumber = Annotated[int | Annotated[float, AllowInfNan(True)], BeforeValidator(_no_yes_or_no)]


class TrainingConfig(TrainingOptions, DataConfig):
    """A training experiment on a table: the data, the numbers of training, and what is compared.

    What is left out, or None, comes from the published training of the dataset and sensitive column (`published_training`);
    rows in a batch of one's own table stay open until the table is read (`nashcore.options.fit`).

    Attributes (besides those of `DataConfig` and `TrainingOptions`):
        methods: names of methods, "all", or names parted by commas.
        seeds: the seeds, or their number.
        schedules: schedules of the methods that bargain (see `nashcore.methods.parse_schedule`); several make a
            sweep, all in one run.
        method_schedules: schedules of single methods, instead of these.
        rule: what the methods that bargain do in their bargaining stage.
        rule_options: the rule's options.

    Raises:
        InputError: a value cannot be used; the message names the parameter, what was expected and what was found.

    >>> TrainingConfig(dataset="adult", sensitive="sex", seeds=2).schedules
    ('two_stage:14',)
    """

    methods: Annotated[Methods, Option("Methods")] = Field(default="all", validate_default=True)
    seeds: Annotated[Seeds, Option("Seeds")] = (0, 1, 2, 3, 4)
    schedules: Annotated[Schedules, Option("When to bargain")] = Field(min_length=1)
    method_schedules: Annotated[dict[str, Schedules], Option("Schedules of single methods")] = Field(
        default_factory=dict
    )
    rule: Annotated[str, Option("Rule of the bargaining stage")] = "nash"
    rule_options: Annotated[dict[str, RuleNumber], Option("The rule's options")] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        own = values.get("csv") is not None
        published = published_training(str(values.get("dataset")), str(values.get("sensitive")), own=own)
        filled = {
            "epochs": published.epochs,
            "lr": published.lr,
            "dropout": published.dropout,
            "batch_size": None if own else published.batch_size,
            "schedules": (f"two_stage:{published.bargaining_epochs}",),
        }
        return {**filled, **{name: value for name, value in values.items() if value is not None}}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        get_rule(self.rule, check=True, **self.rule_options)
        for name in self.method_schedules:
            if not get_published(name).bargains:
                raise InputError(
                    f"Parameter 'method_schedules' should name methods that bargain. Found {quoted(name)}."
                )
        self.plan(torch.device("cpu"))
        if self.models > MAX_MODELS:
            raise InputError(
                f"Methods, splits and seeds should make at most {MAX_MODELS:,} models. Found {len(self.arms())} methods (each "
                f"schedule counts) × {self.options.split_seeds} splits × {len(self.seeds)} seeds = {self.models:,}: take fewer of "
                "one of them."
            )
        return self

    @property
    def models(self) -> int:
        """Number of models: methods, with each of their schedules, times splits times seeds."""
        return len(self.arms()) * self.options.split_seeds * len(self.seeds)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The config that a text in JSON holds, as `to_json` of this version or an earlier one wrote it.

        Raises:
            InputError: the text is no JSON object, or a value cannot be used.
        """
        return cls(**as_trained(read_object(text)))

    def arms(self) -> tuple[Arm, ...]:
        """What is compared: the methods, each with its schedules and the rule."""
        schedules = {name: self.method_schedules.get(name, self.schedules) for name in self.methods}
        return arms_of(self.methods, schedules, self.rule, self.rule_options)

    def plan(self, device: torch.device | None = None, *, rows: int | None = None) -> Plan:
        """What the trainer is told.

        Args:
            device: where to train; found from the config's own when left out.
            rows: training rows of the table, which a batch has to fit where its size is open; left out, the table is taken for
                a large one.

        Raises:
            InputError: the config's device is not there.
        """
        batch_size, notices = self.batch_size, tuple[str, ...]()
        if batch_size is None:
            batch_size = MOST_BATCH if rows is None else fitting_batch(rows)
            notices = (f"Chosen to fit the table: {batch_size} row{'s' * (batch_size != 1)} in a batch.",)
        return Plan(
            arms=self.arms(),
            seeds=self.seeds,
            epochs=self.epochs,
            lr=self.lr,
            dropout=self.dropout,
            batch_size=batch_size,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
            hidden=self.hidden,
            validation_dropout=self.validation_dropout,
            signed_weights=self.signed_weights,
            device=get_device(self.device) if device is None else device,
            notices=notices,
        )
