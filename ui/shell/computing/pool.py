"""A bounded number of processes for all visitors, with one queue, and answers that everybody shares."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable
from typing import Any

from nashcore.errors import InputError
from ui.shell.computing.answers import Answers
from ui.shell.computing.fair_queue import FairQueue
from ui.shell.computing.place import Place
from ui.shell.computing.work import BrokenOffError, ComputationError, Work

DEAR = 2.0
"""Seconds from which on work may not take the last free place: somebody may turn a knob."""

_LEASE = 10.0
"""Seconds after which a visitor who asks no more no longer waits."""

_LOOK = 0.2
"""Seconds between two looks at who still waits."""

_GRACE = 2.0
"""Seconds in which a process should leave what nobody waits for; then it is ended. On an idle machine it leaves within a tenth of
one; on a busy one a new process would cost more than a little patience."""


class Job:
    """Work that somebody waits for.

    Attributes:
        work: what is computed.
        cost: in seconds, as estimated.
        share: of the work that is done, from 0 to 1.
        place: where it is under way, if it is.
        later: whether nobody waits for it: it gives its place to work that somebody waits for, and begins anew.
    """

    def __init__(self, work: Work, cost: float, asker: str, later: bool = False) -> None:
        self.work, self.cost, self.asker, self.later = work, cost, asker, later
        self.gives_way = False
        self.share = 0.0
        self.place: Place | None = None
        self.claims: dict[tuple[str, str], float] = {}  # (asker, slot) -> when they asked last
        self.left_at: float | None = None
        self._done = threading.Event()
        self._answer: Any = None
        self._error: Exception | None = None

    @property
    def is_done(self) -> bool:
        """Whether `result` has something to say."""
        return self._done.is_set()

    @property
    def broken_off(self) -> bool:
        """Whether it ended because nobody waited for it: who does now asks again."""
        return isinstance(self._error, BrokenOffError)

    def wait(self, seconds: float) -> bool:
        """Wait for the end at most so long; whether it has come."""
        return self._done.wait(seconds)

    def result(self) -> Any:
        """The answer, which everybody shares and nobody changes.

        Raises:
            InputError: what was asked for cannot be computed; one sentence says why.
            ComputationError: it failed.
        """
        if self._error is not None:
            raise self._error
        return self._answer

    def end(self, answer: Any = None, error: Exception | None = None) -> None:
        """Tell all who wait."""
        self._answer, self._error = answer, error
        self._done.set()


class Pool:
    """Processes, queue and answers of one server. All calls return at once.

    A visitor has slots, one for each thing they look at; in a slot the latest wish counts, and the one it overtakes is dropped
    unless somebody else waits for it too. Equal work is done once.

    Args:
        places: most processes; they are started as they are needed.
        room: bytes for answers.
        present: whether a visitor is still there.
    """

    def __init__(
        self, places: int, room: int = 256 * 2**20, present: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._present = present
        self._answers = Answers(room)
        self._queue: FairQueue[Work] = FairQueue()
        self._jobs: dict[Work, Job] = {}  # that wait or are under way
        self._under_way: set[Job] = set()
        self._free = [Place() for _ in range(places)]
        self.places = tuple(self._free)
        self._dear_at_once = max(1, places - 1)
        self._lock = threading.RLock()
        self._watch: threading.Thread | None = None
        self._closed = False
        atexit.register(self.close)

    def ask(self, asker: str, slot: str, work: Work, cost: float, *, later: bool = False) -> Job:
        """The job that has or will have the answer. Asking again says that one still waits.

        Args:
            asker: the visitor.
            slot: which of their things it is for.
            work: what to compute.
            cost: in seconds, as estimated: cheap work comes first.
            later: whether the visitor does not wait for it.
        """
        with self._lock:
            self._forget((asker, slot), but=work)
            if work in self._answers:
                job = Job(work, cost, asker)
                job.end(self._answers.get(work))
                return job
            found = self._jobs.get(work)
            if found is None or found.left_at is not None:  # what is being left has no answer
                found = self._jobs[work] = Job(work, cost, asker, later)
            found.later &= later
            if (asker, slot) not in found.claims and found.place is None:
                self._queue.put(asker, work, cost)
            found.claims[asker, slot] = time.monotonic()
            self._send()
            return found

    def start(self) -> None:
        """Start all processes, so that the first who asks need not wait for that."""
        with self._lock:
            for place in self._free:
                place.start()

    def leave(self, asker: str, slot: str) -> None:
        """The visitor waits for nothing in this slot any more."""
        with self._lock:
            self._forget((asker, slot))

    def knows(self, work: Work) -> bool:
        """Whether the answer is there already, or somebody waits for it."""
        with self._lock:
            found = self._jobs.get(work)
            return work in self._answers or (found is not None and found.left_at is None)

    def idle_but_for(self, asker: str) -> bool:
        """Whether nobody else waits for anything."""
        with self._lock:
            return all(job.later or all(who == asker for who, _ in job.claims) for job in self._jobs.values())

    @property
    def waiting(self) -> int:
        """How many jobs have no place yet."""
        return len(self._queue)

    def ahead_of(self, job: Job) -> int:
        """How many others come before this job."""
        with self._lock:
            return self._queue.ahead_of(job.work) if job.place is None else 0

    def close(self) -> None:
        """End all processes; what waits is answered with a failure."""
        with self._lock:
            self._closed = True
            jobs, self._jobs = tuple(self._jobs.values()), {}
        for place in self.places:
            place.kill()
        for job in jobs:
            job.end(error=ComputationError("The server is closing."))
        atexit.unregister(self.close)

    def _forget(self, claim: tuple[str, str], but: Work | None = None) -> None:
        for job in tuple(self._jobs.values()):
            if claim in job.claims and job.work != but:
                del job.claims[claim]
                self._drop_unclaimed(job)

    def _drop_unclaimed(self, job: Job) -> None:
        if job.claims or job.left_at is not None:
            return
        job.left_at = time.monotonic()
        self._queue.drop(job.work, job.asker)
        if job.place is None:
            self._jobs.pop(job.work, None)
            job.end(error=BrokenOffError())
        else:
            job.place.leave()

    def _send(self) -> None:
        """Give free places the next work."""
        if self._closed:
            return
        while self._free:
            work = self._queue.take(self._is_next) or self._queue.take(self._fits)
            if work is None:
                break
            job = self._jobs[work]
            job.place = self._free.pop()
            self._under_way.add(job)
            threading.Thread(target=self._carry_out, args=(job, job.place), daemon=True).start()
        self._make_way()
        if self._jobs and self._watch is None:
            self._watch = threading.Thread(target=self._look_after, daemon=True)
            self._watch.start()

    def _fits(self, work: Work, beside_later: bool = True) -> bool:
        dear = sum(job.cost > DEAR for job in self._under_way if beside_later or not job.later)
        return dear < self._dear_at_once or self._jobs[work].cost <= DEAR

    def _is_next(self, work: Work) -> bool:
        return not self._jobs[work].later and self._fits(work)

    def _make_way(self) -> None:
        """Have what nobody waits for give its place to what somebody waits for."""
        wanted = sum(not self._jobs[work].later and self._fits(work, False) for work in self._queue)
        going = sum(job.gives_way for job in self._under_way)
        for job in self._under_way:
            if going < wanted and job.later and not job.gives_way and job.place is not None:
                job.gives_way, going = True, going + 1
                job.place.leave()

    def _carry_out(self, job: Job, place: Place) -> None:
        def told(share: float) -> None:
            job.share = share

        answer: Any = None
        error: Exception | None = None
        size = 0
        try:
            answer, size = place.carry_out(job.work, told)
        except (InputError, ComputationError, BrokenOffError) as problem:
            error = problem
        with self._lock:
            if error is None:
                self._answers.keep(job.work, answer, size)
            if not self._closed:
                place.start()  # where it has died: the next who asks need not wait for that
            self._under_way.discard(job)
            again = (
                job.gives_way
                and isinstance(error, BrokenOffError)
                and job.left_at is None
                and not self._closed
            )
            if again:
                job.place, job.share, job.gives_way = None, 0.0, False
                self._queue.put(job.asker, job.work, job.cost)
            elif self._jobs.get(job.work) is job:
                del self._jobs[job.work]
            self._free.append(place)
            self._send()
        if not again:
            job.end(answer, error)

    def _look_after(self) -> None:
        """While there are jobs, drop the claims of those who have gone, and end what does not leave by itself."""
        pause = threading.Event()
        while True:
            pause.wait(_LOOK)
            with self._lock:
                now = time.monotonic()
                if not self._jobs and not self._under_way:
                    self._watch = None
                    return
                for job in {*self._jobs.values(), *self._under_way}:
                    gone = [
                        claim
                        for claim, last in job.claims.items()
                        if now - last > _LEASE or not self._present(claim[0])
                    ]
                    for claim in gone:
                        del job.claims[claim]
                    self._drop_unclaimed(job)
                    # A process that still loads its libraries would only have to load them again.
                    late = job.left_at is not None and now - job.left_at > _GRACE
                    if late and job.place is not None and job.place.has_begun:
                        job.place.kill()
