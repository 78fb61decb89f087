"""Points of the plane, and gradients of any losses there by autograd."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def gradients_by_autograd(losses_of: Callable[[Tensor], Tensor], theta: Tensor) -> Tensor:
    """Gradients [..., K, n] of losses [..., K] at points [..., n]."""
    leaf = theta.clone().requires_grad_()
    losses = losses_of(leaf)
    found = [torch.autograd.grad(of.sum(), leaf, retain_graph=True)[0] for of in losses.unbind(-1)]
    return torch.stack(found, -2)


def plane(count: int, seed: int = 0) -> Tensor:
    """Random points [count, 2] of the square from -10 to 10."""
    drawn = torch.rand((count, 2), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return 20 * drawn - 10
