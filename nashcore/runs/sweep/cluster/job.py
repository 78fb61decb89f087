"""Training a run on a worker of a Dask cluster, which needs neither a store nor a file of the machine that asks.

What is done on one machine by `nashcore.runs.worker` is told here, message by message, to the process that keeps the store.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from distributed import Queue, get_client, get_worker

from nashcore.data import Task, data_home_at, serious_findings
from nashcore.errors import InputError
from nashcore.learning import Checkpoint, Finished, Progress, Resumable, train
from nashcore.runs.checkpoints import COST, pack_checkpoint
from nashcore.runs.config import TrainingConfig
from nashcore.runs.provenance import data_digest, origin_of, source_digest
from nashcore.runs.sweep.cluster.wire import pack_event, unpack_start

CHECKPOINT_SECONDS = 20.0
"""Least time between two checkpoints of a run, which pass through the cluster's scheduler."""

PROGRESS_SECONDS, LOOK_SECONDS = 2.0, 0.5
"""Least time between two messages on how far a run is, and between two looks whether it is still wanted."""

ASK_SECONDS = 0.1
"""Time between two looks for an answer."""

ANSWER_SECONDS = 600
"""How long a worker waits for whoever asked for the run; then the run is given up there."""

log = logging.getLogger(__name__)


def hand_over(content: bytes) -> bytes:
    """A table on its way to the workers: whoever needs it gets it from the cluster, again where a worker took it along."""
    return content


def train_there(order: Mapping[str, Any], *tables: bytes) -> None:
    """Train one run and tell everything that happens.

    Args:
        order: "inbox" (the queue of messages), "place" (of the run in its sweep), "config" (in JSON), "tables" (for each of the
            tables what it is for, "csv", "splits" or "dataset", its file's name and its SHA-256), "checkpoint_seconds".
        tables: contents.
    """
    with suppress(_UnwantedError):
        _carry_out(_Line(order), order, tables)


def _carry_out(line: _Line, order: Mapping[str, Any], tables: Sequence[bytes]) -> None:
    answer = line.begin()
    if "refused" in answer:
        log.info("%s", answer["refused"])
        return
    try:
        with tempfile.TemporaryDirectory(prefix="nash-") as folder:
            config = _with_tables(order, tables, Path(folder))
            with data_home_at(Path(folder)) if _carries_dataset(order) else nullcontext():
                _train(line, config, unpack_start(answer), float(order["checkpoint_seconds"]))
    except InputError as refused:  # it would be refused anywhere
        line.say({"kind": "failed", "reason": str(refused)})
    except MemoryError:
        line.say({"kind": "fault", "reason": "Memory ran out on the worker."})


def _train(line: _Line, config: TrainingConfig, start: Checkpoint | None, checkpoint_seconds: float) -> None:
    line.say({"kind": "origin", "origin": origin_of(config.device).model_dump_json()})

    def told() -> Iterator[Task]:
        for place, task in enumerate(config.tasks()):
            findings = [asdict(one) for one in serious_findings(task)] if place == 0 else None
            split = {"encoder": task.encoder.to_json(), "data": data_digest(task), "findings": findings}
            line.say({"kind": "split", "split": place, **split})
            yield task

    given = told()
    first = next(given)
    plan = config.plan(rows=first.train.rows)
    saver = _Saver(line, checkpoint_seconds)
    shown = -PROGRESS_SECONDS
    for event in train(chain([first], given), plan, line.unwanted, start):
        if isinstance(event, Progress):
            if time.monotonic() - shown < PROGRESS_SECONDS:
                continue
            shown = time.monotonic()
        if isinstance(event, Finished):
            if event.cancelled:  # nobody waits for it any more
                return
            saver.save()
        elif isinstance(event, Resumable):
            saver.see(event)
        message = pack_event(event)
        if message is not None:
            line.say(message)


def _carries_dataset(order: Mapping[str, Any]) -> bool:
    return any(field == "dataset" for field, _, _ in order["tables"])


def _with_tables(order: Mapping[str, Any], tables: Sequence[bytes], folder: Path) -> TrainingConfig:
    """The order's config, its tables in a folder of this machine.

    Raises:
        InputError: a table is not what it should be.
    """
    values = json.loads(order["config"])
    for (field, name, digest), content in zip(order["tables"], tables, strict=True):
        if hashlib.sha256(content).hexdigest() != digest:
            raise InputError(f"The table {name[:80]} was changed on its way to the worker.")
        path = folder / Path(name).name
        path.write_bytes(content)
        if field != "dataset":
            values[field] = str(path)
    return TrainingConfig.from_json(json.dumps(values))


class _UnwantedError(Exception):
    """Nobody waits for the run any more."""


class _Line:
    """The way to whoever asked for a run: numbered messages of one try, in order."""

    def __init__(self, order: Mapping[str, Any]) -> None:
        self._client, self._worker = get_client(), get_worker()
        self._place, self._try, self._number = int(order["place"]), secrets.token_hex(8), 0
        self._inbox = Queue(order["inbox"], client=self._client)
        self._answers = f"{order['inbox']}-{self._try}"
        self._task = self._worker.get_current_task()
        self._looked, self._unwanted = 0.0, False

    def say(self, message: Mapping[str, Any]) -> None:
        """Tell something; waits while too much is on its way."""
        stamped = {**message, "place": self._place, "try": self._try, "number": self._number}
        until = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                self._inbox.put(stamped, timeout=LOOK_SECONDS)
                break
            except TimeoutError:
                self._check_wanted(until)
        self._number += 1

    def begin(self) -> Mapping[str, Any]:
        """Say that the run begins here, and hear where it goes on."""
        answers = Queue(self._answers, client=self._client)
        try:
            self.say({"kind": "begin", "worker": self._worker.address, "source": source_digest()})
            until = time.monotonic() + ANSWER_SECONDS
            while not (found := answers.get(batch=True)):
                self._check_wanted(until)
                time.sleep(ASK_SECONDS)
            answer: Mapping[str, Any] = found[0]
            return answer
        finally:
            answers.close()

    def _check_wanted(self, until: float) -> None:
        if self.unwanted() or time.monotonic() > until:
            raise _UnwantedError

    def unwanted(self) -> bool:
        """Whether the run was cancelled, or whoever asked for it is gone."""
        if not self._unwanted and time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            task = self._worker.state.tasks.get(self._task)
            self._unwanted = task is None or task.state not in ("executing", "long-running")
        return self._unwanted


class _Saver:
    """Sends checkpoints, seldom enough to cost little."""

    def __init__(self, line: _Line, seconds: float) -> None:
        self._line, self._seconds = line, seconds
        self._last: Resumable | None = None
        self._next = time.monotonic() + seconds

    def see(self, event: Resumable) -> None:
        """Epochs are done; where it is time, send a checkpoint."""
        self._last = event
        if time.monotonic() >= self._next:
            self.save()

    def save(self) -> None:
        """Send the last epoch's checkpoint, unless it is sent."""
        begun = time.monotonic()
        checkpoint = None if self._last is None else self._last.checkpoint()
        if checkpoint is not None:
            self._line.say({"kind": "checkpoint", "content": pack_checkpoint(checkpoint)})
            self._last = None
        self._next = time.monotonic() + max(self._seconds, (time.monotonic() - begun) / COST)
