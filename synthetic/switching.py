"""How many steps to bargain? Every two-stage schedule at once, from never to always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from nashcore.errors import InputError
from nashcore.fairness.goals import GOALS
from nashcore.learning.schedule import two_stage
from synthetic.config import PlaneConfig
from synthetic.methods import Method, parse_method
from synthetic.optimizers import make_optimizer
from synthetic.pareto import FAILURE_DISTANCE, gap
from synthetic.problem import Problem
from synthetic.trajectories import keep, march

GAP_TOLERANCE = 0.1
"""A run is on the fair diagonal when its final gap is at most this."""

MOST_SWITCHES = 1001
_RECORDED = 101
"""Moments kept of every path, evenly spaced."""


@dataclass(frozen=True)
class Switching:
    """G goals, each followed after T bargaining steps, for every T of a list, from S starts.

    Attributes:
        problem: on which losses.
        goals: the G goals' names.
        switches: [T], the numbers of bargaining steps; the first is 0, the last all steps.
        steps: [R], the recorded moments.
        theta: [R, G, T, S, n].
        losses: [R, G, T, S, K].
        distance: [G, T, S], of the end to the front.
        gap: [G, T, S], highest minus lowest loss at the end.
    """

    problem: Problem
    goals: tuple[str, ...]
    switches: Tensor
    steps: Tensor
    theta: Tensor
    losses: Tensor
    distance: Tensor
    gap: Tensor

    @property
    def both_met(self) -> Tensor:
        """[G, T, S] (bool), the run ends on the front and on the fair diagonal."""
        return (self.distance <= FAILURE_DISTANCE) & (self.gap <= GAP_TOLERANCE)

    def windows(self) -> list[list[tuple[int, int] | None]]:
        """For each goal and start the longest unbroken run of T at which both are met (first, last); None for none."""
        return [[self._longest(met) for met in goal.unbind(-1)] for goal in self.both_met]

    def shared_windows(self) -> list[tuple[int, int] | None]:
        """For each goal the longest unbroken run of T at which both are met from every start; None for none."""
        return [self._longest(goal.all(-1)) for goal in self.both_met]

    def _longest(self, met: Tensor) -> tuple[int, int] | None:
        switches, best, begun = self.switches.tolist(), None, None
        for place, is_met in enumerate([*met.tolist(), False]):
            if is_met and begun is None:
                begun = place
            if not is_met and begun is not None:
                if best is None or place - begun > best[1] - best[0]:
                    best = (begun, place)
                begun = None
        return None if best is None else (switches[best[0]], switches[best[1] - 1])

    def frame(self) -> pd.DataFrame:
        """One row a goal, T and start: goal, switch, start, distance, gap, both_met."""
        G, T, S = self.distance.shape
        return pd.DataFrame(
            {
                "goal": pd.Categorical(list(self.goals), list(self.goals)).repeat(T * S),
                "switch": self.switches.repeat_interleave(S).repeat(G).numpy(),
                "start": torch.arange(S).repeat(G * T).numpy(),
                "distance": self.distance.flatten().numpy(),
                "gap": self.gap.flatten().numpy(),
                "both_met": self.both_met.flatten().numpy(),
            }
        )


def sweep_switches(
    config: PlaneConfig,
    goals: Sequence[str] = tuple(GOALS),
    rule: str = "nash",
    every: int = 10,
    device: torch.device | str = "cpu",
) -> Switching:
    """Run every two-stage schedule at once: T = 0, ``every``, 2 ``every``, ... and all steps.

    The config's methods and nudges are not used.

    Args:
        config: problem, starts, steps and optimizer.
        goals: keys of `GOALS`; each runs from every start of the config.
        rule: the text form of the rule that the first stage follows, as in `synthetic.methods`.
        every: steps between two values of T.
        device: where to compute; the result is on the CPU.

    Raises:
        InputError: an unknown goal or rule, no goal, or more than `MOST_SWITCHES` values of T.
    """
    if not goals:
        raise InputError("Parameter 'goals' should name at least one goal. Found none.")
    first = [parse_method(f"{goal}-{rule}") for goal in goals]
    whole = isinstance(every, int) and not isinstance(every, bool)
    least = max(1, -(-config.steps // (MOST_SWITCHES - 1)))
    if not whole or every < least:
        raise InputError(
            f"Parameter 'every' should be a whole number of at least {least} (at most {MOST_SWITCHES} values of T). "
            f"Found {every!r}."
        )
    switches = sorted({*range(0, config.steps, every), config.steps})
    methods = [
        Method(method.goal, method.rule, method.option, two_stage(switch))
        for method in first
        for switch in switches
    ]
    problem, starts = config.build_problem(), config.build_starts()
    optimizer = make_optimizer(config.optimizer, config.lr, problem.curvature, config.multiple)
    with torch.no_grad():
        moments = march(problem, methods, starts.to(device), config.steps, optimizer, config.seed)
        path = keep(moments, config.steps, max(1, config.steps // (_RECORDED - 1)), ("theta", "losses"))
    shape = (len(goals), len(switches))
    theta, losses = (
        path[name].cpu().reshape(-1, *shape, *path[name].shape[2:]) for name in ("theta", "losses")
    )
    return Switching(
        problem=problem,
        goals=tuple(goals),
        switches=torch.tensor(switches),
        steps=path["steps"],
        theta=theta,
        losses=losses,
        distance=problem.front.distance(losses[-1]),
        gap=gap(losses[-1]),
    )
