"""Where tensors live: chosen once, used everywhere."""

from __future__ import annotations

import torch

from nashcore.errors import InputError


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
        raise InputError(f"Device should be auto, cpu, cuda or cuda:N. Found {name!r}.")
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        raise InputError(f"Device {name!r} is not there: {torch.cuda.device_count()} CUDA device(s) found.")
    return torch.device(name)
