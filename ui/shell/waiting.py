"""Runs that wait are taken up by whoever looks: every page sees to it that they have a worker."""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Lock, Thread

from nashcore.errors import InputError

LOOK_SECONDS = 5.0
"""Least time between two looks of this process, however many pages are open."""

_lock = Lock()
_looked = -LOOK_SECONDS


def take_up() -> None:
    """Start a worker for runs that wait, unless they have one. Nobody waits for it: a page is drawn meanwhile."""
    global _looked
    with _lock:
        if time.monotonic() - _looked < LOOK_SECONDS:
            return
        _looked = time.monotonic()
    Thread(target=_look, name="waiting runs", daemon=True).start()


def _look() -> None:
    from nashcore.runs import Store, ensure_worker, runs_home  # here: it brings torch along

    with suppress(InputError, OSError):  # the pages that show runs say what is wrong with them
        if any(
            (runs_home() / name).exists() for name in ("runs.sqlite", "shelves")
        ):  # a visitor who trains nothing gets no folder
            ensure_worker(Store())
