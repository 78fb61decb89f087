"""Where a sweep runs: on this machine, or on a cluster."""

from __future__ import annotations

from nashcore.errors import InputError, missing_package
from nashcore.runs.kept_sweeps import Sweep
from nashcore.runs.store import Store
from nashcore.runs.sweep.here import Watch, run_here
from nashcore.runs.sweep.keep import Standing

RETRIES = 2
"""How often in a row a run may be lost on a cluster without an epoch more before it is given up."""


def run_sweep(
    store: Store,
    sweep: Sweep,
    dask: str | None = None,
    watch: Watch = lambda found: None,
    *,
    retries: int = RETRIES,
) -> list[Standing]:
    """Train what is missing of a sweep.

    Args:
        store: where the sweep is.
        sweep: which one.
        dask: the address of a Dask scheduler, or the path of its scheduler file; None for this machine.
        watch: told now and then how far every run is.
        retries: on a cluster, how often in a row a run may be lost without an epoch more.

    Returns:
        How far every run is in the end.

    Raises:
        InputError: another process runs the sweep, nobody can train it, or something cannot be written.
        KeyboardInterrupt, SystemExit: this process was asked to end.
    """
    if dask is None:
        return run_here(store, sweep, watch)
    try:
        from nashcore.runs.sweep.cluster.dispatch import run_on_cluster  # here: it needs an optional library
    except ModuleNotFoundError as missing:
        raise InputError(missing_package(missing, "A Dask cluster", "dask")) from None
    return run_on_cluster(store, sweep, dask, watch, retries=retries)
