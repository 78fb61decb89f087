"""Where tensors live, chosen once and used everywhere, and with how many threads small ones are computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from nashcore.errors import InputError, quoted


def get_device(name: str = "auto") -> torch.device:
    """The device to compute on.

    Args:
        name: "auto" (CUDA when there is one, else the CPU), "cpu", "cuda" or "cuda:N".

    Raises:
        InputError: the name is none of these, or asks for a CUDA device that is not there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, number = name.partition(":")
    if kind not in ("cpu", "cuda") or (number and not (kind == "cuda" and number.isdigit())):
        raise InputError(f"Device should be auto, cpu, cuda or cuda:N. Found {quoted(name)}.")
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        raise InputError(
            f"Device {quoted(name)} is not there: {torch.cuda.device_count()} CUDA device(s) found."
        )
    return torch.device(name)


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread: where tensors are small, threads that wait for each other cost more than they do, on a busy machine
    many times as much."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
