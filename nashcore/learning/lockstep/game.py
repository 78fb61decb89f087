"""From hypergradients to the weights of cells and rows: goals, bargaining stages and satisfied players."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nashcore.learning.lockstep.players import Players
from nashcore.methods import Arm, Decider, Decision, PlayerGroups


@dataclass(frozen=True)
class Play:
    """What one batch's game came to, in float64. M models, K players.

    Attributes:
        decision: the weights in force, and why; [M, ...].
        goal_weights: [M, K], the weights of the goal alone.
        gramian: [M, K, K] of the hypergradients, each model's scaled so that its longest has norm one.
        active: [M, K] (bool), players in the game; the others are satisfied.
        row_weights: [M, B], see `row_weights`.
        row_cosines: [M, K], cosine of the row weights with the fall of each player's loss, both taken as vectors over the rows of
            the batch (Euclidean norm), as in the cosines that follow from the Gramian: positive where the loss falls at the first
            instant of a step with these row weights; NaN for a norm of zero.
    """

    decision: Decision
    goal_weights: Tensor
    gramian: Tensor
    active: Tensor
    row_weights: Tensor
    row_cosines: Tensor


class Game:
    """The games of all models of a block, batch after batch.

    Args:
        arms: the block's arms.
        seeds: number of seeds; model s * len(arms) + p is arm p of seed s.
        players: the players.
        satisfied_below: see `nashcore.learning.plan.Plan`.
        signed_weights: likewise.
    """

    def __init__(
        self,
        arms: Sequence[Arm],
        seeds: int,
        players: Players,
        satisfied_below: float,
        signed_weights: bool = False,
    ) -> None:
        self.arms, self.seeds, self.satisfied_below = tuple(arms), seeds, satisfied_below
        self.signed_weights = signed_weights
        device = players.cell_means.device
        models = len(self.arms) * seeds
        self.largest_seen = torch.zeros(models, players.count, dtype=torch.float64, device=device)
        groups = PlayerGroups(players.group_means.double(), players.shares.double())
        self._decider = Decider([arm.method for arm in self.arms], device, groups)

    def play(self, hypergradients: Tensor, losses: Tensor, epoch: int, draw: int | None = None) -> Play:
        """Weights for the cells.

        Args:
            hypergradients: [M, K, B] in float64.
            losses: [M, K], the cells' validation losses after the look-ahead step, in float64.
            epoch: from 0; schedules count epochs.
            draw: the batch's number in the run, from 0, for rules that draw at random; the epoch where it is left out.
        """
        norms = torch.linalg.vector_norm(hypergradients, dim=-1)
        self.largest_seen = torch.maximum(self.largest_seen, norms)
        active = (norms > self.satisfied_below * self.largest_seen) & norms.isfinite()
        longest = norms.amax(-1, keepdim=True)
        unit = hypergradients / torch.where(longest > 0, longest, 1.0).unsqueeze(-1)
        gramian = unit @ unit.transpose(1, 2)
        by_arm = self._by_arm(losses)
        goal_weights = self._decider.goal_weights(by_arm)
        decision = self._decider.decide(
            epoch,
            self._by_arm(gramian),
            by_arm,
            goal_weights,
            self._by_arm(active),
            draw,
        )
        weights, goal, status = (
            of.transpose(0, 1).flatten(0, 1) for of in (decision.weights, goal_weights, decision.status)
        )
        rows = row_weights(hypergradients, weights, self.signed_weights)
        falls = -torch.bmm(unit, rows.unsqueeze(-1)).squeeze(-1)
        own = gramian.diagonal(dim1=-2, dim2=-1).sqrt()  # row weights have norm one, or are all zero
        cosines = torch.where((own > 0) & rows.any(-1, keepdim=True), falls / own, torch.nan)
        return Play(Decision(weights, status), goal, gramian, active, rows, cosines)

    def _by_arm(self, values: Tensor) -> Tensor:
        """Of models [M, ...] -> of arms and seeds [A, S, ...]."""
        return values.view(self.seeds, len(self.arms), *values.shape[1:]).transpose(0, 1)


def row_weights(hypergradients: Tensor, weights: Tensor, signed: bool = False) -> Tensor:
    """Weights of a batch's rows from the cells' weights: [M, K, B] and [M, K] -> [M, B].

    A row counts by how much its weight would lower the combined validation loss. Where it would raise it the row is left out,
    the cut, or counts negatively where ``signed``. A batch's weights have norm one, or are all zero.
    """
    pull = -torch.bmm(weights.unsqueeze(1), hypergradients).squeeze(1)
    useful = pull if signed else pull.clamp(min=0)
    norm = torch.linalg.vector_norm(useful, dim=-1, keepdim=True)
    return useful / torch.where(norm > 0, norm, 1.0)
