"""Fairness-aware meta-learning: schedules, hypergradients and lockstep training."""

from nashcore.learning.generic import hypergradients

__all__ = ["hypergradients"]
