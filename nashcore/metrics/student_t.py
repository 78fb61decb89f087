"""Quantiles of Student's t distribution, for intervals over a handful of seeds."""

from __future__ import annotations

import math


def t_probability(value: float, freedom: int) -> float:
    """P(T <= value) with a whole number of degrees of freedom, by the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4."""
    angle = math.atan(value / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    term, total = (cosine, cosine) if odd else (1.0, 1.0)
    for k in range(2 + odd, freedom - 1, 2):
        term *= cosine**2 * (k - 1) / k
        total += term
    within = sine * total if not odd else (2 / math.pi) * (angle + (sine * total if freedom > 1 else 0.0))
    return 0.5 * (1 + within)


def t_quantile(probability: float, freedom: int) -> float:
    """The value that T stays below with this probability (from 0.5 to less than 1), by bisection.

    >>> round(t_quantile(0.975, 4), 6)
    2.776445
    """
    low, high = 0.0, 1.0
    while t_probability(high, freedom) < probability:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if t_probability(middle, freedom) < probability else (low, middle)
    return (low + high) / 2
