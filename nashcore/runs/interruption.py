"""How a run that is interrupted comes to its end or to its next worker: signals, and deaths of the process that trains it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from nashcore.errors import InputError
from nashcore.runs.row import State
from nashcore.runs.safe_files import read_whole, write_whole

DIED = (
    "The process that trained it ended before the run did: it was ended from outside, memory ran out, or the machine "
    "stopped. The run goes on from its last checkpoint with the same numbers."
)

ASKED = "The process that trained it was asked to end; the run goes on from its last epoch."

DIED_AGAIN = (
    "The process that trained it ended {} times before it had got any further: most likely memory ran out. The epochs and models "
    "that were done are kept, and the run can be resumed; fewer methods, seeds or splits at a time need less."
)

MOST_DEATHS = 3
"""A run that ends its process so often without coming to a new checkpoint is not taken up again by itself."""

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Wishes:
    """Whether a signal has asked this process to end; a signal comes at any moment, and training ends between two of its own."""

    def __init__(self) -> None:
        self.heard: int | None = None
        self.patient = False

    def hear(self, number: int, frame: FrameType | None) -> None:
        """A signal came. Where nobody will look soon, or it came again, it ends what is going on at once."""
        again, self.heard = self.heard is not None, number
        if again or not self.patient:
            self.heed()

    def heed(self) -> None:
        """End, where a signal asked for it.

        Raises:
            KeyboardInterrupt: by Ctrl-C.
            SystemExit: by another signal.
        """
        if self.heard == signal.SIGINT:
            raise KeyboardInterrupt
        if self.heard is not None:
            raise SystemExit(128 + self.heard)


@contextmanager
def listening() -> Iterator[Wishes]:
    """While the context lasts, signals that ask this process to end are heard; what they did before, they do again after.

    Only a process's main thread hears signals: in others nothing changes.
    """
    wishes = Wishes()
    if threading.current_thread() is not threading.main_thread():
        yield wishes
        return
    ignored = [number for number in SIGNALS if signal.getsignal(number) is signal.SIG_IGN]  # as nohup does
    before = {number: signal.signal(number, wishes.hear) for number in SIGNALS if number not in ignored}
    try:
        yield wishes
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


def after_death(folder: Path) -> tuple[State, str]:
    """What becomes of a run, by its folder, whose process died: it waits to be gone on with, or has failed for good, and why."""
    note = folder / "deaths"
    try:
        deaths = int(read_whole(note)[:9]) + 1
    except (OSError, ValueError, InputError):
        deaths = 1
    if deaths >= MOST_DEATHS:
        return "failed", DIED_AGAIN.format(deaths)
    with suppress(InputError):
        write_whole(note, str(deaths).encode())
    return "waiting", DIED


def got_further(folder: Path) -> None:
    """The run has a new checkpoint, or somebody wants it tried again: earlier deaths no longer count."""
    with suppress(OSError):
        (folder / "deaths").unlink()
