"""Places for workers: how many serve a store at once, which of them live, and how another is started.

Whoever looks at runs that wait calls `ensure_worker`; it starts no more than there are places. Shelves have their places in common.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from nashcore.errors import InputError, quoted
from nashcore.runs import heart
from nashcore.runs.locks import take
from nashcore.runs.register import Register
from nashcore.runs.safe_files import kind_of, open_log, read_whole
from nashcore.runs.shelves import Shelves, machine_of
from nashcore.threads import GIVE_WAY

PLACES = 2
"""Runs trained at the same time, so that a short one need not wait for a long one; further ones wait."""

MOST_PLACES = 16

IDLE_SECONDS = 120.0
"""How long a worker stays when nothing waits, so that the next run starts at once; it keeps 440 MB meanwhile."""

LOADING_SECONDS = 120.0
"""A worker that was started so recently may not be at its place yet: it loads PyTorch, on a machine that may be busy."""

TRIES = 3
"""So many starts in a row may fail; then nobody tries any more until somebody asks for it, or `REST_SECONDS` are over."""

STEADY_SECONDS = 60.0
"""A worker that is at its place for so long has started well, however it ends."""

PAUSE_SECONDS, REST_SECONDS = 1.0, 300.0

SERVED = (0, 3, -15, 130, 143)
"""Exit codes of a worker that did its work, whatever came of the runs, or that was asked to end."""

_AT_WORK = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
"""How a worker begins the lines of its log."""


@dataclass(frozen=True)
class Taken:
    """A place that is taken.

    Attributes:
        number: of the place, from 0.
        process: the worker's process; None where it has not said yet.
        hangs: the last beat of a worker that no longer answers, such as a suspended one; None of one that lives.
    """

    number: int
    process: int | None
    hangs: heart.Beat | None


def most_workers() -> int:
    """How many workers may serve a store at once: NASH_WORKER_PLACES, else `PLACES`.

    Raises:
        InputError: NASH_WORKER_PLACES is no whole number in range.
    """
    chosen = os.environ.get("NASH_WORKER_PLACES", "").strip()
    if not chosen:
        return PLACES
    if not (chosen.isascii() and chosen.isdigit() and 1 <= int(chosen[:9]) <= MOST_PLACES):
        raise InputError(
            f"NASH_WORKER_PLACES should be a whole number from 1 to {MOST_PLACES}. Found {quoted(chosen)}."
        )
    return int(chosen)


def taken(store: Register) -> list[Taken]:
    """The places that are taken."""
    found = []
    for number in range(MOST_PLACES + most_workers()):
        lock = _lock(store, number)
        if kind_of(lock) != "file":
            continue
        try:
            with FileLock(lock, mode=0o600).acquire(
                blocking=False
            ):  # not `is_held`: no worker may begin meanwhile
                _heart(store, number).unlink(missing_ok=True)  # of one that was killed
        except Timeout:
            beat = heart.last_beat(_heart(store, number))
            hangs = heart.stopped(_heart(store, number))
            found.append(Taken(number, None if beat is None else beat.process, hangs))
        except OSError:  # it cannot be taken by anybody, as in a folder that can only be read
            continue
    return found


def workers(store: Register) -> int:
    """How many workers of the store are at work, without those that hang."""
    return sum(one.hangs is None for one in taken(store))


def hanging(store: Register) -> list[str]:
    """A sentence on every worker that no longer answers."""
    if store.notice is not None:
        return []
    return [
        f"A worker no longer answers: {one.hangs.who}. It was suspended, or waits for a disk or a network; end that process, or "
        "let it go on."
        for one in taken(store)
        if one.hangs is not None
    ]


def trouble(store: Register) -> list[str]:
    """What speaks against a worker's coming soon though runs wait, in sentences, as far as a process can tell that looks once:
    a start has just failed, or the last one ended with words that no worker at work says."""
    if store.notice is not None or not store.queue.waiting() or taken(store):
        return []
    log = machine_of(store.home) / "worker.log"
    starts = _starts.get(machine_of(store.home), _Starts())
    if starts.failures:
        return [f"No worker could be started. {starts.reason}"]
    said = _last_words(store, max(0, log.stat().st_size - 10_000)) if kind_of(log) == "file" else ""
    if not said or _AT_WORK.match(said):
        return []
    return [f"No worker is at its place yet. The last one said “{said}”. Its log is {log}."]


@contextmanager
def place(store: Register) -> Iterator[int | None]:
    """A place of one's own while the context lasts; None where all are taken. A worker that hangs takes none from others."""
    lock, number = None, 0
    for number in range(most_workers() + sum(one.hangs is not None for one in taken(store))):
        with suppress(OSError, InputError):  # of no use to anybody
            lock = take(_lock(store, number))
        if lock is not None:
            break
    if lock is None:
        yield None
        return
    try:
        with heart.beating(_heart(store, number)):
            yield number
    finally:
        lock.release()


def _lock(store: Register, number: int) -> Path:
    return machine_of(store.home) / f"worker-{number}.lock"


def _heart(store: Register, number: int) -> Path:
    return machine_of(store.home) / f"worker-{number}.heart"


@dataclass
class _Starts:
    """What this process knows of the workers that it started for a folder.

    Attributes:
        process: the last one, until it is known what became of it.
        when: of the last start, on the steady clock.
        log_from: where that one's words begin in the log.
        began: whether that one was seen at its place.
        failures: starts in a row that failed.
        reason: why the last one failed.
        lock: threads of pages start one at a time.
    """

    process: subprocess.Popen[bytes] | None = None
    when: float = 0.0
    log_from: int = 0
    began: bool = False
    failures: int = 0
    reason: str = ""
    lock: Lock = field(default_factory=Lock)


_starts: dict[Path, _Starts] = {}


def ensure_worker(store: Register) -> str | None:
    """Start a worker for the runs of a store that wait, unless one is free or there are enough. It outlives the process that
    asks for it. Runs whose process died wait as well.

    One that cannot start is tried `TRIES` times, with a pause between.

    Returns:
        Why no worker can be started, in a sentence or two; None where one serves or is on its way, or nothing waits.
    """
    if store.notice is not None:
        return store.notice
    machine = machine_of(store.home)
    stores = [store, *Shelves(machine).registers()] if machine == store.home else [store]
    for each in stores:
        each.note_deaths()
    if not any(each.queue.waiting() for each in stores):
        return None
    starts = _starts.setdefault(machine, _Starts())
    with starts.lock:
        at_work = taken(store)
        if _loads(store, starts, at_work):
            return None
        living = sum(one.hangs is None for one in at_work)
        if living >= most_workers() or living > _running(store):
            return None
        if not any(each.queue.waiting() for each in stores):  # whoever was free has just taken it
            return None
        since = time.monotonic() - starts.when
        if starts.failures >= TRIES and since < REST_SECONDS:
            return _why(starts)
        if starts.failures == 0 or since > PAUSE_SECONDS * starts.failures:
            _start(store, starts)
        return _why(starts) if starts.failures >= TRIES else None


def _running(store: Register) -> int:
    """How many runs are trained by the machine's workers, on whatever shelf."""
    shelves = Shelves(machine_of(store.home))
    own = store if shelves.home == store.home else shelves.own_register()
    return sum(each.queue.running() for each in (own, *shelves.registers()))


def try_again(store: Register) -> None:
    """Forget that workers could not be started: the next look starts one."""
    _starts.pop(machine_of(store.home), None)


def _why(starts: _Starts) -> str:
    return f"No worker could be started, in {starts.failures} tries. {starts.reason}"


def _loads(store: Register, starts: _Starts, at_work: list[Taken]) -> bool:
    """Whether the last start is on the way to its place; takes note of what became of it otherwise."""
    process = starts.process
    if process is None:
        return False
    if process.poll() is None and not any(one.process == process.pid for one in at_work):
        if starts.began:  # it is about to end
            return False
        if time.monotonic() - starts.when < LOADING_SECONDS:
            return True
        process.kill()  # it holds no place, and so no run
        process.wait()
        _failed(starts, f"It was not ready after {LOADING_SECONDS:.0f} s.")
    elif process.returncode is None:
        starts.began = True
        if time.monotonic() - starts.when > STEADY_SECONDS:
            starts.failures = 0
    elif process.returncode in SERVED or (
        starts.began and process.returncode < 0
    ):  # ended from outside, amid its work
        starts.process, starts.failures = None, 0
    else:
        said = _last_words(store, starts.log_from)
        _failed(
            starts,
            f"The last one ended with exit code {process.returncode}"
            + (f" and said “{said}”." if said else ".")
            + f" Its log is {machine_of(store.home) / 'worker.log'}.",
        )
    return False


def _failed(starts: _Starts, reason: str) -> None:
    starts.process, starts.when = None, time.monotonic()
    starts.failures, starts.reason = starts.failures + 1, reason


def _last_words(store: Register, log_from: int) -> str:
    """The last line that a worker wrote before it ended."""
    with suppress(OSError, InputError):
        said = read_whole(machine_of(store.home) / "worker.log", log_from)
        lines = said[-10_000:].decode(errors="replace").split("\n")
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
    return ""


def _start(store: Register, starts: _Starts) -> None:
    home, root = machine_of(store.home).resolve(), Path(__file__).resolve().parents[2]
    idle = os.environ.get("NASH_WORKER_IDLE_SECONDS", "").strip() or str(IDLE_SECONDS)
    settings = {"NASH_RUNS_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    starts.when, starts.began = time.monotonic(), False
    try:
        with open_log(home / "worker.log") as output:
            starts.log_from = output.tell()
            starts.process = subprocess.Popen(  # noqa: S603  our own module, no shell
                [sys.executable, "-m", "nashcore", "work", "--idle", idle],
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**GIVE_WAY, **os.environ, **settings},
            )
    except OSError as failed:
        _failed(starts, f"The system says: {failed.strerror or failed}.")
    except InputError as refused:
        _failed(starts, str(refused))
