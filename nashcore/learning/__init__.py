"""Fairness-aware meta-learning: hypergradients and lockstep training.

`train` runs a `Plan` on a prepared table and yields events; `hypergradients` works on any torch module.
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.learning import verdict_words
    from nashcore.learning.caveats import (
        CHANCE,
        FLATTERS,
        OTHER_DATA,
        REPEATS_UNKNOWN,
        caveats,
        comparison_caveats,
        interval_caveat,
        rows_caveat,
        spread_caveat,
    )
    from nashcore.learning.checkpoint import Checkpoint, checkpoint_of
    from nashcore.learning.events import (
        BlocksSplit,
        EpochDone,
        Event,
        Finished,
        ModelStopped,
        Progress,
        Resumable,
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
    from nashcore.learning.natural_test import NaturalTest, balanced_title, of_runs
    from nashcore.learning.plan import Plan
    from nashcore.learning.result import Result
    from nashcore.learning.roster import (
        Replicate,
        Roster,
        on_splits,
        roster_from_json,
        roster_of,
        roster_to_json,
        rows_digest,
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
    from nashcore.learning.summary import STANDARD, summarise
    from nashcore.learning.theorem import (
        SHOWN,
        SWITCHES,
        from_theorem_to_training,
        lesson_summary,
    )
    from nashcore.learning.torch_func import hypergradients
    from nashcore.learning.trainer import train
    from nashcore.learning.units import means_by_unit, name_of, size_of, unit_of, unit_sentence, unit_values
    from nashcore.learning.verdict import AXES, better, kind_of_verdict
else:
    open_on_demand(__name__)

__all__ = [
    "AXES",
    "BINS",
    "CHANCE",
    "CHANGE_EDGES",
    "DIRECTIONS",
    "EARLY_EPOCHS",
    "FLATTERS",
    "NOT_RECORDED",
    "OTHER_DATA",
    "PARAMETERS",
    "REPEATS_UNKNOWN",
    "SHARES",
    "SHOWN",
    "STAGES",
    "STANDARD",
    "STATISTICS",
    "SWITCHES",
    "BlocksSplit",
    "Checkpoint",
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
    "Resumable",
    "Roster",
    "Share",
    "StageChanged",
    "Started",
    "balanced_title",
    "better",
    "caveats",
    "checkpoint_of",
    "comparison_caveats",
    "from_theorem_to_training",
    "game_summary",
    "histograms_of",
    "hypergradients",
    "interval_caveat",
    "kind_of_verdict",
    "lesson_summary",
    "loss_changes_of",
    "means_by_unit",
    "name_of",
    "of_runs",
    "on_splits",
    "pooled_share",
    "roster_from_json",
    "roster_of",
    "roster_to_json",
    "row_validation_loss",
    "rows_caveat",
    "rows_digest",
    "shared_splits",
    "size_of",
    "spread_caveat",
    "summarise",
    "train",
    "unit_of",
    "unit_sentence",
    "unit_values",
    "verdict_words",
]
