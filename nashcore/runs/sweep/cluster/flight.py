"""One run that a cluster trains, as the process that keeps the store sees it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from nashcore.data import Encoder, Finding
from nashcore.errors import InputError
from nashcore.learning import Started
from nashcore.runs.arrays import readable, unpack_models
from nashcore.runs.checkpoints import KEPT, forget_earlier, start_of, unpack_checkpoint, write_checkpoint
from nashcore.runs.heart import beating
from nashcore.runs.provenance import Origin, note_provenance, source_digest
from nashcore.runs.row import State
from nashcore.runs.shelf import Place, Sweep
from nashcore.runs.store import Store
from nashcore.runs.sweep.cluster.wire import Message, pack_start, unpack_event
from nashcore.runs.sweep.keep import run_title


class Flight:
    """A run on its way through a cluster: workers begin it, tell what happens, and may be lost.

    Args:
        store: where everything is written down.
        sweep: the run's sweep.
        place: the run's place in it.
        retries: how often in a row a try may be lost without an epoch more.

    Attributes:
        run: its id; None while no worker has begun it.
        lost: tries in a row that were lost without an epoch more.
        worker: where it is trained; empty where it is not.
        over: whether nothing more is to be done for it.
        adrift: whether its last try was lost, and it has to be given out again.
    """

    def __init__(self, store: Store, sweep: Sweep, place: Place, retries: int) -> None:
        self._store, self._sweep, self.place, self._retries = store, sweep, place, retries
        self.run = place.run
        self.lost, self.worker, self.over, self.adrift = 0, "", False, False
        self._try, self._number, self._epochs = "", 0, -1
        self._afresh = False
        self._note: Callable[[str], None] = lambda digest: None
        self._held = ExitStack()

    @property
    def running(self) -> bool:
        """Whether a worker has begun it."""
        return self.worker != "" and not self.over

    def begin(self, message: Message) -> dict[str, Any]:
        """A worker begins the run, or begins it again after another was lost.

        Returns:
            What to answer: where to go on, or why not.
        """
        if self.over:
            return {"refused": "The run is over, or was given up."}
        if self._try:
            if self.lose(f"Its last worker was {self.worker}."):
                return {"refused": "Too many tries were lost."}
            self.adrift = False  # this try goes on in its place
        try:
            run = self._take()
        except InputError as refused:
            self.over = True
            self._held.close()
            return {"refused": str(refused)}
        self._try, self.worker, self._number = str(message["try"]), str(message["worker"])[:100], 1
        config, files = self.place.config, self._store.files
        if message["source"] != source_digest():
            self.end(
                "failed",
                f"The worker {self.worker} has another version of the program than this machine: install the same on both, and "
                "resume the sweep.",
            )
            return {"refused": "Another version of the program."}
        try:
            start = start_of(files.folder(run), lambda: self._store.measured(run), config.epochs)
        except InputError as refused:
            self.end("failed", str(refused))
            return {"refused": str(refused)}
        self._afresh = start is None
        return pack_start(start)

    def _take(self) -> str:
        """The run, which this process holds from now on as if it trained it."""
        if self.run is not None and self.worker:
            return self.run
        if self.run is None:
            run = self._held.enter_context(
                self._store.begin(self.place.config, run_title(self._sweep, self.place))
            )
            self.run = run.id
            self._store.shelf.attach(self._sweep.id, self.place.number, run.id)
        else:
            if self._store.get(self.run).over:
                self._store.resume(self.run)
            mine = self._held.enter_context(self._store.claim(self.run))
            if not mine:
                raise InputError(f"Another process trains run {self.run} already.")
        run_id = self.run
        heart = self._store.files.heart(run_id)
        self._held.enter_context(beating(heart, lambda: self._store.revive(run_id)))
        return run_id

    def hear(self, message: Message) -> None:
        """Write down what a worker tells. What a try tells that was given up is left aside.

        Raises:
            InputError: it cannot be written.
        """
        if self.over or self.run is None or message["try"] != self._try:
            return
        if message["number"] < self._number:  # it came twice
            return
        if (
            message["number"] != self._number
        ):  # something was lost on the way: another try goes on from the last checkpoint
            self.lose(f"Messages of the worker {self.worker} were lost.")
            return
        self._number += 1
        run, files = self.run, self._store.files
        match message["kind"]:
            case "failed":
                self.end("failed", str(message["reason"])[:1000])
            case "fault":
                self.lose(f"{str(message['reason'])[:500]} It was {self.worker}.")
            case "origin":
                with readable("message of a cluster's worker"):
                    origin = Origin.model_validate_json(message["origin"])
                self._note = note_provenance(files, run, self.place.config, origin)
            case "split":
                self._hear_of_split(message)
            case "checkpoint":
                try:
                    checkpoint = unpack_checkpoint(message["content"])
                except EOFError:
                    self.lose(f"A checkpoint of the worker {self.worker} was damaged.")
                    return
                write_checkpoint(files.folder(run), checkpoint, KEPT)
            case "finished":
                with readable("message of a cluster's worker"):
                    found = [unpack_models(content) for content in message["models"]]
                    seconds = float(message["seconds"])
                for number, models in enumerate(found):
                    files.write_models(run, models, number)
                forget_earlier(files.folder(run), keep=1)
                self.end("finished", seconds=seconds)
            case _:
                self._hear_event(message)

    def _hear_of_split(self, message: Message) -> None:
        run, files = str(self.run), self._store.files
        with readable("message of a cluster's worker"):
            encoder, number = Encoder.from_json(message["encoder"]), int(message["split"])
            findings = (
                None if message["findings"] is None else [Finding(**one) for one in message["findings"]]
            )
            digest = str(message["data"])
        files.write_encoder(run, encoder, number)
        self._note(digest)
        if findings is not None:
            files.write_findings(run, findings)

    def _hear_event(self, message: Message) -> None:
        event = unpack_event(message)
        if event is None:
            return
        run = str(self.run)
        if isinstance(event, Started):
            self._store.files.forget_models(run)
            if self._afresh:
                self._store.start_over(run)
        self._store.record_event(run, event)
        if message["kind"] == "epoch" and message["epoch"] > self._epochs:
            self._epochs, self.lost = int(message["epoch"]), 0

    def lose(self, why: str) -> bool:
        """A try was lost; ``why`` tells more. Too many in a row end the run: whether it was given up."""
        self.lost += 1
        self._try, self.adrift = "", True
        if self.lost > self._retries:
            times = "once" if self.lost == 1 else f"{self.lost} times in a row"
            said = (
                f"It was lost on the cluster {times} before an epoch more was done. {why} It can be resumed."
            )
            self.end("failed", said)
            return True
        return False

    def end(self, state: State, reason: str = "", seconds: float | None = None) -> None:
        """The run is over; where no worker has begun it, it waits for the sweep to be resumed."""
        self.over = True
        if self.run is not None and self.worker:
            self._store.end(self.run, state, reason, seconds=seconds)
        elif state == "failed":  # say so where people look
            try:
                self._take()
                self._store.end(str(self.run), state, reason)
            except InputError:
                pass
        self._held.close()
