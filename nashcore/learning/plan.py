"""What the trainer is told: the arms, the seeds and the numbers of the optimiser."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch

from nashcore.errors import InputError
from nashcore.methods import Arm

Protocol = Literal["default", "paper"]

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Plan:
    """Everything that `nashcore.learning.train` needs besides the data.

    Attributes:
        arms: what to compare; every arm is run with every seed.
        seeds: a seed fixes initial weights, batches and dropout masks, alike for all arms.
        epochs: passes over the training rows.
        lr: learning rate of SGD.
        dropout: share of hidden units left out, after both hidden layers.
        batch_size: rows in a batch; an incomplete last batch is dropped.
        momentum: momentum of SGD.
        weight_decay: weight decay of SGD.
        hidden: units of the two hidden layers.
        protocol: "default" shares one dropout mask between hypergradient and update and uses none on validation rows;
            "paper" draws separate masks for the two and for the validation rows.
        satisfied_below: a cell whose hypergradient norm falls below this share of the largest that the model has seen for it is
            satisfied and leaves the game for that batch.
        dro_fraction: share of a batch's rows that the DRO baseline trains on.
        dtype: number type of the models.
        device: where they live.

    Raises:
        InputError: a value is out of its range.
    """

    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    epochs: int
    lr: float
    dropout: float
    batch_size: int
    momentum: float = 0.9
    weight_decay: float = 5e-4
    hidden: tuple[int, int] = (128, 64)
    protocol: Protocol = "default"
    satisfied_below: float = 1e-6
    dro_fraction: float = 0.4
    dtype: torch.dtype = torch.float32
    device: torch.device = CPU

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        if not names or len(set(names)) < len(names):
            raise InputError(f"Arms should be one or more with different names. Found {names!r}.")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds) or min(self.seeds) < 0:
            raise InputError(
                f"Seeds should be one or more different whole numbers of at least 0. Found {self.seeds!r}."
            )
        for name in ("epochs", "batch_size"):
            _check(name, getattr(self, name) >= 1, "at least 1", getattr(self, name))
        _check(
            "hidden", len(self.hidden) == 2 and min(self.hidden) >= 1, "two counts of at least 1", self.hidden
        )
        _check("lr", 0 < self.lr < math.inf, "a positive number", self.lr)
        _check("weight_decay", 0 <= self.weight_decay < math.inf, "at least 0", self.weight_decay)
        for name in ("dropout", "momentum", "satisfied_below"):
            _check(name, 0 <= getattr(self, name) < 1, "at least 0 and less than 1", getattr(self, name))
        _check("dro_fraction", 0 < self.dro_fraction <= 1, "more than 0 and at most 1", self.dro_fraction)
        _check("protocol", self.protocol in ("default", "paper"), "default or paper", self.protocol)

    @property
    def models(self) -> int:
        """Number of models: arms times seeds."""
        return len(self.arms) * len(self.seeds)


def _check(name: str, good: bool, expected: str, found: object) -> None:
    if not good:
        raise InputError(f"Training setting {name!r} should be {expected}. Found {found!r}.")
