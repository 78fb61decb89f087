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
from nashcore.learning.natural_test import INTERVALS, NaturalTest, balanced_title
from nashcore.learning.plan import Plan
from nashcore.learning.result import Result, paired_interval, summarise
from nashcore.learning.roster import (
    Replicate,
    Roster,
    on_splits,
    roster_from_json,
    roster_of,
    roster_to_json,
    shared_splits,
)
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
from nashcore.learning.units import means_by_unit, name_of, size_of, unit_of, unit_sentence, unit_values

__all__ = [
    "BINS",
    "CHANGE_EDGES",
    "DIRECTIONS",
    "EARLY_EPOCHS",
    "INTERVALS",
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
    "NaturalTest",
    "Plan",
    "Progress",
    "Replicate",
    "Result",
    "Roster",
    "Share",
    "StageChanged",
    "Started",
    "balanced_title",
    "from_theorem_to_training",
    "game_summary",
    "histograms_of",
    "hypergradients",
    "lesson_summary",
    "loss_changes_of",
    "means_by_unit",
    "name_of",
    "on_splits",
    "paired_interval",
    "pooled_share",
    "roster_from_json",
    "roster_of",
    "roster_to_json",
    "row_validation_loss",
    "shared_splits",
    "size_of",
    "summarise",
    "train",
    "unit_of",
    "unit_sentence",
    "unit_values",
]
