"""Runs: what to run, and what happened.

The process that trains them is `nashcore.runs.worker`, which is run by itself; what they come to is `nashcore.runs.results`.
"""

from nashcore.runs.command_line import command_line
from nashcore.runs.config import OWN_TABLE, SETTINGS, TrainingConfig, config_from_json, training_config
from nashcore.runs.run import TITLE_LENGTH, Run, State
from nashcore.runs.store import Store, runs_home

__all__ = [
    "OWN_TABLE",
    "SETTINGS",
    "TITLE_LENGTH",
    "Run",
    "State",
    "Store",
    "TrainingConfig",
    "command_line",
    "config_from_json",
    "runs_home",
    "training_config",
]
