"""From where does a method fail? The final distance to the front over a grid of starting points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from nashcore.errors import InputError, quoted
from nashcore.methods import Method, method_text
from synthetic.config import PlaneConfig
from synthetic.optimizers import make_optimizer
from synthetic.pareto import FAILURE_DISTANCE, gap
from synthetic.trajectories import descend

STANDARD_SIDE, LARGEST_SIDE = 41, 201

_RUNS_AT_ONCE = 8192
"""Runs that move together: enough to hide the cost of a call, few enough to stay in the processor's cache."""

_REPORTS = 200
"""Reports of progress a chunk."""


@dataclass(frozen=True)
class Basin:
    """The final distance and gap of M methods from a grid of starts.

    Attributes:
        methods: the M methods.
        x, y: [side], the grid's coordinates.
        distance: [M, side, side], to the front at the end; row is y, column is x; infinite where a run got
            lost.
        gap: [M, side, side], highest minus lowest loss at the end.
    """

    methods: tuple[Method, ...]
    x: Tensor
    y: Tensor
    distance: Tensor
    gap: Tensor

    @property
    def failing_share(self) -> Tensor:
        """[M], the share of starts that end further than `FAILURE_DISTANCE` from the front."""
        return (self.distance > FAILURE_DISTANCE).to(torch.float64).mean((-2, -1))

    def frame(self) -> pd.DataFrame:
        """One row a method and start: method, x, y, distance, gap, failed."""
        cells = self.distance[0].numel()
        return pd.DataFrame(
            {
                "method": pd.Categorical([method_text(method) for method in self.methods]).repeat(cells),
                "x": self.x.repeat(len(self.methods) * len(self.y)).numpy(),
                "y": self.y.repeat_interleave(len(self.x)).repeat(len(self.methods)).numpy(),
                "distance": self.distance.flatten().numpy(),
                "gap": self.gap.flatten().numpy(),
                "failed": (self.distance > FAILURE_DISTANCE).flatten().numpy(),
            }
        )


def map_basin(
    config: PlaneConfig,
    side: int = STANDARD_SIDE,
    progress: Callable[[float], None] | None = None,
    device: torch.device | str = "cpu",
) -> Basin:
    """Run every method of ``config`` from a grid of ``side`` x ``side`` starts over the problem's plane.

    The config's own starts and nudges are not used.

    Args:
        config: problem, methods, steps and optimizer.
        side: starts along each axis, 2 to `LARGEST_SIDE`.
        progress: called with the share done, from 0 to 1; what it raises ends the work.
        device: where to compute; the result is on the CPU.

    Raises:
        InputError: ``side`` is outside its range, or the problem has not two parameters.
    """
    if isinstance(side, bool) or not isinstance(side, int) or not 2 <= side <= LARGEST_SIDE:
        raise InputError(
            f"Parameter 'side' should be a whole number from 2 to {LARGEST_SIDE}. Found {quoted(side)}."
        )
    problem, methods = config.build_problem(), config.build_methods()
    if problem.parameters != 2:
        raise InputError(f"A basin map needs a problem with 2 parameters. Found {problem.parameters}.")
    x, y = (torch.linspace(low, high, side, dtype=torch.float64) for low, high in problem.theta_range)
    grid = torch.cartesian_prod(y, x).flip(-1)
    chunks = torch.split(grid, max(1, _RUNS_AT_ONCE // len(methods)))
    every = max(1, config.steps // _REPORTS)
    ends = []
    for number, starts in enumerate(chunks):
        optimizer = make_optimizer(config.optimizer, config.lr, problem.curvature, config.multiple)
        with torch.no_grad():
            for moment in descend(problem, methods, starts.to(device), config.steps, optimizer, config.seed):
                if progress is not None and moment.step % every == 0:
                    progress((number + moment.step / config.steps) / len(chunks))
                losses = moment.losses
        ends.append(losses.cpu())
    if progress is not None:
        progress(1.0)
    final = torch.cat(ends, 1)
    shape = (len(methods), side, side)
    return Basin(methods, x, y, problem.front.distance(final).reshape(shape), gap(final).reshape(shape))
