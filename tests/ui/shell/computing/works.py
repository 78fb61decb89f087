"""Work for the tests of the pool, done in its processes; doors of the file system let tests say when it goes on."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from nashcore.errors import InputError
from ui.shell.computing import Progress


def double(number: int, *, progress: Progress) -> int:
    """At once."""
    return 2 * number


def behind(door: str, answer: int, *, progress: Progress) -> int:
    """Writes its process id into DOOR.begun, and goes on, telling its progress, until DOOR is there."""
    Path(f"{door}.begun").write_text(str(os.getpid()))
    pause = threading.Event()
    while not Path(door).exists():
        progress(0.5)
        pause.wait(0.01)
    return answer


def deaf(door: str, *, progress: Progress) -> None:
    """Never tells its progress and never ends."""
    Path(f"{door}.begun").write_text(str(os.getpid()))
    threading.Event().wait()


def refuse(*, progress: Progress) -> None:
    """Bad input."""
    raise InputError("Parameter 'x' should be less. Found more.")


def fail(*, progress: Progress) -> None:
    """Something unforeseen."""
    raise ZeroDivisionError("by nothing")


def die(*, progress: Progress) -> None:
    """The process is gone."""
    os._exit(3)


def large(count: int, *, progress: Progress) -> bytes:
    """So many bytes."""
    return bytes(count)


def modules(*, progress: Progress) -> list[str]:
    """What the process has loaded."""
    import sys

    return sorted(sys.modules)
