"""Fairness-aware meta-learning: hypergradients and lockstep training.

`train` runs a `Plan` on a prepared table and yields events; `hypergradients` works on any torch module.
"""

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
from nashcore.learning.game_summary import (
    NOT_RECORDED,
    game_summary,
    histograms_of,
    loss_changes_of,
    pooled_share,
)
from nashcore.learning.history import History
from nashcore.learning.lockstep.losses import row_validation_loss
from nashcore.learning.lockstep.models import PARAMETERS, Models
from nashcore.learning.plan import Plan
from nashcore.learning.result import Result, paired_interval, summarise
from nashcore.learning.roster import Roster, roster_from_json, roster_of, roster_to_json
from nashcore.learning.shares import (
    BINS,
    CHANGE_EDGES,
    DIRECTIONS,
    EARLY_EPOCHS,
    SHARES,
    STAGES,
    STATISTICS,
    Share,
)
from nashcore.learning.theorem import (
    SHOWN,
    SWITCHES,
    from_theorem_to_training,
    lesson_summary,
)
from nashcore.learning.torch_func import hypergradients
from nashcore.learning.trainer import train

__all__ = [
    "BINS",
    "CHANGE_EDGES",
    "DIRECTIONS",
    "EARLY_EPOCHS",
    "NOT_RECORDED",
    "PARAMETERS",
    "SHARES",
    "SHOWN",
    "STAGES",
    "STATISTICS",
    "SWITCHES",
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
    "Share",
    "StageChanged",
    "Started",
    "from_theorem_to_training",
    "game_summary",
    "histograms_of",
    "hypergradients",
    "lesson_summary",
    "loss_changes_of",
    "paired_interval",
    "pooled_share",
    "roster_from_json",
    "roster_of",
    "roster_to_json",
    "row_validation_loss",
    "summarise",
    "train",
]
