"""A server of the app, in a process of its own, as ``make app`` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0
"""Seconds to wait for it: several test workers, servers and browsers may share two cores."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:  # noqa: S310 (our own server)
            return bool(answer.read() == b"ok")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def serving(
    log: Path,
    options: Sequence[str] = (),
    surroundings: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[str]:
    """A new server of the app on a free port, as its address; it ends with the block. Its runs lie beside its log.

    Args:
        log: the file that takes what it says.
        options: of ``nashcore serve``, besides the port.
        surroundings: further environment variables.
        port: where it listens; a free one when left out.
    """
    port = port or free_port()
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "nashcore", "serve", "--port", str(port), *options]
    own = {
        "OMP_NUM_THREADS": "1",
        "NASH_RUNS_HOME": str(log.with_name("runs")),
        "NASH_WORKER_IDLE_SECONDS": "60",
    }
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out, env={**os.environ, **own, **(surroundings or {})}
        ) as process,
    ):
        try:
            deadline = time.monotonic() + PATIENCE
            while not _healthy(url):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"The app's server did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
