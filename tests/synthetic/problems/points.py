"""Points of the plane, and an independent reference for losses and gradients there."""

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


def standard_by_the_book(theta: Tensor, sign: float = 1.0) -> Tensor:
    """The two losses, term by term, with `torch.maximum` at every maximum; ``sign`` stands before tanh(-y) in the second:
    1 as coded, -1 as printed."""
    x, y = theta[..., 0], theta[..., 1]

    def at_least(value: Tensor, floor: float) -> Tensor:
        return torch.maximum(value, torch.full_like(value, floor))

    c1, c2 = at_least(torch.tanh(y / 2), 0.0), at_least(torch.tanh(-y / 2), 0.0)
    f1 = torch.log(at_least((0.5 * (-x - 7) - torch.tanh(-y)).abs(), 5e-6)) + 6
    f2 = torch.log(at_least((0.5 * (-x + 3) + sign * torch.tanh(-y) + 2).abs(), 5e-6)) + 6
    g1 = ((-x + 7) ** 2 + 0.1 * (-y - 8) ** 2) / 10 - 20
    g2 = ((-x - 7) ** 2 + 0.1 * (-y - 8) ** 2) / 10 - 20
    return torch.stack((c1 * f1 + c2 * g1, c1 * f2 + c2 * g2), -1)
