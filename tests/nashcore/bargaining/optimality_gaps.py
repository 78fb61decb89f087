"""How far weights are from the optimum of a peer rule's own problem, measured on the gradients; 0 is optimal, all are relative."""

from __future__ import annotations

import torch
from torch import Tensor


def combine(gradients: Tensor, weights: Tensor) -> Tensor:
    """d [..., n]."""
    return (weights.unsqueeze(-2) @ gradients).squeeze(-2)


def utilities(gradients: Tensor, direction: Tensor) -> Tensor:
    return (gradients @ direction.unsqueeze(-1)).squeeze(-1)


def mgda_gap(gradients: Tensor, weights: Tensor) -> Tensor:
    """How far the first-order condition <g_i, d> >= |d|^2 is missed, in the size of each player's terms."""
    direction = combine(gradients, weights)
    missing = direction.square().sum(-1, keepdim=True) - utilities(gradients, direction)
    norms = gradients.norm(dim=-1)
    terms = (weights * norms).sum(-1, keepdim=True)
    return (missing / (terms * torch.maximum(norms, terms))).amax(-1)


def worst_gain(gradients: Tensor, weights: Tensor) -> Tensor:
    return utilities(gradients, combine(gradients, weights)).amin(-1)


def outside(gradients: Tensor, weights: Tensor, c: float) -> Tensor:
    """How far d is outside CAGrad's ball, relative to its radius."""
    centre = gradients.mean(-2)
    radius = c * centre.norm(dim=-1)
    return (combine(gradients, weights) - centre).norm(dim=-1) / radius - 1


def cagrad_gap(gradients: Tensor, weights: Tensor, c: float) -> Tensor:
    """Duality gap: no direction of the ball gives the worst-off more than <g0, g_w> + c |g0| |g_w|, for any shares w.

    A utility is not known better than to 1e-13 of |g_i| |d|, which is much for a player a million times as long as others.
    """
    centre = gradients.mean(-2)
    shares = weights - 1 / weights.shape[-1]
    shares = shares.clamp_min(0) / shares.clamp_min(0).sum(-1, keepdim=True)
    pull = combine(gradients, shares)
    most = (centre * pull).sum(-1) + c * centre.norm(dim=-1) * pull.norm(dim=-1)
    size = (1 + c) * centre.norm(dim=-1) * (shares * gradients.norm(dim=-1)).sum(-1)
    direction = combine(gradients, weights)
    unknown = 1e-13 * gradients.norm(dim=-1) * direction.norm(dim=-1, keepdim=True)
    gains = utilities(gradients, direction)
    return torch.maximum(most - (gains + unknown).amin(-1), (gains - unknown).amin(-1) - most) / size


def cosines(gradients: Tensor, weights: Tensor) -> Tensor:
    """Between d and every gradient; 0 where one is zero."""
    direction = combine(gradients, weights)
    lengths = gradients.norm(dim=-1) * direction.norm(dim=-1, keepdim=True)
    return torch.where(lengths > 0, utilities(gradients, direction) / lengths, 0.0)


def relative(found: Tensor, expected: Tensor) -> Tensor:
    """|found - expected| / |expected|."""
    return (found - expected).norm(dim=-1) / expected.norm(dim=-1)
