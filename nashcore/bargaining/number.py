"""What counts as a number where one is asked for: True and False do not."""

from __future__ import annotations

from numbers import Real

import torch
from torch import Tensor


def is_number(value: object) -> bool:
    """Whether a value is a real number, NumPy's too; True and False are none, though Python counts them as 1 and 0."""
    return isinstance(value, Real) and not isinstance(value, bool)


def tells_numbers(tensor: Tensor) -> bool:
    """Whether a tensor is made of real numbers, not of True and False or complex ones."""
    return tensor.dtype != torch.bool and not tensor.is_complex()
