"""What the trainer is told: the arms, the seeds and the numbers of the optimiser."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from nashcore.errors import InputError, quoted
from nashcore.methods import Arm
from nashcore.options import HIDDEN, MOMENTUM, WEIGHT_DECAY, TrainingOptions

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Plan:
    """Everything that `nashcore.learning.train` needs besides the data.

    Attributes:
        arms: what to compare; every arm is run with every seed.
        seeds: a seed fixes initial weights, batches and dropout masks, alike for all arms.
        epochs, lr, dropout, batch_size, validation_dropout, signed_weights, momentum, weight_decay, hidden: see
            `nashcore.options.TrainingOptions`.
        satisfied_below: a cell whose hypergradient norm falls below this share of the largest that the model has seen for it is
            satisfied and leaves the game for that batch.
        dro_fraction: share of a batch's rows that the DRO baseline trains on.
        dtype: number type of the models.
        device: where they live.
        notices: plain sentences on what was chosen.

    Raises:
        InputError: a value is out of its range.
    """

    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    epochs: int
    lr: float
    dropout: float
    batch_size: int
    validation_dropout: bool = True
    momentum: float = MOMENTUM
    weight_decay: float = WEIGHT_DECAY
    hidden: tuple[int, int] = HIDDEN
    signed_weights: bool = False
    satisfied_below: float = 1e-6
    dro_fraction: float = 0.4
    dtype: torch.dtype = torch.float32
    device: torch.device = CPU
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        if not names or len(set(names)) < len(names):
            raise InputError(f"Arms should be one or more with different names. Found {quoted(names)}.")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds) or min(self.seeds) < 0:
            raise InputError(
                f"Seeds should be one or more different whole numbers of at least 0. Found {quoted(self.seeds)}."
            )
        TrainingOptions(
            epochs=self.epochs,
            lr=self.lr,
            dropout=self.dropout,
            batch_size=self.batch_size,
            validation_dropout=self.validation_dropout,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
            hidden=self.hidden,
        )
        _check(
            "satisfied_below",
            0 <= self.satisfied_below < 1,
            "at least 0 and less than 1",
            self.satisfied_below,
        )
        _check("dro_fraction", 0 < self.dro_fraction <= 1, "more than 0 and at most 1", self.dro_fraction)

    @property
    def models(self) -> int:
        """Number of models on a split: arms times seeds."""
        return len(self.arms) * len(self.seeds)


def _check(name: str, good: bool, expected: str, found: object) -> None:
    if not good:
        raise InputError(f"Training setting {quoted(name)} should be {expected}. Found {quoted(found)}.")
