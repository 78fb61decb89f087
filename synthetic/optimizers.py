"""How far a run moves along its direction: SGD, momentum, Adam, and steps guaranteed to help every player.

Each keeps its state for a whole batch of runs and moves ``theta`` in place, with the semantics of
`torch.optim`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, Protocol

import torch
from torch import Tensor

from nashcore.errors import InputError

OptimizerName = Literal["adam", "momentum", "sgd", "guaranteed"]

_BETAS, _EPSILON = (0.9, 0.999), 1e-8
_MOMENTUM = 0.9


class Optimizer(Protocol):
    """One step of a batch of runs.

    Attributes:
        memories: how many numbers it remembers for each parameter.
        memory: them, each of theta's shape; all zero before the first step, when it may still be empty. Who moves only
            a part of a batch puts views of that part here.
    """

    memories: int
    memory: tuple[Tensor, ...]

    def step(self, theta: Tensor, direction: Tensor, gradients: Tensor) -> None:
        """Move theta [..., n] against direction [..., n] in place; gradients [..., K, n] are the players'."""


class Sgd:
    """``theta <- theta - lr d``."""

    memories = 0

    def __init__(self, lr: float) -> None:
        self.lr = lr
        self.memory: tuple[Tensor, ...] = ()

    def step(self, theta: Tensor, direction: Tensor, gradients: Tensor) -> None:
        theta.sub_(direction, alpha=self.lr)


class Momentum:
    """``b <- 0.9 b + d``, ``theta <- theta - lr b``."""

    memories = 1

    def __init__(self, lr: float) -> None:
        self.lr = lr
        self.memory: tuple[Tensor, ...] = ()

    def step(self, theta: Tensor, direction: Tensor, gradients: Tensor) -> None:
        self.memory = self.memory or (torch.zeros_like(theta),)
        (buffer,) = self.memory
        theta.sub_(buffer.mul_(_MOMENTUM).add_(direction), alpha=self.lr)


class Adam:
    """Adam with the standard constants (0.9, 0.999, 1e-8)."""

    memories = 2

    def __init__(self, lr: float) -> None:
        self.lr = lr
        self.steps = 0
        self.memory: tuple[Tensor, ...] = ()

    def step(self, theta: Tensor, direction: Tensor, gradients: Tensor) -> None:
        self.memory = self.memory or (torch.zeros_like(theta), torch.zeros_like(theta))
        mean, square = self.memory
        self.steps += 1
        first, second = _BETAS
        mean.lerp_(direction, 1 - first)
        square.mul_(second).addcmul_(direction, direction, value=1 - second)
        size = square.sqrt().div_(math.sqrt(1 - second**self.steps)).add_(_EPSILON)
        theta.addcdiv_(mean, size, value=-self.lr / (1 - first**self.steps))


class Guaranteed:
    """Steps from the descent lemma: with L-Lipschitz gradients every player gains from a small step.

    Player i's loss changes by at most ``-eta u_i + eta^2 L |d|^2 / 2`` with u_i = <g_i, d>, so every loss
    falls when ``eta < 2 min u_i / (L |d|^2)``, and ``eta = min u_i / (L |d|^2)`` makes the guaranteed gain of
    the hardest player largest. For the Nash direction (u_i = 1/a_i, |d|^2 = K) that is ``1 / (L K max a_i)``.
    Where some u_i is not positive, no step is guaranteed and the run stays where it is.

    Args:
        curvature: L.
        multiple: takes this multiple of the best guaranteed step; from 2 on the guarantee is void.
    """

    memories = 0

    def __init__(self, curvature: float, multiple: float) -> None:
        self.curvature, self.multiple = curvature, multiple
        self.memory: tuple[Tensor, ...] = ()

    def step(self, theta: Tensor, direction: Tensor, gradients: Tensor) -> None:
        least = (gradients @ direction.unsqueeze(-1)).squeeze(-1).amin(-1).clamp(min=0)
        length = (direction * direction).sum(-1)
        eta = least / (self.curvature * torch.where(length > 0, length, torch.ones_like(length)))
        theta.sub_((self.multiple * eta).unsqueeze(-1) * direction)


def make_optimizer(name: OptimizerName, lr: float, curvature: float | None, multiple: float) -> Optimizer:
    """A fresh optimizer.

    Args:
        name: which one.
        lr: learning rate of all but ``guaranteed``.
        curvature: the problem's L, None when it has none.
        multiple: see `Guaranteed`.

    Raises:
        InputError: guaranteed steps are asked for on a problem that has no L.
    """
    if name == "guaranteed":
        if curvature is None:
            raise InputError(
                "Optimizer 'guaranteed' needs a problem whose gradients have a Lipschitz bound "
                "(convex_pair or three_groups). Found one without."
            )
        return Guaranteed(curvature, multiple)
    kinds: dict[str, Callable[[float], Optimizer]] = {"adam": Adam, "momentum": Momentum, "sgd": Sgd}
    return kinds[name](lr)
