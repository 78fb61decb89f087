"""Runs: what to run, and what happened.

What trains them is `nashcore.runs.worker`, in processes of its own; what they come to is `nashcore.runs.results`.
"""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.runs.apart import telling_apart, words_apart
    from nashcore.runs.bundle import export_bundle
    from nashcore.runs.bundle_import import import_bundle
    from nashcore.runs.checkpoints import SECONDS as CHECKPOINT_SECONDS
    from nashcore.runs.checkpoints import read_checkpoints, write_checkpoint
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
    from nashcore.runs.database import runs_home
    from nashcore.runs.earlier import as_trained
    from nashcore.runs.filters import Filter, value_of
    from nashcore.runs.listing import METRICS_FIRST, ORIGIN, Figure, Listed, Listing, size_words
    from nashcore.runs.places import ensure_worker, hanging, most_workers, trouble, try_again, workers
    from nashcore.runs.provenance import Provenance
    from nashcore.runs.queue import Move
    from nashcore.runs.register import Register
    from nashcore.runs.row import NOTE_LENGTH, STATES, TAG_LENGTH, TITLE_LENGTH, Damaged, State
    from nashcore.runs.run import Run
    from nashcore.runs.settings import WORDS, in_words, settings_in_words
    from nashcore.runs.shelf import SHOWN_ONLY, Shelf, Visitor
    from nashcore.runs.shell_command import command_line
    from nashcore.runs.shelves import Limits, Shelves
    from nashcore.runs.store import Store
    from nashcore.runs.trash import KEEP_DAYS
else:
    open_on_demand(__name__)

__all__ = [
    "CHECKPOINT_SECONDS",
    "KEEP_DAYS",
    "MAX_MODELS",
    "MAX_SEEDS",
    "METRICS_FIRST",
    "NOTE_LENGTH",
    "ORIGIN",
    "OWN_TABLE",
    "PUBLISHED_TRAININGS",
    "SHOWN_ONLY",
    "STATES",
    "TAG_LENGTH",
    "TITLE_LENGTH",
    "WORDS",
    "Damaged",
    "DataConfig",
    "Figure",
    "Filter",
    "Limits",
    "Listed",
    "Listing",
    "Move",
    "Provenance",
    "PublishedTraining",
    "Register",
    "Run",
    "Shelf",
    "Shelves",
    "State",
    "Store",
    "TrainingConfig",
    "Visitor",
    "as_trained",
    "command_line",
    "ensure_worker",
    "export_bundle",
    "hanging",
    "import_bundle",
    "in_words",
    "most_workers",
    "published_training",
    "read_checkpoints",
    "runs_home",
    "settings_in_words",
    "size_words",
    "telling_apart",
    "trouble",
    "try_again",
    "value_of",
    "words_apart",
    "workers",
    "write_checkpoint",
]
