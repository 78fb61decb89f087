"""A matrix times a vector, also as if in twice the precision.

Error-free products and sums (Dekker 1971; Ogita, Rump and Oishi 2005, "Accurate sum and dot product").
"""

from __future__ import annotations

import torch
from torch import Tensor

_SPLIT = 2.0**27 + 1.0  # halves the 53 digits of a float64 (Veltkamp's constant)


def matvec(matrix: Tensor, vector: Tensor) -> Tensor:
    """Matrix times vector: [..., K, K] and [..., K] -> [..., K]."""
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)


def matvec_exact(matrix: Tensor, vector: Tensor) -> Tensor:
    """Matrix times vector as if in twice the precision, rounded once (float64).

    Products and sums are error-free, summed as a tree. Utilities in a strong conflict are tiny differences of large terms, and
    are worth nothing without this.
    """
    total, error = product_exact(matrix, vector.unsqueeze(-2))
    while (half := total.shape[-1] // 2) > 0:
        left, right = total[..., :half], total[..., half : 2 * half]
        summed = left + right
        back = summed - left
        lost = (left - (summed - back)) + (right - back)
        lost = lost + error[..., :half] + error[..., half : 2 * half]
        total = torch.cat([summed, total[..., 2 * half :]], -1)
        error = torch.cat([lost, error[..., 2 * half :]], -1)
    return (total + error).squeeze(-1)


def product_exact(left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """The product of numbers (float64), rounded, and what rounding took from it; together they are exact."""
    product = left * right
    left_high, left_low = _halves(left)
    right_high, right_low = _halves(right)
    error = torch.addcmul(
        -product, left_high, right_high
    )  # every product is exact, fused with its sum or not
    error = error.addcmul(left_high, right_low).addcmul(left_low, right_high).addcmul(left_low, right_low)
    return product, error


def _halves(x: Tensor) -> tuple[Tensor, Tensor]:
    shifted = _SPLIT * x
    high = shifted - (shifted - x)
    return high, x - high
