"""Whether labels, groups, scores and predictions are what metrics can be measured of."""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import Tensor

from nashcore.errors import InputError, quoted

_SORTED = {torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int16, torch.int32, torch.int64}
"""Types that PyTorch can sort and search in."""


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
        InputError: labels, groups or their count cannot be used, or are not as many.
    """
    try:
        operator.index(count)
    except TypeError:
        raise InputError(f"The number of groups should be a whole number. Found {quoted(count)}.") from None
    checked, found = check_labels(labels), _tensor("Groups", groups, f"whole numbers from 0 to {count - 1}")
    if len(checked) != len(found):
        raise InputError(
            f"Labels and groups should be of the same rows. Found {len(checked)} labels and {len(found)} groups."
        )
    numbers = found.long()
    strange = found[(numbers != found.double()) | (numbers < 0) | (numbers >= count)]
    if strange.numel():
        value = float(strange[0].item())
        raise InputError(f"Groups should be whole numbers from 0 to {count - 1}. Found {value:g}.")
    return checked, numbers


def check_scores(scores: Any, rows: int, dimensions: int | None = None, name: str = "Scores") -> Tensor:
    """Scores, or predictions, [..., n] of a type that can be sorted; to look at their form waits for no device.

    Args:
        scores: what was given.
        rows: how many rows there are, n.
        dimensions: how many it should have; None for any from one.
        name: what they are called.

    Raises:
        InputError: they are none.
    """
    if not isinstance(scores, Tensor):
        raise InputError(
            f"{name} should be a tensor, one number for each row. Found {type(scores).__name__}."
        )
    if (strange := _strange_form(scores)) is not None:
        raise InputError(f"{name} should be a dense tensor of real numbers. Found {strange}.")
    if scores.ndim != dimensions if dimensions else scores.ndim < 1:
        raise InputError(
            f"{name} should have {dimensions or 'one or more'} dimensions, the last for the rows. Found the shape "
            f"{list(scores.shape)}."
        )
    if scores.shape[-1] != rows:
        raise InputError(
            f"{name} and labels should be of the same rows. Found {scores.shape[-1]} and {rows}."
        )
    return scores if scores.dtype in _SORTED else scores.double()


def check_predictions(predicted: Any, rows: int) -> Tensor:
    """Predictions [..., n]: 0 or 1, or NaN where there is none.

    Raises:
        InputError: they are no such numbers, or not as many as rows.
    """
    found = check_scores(predicted, rows, name="Predictions")
    strange = found[(found != 0) & (found != 1) & ~found.isnan()]
    if strange.numel():
        raise InputError(
            f"Predictions should be 0 or 1 for every row. Found {strange[0].item():g}: of scores they are scores > 0."
        )
    return found


def _strange_form(tensor: Tensor) -> str | None:
    """What keeps a tensor from being read as real numbers; None where nothing does."""
    if tensor.is_nested:
        return "a nested tensor"
    if tensor.layout != torch.strided:
        return str(tensor.layout)
    if tensor.is_meta:
        return "the device 'meta'"
    return "complex numbers" if tensor.is_complex() else None


def _tensor(name: str, values: Any, expected: str) -> Tensor:
    """Numbers in one dimension, whatever holds them."""
    try:
        found = torch.as_tensor(values)
    except (TypeError, ValueError, RuntimeError):
        raise InputError(f"{name} should be numbers, {expected}. Found {type(values).__name__}.") from None
    what = _strange_form(found)
    if what is not None or found.ndim != 1:
        what = what or f"the shape {tuple(found.shape)}"
        raise InputError(f"{name} should be {expected} in one dimension, one for each row. Found {what}.")
    return found
