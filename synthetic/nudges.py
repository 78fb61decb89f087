"""Does rounding decide? Copies of every start, moved by a billionth, are run and their failures counted.

A run is chaotic where a valley's walls throw it to and fro: a difference of 1e-9 grows until it decides where the run ends. Such a
start is on a knife's edge, and another machine may find another end. What is drawn and counted is the start's own run all the
same; the copies only say how much it can be relied on.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from nashcore.device import one_thread
from synthetic.config import PlaneConfig
from synthetic.optimizers import make_optimizer
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.trajectories import descend

_REPORTS = 200
"""Reports of progress a run."""


def failing_copies(
    config: PlaneConfig,
    progress: Callable[[float], None] | None = None,
    device: torch.device | str = "cpu",
) -> Tensor:
    """How many of the ``config.nudges`` copies of each start end further than `FAILURE_DISTANCE` from the front.

    Args:
        config: what to run.
        progress: called with the share done, from 0 to 1; what it raises ends the work.
        device: where to compute.

    Returns:
        [M, S] (int64), on the CPU.
    """
    problem, methods, starts = config.build_problem(), config.build_methods(), config.build_starts()
    shape = len(methods), config.nudges, len(starts)
    if not config.nudges:
        return torch.zeros(shape[0], shape[2], dtype=torch.int64)
    copies = config.nudged(starts).flatten(0, 1).to(device)
    optimizer = make_optimizer(config.optimizer, config.lr, problem.curvature, config.multiple)
    every = max(1, config.steps // _REPORTS)
    with one_thread(), torch.inference_mode():
        for moment in descend(problem, methods, copies, config.steps, optimizer, config.seed):
            if progress is not None and moment.step % every == 0:
                progress(moment.step / config.steps)
            losses = moment.losses
        distance = problem.front.distance(losses.cpu()).reshape(shape)
    return (distance > FAILURE_DISTANCE).sum(1)
