"""Exact arithmetic on the games' own floating-point numbers: the judge that does not round."""

from __future__ import annotations

from fractions import Fraction

from torch import Tensor


def exact_products(gramian: Tensor, weights: Tensor) -> list[Fraction]:
    """a_i (G a)_i of one game [K, K], [K], without any rounding."""
    rows = [[Fraction(x) for x in row] for row in gramian.tolist()]
    shares = [Fraction(x) for x in weights.tolist()]
    return [
        share * sum((entry * other for entry, other in zip(row, shares, strict=True)), Fraction(0))
        for share, row in zip(shares, rows, strict=True)
    ]


def exact_terms(gramian: Tensor, weights: Tensor) -> list[Fraction]:
    """a_i sum_j |G_ij| a_j: the size of the terms that make up a_i (G a)_i."""
    return exact_products(gramian.abs(), weights)
