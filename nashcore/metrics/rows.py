"""Whether labels and groups are what metrics can be measured of."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from nashcore.errors import InputError


def check_labels(labels: Any) -> Tensor:
    """Labels [n] as bool, from any type that holds 0 and 1.

    Raises:
        InputError: they are no such numbers, or not in one dimension.
    """
    found = _tensor("Labels", labels, "0 and 1")
    if found.dtype == torch.bool:
        return found
    strange = found[(found != 0) & (found != 1)]  # NaN is neither
    if strange.numel():
        value = strange[0].item()
        raise InputError(
            f"Labels should be 0 or 1 for every row. Found {value:g}: say which of two values is 1."
        )
    return found == 1


def check_rows(labels: Any, groups: Any, count: int) -> tuple[Tensor, Tensor]:
    """Labels [n] as `check_labels` gives them, and groups [n] as int64.

    Raises:
        InputError: labels or groups cannot be used, or are not as many.
    """
    checked, found = check_labels(labels), _tensor("Groups", groups, f"whole numbers from 0 to {count - 1}")
    if len(checked) != len(found):
        raise InputError(
            f"Labels and groups should be of the same rows. Found {len(checked)} labels and {len(found)} groups."
        )
    numbers = found.long()
    strange = found[(numbers != found) | (numbers < 0) | (numbers >= count)]
    if strange.numel():
        value = float(strange[0].item())
        raise InputError(f"Groups should be whole numbers from 0 to {count - 1}. Found {value:g}.")
    return checked, numbers


def _tensor(name: str, values: Any, expected: str) -> Tensor:
    """Numbers in one dimension, whatever holds them."""
    try:
        found = torch.as_tensor(values)
    except (TypeError, ValueError, RuntimeError):
        raise InputError(f"{name} should be numbers, {expected}. Found {type(values).__name__}.") from None
    if found.dtype.is_complex or found.ndim != 1:
        what = "complex numbers" if found.dtype.is_complex else f"the shape {tuple(found.shape)}"
        raise InputError(f"{name} should be {expected} in one dimension, one for each row. Found {what}.")
    return found
