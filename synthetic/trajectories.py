"""All runs at once: every method from every start moves in lockstep as one tensor program."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from nashcore.methods.goals import GOALS, equal_shares
from nashcore.methods.schedule import ScheduleBatch, continuous, in_conflict
from synthetic.methods import Method
from synthetic.optimizers import Optimizer
from synthetic.problem import Problem


@dataclass(frozen=True)
class Moment:
    """Where M methods from S starts are before a step, and what they are about to follow.

    ``theta [M, S, n]`` changes in place at the next step; copy what is to be kept.
    """

    step: int
    theta: Tensor
    losses: Tensor
    gradients: Tensor
    weights: Tensor
    bargained: Tensor
    fell_back: Tensor


@dataclass(frozen=True)
class Trajectories:
    """What happened at R recorded moments of M methods from S starts.

    Attributes:
        steps: [R], how many steps had been taken.
        theta: [R, M, S, n].
        losses: [R, M, S, K].
        gradients: [R, M, S, K, n].
        weights: [R, M, S, K], the players' weights in the direction taken next (``weights @ gradients``).
        bargained: [R, M, S] (bool), the weights are the rule's.
        fell_back: [R, M, S] (bool), the rule was asked and found no agreement, so the goal's weights are
            used.
    """

    steps: Tensor
    theta: Tensor
    losses: Tensor
    gradients: Tensor
    weights: Tensor
    bargained: Tensor
    fell_back: Tensor

    @property
    def cosine(self) -> Tensor:
        """[R, M, S], the lowest cosine between two players' gradients; zero gradients count as orthogonal."""
        size = torch.linalg.vector_norm(self.gradients, dim=-1, keepdim=True)
        unit = self.gradients / torch.where(size > 0, size, torch.ones_like(size))
        return (unit @ unit.mT).flatten(-2).amin(-1)

    @property
    def gained(self) -> Tensor:
        """[R - 1, M, S] (bool), every player's loss fell from the moment to the next."""
        return (self.losses[1:] < self.losses[:-1]).all(-1)


@dataclass(frozen=True)
class _Group:
    """Methods that share a rule (or a goal), so that one call serves them all."""

    rows: slice | list[int]
    methods: tuple[Method, ...]


def march(
    problem: Problem,
    methods: Sequence[Method],
    starts: Tensor,
    steps: int,
    optimizer: Optimizer,
    seed: int = 0,
) -> Iterator[Moment]:
    """Every moment of every run, from the starts to the point after the last step (``steps + 1`` of them).

    Each step evaluates the problem once, asks each rule that some method needs at this step once, and moves
    all runs.

    Args:
        problem: the losses.
        methods: M of them.
        starts: [S, n] for all methods, or [M, S, n].
        steps: how many.
        optimizer: a fresh one.
        seed: of the rules that draw at random.
    """
    theta = starts.expand(len(methods), *starts.shape[-2:]).clone()
    goals = _groups(methods, lambda m: m.goal)
    rules = [
        (group, group.methods[0].weigh(seed), _stage(group.methods, theta.device), _span(group.methods))
        for group in _groups(methods, lambda m: (m.rule, m.option))
        if group.methods[0].rule is not None
    ]
    shares = equal_shares(len(problem.groups), theta)
    for step in range(steps + 1):
        losses, gradients = problem.evaluate(theta)
        # A run that has left the finite numbers stays lost, but must not reach the solvers.
        gramian = (gradients @ gradients.mT).nan_to_num_(0.0, 0.0, 0.0)
        weights = torch.empty_like(losses)
        bargained, fell_back = losses.new_zeros((2, *losses.shape[:-1]), dtype=torch.bool)
        for group in goals:
            goal = GOALS[group.methods[0].goal]
            weights[group.rows] = goal.weights(losses[group.rows], shares)
        for group, rule, stage, (first, last) in rules:
            if not first <= step < last:
                continue
            rows = group.rows
            asked = gramian[rows]
            proposed = rule(asked, losses[rows])
            nonzero = (proposed != 0).any(-1)
            agreed = nonzero if group.methods[0].may_disagree else torch.ones_like(nonzero)
            if stage is None:
                bargained[rows], fell_back[rows] = agreed, ~agreed
            else:
                due = stage.bargains(step, in_conflict(asked).mT).mT
                fell_back[rows] = due & ~agreed
                agreed = due & agreed
                bargained[rows] = agreed
            weights[rows] = torch.where(agreed.unsqueeze(-1), proposed, weights[rows])
        yield Moment(step, theta, losses, gradients, weights, bargained, fell_back)
        if step < steps:
            optimizer.step(theta, (weights.unsqueeze(-2) @ gradients).squeeze(-2), gradients)


def keep(moments: Iterator[Moment], steps: int, every: int, names: Sequence[str]) -> dict[str, Tensor]:
    """The named tensors of every ``every``-th moment, and of the last, of a march of ``steps`` steps.

    Returns:
        Each name with its values [R, ...], and "steps" [R].
    """
    kept = sorted({*range(0, steps + 1, every), steps})
    store: dict[str, Tensor] = {}
    row = 0
    for moment in moments:
        if moment.step != kept[row]:
            continue
        for name in names:
            value = getattr(moment, name)
            if row == 0:
                store[name] = value.new_empty((len(kept), *value.shape))
            store[name][row] = value
        row += 1
    return {"steps": torch.tensor(kept)} | store


def record(moments: Iterator[Moment], steps: int, every: int = 1) -> Trajectories:
    """Every ``every``-th moment, and the last, of a march of ``steps`` steps."""
    names = [field.name for field in fields(Trajectories) if field.name != "steps"]
    return Trajectories(**keep(moments, steps, every, names))


def _groups(methods: Sequence[Method], key: Callable[[Method], Hashable]) -> list[_Group]:
    found: dict[Hashable, list[int]] = {}
    for row, method in enumerate(methods):
        found.setdefault(key(method), []).append(row)
    return [_Group(_rows(rows), tuple(methods[row] for row in rows)) for rows in found.values()]


def _rows(rows: list[int]) -> slice | list[int]:
    """A slice where the rows follow each other: a view costs less than a copy."""
    together = rows == list(range(rows[0], rows[-1] + 1))
    return slice(rows[0], rows[-1] + 1) if together else rows


def _stage(methods: Sequence[Method], device: torch.device) -> ScheduleBatch | None:
    """When the methods bargain; None when they do at every step."""
    schedules = [method.schedule for method in methods]
    return None if all(s == continuous() for s in schedules) else ScheduleBatch(schedules, device)


def _span(methods: Sequence[Method]) -> tuple[int, int]:
    """The first step at which some method bargains and the step after the last."""
    return min(m.schedule.first for m in methods), max(m.schedule.last for m in methods)
