"""How all models do on rows that they share, after an epoch."""

from __future__ import annotations

from torch import Tensor

from nashcore.learning.lockstep.cohort import Layers
from nashcore.learning.lockstep.validation_pass import logits_of_all
from nashcore.metrics import GROUP_METRICS, METRICS, Predictions, measure


def evaluate(
    layers: Layers, features: Tensor, labels: Tensor, groups: Tensor, count: int
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Metrics of every model on shared rows.

    Args:
        layers: the models' parameters.
        features: [n, F], with the constant one.
        labels: [n], 0 or 1.
        groups: [n], numbers below ``count``.
        count: number of groups.

    Returns:
        `METRICS` [M] and those of `GROUP_METRICS` that predictions tell [M, count], in float64. A model with a score that is
        not finite has no metrics: NaN.
    """
    logits = logits_of_all(layers, features)
    predictions = Predictions(logits[:, 1] - logits[:, 0], labels, groups, count, checked=True)
    return measure(predictions, METRICS), measure(predictions, GROUP_METRICS)
