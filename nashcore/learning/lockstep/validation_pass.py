"""Passes of all models over rows that they share: validation rows, and the test rows of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from nashcore.learning.lockstep.cohort import Layers
from nashcore.learning.lockstep.losses import validation_loss_gradient

ROWS = 4096
"""Rows passed at a time where there may be many."""


@dataclass(frozen=True)
class SharedPass:
    """What a pass over validation rows leaves: activations [M, H, V] (dropout scale included) and derivatives.

    Attributes:
        features: [V, F], with the constant one.
        losses: [M, V] validation losses.
        h1: [M, H1, V].
        h2: [M, H2, V].
        delta1: [M, H1, V], derivative of each row's loss with respect to the first hidden layer's input.
        delta2: [M, H2, V], likewise of the second.
        delta3: [M, 2, V], likewise of the logits.
    """

    features: Tensor
    losses: Tensor
    h1: Tensor
    h2: Tensor
    delta1: Tensor
    delta2: Tensor
    delta3: Tensor


def _hidden(layers: Layers, features: Tensor, factors: tuple[Tensor, Tensor] | None) -> tuple[Tensor, Tensor]:
    models, first, inputs = layers.w1.shape
    h1 = (layers.w1.view(models * first, inputs) @ features.T).view(models, first, -1).clamp_(min=0)
    if factors is not None:
        h1 = h1 * factors[0]
    h2 = torch.baddbmm(layers.b2, layers.w2, h1).clamp_(min=0)
    if factors is not None:
        h2 = h2 * factors[1]
    return h1, h2


def logits_of(layers: Layers, features: Tensor, factors: tuple[Tensor, Tensor] | None = None) -> Tensor:
    """Logits [M, 2, n] of rows [n, F] that all models share.

    Args:
        layers: the models' parameters.
        features: [n, F], with the constant one.
        factors: dropout factors [M, H1, n] and [M, H2, n], or None for no dropout.
    """
    _, h2 = _hidden(layers, features, factors)
    return torch.baddbmm(layers.b3, layers.w3, h2)


def logits_of_all(layers: Layers, features: Tensor) -> Tensor:
    """`logits_of` without dropout for any number of rows, `ROWS` at a time."""
    return torch.cat([logits_of(layers, rows) for rows in torch.split(features, ROWS)], dim=-1)


def validation_pass(
    layers: Layers, features: Tensor, one_hot_labels: Tensor, factors: tuple[Tensor, Tensor] | None = None
) -> SharedPass:
    """Forward and backward over validation rows, row by row (nothing is summed over rows).

    Args:
        layers: the models' parameters, for a hypergradient those after the look-ahead step.
        features: [V, F], with the constant one.
        one_hot_labels: [2, V], one-hot labels.
        factors: dropout factors, or None for no dropout.
    """
    h1, h2 = _hidden(layers, features, factors)
    losses, delta3 = validation_loss_gradient(torch.baddbmm(layers.b3, layers.w3, h2), one_hot_labels)
    delta2 = torch.bmm(layers.w3.transpose(1, 2), delta3) * (h2 > 0)
    if factors is not None:
        delta2 = delta2 * factors[1]
    delta1 = torch.bmm(layers.w2.transpose(1, 2), delta2) * (h1 > 0)
    if factors is not None:
        delta1 = delta1 * factors[0]
    return SharedPass(features, losses, h1, h2, delta1, delta2, delta3)
