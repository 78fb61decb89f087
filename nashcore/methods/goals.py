"""Fairness goals: how one number is made of the groups' losses, and which groups' gradients it follows.

Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), section 2: learning to reweight (LtR), FORML and
Meta-gDRO. A goal is a pair of functions of the group losses; the gradient of the goal is ``weights @ group_gradients``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor


@dataclass(frozen=True)
class Goal:
    """A fairness goal on group losses.

    Attributes:
        name: the key in `GOALS`.
        title: the name shown to people.
        says: what the goal minimises, in one sentence.
        value: ``(losses [..., G], shares [..., G]) -> [...]``, the number that the goal minimises.
        weights: ``(losses [..., G], shares [..., G]) -> [..., G]``, a subgradient of `value`. Ties go to the first group.

    ``shares`` are each group's share of the rows and sum to one; only LtR uses them.
    """

    name: str
    title: str
    says: str
    value: Callable[[Tensor, Tensor], Tensor]
    weights: Callable[[Tensor, Tensor], Tensor]


def _highest(losses: Tensor) -> Tensor:
    if losses.shape[-1] == 2:
        return _second_where(losses[..., 1] > losses[..., 0], losses)
    return _only(losses.argmax(-1), losses)


def _lowest(losses: Tensor) -> Tensor:
    if losses.shape[-1] == 2:
        return _second_where(losses[..., 1] < losses[..., 0], losses)
    return _only(losses.argmin(-1), losses)


def _only(group: Tensor, like: Tensor) -> Tensor:
    """All weight on one of several groups; `torch.nn.functional.one_hot` would look at the numbers first."""
    return (torch.arange(like.shape[-1], device=like.device) == group.unsqueeze(-1)).to(like.dtype)


def _second_where(second: Tensor, like: Tensor) -> Tensor:
    """All weight on one of two groups: a comparison costs a small part of a search for the place of the extreme."""
    return torch.stack((~second, second), -1).to(like.dtype)


GOALS: Mapping[str, Goal] = MappingProxyType(
    {
        "ltr": Goal(
            name="ltr",
            title="LtR",
            says="Minimises the mean loss over all rows.",
            value=lambda losses, shares: (losses * shares).sum(-1),
            weights=lambda losses, shares: shares.expand_as(losses).to(losses.dtype),
        ),
        "forml": Goal(
            name="forml",
            title="FORML",
            says="Minimises the gap between the highest and the lowest group loss.",
            value=lambda losses, shares: losses.amax(-1) - losses.amin(-1),
            weights=lambda losses, shares: _highest(losses) - _lowest(losses),
        ),
        "meta_gdro": Goal(
            name="meta_gdro",
            title="Meta-gDRO",
            says="Minimises the highest group loss.",
            value=lambda losses, shares: losses.amax(-1),
            weights=lambda losses, shares: _highest(losses),
        ),
    }
)
"""Every goal by name."""


def equal_shares(groups: int, like: Tensor) -> Tensor:
    """Shares [groups] of groups of the same size, on the device and in the dtype of ``like``."""
    return torch.full((groups,), 1.0 / groups, dtype=like.dtype, device=like.device)
