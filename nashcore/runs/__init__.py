"""Runs: what to run, and what happened.

What trains them is `nashcore.runs.worker`, in processes of its own; what they come to is `nashcore.runs.results`. A name is
imported when it is first asked for: a list of runs needs none of the libraries that train.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nashcore.runs.apart import telling_apart as telling_apart
    from nashcore.runs.apart import words_apart as words_apart
    from nashcore.runs.bundle import export_bundle as export_bundle
    from nashcore.runs.bundle_import import import_bundle as import_bundle
    from nashcore.runs.checkpoints import write_checkpoint as write_checkpoint
    from nashcore.runs.config import (
        MAX_MODELS as MAX_MODELS,
    )
    from nashcore.runs.config import (
        MAX_SEEDS as MAX_SEEDS,
    )
    from nashcore.runs.config import (
        OWN_TABLE as OWN_TABLE,
    )
    from nashcore.runs.config import (
        PUBLISHED_TRAININGS as PUBLISHED_TRAININGS,
    )
    from nashcore.runs.config import (
        PublishedTraining as PublishedTraining,
    )
    from nashcore.runs.config import (
        TrainingConfig as TrainingConfig,
    )
    from nashcore.runs.config import (
        published_training as published_training,
    )
    from nashcore.runs.data_config import DataConfig as DataConfig
    from nashcore.runs.database import runs_home as runs_home
    from nashcore.runs.earlier import as_trained as as_trained
    from nashcore.runs.filters import Filter as Filter
    from nashcore.runs.filters import value_of as value_of
    from nashcore.runs.listing import METRICS_FIRST as METRICS_FIRST
    from nashcore.runs.listing import ORIGIN as ORIGIN
    from nashcore.runs.listing import Figure as Figure
    from nashcore.runs.listing import Listed as Listed
    from nashcore.runs.listing import Listing as Listing
    from nashcore.runs.listing import size_words as size_words
    from nashcore.runs.places import ensure_worker as ensure_worker
    from nashcore.runs.places import hanging as hanging
    from nashcore.runs.places import most_workers as most_workers
    from nashcore.runs.places import try_again as try_again
    from nashcore.runs.places import workers as workers
    from nashcore.runs.provenance import Provenance as Provenance
    from nashcore.runs.queue import Move as Move
    from nashcore.runs.quick_list import listed_quickly as listed_quickly
    from nashcore.runs.row import NOTE_LENGTH as NOTE_LENGTH
    from nashcore.runs.row import STATES as STATES
    from nashcore.runs.row import TAG_LENGTH as TAG_LENGTH
    from nashcore.runs.row import TITLE_LENGTH as TITLE_LENGTH
    from nashcore.runs.row import Damaged as Damaged
    from nashcore.runs.row import State as State
    from nashcore.runs.run import Run as Run
    from nashcore.runs.settings import WORDS as WORDS
    from nashcore.runs.settings import settings_in_words as settings_in_words
    from nashcore.runs.shell_command import command_line as command_line
    from nashcore.runs.store import Store as Store
    from nashcore.runs.trash import KEEP_DAYS as KEEP_DAYS

    CHECKPOINT_SECONDS: float

_HOMES = {
    "apart": ("telling_apart", "words_apart"),
    "bundle": ("export_bundle",),
    "bundle_import": ("import_bundle",),
    "checkpoints": ("CHECKPOINT_SECONDS", "write_checkpoint"),
    "config": (
        "MAX_MODELS",
        "MAX_SEEDS",
        "OWN_TABLE",
        "PUBLISHED_TRAININGS",
        "PublishedTraining",
        "TrainingConfig",
        "published_training",
    ),
    "data_config": ("DataConfig",),
    "database": ("runs_home",),
    "earlier": ("as_trained",),
    "filters": ("Filter", "value_of"),
    "listing": ("METRICS_FIRST", "ORIGIN", "Figure", "Listed", "Listing", "size_words"),
    "places": ("ensure_worker", "hanging", "most_workers", "try_again", "workers"),
    "provenance": ("Provenance",),
    "queue": ("Move",),
    "quick_list": ("listed_quickly",),
    "row": ("NOTE_LENGTH", "STATES", "TAG_LENGTH", "TITLE_LENGTH", "Damaged", "State"),
    "run": ("Run",),
    "settings": ("WORDS", "settings_in_words"),
    "shell_command": ("command_line",),
    "store": ("Store",),
    "trash": ("KEEP_DAYS",),
}
"""Modules of this room, and what of each is promised."""

_RENAMED = {"CHECKPOINT_SECONDS": "SECONDS"}

__all__ = sorted(name for names in _HOMES.values() for name in names)


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            found = getattr(import_module(f"{__name__}.{home}"), _RENAMED.get(name, name))
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
