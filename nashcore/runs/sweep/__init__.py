"""Sweeps: many runs that differ in what a file says, on this machine or on a cluster."""

from typing import TYPE_CHECKING

from nashcore.door import open_on_demand

if TYPE_CHECKING:
    from nashcore.runs.kept_sweeps import Place, Sweep
    from nashcore.runs.sweep.anywhere import RETRIES, run_sweep
    from nashcore.runs.sweep.best import Best, Rival, best_of, best_sentences
    from nashcore.runs.sweep.figures import (
        SPLITS,
        Candidate,
        SweepFigures,
        numeric,
        sweep_figures,
        sweep_table,
    )
    from nashcore.runs.sweep.file import MOST_BYTES, SweepPlan, read_sweep, sweep_in, sweep_of, varied
    from nashcore.runs.sweep.held import end_wanted, is_held
    from nashcore.runs.sweep.here import put_in_queue, stop
    from nashcore.runs.sweep.keep import Standing, keep, label, names_of, planned, standings
    from nashcore.runs.sweep.origins import origin_sentences
else:
    open_on_demand(__name__)

__all__ = [
    "MOST_BYTES",
    "RETRIES",
    "SPLITS",
    "Best",
    "Candidate",
    "Place",
    "Rival",
    "Standing",
    "Sweep",
    "SweepFigures",
    "SweepPlan",
    "best_of",
    "best_sentences",
    "end_wanted",
    "is_held",
    "keep",
    "label",
    "names_of",
    "numeric",
    "origin_sentences",
    "planned",
    "put_in_queue",
    "read_sweep",
    "run_sweep",
    "standings",
    "stop",
    "sweep_figures",
    "sweep_in",
    "sweep_of",
    "sweep_table",
    "varied",
]
