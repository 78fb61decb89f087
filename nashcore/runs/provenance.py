"""Where a run's numbers come from: program, libraries, machine, data and config, noted down when its training begins.

It stands in a file of the run's folder. A run that several processes trained, because it was resumed, names each of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from pydantic import BaseModel, ConfigDict, ValidationError

import nashcore
from nashcore.device import get_device
from nashcore.errors import InputError
from nashcore.runs.config import TrainingConfig

if TYPE_CHECKING:
    from nashcore.data import Task
    from nashcore.runs.files import Files

LIBRARIES = ("torch", "numpy", "pandas", "scikit-learn", "scipy")
"""Those whose version can move a number."""


class Origin(BaseModel):
    """A process that trained.

    Attributes:
        started: when it began with the run, in seconds since 1970.
        program: version of the lab.
        source: digest of the engine's source files, which tells versions apart that have one number.
        python: version of Python.
        libraries: versions of `LIBRARIES`, by name.
        system: the operating system.
        processor: the processor's name, and which of its instructions PyTorch uses.
        threads: how many threads PyTorch computes with.
        device: "cpu", or the GPU's name with the version of CUDA.
    """

    model_config = ConfigDict(frozen=True)

    started: float
    program: str
    source: str
    python: str
    libraries: dict[str, str]
    system: str
    processor: str
    threads: int
    device: str


class Provenance(BaseModel):
    """Where a run's numbers come from.

    Attributes:
        config: digest of the config, equal for runs that should give the same numbers on the same machine.
        data: of each split that was made ready, a digest of all features, labels and groups as they were trained and tested on.
        processes: those that trained, in their order.
    """

    model_config = ConfigDict(frozen=True)

    config: str
    data: tuple[str, ...] = ()
    processes: tuple[Origin, ...]

    def to_json(self) -> str:
        """The provenance as text."""
        return self.model_dump_json(indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Provenance:
        """The provenance that `to_json` wrote.

        Raises:
            InputError: the text holds something else.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            raise InputError(
                "The stored provenance cannot be read: damaged, or of another version."
            ) from None

    def rows(self) -> list[tuple[str, str]]:
        """What it says, in words: a name and a value each."""
        found = [("Config (SHA-256)", self.config)]
        found += [
            (f"Data (SHA-256){f', split {place}' if len(self.data) > 1 else ''}", digest)
            for place, digest in enumerate(self.data, 1)
        ]
        for place, one in enumerate(self.processes, 1):
            part = f", process {place}" if len(self.processes) > 1 else ""
            begun = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(one.started))
            libraries = ", ".join(f"{name} {number}" for name, number in one.libraries.items())
            found += [
                (f"Training began{part}", begun),
                (f"Program{part}", f"Nash Bargaining Lab {one.program}, source {one.source}"),
                (f"Libraries{part}", f"Python {one.python}, {libraries}"),
                (f"Machine{part}", f"{one.processor}; {one.threads} threads; {one.system}"),
                (f"Trained on{part}", one.device),
            ]
        return found


def begin_provenance(files: Files, run: str, config: TrainingConfig) -> Callable[[Task], None]:
    """Note down that this process begins to train a run, or goes on with it: processes before it are kept.

    Args:
        files: where it is noted down.
        run: which run.
        config: the run's.

    Returns:
        What is told of every prepared split, in their order, once it is there.
    """
    add = note_provenance(files, run, config, origin_of(config.device))
    return lambda task: add(data_digest(task))


def note_provenance(files: Files, run: str, config: TrainingConfig, origin: Origin) -> Callable[[str], None]:
    """The same for a process that need not be this one.

    Args:
        files: where it is noted down.
        run: which run.
        config: the run's.
        origin: the process.

    Returns:
        What is told the digest of every prepared split (see `data_digest`), in their order.
    """
    before = None
    with suppress(InputError):  # a damaged note keeps no run from training
        before = files.provenance(run)
    earlier = () if before is None else before.processes
    digests: list[str] = []

    def note() -> None:
        processes = (*earlier, origin)
        files.write_provenance(
            run, Provenance(config=config_digest(config), data=tuple(digests), processes=processes)
        )

    def add(digest: str) -> None:
        digests.append(digest)
        note()

    note()
    return add


def origin_of(device: str) -> Origin:
    """This process, and the device on which it trains.

    Raises:
        InputError: the device is not there.
    """
    found = get_device(device)
    name = "cpu"
    if found.type == "cuda":
        name = f"{torch.cuda.get_device_name(found)}, CUDA {torch.version.cuda}"
    return Origin(
        started=time.time(),
        program=nashcore.__version__,
        source=source_digest(),
        python=platform.python_version(),
        libraries={name: _version(name) for name in LIBRARIES},
        system=f"{platform.system()} {platform.release()}",
        processor=f"{_processor()}, {os.cpu_count()} cores, {torch.backends.cpu.get_cpu_capability()}",
        threads=torch.get_num_threads(),
        device=name,
    )


def config_digest(config: TrainingConfig) -> str:
    """SHA-256 of a config, the same wherever its own table lies."""
    values = json.loads(config.to_json())
    for name in ("csv", "splits"):
        if values.get(name) is not None:
            values[name] = Path(values[name]).name
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def data_digest(task: Task) -> str:
    """SHA-256 of all features, labels and groups of a prepared table, part by part and row by row."""
    found = hashlib.sha256("\n".join(task.feature_names).encode())
    for part in (task.train, task.validation, task.test, task.natural):
        found.update(f"{tuple(part.features.shape)}".encode())
        found.update(part.features.numpy().astype("<f4").tobytes())
        found.update(part.cells.numpy().astype("<i8").tobytes())
    return found.hexdigest()


@cache
def source_digest() -> str:
    """The first half of the SHA-256 of the engine's source files, the same in the repository and installed."""
    root = Path(nashcore.__file__).parent
    found = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*.py") if root / "_lab" not in path.parents):
        content = path.read_bytes()
        found.update(f"{path.relative_to(root).as_posix()}:{len(content)}:".encode() + content)
    return found.hexdigest()[:32]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()
