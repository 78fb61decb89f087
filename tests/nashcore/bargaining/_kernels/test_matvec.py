"""Products without cancellation, against exact rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from nashcore.bargaining._kernels.gramian import norms_of, one_plus_cosine
from nashcore.bargaining._kernels.matvec import matvec, matvec_exact


@pytest.mark.parametrize("players", [1, 2, 3, 8, 13])
def test_the_exact_product_is_rounded_once(players: int) -> None:
    draws = torch.Generator().manual_seed(players)
    matrix = torch.randn(players, players, generator=draws, dtype=torch.float64)
    vector = torch.randn(players, generator=draws, dtype=torch.float64)
    # The last column takes back nearly all of what the others add up to.
    matrix[:, -1] = (1e-13 * matrix[:, -1] - matvec(matrix[:, :-1], vector[:-1])) / vector[-1]
    found = matvec_exact(matrix, vector)
    for row, value in zip(matrix.tolist(), found.tolist(), strict=True):
        expected = sum(Fraction(a) * Fraction(b) for a, b in zip(row, vector.tolist(), strict=True))
        assert abs(Fraction(value) - expected) <= abs(expected) * Fraction(2) ** -52


@pytest.mark.parametrize("size", [1e-140, 1.0, 1e140])
@pytest.mark.parametrize("angle", [1.0, 3.0, 3.14, 3.1415, 3.141592, 3.1415926])
def test_one_plus_cosine_keeps_its_digits(angle: float, size: float) -> None:
    sides = torch.tensor([[3.0, 0.0], [0.0, 0.7]], dtype=torch.float64) * size
    unit = torch.tensor([[1.0, torch.tensor(angle).double().cos()]] * 2, dtype=torch.float64)
    unit[1] = unit[0].flip(0)
    gramian = sides @ unit @ sides
    first, second, cross = (Fraction(float(gramian[i, j])) for i, j in ((0, 0), (1, 1), (0, 1)))
    found = Fraction(float(one_plus_cosine(gramian, norms_of(gramian))))
    # (1 + cos)(1 - cos) = 1 - cos^2, and 1 - cos = 2 - found.
    expected = (first * second - cross**2) / (first * second)
    assert abs(found * (2 - found) - expected) <= abs(expected) * Fraction(1, 10**13)
