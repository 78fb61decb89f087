"""Sweeps: many runs that differ in what a file says, on this machine or on a cluster."""

from nashcore.runs.shelf import Place, Sweep
from nashcore.runs.sweep.anywhere import RETRIES, run_sweep
from nashcore.runs.sweep.file import SweepPlan, read_sweep, sweep_of
from nashcore.runs.sweep.keep import Standing, keep, label, names_of, planned, standings

__all__ = [
    "RETRIES",
    "Place",
    "Standing",
    "Sweep",
    "SweepPlan",
    "keep",
    "label",
    "names_of",
    "planned",
    "read_sweep",
    "run_sweep",
    "standings",
    "sweep_of",
]
