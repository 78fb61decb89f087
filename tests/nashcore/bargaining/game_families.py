"""Nasty games for the bargaining tests: families of gradients [batch, K, n], float64, each from its own seed."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

BATCH = 24
PLAYERS = (1, 2, 3, 4, 8, 10, 16, 32, 64)


def _normal(players: int, dimensions: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(1000 * players + seed)
    return torch.randn(BATCH, players, dimensions, generator=generator, dtype=torch.float64)


def unrelated(players: int) -> Tensor:
    return _normal(players, 4 * players, 0)


def badly_scaled(players: int, decades: float = 6.0) -> Tensor:
    """Norms from 10^-decades to 10^decades, both ends present."""
    exponents = torch.linspace(-decades, decades, players, dtype=torch.float64)
    return _normal(players, 4 * players, 1) * (10**exponents).unsqueeze(-1)


def opposed(players: int, spread: float) -> Tensor:
    """Two camps that pull along one line, each player a little (``spread``, relative) off it."""
    camps = torch.ones(players, dtype=torch.float64)
    camps[players // 2 :] = -1
    line = torch.nn.functional.normalize(_normal(players, 4 * players, 2)[:, :1], dim=-1)
    aside = torch.nn.functional.normalize(_normal(players, 4 * players, 3), dim=-1)
    return line * camps.unsqueeze(-1) + spread * aside


def duplicates(players: int) -> Tensor:
    gradients = _normal(players, 4 * players, 4)
    gradients[:, players // 2] = gradients[:, 0]
    return gradients


def rank_deficient(players: int) -> Tensor:
    """More players than dimensions, all in one half-space."""
    gradients = _normal(players, max(2, players // 2), 5)
    return gradients * gradients[..., :1].sign()


def half_agree(players: int) -> Tensor:
    """More players than dimensions and no half-space: about half of these games have no agreement."""
    return _normal(players, max(1, players // 2), 6)


FAMILIES: dict[str, Callable[[int], Tensor]] = {
    "unrelated": unrelated,
    "norms 1e-3..1e3": lambda players: badly_scaled(players, 3.0),
    "norms 1e-6..1e6": badly_scaled,
    "opposed 1e-2": lambda players: opposed(players, 1e-2),
    "opposed 1.4e-3 (cosine -1 + 1e-6)": lambda players: opposed(players, 1.4e-3),
    "opposed 1e-5": lambda players: opposed(players, 1e-5),
    "duplicates": duplicates,
    "rank deficient": rank_deficient,
    "half agree": half_agree,
}


def gramian_of(gradients: Tensor) -> Tensor:
    return gradients @ gradients.mT
