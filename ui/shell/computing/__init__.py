"""Computation for all visitors of one server: a few processes, a fair queue, and answers that are kept for everybody.

Knows no Streamlit, so that a process that only computes need not load it; `ui.shell.compute` is what pages call.
"""

from ui.shell.computing.pool import Job, Pool
from ui.shell.computing.work import BrokenOffError, ComputationError, Progress, Work

__all__ = ["BrokenOffError", "ComputationError", "Job", "Pool", "Progress", "Work"]
