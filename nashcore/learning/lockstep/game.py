"""From hypergradients to the weights of cells and rows: goals, bargaining stages and satisfied players."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nashcore.bargaining import get_rule, restrict_to
from nashcore.learning.lockstep.players import Players
from nashcore.methods.goals import get_goal
from nashcore.methods.method import Arm
from nashcore.methods.schedule import in_conflict


@dataclass(frozen=True)
class Decision:
    """What one batch's game came to, in float64. M models, K players.

    Attributes:
        weights: [M, K], the weights in force.
        goal_weights: [M, K], the weights of the goal alone.
        gramian: [M, K, K] of the hypergradients, each model's scaled so that its longest has norm one.
        active: [M, K] bool, players in the game; the others are satisfied.
        bargained: [M] bool, whether the model was to bargain at this batch.
        agreed: [M] bool, whether it did and found weights; where it did not, the goal's are in force.
    """

    weights: Tensor
    goal_weights: Tensor
    gramian: Tensor
    active: Tensor
    bargained: Tensor
    agreed: Tensor


class Game:
    """The games of all models of a block, batch after batch.

    Args:
        arms: the block's arms.
        seeds: number of seeds; model s * len(arms) + p is arm p of seed s.
        players: the players.
        satisfied: see `nashcore.learning.plan.Plan`.
    """

    def __init__(self, arms: Sequence[Arm], seeds: int, players: Players, satisfied: float) -> None:
        self.arms, self.seeds, self.players, self.satisfied = tuple(arms), seeds, players, satisfied
        device = players.cell_means.device
        models = len(self.arms) * seeds
        self.largest_seen = torch.zeros(models, players.count, dtype=torch.float64, device=device)
        self._group_means, self._shares = players.group_means.double(), players.shares.double()
        self._of_goal: dict[str, Tensor] = {}
        for goal in dict.fromkeys(arm.method.goal for arm in self.arms if arm.method.goal):
            found = [index for index, arm in enumerate(self.arms) if arm.method.goal == goal]
            self._of_goal[goal] = torch.tensor(found, device=device)
        self._models = torch.arange(models, device=device).view(seeds, -1).T  # of every arm
        only_in_conflict = [arm.schedule.only_in_conflict for arm in self.arms]
        self._only_in_conflict = torch.tensor(only_in_conflict, device=device).repeat(seeds)
        self._stage_epoch = -1
        self._stages: list[tuple[str, Mapping[str, float | int], Tensor, Tensor]] = []

    def decide(self, hypergradients: Tensor, losses: Tensor, epoch: int) -> Decision:
        """Weights for the cells.

        Args:
            hypergradients: [M, K, B] in float64.
            losses: [M, K], the cells' validation losses after the look-ahead step, in float64.
            epoch: from 0; schedules count epochs.
        """
        norms = torch.linalg.vector_norm(hypergradients, dim=-1)
        self.largest_seen = torch.maximum(self.largest_seen, norms)
        active = (norms > self.satisfied * self.largest_seen) & norms.isfinite()
        longest = norms.amax(-1, keepdim=True)
        unit = hypergradients / torch.where(longest > 0, longest, 1.0).unsqueeze(-1)
        gramian = unit @ unit.transpose(1, 2)
        goal_weights = self._goal_weights(losses)
        weights = goal_weights.clone()
        bargained = torch.zeros(len(losses), dtype=torch.bool, device=losses.device)
        agreed = bargained.clone()
        for rule, options, index, in_conflict_only in self._stages_of(epoch):
            here, own = gramian[index], active[index]
            takes_part = ~in_conflict_only | in_conflict(restrict_to(here, own))
            found = get_rule(rule, check=False, **options)(here, losses[index], own)
            settled = takes_part & (found != 0).any(-1)
            weights[index] = torch.where(settled.unsqueeze(-1), found, weights[index])
            bargained[index] = takes_part
            agreed[index] = settled
        return Decision(weights, goal_weights, gramian, active, bargained, agreed)

    def _goal_weights(self, losses: Tensor) -> Tensor:
        of_groups = (losses @ self._group_means.T).view(self.seeds, len(self.arms), -1)
        groups = torch.zeros_like(of_groups)
        for goal, index in self._of_goal.items():
            groups[:, index] = get_goal(goal).weights(of_groups[:, index], self._shares)
        return groups.flatten(0, 1) @ self._group_means

    def _stages_of(self, epoch: int) -> list[tuple[str, Mapping[str, float | int], Tensor, Tensor]]:
        """Rule, options, models and whether only in conflict, for each rule with a bargaining stage at this epoch."""
        if epoch != self._stage_epoch:
            self._stage_epoch, self._stages = epoch, []
            left = [
                i for i, arm in enumerate(self.arms) if arm.method.bargains and arm.schedule.bargains(epoch)
            ]
            while left:
                rule, options = self.arms[left[0]].rule, self.arms[left[0]].options
                alike = [i for i in left if (self.arms[i].rule, self.arms[i].options) == (rule, options)]
                left = [i for i in left if i not in alike]
                models = torch.cat([self._models[i] for i in alike])  # on the device: nothing is sent there
                self._stages.append((rule, options, models, self._only_in_conflict[models]))
        return self._stages


def row_weights(hypergradients: Tensor, weights: Tensor) -> Tensor:
    """Weights of a batch's rows from the cells' weights: [M, K, B] and [M, K] -> [M, B].

    A row counts by how much its weight would lower the combined validation loss, if it would; a batch's weights have norm
    one, or are all zero where no row would lower it.
    """
    pull = -torch.bmm(weights.unsqueeze(1), hypergradients).squeeze(1)
    useful = pull.clamp(min=0)
    norm = torch.linalg.vector_norm(useful, dim=-1, keepdim=True)
    return useful / torch.where(norm > 0, norm, 1.0)
