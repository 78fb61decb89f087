"""What counts as a number where one is asked for: True and False do not."""

from __future__ import annotations

import operator
from contextlib import suppress
from numbers import Real
from typing import Any

import torch
from torch import Tensor

from nashcore.errors import InputError, quoted


def is_number(value: object) -> bool:
    """Whether a value is a real number, NumPy's too, that float64 has room for; True and False are none, though Python counts them
    as 1 and 0."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def whole(name: str, value: Any) -> int:
    """A parameter that is to be a whole number, NumPy's and a tensor's too.

    Raises:
        InputError: it is none.
    """
    with suppress(TypeError):
        if not isinstance(value, bool):
            return operator.index(value)
    raise InputError(f"Parameter {quoted(name)} should be a whole number. Found {quoted(value)}.")


def no_numbers(tensor: Tensor) -> str | None:
    """What keeps a tensor from being read as real numbers, as messages name it: True and False, complex or quantized numbers, a
    sparse or nested form, the device without numbers. None where nothing does."""
    if tensor.is_nested:
        return "a nested tensor"
    if tensor.layout != torch.strided:
        return str(tensor.layout)
    if tensor.is_meta:
        return "the device 'meta'"
    return (
        str(tensor.dtype)
        if tensor.dtype == torch.bool or tensor.is_complex() or tensor.is_quantized
        else None
    )
