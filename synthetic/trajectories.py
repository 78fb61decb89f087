"""All runs at once: every method from every start moves in lockstep as one tensor program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from nashcore.bargaining import Status
from nashcore.methods import NOT_ASKED, Decider, Decision, Method
from synthetic.optimizers import Optimizer
from synthetic.problem import Problem

_LANES = 8
"""Starts move in multiples of this: numbers that a processor computes at once."""


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
    status: Tensor


@dataclass(frozen=True)
class Trajectories:
    """What happened at R recorded moments of M methods from S starts.

    Attributes:
        steps: [R], how many steps had been taken.
        theta: [R, M, S, n].
        losses: [R, M, S, K].
        gradients: [R, M, S, K, n].
        weights: [R, M, S, K], the players' weights in the direction taken next (``weights @ gradients``).
        status: [R, M, S] int8, what the rule answered (`nashcore.bargaining.Status`), or `NOT_ASKED`.
    """

    steps: Tensor
    theta: Tensor
    losses: Tensor
    gradients: Tensor
    weights: Tensor
    status: Tensor

    @property
    def bargained(self) -> Tensor:
        """[R, M, S] (bool), the weights are the rule's."""
        return self.status == Status.AGREED

    @property
    def fell_back(self) -> Tensor:
        """[R, M, S] (bool), the rule was asked and had no answer (`status` says why), so the goal's weights are used."""
        return (self.status != NOT_ASKED) & (self.status != Status.AGREED)

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


def descend(
    problem: Problem,
    methods: Sequence[Method],
    starts: Tensor,
    steps: int,
    optimizer: Optimizer,
    seed: int = 0,
) -> Iterator[Moment]:
    """Every moment of every run, from the starts to the point after the last step (``steps + 1`` of them).

    Each step evaluates the problem once, asks each rule that some method needs at this step once, and moves
    all runs. No run depends on which others there are, to the last bit: a processor computes the last few numbers of a batch that
    is no multiple of its width in another way than the rest, so the batch is filled up with copies of the last start.

    Args:
        problem: the losses.
        methods: M of them.
        starts: [S, n] for all methods, or [M, S, n].
        steps: how many.
        optimizer: a fresh one.
        seed: of the rules that draw at random.
    """
    S = starts.shape[-2]
    rows = torch.arange(S + -S % _LANES, device=starts.device).clamp_max(S - 1)
    theta = starts[..., rows, :].expand(len(methods), len(rows), -1).clone()
    decider = Decider(methods, theta.device, seed=seed)
    for step in range(steps + 1):
        losses, gradients = problem.evaluate(theta)
        decision = decide(decider, step, gramian_of(gradients), losses, decider.goal_weights(losses))
        weights = decision.weights
        everything = theta, losses, gradients, weights, decision.status
        yield Moment(step, *(values.narrow(1, 0, S) for values in everything))
        if step < steps:
            optimizer.step(theta, (weights.unsqueeze(-2) @ gradients).squeeze(-2), gradients)


def gramian_of(gradients: Tensor) -> Tensor:
    """Gradients [..., K, n] -> their Gramian [..., K, K].

    A run that has left the finite numbers stays lost, but must not reach the solvers: it has zeros.
    """
    return (gradients @ gradients.mT).nan_to_num_(0.0, 0.0, 0.0)


def decide(decider: Decider, step: int, gramian: Tensor, losses: Tensor, goal_weights: Tensor) -> Decision:
    """`Decider.decide` without the players whose gradients are zero: they are satisfied and leave the game.

    On the CPU, where it costs nothing to look, games in which all play are asked about as such. Rules compute a game that somebody
    may have left in another way, so those games are asked about by themselves: one run's stop must not touch its neighbours.
    """
    active = gramian.diagonal(dim1=-2, dim2=-1) > 0
    if gramian.device.type != "cpu":
        return decider.decide(step, gramian, losses, goal_weights, active)
    whole = decider.decide(step, gramian, losses, goal_weights)
    if bool(active.all()):
        return whole
    everybody = active.all(-1)
    left = decider.decide(step, gramian, losses, goal_weights, active)
    weights = torch.where(everybody.unsqueeze(-1), whole.weights, left.weights)
    return Decision(weights, torch.where(everybody, whole.status, left.status))


def record(moments: Iterator[Moment], steps: int, every: int = 1) -> Trajectories:
    """Every ``every``-th moment, and the last, of a descent of ``steps`` steps."""
    kept = sorted({*range(0, steps + 1, every), steps})
    store: dict[str, list[Tensor]] = {field.name: [] for field in fields(Moment) if field.name != "step"}
    for moment in moments:
        if moment.step == kept[len(store["theta"])]:
            for name, values in store.items():
                values.append(getattr(moment, name))
            store["theta"][-1] = moment.theta.clone()
    rows = {name: torch.stack(store.pop(name)) for name in tuple(store)}  # one after the other: memory
    return Trajectories(steps=torch.tensor(kept), **rows)
