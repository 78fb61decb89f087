"""Fairness-aware meta-learning: schedules, hypergradients and lockstep training.

`train` runs a `Plan` on a prepared table and yields events; `hypergradients` works on any torch module.
"""

from nashcore.learning.history import History
from nashcore.learning.plan import Plan
from nashcore.learning.result import Result, summarise
from nashcore.learning.torch_func import hypergradients
from nashcore.learning.trainer import train
from nashcore.methods.method import METHODS, Arm, Method, arms_of, get_method, method_names
from nashcore.methods.schedule import SCHEDULES, Schedule, parse_schedule

__all__ = [
    "METHODS",
    "SCHEDULES",
    "Arm",
    "History",
    "Method",
    "Plan",
    "Result",
    "Schedule",
    "arms_of",
    "get_method",
    "hypergradients",
    "method_names",
    "parse_schedule",
    "summarise",
    "train",
]
