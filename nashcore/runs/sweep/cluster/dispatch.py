"""The client of a cluster: gives out a sweep's runs, hears what workers tell, and gives lost runs out again."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from distributed import Client, Future, Queue
from distributed.security import Security

from nashcore.data import table_to_carry
from nashcore.errors import InputError
from nashcore.runs.interruption import listening
from nashcore.runs.kept_sweeps import Place, Sweep
from nashcore.runs.layout import FILES
from nashcore.runs.run import config_text
from nashcore.runs.safe_files import read_whole
from nashcore.runs.store import Store
from nashcore.runs.sweep.cluster.flight import Flight
from nashcore.runs.sweep.cluster.job import CHECKPOINT_SECONDS, hand_over, train_there
from nashcore.runs.sweep.held import end_wanted, held
from nashcore.runs.sweep.here import Watch
from nashcore.runs.sweep.keep import Standing, standings

LOOK_SECONDS, SLOW_SECONDS = 0.1, 1.0
"""Time between two looks for messages, and between two for what people ask for."""

CONNECT_SECONDS = 30
MOST_MESSAGES = 64
"""So many messages may be on their way; workers wait while there are more."""


def run_on_cluster(
    store: Store,
    sweep: Sweep,
    address: str,
    watch: Watch = lambda found: None,
    *,
    retries: int,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> list[Standing]:
    """Train what is missing of a sweep on a Dask cluster, whose workers may come and go.

    This process writes everything into the store as it happens; workers need no file of this machine, and send their checkpoints
    along, from which another worker goes on where one is lost.

    A cluster executes code that it is sent, and sends back what this process reads: both sides have to trust it.

    Args:
        store: where the sweep is.
        sweep: which one.
        address: of the scheduler, as tcp://host:8786 or tls://host:8786, or the path of its scheduler file.
        watch: told now and then how far every run is.
        retries: how often in a row a run may be lost without an epoch more.
        checkpoint_seconds: least time between two checkpoints of a run.

    Returns:
        How far every run is in the end.

    Raises:
        InputError: no cluster answers, it was lost, or something cannot be written.
        KeyboardInterrupt, SystemExit: this process was asked to end.
    """
    with held(store, sweep), _connected(address) as client, listening() as wishes:
        wishes.patient = True
        dispatch = _Dispatch(store, sweep, client, retries, checkpoint_seconds)
        try:
            while not dispatch.step(watch):
                wishes.heed()
                if end_wanted(store, sweep.id):
                    dispatch.give_up()
                    break
                time.sleep(LOOK_SECONDS)
        except BaseException as ended:
            dispatch.give_up(ended)
            if isinstance(ended, OSError):
                raise InputError(
                    f"The cluster at {address} was lost: {ended}. What is finished is kept; resume the sweep when it is back: "
                    f"python -m nashcore sweep resume {sweep.id} --dask {address}"
                ) from None
            raise
        finally:
            dispatch.close()
        found = standings(store, store.sweeps.get(sweep.id))
        watch(found)
        return found


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    if address.startswith("tls://") and not Security().get_connection_args("client").get("ssl_context"):
        raise InputError(
            f"The cluster at {address[:200]} is reached by TLS, for which Dask's configuration on this machine names no "
            "certificate: docs/scaling.md says how."
        )
    where: dict[str, Any] = {"address": address}
    if "://" not in address and Path(address).is_file():
        where = {"scheduler_file": address}
    try:
        client = Client(**where, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as failed:
        raise InputError(
            f"No Dask cluster answers at {address[:200]} within {CONNECT_SECONDS} s: {str(failed)[:200] or 'time is up'}. Is its "
            "scheduler running, as dask scheduler says?"
        ) from None
    try:
        yield client
    finally:
        with suppress(OSError, TimeoutError):
            client.close(timeout=5)


class _Dispatch:
    """A sweep's runs on a cluster."""

    def __init__(
        self, store: Store, sweep: Sweep, client: Client, retries: int, checkpoint_seconds: float
    ) -> None:
        self._store, self._sweep, self._client = store, sweep, client
        self._checkpoint_seconds = checkpoint_seconds
        self._inbox = Queue(f"nash-sweep-{secrets.token_hex(8)}", client=client, maxsize=MOST_MESSAGES)
        self._tables: dict[str, Future] = {}
        self._looked = 0.0
        self._flights = {
            one.place.number: Flight(store, sweep, one.place, retries)
            for one in standings(store, sweep)
            if one.state not in ("finished", "running")
        }
        self._futures: dict[int, Future] = {}
        for number, flight in self._flights.items():
            self._futures[number] = self._give_out(flight.place)

    def step(self, watch: Watch) -> bool:
        """Look once after everything; whether all is over."""
        states = {number: future.status for number, future in self._futures.items()}
        for message in self._inbox.get(batch=True):
            self._hear(message)
        for number, state in states.items():  # whose messages are heard by now
            flight, future = self._flights[number], self._futures[number]
            if state != "pending" and not flight.over and not flight.adrift:
                flight.lose(_why(flight, future, state))
            if not flight.over and not flight.adrift:
                continue
            self._client.cancel([future], force=True)
            del self._futures[number]
            if not flight.over:
                flight.adrift = False
                self._futures[number] = self._give_out(flight.place)
        if time.monotonic() - self._looked > SLOW_SECONDS:
            self._looked = time.monotonic()
            self._stop_unwanted()
            watch(standings(self._store, self._store.sweeps.get(self._sweep.id)))
        return not self._futures

    def _hear(self, message: dict[str, Any]) -> None:
        flight = self._flights.get(message.get("place", -1))
        if flight is None:
            return
        if message["kind"] == "begin":
            answers = Queue(f"{self._inbox.name}-{message['try']}", client=self._client)
            answers.put(flight.begin(message), timeout=CONNECT_SECONDS)
            answers.close()
        else:
            flight.hear(message)

    def _stop_unwanted(self) -> None:
        for flight in self._flights.values():
            if flight.running and flight.run is not None and self._store.stop_wanted(flight.run):
                flight.end("stopped")

    def _give_out(self, place: Place) -> Future:
        tables = [
            (name, path.name, self._table(read_whole(path)))
            for name in FILES
            if (path := getattr(place.config, name)) is not None
        ]
        if not place.config.own and (content := table_to_carry(place.config.dataset)) is not None:
            tables.append(("dataset", f"{place.config.dataset}.csv", self._table(content)))
        order = {
            "inbox": self._inbox.name,
            "place": place.number,
            "config": config_text(place.config),
            "tables": [[field, name, digest] for field, name, digest in tables],
            "checkpoint_seconds": self._checkpoint_seconds,
        }
        key = f"nash-run-{self._sweep.id}-{place.number}-{secrets.token_hex(4)}"
        contents = [self._tables[digest] for _, _, digest in tables]
        return self._client.submit(train_there, order, *contents, key=key, pure=False)

    def _table(self, content: bytes) -> str:
        """Hand a table to the cluster, once; its SHA-256. The scheduler keeps it, so that no worker takes it along."""
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._tables:
            self._tables[digest] = self._client.submit(hand_over, content, key=f"nash-table-{digest}")
        return digest

    def give_up(self, ended: BaseException | None = None) -> None:
        """Nothing is trained any more: what is done is kept, and the runs can be resumed."""
        refused = isinstance(ended, InputError)
        reason = str(ended) if refused else "The sweep was interrupted; it can be resumed."
        for flight in self._flights.values():
            if not flight.over:
                with suppress(InputError):
                    flight.end("failed" if refused and flight.running else "stopped", reason)

    def close(self) -> None:
        """Take back what was given out."""
        with suppress(OSError, TimeoutError):
            self._client.cancel([*self._futures.values(), *self._tables.values()], force=True)
            self._inbox.close()


def _why(flight: Flight, future: Future, state: str) -> str:
    """Why a try was lost."""
    said = ""
    if state == "error":
        failed = future.exception()
        said = f" {type(failed).__name__}: {' '.join(str(failed).split())[:300]}"
    return (
        f"Its last worker was {flight.worker}.{said}" if flight.worker else f"No worker could begin it.{said}"
    )
