"""Eigenvalues without a question: against PyTorch's, and against exact fractions where PyTorch's have lost their digits."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from torch import Tensor

from nashcore.bargaining._kernels.symmetric_eig import eigen, jacobi
from tests.devices import DEVICES
from tests.nashcore.bargaining import game_families as games

EPS = torch.finfo(torch.float64).eps


@pytest.mark.parametrize("kind", ["symmetric", "semidefinite", "diagonal", "zero", "equal"])
@pytest.mark.parametrize("players", [1, 2, 3, 4, 7, 16, 31])
def test_jacobi_is_an_eigendecomposition(players: int, kind: str) -> None:
    draws = torch.Generator().manual_seed(players)
    matrix = torch.randn(2, 20, players, players, dtype=torch.float64, generator=draws)
    matrix = {
        "symmetric": lambda m: m + m.mT,
        "semidefinite": lambda m: m[..., : players // 2] @ m[..., : players // 2].mT,
        "diagonal": lambda m: torch.diag_embed(m.diagonal(dim1=-2, dim2=-1)),
        "zero": torch.zeros_like,
        "equal": torch.ones_like,
    }[kind](matrix)
    values, vectors = jacobi(matrix)
    size = float(matrix.abs().amax()) * players
    allowed = 40 * players * EPS * size
    identity = torch.eye(players, dtype=torch.float64).expand_as(matrix)
    torch.testing.assert_close(vectors.mT @ vectors, identity, rtol=0, atol=40 * players * EPS)
    torch.testing.assert_close(vectors @ torch.diag_embed(values) @ vectors.mT, matrix, rtol=0, atol=allowed)
    expected = torch.linalg.eigvalsh(matrix)
    torch.testing.assert_close(values.sort(-1).values, expected, rtol=0, atol=allowed)


def _determinant(matrix: list[list[float]]) -> Fraction:
    rows = [[Fraction(entry) for entry in row] for row in matrix]
    product = Fraction(1)
    for place, row in enumerate(rows):
        product *= row[place]
        for other in rows[place + 1 :]:
            share = other[place] / row[place]
            other[place:] = [a - share * b for a, b in zip(other[place:], row[place:], strict=True)]
    return product


@pytest.mark.parametrize("players", [2, 4, 8])
def test_small_eigenvalues_keep_their_digits(players: int) -> None:
    """With norms from 1e-3 to 1e3, the product of the eigenvalues is the determinant to a few digits of the last."""

    def miss(values: Tensor) -> float:
        exact = [float(_determinant(game)) for game in gramian.tolist()]
        return float((values.prod(-1) / torch.tensor(exact, dtype=torch.float64) - 1).abs().max())

    gramian = games.gramian_of(games.badly_scaled(players, 3.0))[:8]
    assert miss(jacobi(gramian)[0]) < 1e-12
    if players > 2:
        assert miss(torch.linalg.eigh(gramian).eigenvalues) > 1e-10  # why the two may differ


@pytest.mark.parametrize("device", DEVICES)
def test_every_device_decomposes(device: str) -> None:
    gramian = games.gramian_of(games.unrelated(5))
    values, vectors = (found.cpu() for found in eigen(gramian.to(device)))
    torch.testing.assert_close(
        vectors @ torch.diag_embed(values) @ vectors.mT, gramian, rtol=1e-11, atol=1e-11
    )
