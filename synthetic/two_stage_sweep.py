"""How many steps to bargain? Every two-stage schedule at once, from never to always."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from nashcore.errors import InputError, quoted
from nashcore.methods import GOALS, Decider, Method, continuous, parse_method
from synthetic.config import PlaneConfig
from synthetic.optimizers import make_optimizer
from synthetic.pareto import FAILURE_DISTANCE, gap
from synthetic.problem import Problem
from synthetic.trajectories import decide, gramian_of

GAP_TOLERANCE = 0.1
"""A run is on the fair diagonal when its final gap is at most this."""

MOST_SWITCHES, MOST_RUNS = 1001, 200_000
_REPORTS = 200
"""Reports of progress a sweep."""

_WIDEST = 10
"""Steps between two recorded moments: of the standard page's moments fewer than one in two hundred are then drawn as much as
three pixels off."""


@dataclass(frozen=True)
class SwitchRange:
    """The T at which a goal meets both.

    Attributes:
        first: the smallest such T.
        last: the largest such T.
        longest: (first, last) T of the longest unbroken row of such T.
        met: how many T there are from `first` to `last` that meet both.
        tried: how many T were tried from `first` to `last`.
    """

    first: int
    last: int
    longest: tuple[int, int]
    met: int
    tried: int


@dataclass(frozen=True)
class Sweep:
    """G goals, each followed after T bargaining steps, for every T of a list, from S starts.

    Attributes:
        problem: on which losses.
        goals: the G goals' names.
        switch_steps: [T], the numbers of bargaining steps; the first is 0, the last all N steps.
        bargaining: [N + 1, G, S, K], the losses while bargaining goes on: up to its T every run is on this path.
        offsets: [O], steps after T at which each run is recorded, from 0 to N.
        tails: [O, G, T, S, K], the losses of each run that many steps after its T, or at its end where that is past it.
        theta: [G, T, S, n], at the end.
        losses: [G, T, S, K], at the end.
        distance: [G, T, S], of the end to the front; infinite where the run left the finite numbers.
        gap: [G, T, S], highest minus lowest loss at the end.
    """

    problem: Problem
    goals: tuple[str, ...]
    switch_steps: Tensor
    bargaining: Tensor
    offsets: Tensor
    tails: Tensor
    theta: Tensor
    losses: Tensor
    distance: Tensor
    gap: Tensor

    @property
    def both_met(self) -> Tensor:
        """[G, T, S] (bool), the run ends on the front and on the fair diagonal."""
        return (self.distance <= FAILURE_DISTANCE) & (self.gap <= GAP_TOLERANCE)

    def switch_ranges(self) -> list[SwitchRange | None]:
        """For each goal the T at which both are met from every start; None for none."""
        return switch_ranges(self.switch_steps, self.both_met.all(-1))

    def path(self, switch: int) -> tuple[Tensor, Tensor]:
        """One T's runs: recorded steps [R], of the bargaining stage all; and losses there [R, G, S, K].

        Raises:
            InputError: ``switch`` is not one of `switch_steps`.
        """
        found = (self.switch_steps == switch).nonzero()
        if found.numel() != 1:
            raise InputError(
                f"Parameter 'switch' should be one of the swept numbers of steps. Found {quoted(switch)}."
            )
        steps = (switch + self.offsets).clamp(max=len(self.bargaining) - 1)
        kept = torch.cat((steps[1:] > steps[:-1], torch.tensor([True])))  # of those at the end, the last
        tail = self.tails[kept, :, int(found)]
        return (
            torch.cat((torch.arange(switch), steps[kept])),
            torch.cat((self.bargaining[:switch], tail)),
        )

    def frame(self) -> pd.DataFrame:
        """One row a goal, T and start: goal, switch, start, distance, gap, both_met."""
        G, T, S = self.distance.shape
        return pd.DataFrame(
            {
                "goal": pd.Categorical(list(self.goals), list(self.goals)).repeat(T * S),
                "switch": self.switch_steps.repeat_interleave(S).repeat(G).numpy(),
                "start": torch.arange(S).repeat(G * T).numpy(),
                "distance": self.distance.flatten().numpy(),
                "gap": self.gap.flatten().numpy(),
                "both_met": self.both_met.flatten().numpy(),
            }
        )


def switch_ranges(switch_steps: Tensor, met: Tensor) -> list[SwitchRange | None]:
    """The T of each goal; None where no T meets both.

    Args:
        switch_steps: [T], the numbers of bargaining steps, rising.
        met: [G, T] (bool).
    """
    return [_range(switch_steps.tolist(), row.tolist()) for row in met]


def _range(steps: list[int], met: list[bool]) -> SwitchRange | None:
    if not any(met):
        return None
    first = met.index(True)
    last = len(met) - 1 - met[::-1].index(True)
    rows, begun = [], 0
    for place, is_met in enumerate([*met, False]):
        if not is_met:
            rows.append((place - begun, begun, place - 1))
            begun = place + 1
    _, begins, ends = max(rows, key=lambda row: row[0])
    longest = steps[begins], steps[ends]
    return SwitchRange(steps[first], steps[last], longest, sum(met), last - first + 1)


def sweep_switches(
    config: PlaneConfig,
    goals: Sequence[str] = tuple(GOALS),
    rule: str = "nash",
    every: int = 1,
    device: torch.device | str = "cpu",
    progress: Callable[[float], None] | None = None,
) -> Sweep:
    """Run every two-stage schedule at once: T = 0, ``every``, 2 ``every``, ... and all steps.

    Up to step T a run is the same whatever T is, so the bargaining stage is one run, and at each T a copy of it (with the
    optimizer's memory) leaves to follow the goal. Only that one run asks the rule. The config's methods and nudges are
    not used.

    Args:
        config: problem, starts, steps and optimizer.
        goals: keys of `GOALS`; each runs from every start of the config.
        rule: the text form of the rule that the first stage follows, as `nashcore.methods.parse_method` reads it.
        every: steps between two values of T.
        device: where to compute; the result is on the CPU.
        progress: called with the share done, from 0 to 1; what it raises ends the work.

    Raises:
        InputError: an unknown goal or rule, no goal, more than `MOST_SWITCHES` values of T or `MOST_RUNS` runs.
    """
    methods = _methods(goals, rule)
    switches = _switches(config.steps, every)
    starts = config.build_starts().to(device)
    if (runs := len(methods) * len(switches) * len(starts)) > MOST_RUNS:
        raise InputError(
            f"Goals, values of T and starts should make at most {MOST_RUNS} runs. Found {runs}: "
            "sweep fewer starts or a larger 'every'."
        )
    with torch.inference_mode():
        _keep_freed_memory()
        return _sweep(config, methods, switches, starts, progress or _untold)


def _untold(share: float) -> None:
    """Nobody asks how far it is."""


def _methods(goals: Sequence[str], rule: str) -> list[Method]:
    if not goals or not set(goals) <= set(GOALS):
        found = ", ".join(map(quoted, goals[:8])) or "none"
        raise InputError(f"Parameter 'goals' should name one or more of {', '.join(GOALS)}. Found {found}.")
    first = parse_method(rule)
    if first.rule is None or first.goal is not None or first.schedule != continuous():
        raise InputError(
            f"Parameter 'rule' should name a rule alone: the goals and the schedules are swept. Found {quoted(rule)}."
        )
    return [Method(goal, first.rule, first.options, continuous()) for goal in dict.fromkeys(goals)]


def _switches(steps: int, every: int) -> list[int]:
    whole = isinstance(every, int) and not isinstance(every, bool)
    least = max(1, -(-steps // (MOST_SWITCHES - 1)))
    if not whole or every < least:
        raise InputError(
            f"Parameter 'every' should be a whole number of at least {least} (at most {MOST_SWITCHES} values of T). "
            f"Found {quoted(every)}."
        )
    return sorted({*range(0, steps, every), steps})


def _sweep(
    config: PlaneConfig,
    methods: Sequence[Method],
    switches: list[int],
    starts: Tensor,
    progress: Callable[[float], None],
) -> Sweep:
    problem, steps = config.build_problem(), config.steps
    optimizer = make_optimizer(config.optimizer, config.lr, problem.curvature, config.multiple)
    G, T, S, K, n = len(methods), len(switches), len(starts), len(problem.groups), problem.parameters
    decider = Decider(methods, starts.device, seed=config.seed)
    # Row r of the state is the run that left at switches[r]; the row after those that have left still bargains.
    theta, *memory = (starts.new_zeros((G, T, S, n)) for _ in range(1 + optimizer.memories))
    theta[:, 0] = starts
    bargaining = starts.new_empty((steps + 1, G, S, K))
    offsets = _offsets(steps)
    tails = starts.new_empty((len(offsets), G, T, S, K))
    at = torch.tensor(offsets, device=starts.device)
    row_of = torch.full((steps + 1,), -1, device=starts.device)
    row_of[torch.tensor(switches, device=starts.device)] = torch.arange(T, device=starts.device)
    every_step = len(switches) == steps + 1
    left = 0
    for step in range(steps + 1):
        if step % (steps // _REPORTS + 1) == 0:
            progress((step / steps) ** 2)  # more and more runs have left
        if step < steps and step == switches[left]:
            for state in (theta, *memory):
                state[:, left + 1] = state[:, left]
            left += 1
        here = theta[:, : left + 1]
        losses, gradients = problem.evaluate(here)
        bargaining[step] = losses[:, left]
        due = bisect_right(offsets, step)
        rows = row_of[step - at[:due]]
        places = torch.arange(due, device=starts.device)
        if not every_step:
            places, rows = places[rows >= 0], rows[rows >= 0]
        tails[places, :, rows] = losses[:, rows].movedim(1, 0)
        if step == steps:
            break
        weights = decider.goal_weights(losses)
        game = gramian_of(gradients[:, left])
        decision = decide(decider, step, game, losses[:, left], weights[:, left])
        weights[:, left] = decision.weights
        optimizer.memory = tuple(state[:, : left + 1] for state in memory)
        optimizer.step(here, (weights.unsqueeze(-2) @ gradients).squeeze(-2), gradients)
    past = (at[:, None] + torch.tensor(switches, device=starts.device)) > steps
    tails = torch.where(past[:, None, :, None, None], losses, tails)
    theta, losses, bargaining, tails = (each.cpu() for each in (theta, losses, bargaining, tails))
    return Sweep(
        problem=problem,
        goals=tuple(method.followed for method in methods),
        switch_steps=torch.tensor(switches),
        bargaining=bargaining,
        offsets=torch.tensor(offsets),
        tails=tails,
        theta=theta,
        losses=losses,
        distance=problem.front.distance(losses),
        gap=gap(losses),
    )


def _offsets(steps: int) -> list[int]:
    """Steps after the switch to record: all at first, where a run turns, and at least every tenth as it settles."""
    found, at = [], 0
    while at < steps:
        found.append(at)
        at += min(_WIDEST, max(1, at // 12))
    return [*found, steps]


def _keep_freed_memory() -> None:
    """Let the C library keep what is freed.

    A step frees a few hundred kB that the next one takes again. Handing them to the system and back costs three times as much as
    the sums. The library learns from the size of what is freed (glibc's "dynamic mmap threshold"); elsewhere this is nothing.
    """
    torch.empty(31 * 2**20, dtype=torch.uint8)
