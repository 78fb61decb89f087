"""Runs that go on, read once for all who watch them."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock

from nashcore.errors import InputError
from nashcore.learning import History
from nashcore.runs import Run, Store

MOST = 64
"""Runs that are kept in mind."""


@dataclass
class _Seen:
    """A run as it was seen last."""

    lock: Lock = field(default_factory=Lock)
    run: Run | None = None
    history: History | None = None
    when: float = 0.0


class Reader:
    """What all pages of a process see of the runs that are not over: however many watch one, the store is read once a while.

    Args:
        store: the runs.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._lock = Lock()

    def look(self, run: str, at_most: float = 0.0) -> tuple[Run, History | None]:
        """A run and what it has measured so far. What was handed out stays as it was: later looks make new objects.

        Args:
            run: which one.
            at_most: seconds that the answer may be old. Who may wait gets the last one while another reads.

        Raises:
            InputError: there is no such run, or it cannot be read.
        """
        with self._lock:
            seen = self._seen.setdefault(run, _Seen())
            self._seen.move_to_end(run)
            while len(self._seen) > MOST:
                self._seen.popitem(last=False)
        if at_most and seen.run is not None and time.monotonic() - seen.when < at_most:
            return seen.run, seen.history
        if not seen.lock.acquire(blocking=not at_most or seen.run is None):
            return self.look(run) if seen.run is None else (seen.run, seen.history)
        try:
            if at_most and seen.run is not None and time.monotonic() - seen.when < at_most:
                return seen.run, seen.history
            self._read(run, seen)
        except InputError:
            with self._lock:
                self._seen.pop(run, None)
            raise
        finally:
            seen.lock.release()
        if seen.run is None:
            raise RuntimeError("A run that was read is there.")
        return seen.run, seen.history

    def _read(self, run: str, seen: _Seen) -> None:
        so_far = None if seen.history is None else replace(seen.history, epochs=list(seen.history.epochs))
        found, history = self._store.look(run, so_far, figures=True)
        if history is not None and len(history.epochs) != found.epochs:  # it was begun anew meanwhile
            found, history = self._store.look(run, figures=True)
        seen.run, seen.history, seen.when = found, history, time.monotonic()
