"""Fairness-aware meta-learning: hypergradients and lockstep training.

`train` runs a `Plan` on a prepared table and yields events; `hypergradients` works on any torch module.
"""

from nashcore.learning.history import History
from nashcore.learning.plan import Plan
from nashcore.learning.result import Result, summarise
from nashcore.learning.torch_func import hypergradients
from nashcore.learning.trainer import train

__all__ = [
    "History",
    "Plan",
    "Result",
    "hypergradients",
    "summarise",
    "train",
]
