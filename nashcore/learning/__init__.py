"""Fairness-aware meta-learning: hypergradients and lockstep training.

`train` runs a `Plan` on a prepared table and yields events; `hypergradients` works on any torch module.
"""

from nashcore.learning.caveats import (
    CHANCE,
    FLATTERS,
    INTERVALS,
    ONE_SPLIT,
    REPEATS_UNKNOWN,
    caveats,
    comparison_caveats,
    rows_caveat,
    spread_caveat,
)
from nashcore.learning.events import (
    BlocksSplit,
    EpochDone,
    Event,
    Finished,
    ModelStopped,
    Progress,
    StageChanged,
    Started,
)
from nashcore.learning.history import History
from nashcore.learning.lockstep.epoch_stats import STATISTICS
from nashcore.learning.lockstep.losses import row_validation_loss
from nashcore.learning.lockstep.models import PARAMETERS, Models
from nashcore.learning.plan import Plan
from nashcore.learning.result import STANDARD, Result, summarise
from nashcore.learning.roster import Roster, roster_from_json, roster_of, roster_to_json
from nashcore.learning.torch_func import hypergradients
from nashcore.learning.trainer import train

__all__ = [
    "CHANCE",
    "FLATTERS",
    "INTERVALS",
    "ONE_SPLIT",
    "PARAMETERS",
    "REPEATS_UNKNOWN",
    "STANDARD",
    "STATISTICS",
    "BlocksSplit",
    "EpochDone",
    "Event",
    "Finished",
    "History",
    "ModelStopped",
    "Models",
    "Plan",
    "Progress",
    "Result",
    "Roster",
    "StageChanged",
    "Started",
    "caveats",
    "comparison_caveats",
    "hypergradients",
    "roster_from_json",
    "roster_of",
    "roster_to_json",
    "row_validation_loss",
    "rows_caveat",
    "spread_caveat",
    "summarise",
    "train",
]
