"""The numbers of training: what the optimiser and the network are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from nashcore.options.model import FrozenModel
from nashcore.options.option import Option

MOMENTUM = 0.9
"""Of SGD, where nothing is chosen."""
WEIGHT_DECAY = 5e-4
"""Of SGD, where nothing is chosen."""
HIDDEN = (128, 64)
"""Units of the two hidden layers, where nothing is chosen."""

LARGEST = 1e6
"""Learning rate, and weight decay. What single precision cannot hold (from about 3e38 on) would end training with a crash."""

_Units = Annotated[int, Field(ge=1)]


class TrainingOptions(FrozenModel):
    """The numbers of training, and where to train.

    Attributes:
        epochs: passes over the training rows.
        lr: learning rate of SGD.
        dropout: share of hidden units left out, after both hidden layers.
        batch_size: rows in a batch, an incomplete last one being dropped; left out, as published, or what fits one's own
            table (`nashcore.options.fit`).
        validation_dropout: whether dropout is on in the validation pass too, with masks of its own for the look-ahead, the
            validation pass and the update, as published; without it, look-ahead and update share one mask.
        momentum: momentum of SGD.
        weight_decay: weight decay of SGD.
        hidden: units of the two hidden layers.
        signed_weights: rows whose weight would raise the combined validation loss count negatively, instead of not at all.
        device: "auto", "cpu" or "cuda".
    """

    model_config = ConfigDict(allow_inf_nan=False)

    epochs: Annotated[
        int,
        Field(ge=1, le=100_000),
        Option("Epochs", "Passes over the training rows.", "epochs", "epochs", span=(1, 100)),
    ]
    lr: Annotated[
        float,
        Field(gt=0, le=LARGEST),
        Option("Learning rate", "Learning rate of SGD.", "lr", "lr", span=(1e-6, 1.0), step=1e-4),
    ]
    dropout: Annotated[
        float,
        Field(ge=0, lt=1),
        Option(
            "Dropout", "Share of hidden units left out.", "dropout", "dropout", span=(0.0, 0.95), step=0.05
        ),
    ]
    batch_size: Annotated[
        int | None,
        Field(ge=1),
        Option(
            words="Batch size",
            help="Rows in a batch; an incomplete last one is dropped.",
            flag="batch-size",
            key="batch",
            label="Rows in a batch",
            span=(1, 100_000),
        ),
    ] = None
    validation_dropout: Annotated[
        bool,
        Option(
            words="Dropout in the validation pass",
            help="Changes the method: dropout stays on where the validation rows steer, as published. Without it "
            "cells are fitted perfectly and stop to matter: LtR's Overall AUC falls from .673 to .572 on "
            "default_credit, from .788 to .760 on adult by race and from .897 to .869 on student_por.",
            flag="no-validation-dropout",
            key="validation_dropout",
            label="Validation dropout",
        ),
    ] = True
    momentum: Annotated[
        float, Field(ge=0, lt=1), Option("Momentum", "Momentum of SGD.", "momentum", span=(0.0, 0.99))
    ] = MOMENTUM
    weight_decay: Annotated[
        float,
        Field(ge=0, le=LARGEST),
        Option("Weight decay", "Weight decay of SGD.", "weight-decay", span=(0.0, 1.0)),
    ] = WEIGHT_DECAY
    signed_weights: Annotated[
        bool,
        Option(
            words="Signed row weights",
            help="Keep the sign of row weights instead of cutting them at zero. This changes the method: on student_por all "
            "losses fell in 94 % of Nash's steps in place of 41 %, in 100 % without momentum, dropout and weight decay.",
            flag="signed-weights",
            key="signed",
        ),
    ] = False
    hidden: Annotated[tuple[_Units, _Units], Option("Hidden units")] = HIDDEN
    device: Annotated[str, Option("Device", "auto, cpu or cuda.", "device")] = "auto"
