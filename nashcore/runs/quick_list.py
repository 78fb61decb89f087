"""The list of runs without the libraries that train, where nothing but a look is needed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from nashcore.runs.database import Database, runs_home
from nashcore.runs.listing import METRICS_FIRST, Listing, read_listing


def listed_quickly(
    metrics: Iterable[str] = METRICS_FIRST, home: Path | None = None, *, configs: bool = False
) -> Listing | None:
    """The list of runs of a folder, as `nashcore.runs.store.Store.listing` gives it; None where the store has to see to something
    first: a run waits or goes on, something was not noted down, cannot be read, or has to be told of the folder.

    Args:
        metrics: which figures to read.
        home: the folder; `runs_home` when left out.
        configs: whether to read the configs as well.

    Raises:
        InputError: the folder cannot be made or read.
    """
    database = Database(runs_home() if home is None else home)
    if database.notice or database.full:
        return None
    found = read_listing(database, metrics, configs=configs)
    known = {run.id for run in (*found.runs, *found.deleted)}
    with suppress(OSError):
        if not {path.name for path in (database.home / "files").iterdir()} <= known:
            return None
    if not found.runs or found.damaged or found.lacking or any(run.may_change for run in found.runs):
        return None
    return found
