"""One process that computes, as the server sees it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import IO, Any, cast

from nashcore.errors import InputError
from ui.shell.computing.work import BrokenOffError, ComputationError, Work

_ROOT = Path(__file__).parents[3]
_ALONE = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Places stand beside each other: none takes more than one core."""


class Place:
    """A worker process that is started when it is first needed, and anew when it has died.

    Attributes:
        has_begun: whether it is at the present work: at first it loads its libraries, which takes seconds.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()
        self._number = self._left = -1
        self.has_begun = False
        self._writing = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Of the process, where there is one."""
        return None if self._process is None else self._process.pid

    def carry_out(self, work: Work, told: Callable[[float], None]) -> tuple[Any, int]:
        """The answer and how many bytes it takes; waits for it.

        Args:
            work: what to compute.
            told: called with the share done now and then.

        Raises:
            InputError: the work says that it cannot be done as it was asked for.
            ComputationError: it failed, or its process died.
            BrokenOffError: `leave` was called.
        """
        process, number = self.start(), next(self._numbers)
        self._number, self.has_begun = number, False
        try:
            self._say("work", number, work)
            kind: str = "share"
            said: Any = 0.0
            while kind == "share":
                told(said)
                kind, _, said = pickle.load(_pipe(process.stdout))  # noqa: S301  our own process
                self.has_begun = True
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):  # it died, or was ended
            kind, said = "died", ""
        if kind == "answer":
            return pickle.loads(said), len(said)  # noqa: S301
        if self._left >= number:
            raise BrokenOffError
        if kind == "refused":
            raise InputError(said)
        raise ComputationError(said or _epitaph(process))

    def leave(self) -> None:
        """Ask the process to leave what it is at."""
        self._left = self._number
        with suppress(OSError, ValueError):
            self._say("leave", self._number)

    def kill(self) -> None:
        """End the process and wait until it is gone; the next work gets a new one."""
        self._left = self._number
        if self._process is not None:
            _bury(self._process)

    def start(self) -> subprocess.Popen[bytes]:
        """The process; a new one where there is none that lives. Does not wait until it can compute."""
        if self._process is None or self._process.poll() is not None:
            if self._process is not None:
                _bury(self._process)
            path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ui.shell.computing.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | _ALONE | {"PYTHONPATH": path},
            )
        return self._process

    def _say(self, *message: Any) -> None:
        if self._process is not None:
            with self._writing:
                pickle.dump(message, pipe := _pipe(self._process.stdin), protocol=5)
                pipe.flush()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    return cast(IO[bytes], pipe)  # both were asked for


def _bury(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdout, process.stdin):
        with suppress(OSError):  # what was still to be said to it
            _pipe(pipe).close()


def _epitaph(process: subprocess.Popen[bytes]) -> str:
    """What became of a process that has said nothing more."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:  # it lives, but cannot be understood
        process.kill()
        code = process.wait()
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"The process that computed this {how} before it had an answer. Try again, or take less."
