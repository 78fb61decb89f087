"""Eigenvalues and eigenvectors of small symmetric matrices, also without a question to the device.

PyTorch's routine looks whether it succeeded, which makes the program wait for a GPU. Jacobi's method (1846) needs no look: a fixed
number of sweeps, each of which turns every pair of axes until their entry vanishes, disjoint pairs at once. It takes more calls,
and also finds the small eigenvalues of badly scaled Gramians to the last digits, which the other does not.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nashcore.bargaining._kernels import polling

SWEEPS = 7  # and one more for every doubling of the players; errors fall quadratically in the end


def eigen(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues [..., K], in no particular order, and eigenvectors [..., K, K] in columns.

    Args:
        matrix: [..., K, K], symmetric; not checked. All values are zero of one that is not finite.
    """
    ask = polling.sync_is_cheap(matrix[..., 0, 0])
    if not (ask and math.isfinite(float(matrix.sum()))):
        # One game that is no number would end the call for all of its batch: its values are zero.
        matrix = torch.where(matrix.isfinite().all(-1, keepdim=True).all(-2, keepdim=True), matrix, 0.0)
    if not ask:
        return jacobi(matrix)
    values, vectors = torch.linalg.eigh(matrix)
    return values, vectors


def jacobi(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """The same by Jacobi's method."""
    players = matrix.shape[-1]
    identity = torch.eye(players, dtype=matrix.dtype, device=matrix.device).expand_as(matrix)
    vectors = identity
    for turn in range((SWEEPS + players.bit_length()) * (players - 1 + players % 2)):
        first, second = _pairs(players, turn, matrix.device)
        squares = matrix.diagonal(dim1=-2, dim2=-1)
        entry = matrix[..., first, second]
        half = (squares[..., second] - squares[..., first]) / (2 * entry)
        tangent = torch.where(half < 0, -1.0, 1.0) / (half.abs() + (half.square() + 1).sqrt())
        tangent = torch.where(entry == 0, 0.0, tangent)
        cosine = (tangent.square() + 1).rsqrt()
        rotation = identity.clone()
        rotation[..., first, first] = cosine
        rotation[..., second, second] = cosine
        rotation[..., first, second] = tangent * cosine
        rotation[..., second, first] = -tangent * cosine
        matrix = rotation.mT @ matrix @ rotation
        vectors = vectors @ rotation
    return matrix.diagonal(dim1=-2, dim2=-1), vectors


def _pairs(players: int, turn: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """The disjoint pairs of a turn, as in a tournament in which everybody meets everybody: two index tensors, made there."""
    circle = players - 1 + players % 2
    steps = torch.arange(players % 2, circle // 2 + 1, device=device)
    first, second = (turn + steps) % circle, (turn - steps) % circle
    # An odd player out sits the turn out; with an even number of players, the last meets it.
    return first, torch.where(steps == 0, players - 1, second)
