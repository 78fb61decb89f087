"""Fairness-aware meta-learning: schedules, hypergradients and lockstep training."""
