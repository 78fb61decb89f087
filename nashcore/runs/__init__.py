"""Runs: what to run, and what happened.

What trains them is `nashcore.runs.worker`, in processes of its own; what they come to is `nashcore.runs.results`.
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.runs.bundle import export_bundle
    from nashcore.runs.bundle_import import import_bundle
    from nashcore.runs.checkpoints import SECONDS as CHECKPOINT_SECONDS
    from nashcore.runs.checkpoints import write_checkpoint
    from nashcore.runs.command_line import command_line
    from nashcore.runs.config import (
        MAX_MODELS,
        MAX_SEEDS,
        OWN_TABLE,
        PUBLISHED_TRAININGS,
        PublishedTraining,
        TrainingConfig,
        published_training,
    )
    from nashcore.runs.data_config import DataConfig
    from nashcore.runs.earlier import as_trained
    from nashcore.runs.places import ensure_worker, hanging, most_workers, try_again, workers
    from nashcore.runs.provenance import Provenance
    from nashcore.runs.queue import Move
    from nashcore.runs.run import TITLE_LENGTH, Damaged, Run, State
    from nashcore.runs.store import Store, runs_home
    from nashcore.runs.trash import KEEP_DAYS
else:
    open_on_demand(__name__)

__all__ = [
    "CHECKPOINT_SECONDS",
    "KEEP_DAYS",
    "MAX_MODELS",
    "MAX_SEEDS",
    "OWN_TABLE",
    "PUBLISHED_TRAININGS",
    "TITLE_LENGTH",
    "Damaged",
    "DataConfig",
    "Move",
    "Provenance",
    "PublishedTraining",
    "Run",
    "State",
    "Store",
    "TrainingConfig",
    "as_trained",
    "command_line",
    "ensure_worker",
    "export_bundle",
    "hanging",
    "import_bundle",
    "most_workers",
    "published_training",
    "runs_home",
    "try_again",
    "workers",
    "write_checkpoint",
]
