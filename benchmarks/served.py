"""A server of the app for measurements, with runs of its own, and what its processes take of the memory."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nashcore.runs import Store

ROOT = Path(__file__).parents[1]
_STARTS_WITHIN = 120.0

SWEEP = {
    "title": "Learning rate and dropout",
    "base": {
        "dataset": "titanic",
        "sensitive": "sex",
        "methods": "ltr,nash_ltr",
        "epochs": 5,
        "schedules": "two_stage:2",
    },
    "grid": {"lr": [0.001, 0.01], "dropout": [0.2, 0.4]},
}
"""Four runs of two methods with five seeds each."""


@dataclass(frozen=True)
class Served:
    """A running server.

    Attributes:
        url: its address, without a slash at the end.
        runs: the names of the two kept runs, for pages that show one or both.
        pid: of the server; its worker processes are its children.
    """

    url: str
    runs: tuple[str, str]
    pid: int

    def address(self, text: str, **more: str) -> str:
        """An address's text with the runs' names for "{run}" and "{runs}"."""
        return text.format(run=self.runs[0], runs=",".join(self.runs), **more)


@contextmanager
def serving(folder: Path, *, epochs: int = 50, seeds: int = 5) -> Iterator[Served]:
    """A new server on a free port with two kept runs on a table that the lab carries, and a sweep; it ends with the block.

    Args:
        folder: for its log and its runs.
        epochs: of the runs.
        seeds: of the runs.
    """
    own = {"OMP_NUM_THREADS": "1", "NASH_RUNS_HOME": str(folder / "runs"), "NASH_WORKER_IDLE_SECONDS": "1"}
    around = os.environ | own
    (folder / "sweep.json").write_text(json.dumps(SWEEP))
    commands = [["sweep", "run", str(folder / "sweep.json")]]
    for number in (1, 2):
        command = ["train", "--dataset", "titanic", "--sensitive", "sex", "--save"]
        command += [
            f"--epochs={epochs}",
            f"--seeds={seeds}",
            f"--split-seed={number}",
            f"--title=run {number}",
        ]
        commands.append(command)
    for command in commands:
        subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "-m", "nashcore", *command],
            cwd=ROOT,
            env=around,
            check=True,
            capture_output=True,
        )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (
        (folder / "log.txt").open("wb") as log,
        subprocess.Popen(  # noqa: S603 (our own command)
            command, cwd=ROOT, env=around, stdout=log, stderr=log
        ) as process,
    ):
        try:
            _wait_for(url, process)
            one, other, *_ = Store(folder / "runs").runs()  # the newest
            yield Served(url, (one.id, other.id), process.pid)
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:  # noqa: S310 (our own server)
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("The app's server did not start.")


def megabytes(pid: int) -> float:
    """Memory of a process and all that it started, in MB; what they share is counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    started = [
        int(child)
        for task in (children.parents[1].iterdir() if children.exists() else ())
        for child in (task / "children").read_text().split()
    ]
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    try:
        lines = rollup.read_text().splitlines()
    except OSError:
        return 0.0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return own + sum(megabytes(child) for child in started)


def machine() -> str:
    """The machine and how busy it was when asked, in one line."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "unknown processor",
    )
    return f"{os.cpu_count()} cores, {model}, load {os.getloadavg()[0]:.1f}"
