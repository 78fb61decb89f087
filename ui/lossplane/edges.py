"""Knife-edge starts: checked behind the page, newest wish first, and told beside the figure once it is known."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from synthetic.config import PlaneConfig
from synthetic.nudges import failing_copies
from synthetic.verdict import nudges_say
from ui.components import component
from ui.shell.plane_runs import PlaneRuns
from ui.shell.styles import written_style

Failing = NDArray[np.int64]
Check = Callable[[str, Callable[[float], None]], Failing]

_KEPT = 64
_ASK_AGAIN_MS = 400
_VISITOR = "edges_visitor"
_ask_again = component("ask_again")


class _OvertakenError(Exception):
    """Nobody waits for this check any more."""


class Desk:
    """One thread that checks configs for all visitors: the newest wish first, each config once, none that nobody waits for.

    Args:
        check: from a config as JSON, and a function that it calls now and then, to how many copies fail.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self._lock = threading.Lock()
        self._answers: dict[str, Failing | RuntimeError] = {}
        self._wanted: dict[str, str] = {}
        self._queue: list[str] = []
        self._running: str | None = None
        self._thread: threading.Thread | None = None
        atexit.register(self.close)

    def close(self) -> None:
        """Drop everything and wait for the thread: PyTorch ends the program badly where one still computes."""
        with self._lock:
            self._wanted.clear()
            thread = self._thread
        if thread is not None:
            thread.join()

    def leave(self, visitor: str) -> None:
        """The visitor waits for nothing any more."""
        with self._lock:
            self._wanted.pop(visitor, None)

    def ask(self, visitor: str, config_json: str) -> Failing | None:
        """The answer, or None while it is not known; then it is worked on, and the visitor's earlier wish is dropped."""
        with self._lock:
            found = self._answers.get(config_json)
            if found is None:
                self._wanted[visitor] = config_json
                if config_json not in (*self._queue, self._running):
                    self._queue.append(config_json)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="knife-edges", daemon=True)
                    self._thread.start()
                return None
            self._wanted.pop(visitor, None)
        if isinstance(found, RuntimeError):
            raise found
        return found

    def _work(self) -> None:
        while True:
            with self._lock:
                self._queue = [config for config in self._queue if config in self._wanted.values()]
                self._running = self._queue.pop() if self._queue else None
                if self._running is None:
                    self._thread = None
                    return
                config = self._running
            try:
                answer: Failing | RuntimeError = self._check(config, partial(self._go_on, config))
            except _OvertakenError:
                continue
            except RuntimeError as error:  # what PyTorch raises, for want of memory too; told to whoever asks
                answer = error
            with self._lock:
                self._answers[config] = answer
                while len(self._answers) > _KEPT:
                    del self._answers[next(iter(self._answers))]

    def _go_on(self, config_json: str, share: float) -> None:
        with self._lock:
            if config_json not in self._wanted.values():
                raise _OvertakenError


@st.cache_resource
def _desk() -> Desk:
    """The one desk of this server."""
    return Desk(lambda text, progress: failing_copies(PlaneConfig.from_json(text), progress).numpy())


def leave() -> None:
    """A knob has turned: the visitor's earlier check must not hold up the new runs."""
    _desk().leave(_visitor())


def _visitor() -> str:
    name: str = st.session_state.setdefault(_VISITOR, uuid4().hex)
    return name


@st.fragment
def show(runs: PlaneRuns, config: PlaneConfig) -> None:
    """One line that says which starts are on a knife's edge; nothing else on the page waits for it or moves."""
    st.html("<style>.st-key-edges { min-height: 3.2rem; }</style>")
    found = _desk().ask(_visitor(), config.to_json())
    with st.container(key="edges"):
        if found is None:
            st.caption(f"Checking each start's {config.nudges} nudged copies …")
            _ask_again(data={"every": _ASK_AGAIN_MS}, key="ask_again", on_ask_change=_nothing)
            return
        titles = [written_style(name).title for name in runs.names]
        st.caption(nudges_say(titles, runs.failed + found, 1 + config.nudges))


def _nothing() -> None:
    """Another look is all that is asked for."""
