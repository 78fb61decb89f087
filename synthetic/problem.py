"""What a problem of the loss plane is: losses with analytic gradients, starts, ranges to draw, a front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nashcore.errors import InputError
from synthetic.pareto import Front

Evaluate = Callable[[Tensor], tuple[Tensor, Tensor]]
"""``theta [..., n] -> (losses [..., K], gradients [..., K, n])``; the gradients are analytic."""


@dataclass(frozen=True)
class Problem:
    """A few parameters and the losses of K groups that depend on them.

    Attributes:
        name: the key in `synthetic.problems.PROBLEMS`.
        title: the name shown to people.
        says: what the problem is, in one sentence.
        groups: the names of the K groups.
        evaluate: see `Evaluate`. Computes in the dtype and on the device of its argument.
        starts: the standard starting points, each n numbers.
        theta_range: (lowest, highest) of each parameter to draw; starts of basin maps and random starts lie
            in it.
        loss_range: (lowest, highest) of each loss to draw.
        front: the Pareto front.
        curvature: L, when every loss has an L-Lipschitz gradient (guaranteed steps need it); None when there
            is no such L.
    """

    name: str
    title: str
    says: str
    groups: tuple[str, ...]
    evaluate: Evaluate
    starts: tuple[tuple[float, ...], ...]
    theta_range: tuple[tuple[float, float], ...]
    loss_range: tuple[tuple[float, float], ...]
    front: Front
    curvature: float | None = None

    @property
    def parameters(self) -> int:
        """n, the number of parameters."""
        return len(self.theta_range)

    def scaled(self, factors: tuple[float, ...]) -> Problem:
        """The same problem with every loss multiplied by its factor.

        The front is scaled along, and distances to it are still measured in the unscaled losses, so whether a
        start fails does not depend on the unit in which a group's loss is written.

        Raises:
            InputError: the factors are not K positive finite numbers.
        """
        scale = torch.tensor(factors, dtype=torch.float64)
        if len(factors) != len(self.groups) or not bool((scale.isfinite() & (scale > 0)).all()):
            raise InputError(
                f"Parameter 'scale' should hold {len(self.groups)} positive finite numbers, one a loss. "
                f"Found {factors}."
            )

        def evaluate(theta: Tensor) -> tuple[Tensor, Tensor]:
            losses, gradients = self.evaluate(theta)
            by = scale.to(theta)
            return losses * by, gradients * by.unsqueeze(-1)

        return replace(
            self,
            evaluate=evaluate,
            loss_range=tuple(
                (low * f, high * f) for (low, high), f in zip(self.loss_range, factors, strict=True)
            ),
            front=self.front.scaled(scale),
            curvature=None if self.curvature is None else self.curvature * max(factors),
        )
