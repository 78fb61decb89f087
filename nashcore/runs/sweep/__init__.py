"""Sweeps: many runs that differ in what a file says, on this machine or on a cluster."""

from nashcore.runs.shelf import Place, Sweep
from nashcore.runs.sweep.anywhere import RETRIES, run_sweep
from nashcore.runs.sweep.best import Best, Rival, best_of, best_sentences
from nashcore.runs.sweep.figures import SPLITS, Candidate, SweepFigures, numeric, sweep_figures, sweep_table
from nashcore.runs.sweep.file import SweepPlan, read_sweep, sweep_of, varied
from nashcore.runs.sweep.keep import Standing, keep, label, names_of, planned, standings
from nashcore.runs.sweep.origins import origin_sentences

__all__ = [
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
    "keep",
    "label",
    "names_of",
    "numeric",
    "origin_sentences",
    "planned",
    "read_sweep",
    "run_sweep",
    "standings",
    "sweep_figures",
    "sweep_of",
    "sweep_table",
    "varied",
]
