"""Randomness of training: initial weights, batches and dropout, each a function of the seed and of where in the run it is.

Every draw starts from its own generator state, so a seed gives the same draws whatever other seeds, arms or blocks the run
has, and a repeated epoch repeats its draws.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_PURPOSES = {"weights": 1, "batches": 2, "dropout": 3, "dropout_update": 4, "dropout_validation": 5}


def generator(purpose: str, seed: int, *place: int, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator whose state depends on the purpose, the seed and the place (epoch, batch) alone."""
    state = _PURPOSES[purpose]
    for number in (seed, *place):
        state = (state * 0x9E3779B97F4A7C15 + number + 1) & (2**64 - 1)
        state ^= state >> 29
    return torch.Generator(device=device).manual_seed((state ^ state >> 32) & (2**32 - 1))


def initial_layer(
    generator: torch.Generator, inputs: int, outputs: int, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Weights [outputs, inputs] and biases [outputs], uniform within 1/sqrt(inputs) of zero, as `torch.nn.Linear` has them."""
    reach = inputs**-0.5
    weights = torch.empty(outputs, inputs, dtype=dtype).uniform_(-reach, reach, generator=generator)
    biases = torch.empty(outputs, dtype=dtype).uniform_(-reach, reach, generator=generator)
    return weights, biases


def epoch_order(seeds: Sequence[int], epoch: int, rows: int, device: torch.device) -> Tensor:
    """The order of the training rows in an epoch, for every seed: [seeds, rows] (int64).

    Drawn on the CPU, so that every device sees the same batches.
    """
    orders = [torch.randperm(rows, generator=generator("batches", seed, epoch)) for seed in seeds]
    return torch.stack(orders).to(device)


def dropout_bound(
    purpose: str,
    seeds: Sequence[int],
    place: tuple[int, int],
    shape: tuple[int, int],
    share: float,
    like: Tensor,
) -> Tensor:
    """Dropout and ReLU in one bound: an activation clamped to [0, bound] is rectified, and zero where it is dropped.

    The scale 1/(1-share) is left to the caller, who folds it into the products that follow.

    Args:
        purpose: which masks these are.
        seeds: one mask per seed, shared by its models.
        place: epoch and batch.
        shape: units and rows.
        share: share of units dropped.
        like: gives dtype and device.

    Returns:
        [seeds, units, rows]: zero where dropped, the largest finite number elsewhere.
    """
    units, rows = shape
    words = -(-units * rows // 4)
    bits = torch.empty(len(seeds), words, dtype=torch.int64, device=like.device)
    for row, seed in zip(bits, seeds, strict=True):
        # 64 random bits make four 16-bit draws: four times as fast as a draw each, and exact to 1 in 65,536.
        row.random_(-(2**63), None, generator=generator(purpose, seed, *place, device=like.device))
    draws = bits.view(torch.int16)[:, : units * rows].view(len(seeds), units, rows)
    kept = draws >= min(round(share * 2**16) - 2**15, 2**15 - 1)  # the largest 16-bit draw is always kept
    return kept.to(like.dtype).mul_(torch.finfo(like.dtype).max)
