"""What is measured while an epoch runs: losses, alignment, agreement and satisfied players, without waiting for the device.

Batches are gathered and summed up a few dozen at a time, so that a step costs a handful of copies.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.bargaining import Status
from nashcore.learning.lockstep.game import Play
from nashcore.methods import NOT_ASKED
from nashcore.metrics import alignment

GATHERED = 64
"""Batches summed up at a time."""

BINS = 40
"""Bins of the alignment histograms, over cosines from -1 to 1."""

STATISTICS = ("min", "mean", "max")
"""Over the players of a batch, in the order of the histograms."""


class Recorder:
    """Sums over the batches of one epoch, for M models, K players and G groups of training rows."""

    def __init__(self, models: int, players: int, groups: int, device: torch.device) -> None:
        self.models, self.players = models, players

        def zeros(*shape: int) -> Tensor:
            return torch.zeros(shape, dtype=torch.float64, device=device)

        self.batches = 0
        self.loss_sums = zeros(models, groups)
        self.row_counts = zeros(models, groups)
        self.sums = {
            name: zeros(models)
            for name in (
                "games",
                "with_players",
                "aligned",
                "aligned_before",
                "bargained",
                "agreed",
                "stationary",
                "satisfied",
                "all_satisfied",
                "all_losses_fell",
            )
        }
        self.weight_sums = zeros(models, players)
        self.histograms = zeros(models, 2, len(STATISTICS), BINS)
        self._played: list[Play] = []

    def batch(self, losses: Tensor, members: Tensor) -> None:
        """Add a batch's row losses [S, P, B] under the rows' groups, one-hot [S, B, G]."""
        self.batches += 1
        self.loss_sums += torch.bmm(losses, members).flatten(0, 1)
        counts = members.sum(1).unsqueeze(1).expand(-1, losses.shape[1], -1)
        self.row_counts += counts.flatten(0, 1)

    def game(self, played: Play) -> None:
        """Add a batch's game."""
        self._played.append(played)
        if len(self._played) == GATHERED:
            self._sum_up()

    def all_losses_fell(self, before: Tensor, after: Tensor) -> None:
        """Add whether every cell's validation loss [M, K] fell with the batch's step."""
        self.sums["all_losses_fell"] += (after < before).all(-1)

    def _sum_up(self) -> None:
        if not self._played:
            return
        gathered = {
            name: torch.stack(values)
            for name, values in {
                "weights": [one.decision.weights for one in self._played],
                "goal_weights": [one.goal_weights for one in self._played],
                "gramian": [one.gramian for one in self._played],
                "active": [one.active for one in self._played],
                "status": [one.decision.status for one in self._played],
            }.items()
        }
        self._played.clear()
        active = gathered["active"]
        total = gathered["weights"].abs().sum(-1, keepdim=True)
        self.weight_sums += (gathered["weights"] / torch.where(total > 0, total, 1.0)).sum(0)
        self.sums["games"] += len(active)
        self.sums["with_players"] += active.any(-1).sum(0)
        status = gathered["status"]
        for name, counted in (
            ("bargained", status != NOT_ASKED),
            ("agreed", status == Status.AGREED),
            ("stationary", status == Status.STATIONARY),
        ):
            self.sums[name] += counted.sum(0)
        self.sums["satisfied"] += (~active).double().mean(-1).sum(0)
        self.sums["all_satisfied"] += (~active).all(-1).sum(0)
        for when, weights, name in ((0, "goal_weights", "aligned_before"), (1, "weights", "aligned")):
            cosines = alignment(gathered["gramian"], gathered[weights])
            known = active & ~cosines.isnan()
            any_known = known.any(-1)
            self.sums[name] += (any_known & (~known | (cosines > 0)).all(-1)).sum(0)
            values = torch.stack(
                [
                    torch.where(known, cosines, torch.inf).amin(-1),
                    torch.where(known, cosines, 0.0).sum(-1) / known.sum(-1).clamp(min=1),
                    torch.where(known, cosines, -torch.inf).amax(-1),
                ],
                dim=-1,
            )
            bins = ((values + 1) * (BINS / 2)).clamp(0, BINS - 1).long()
            seen = any_known[..., None, None].expand(*bins.shape, 1).double()
            batches = torch.zeros(*bins.shape, BINS, dtype=torch.float64, device=bins.device)
            self.histograms[:, when] += batches.scatter_(-1, bins.unsqueeze(-1), seen).sum(0)

    def shares(self) -> dict[str, Tensor]:
        """The epoch's figures by name, [M] each; NaN where there was nothing to take a share of.

        aligned: share of batches (of those with a player in the game) whose combined hypergradient has a positive inner product
        with that of every player in the game; aligned_before: the same had the goal's weights been in force; bargained: share of
        batches at which the model was to bargain; agreement: share of these whose rule had an answer; stationary: share of these
        at which it found no common descent; satisfied: mean share of players that were satisfied; all_satisfied: share of batches
        in which all were; fell: share of steps after which every playing cell's validation loss was lower.
        """
        self._sum_up()
        sums, games = self.sums, self.sums["games"]
        shares = {name: sums[name] / games for name in ("bargained", "satisfied", "all_satisfied")}
        for name in ("aligned", "aligned_before"):
            shares[name] = sums[name] / sums["with_players"]
        shares["agreement"] = sums["agreed"] / sums["bargained"]
        shares["stationary"] = sums["stationary"] / sums["bargained"]
        shares["fell"] = sums["all_losses_fell"] / self.batches
        return shares

    def player_weights(self) -> Tensor:
        """Mean weight of each player, a batch's weights taken as shares of their sum: [M, K]."""
        return self.weight_sums / self.sums["games"].unsqueeze(-1)

    def training_losses(self) -> Tensor:
        """Mean cross-entropy of each group's rows over the epoch's batches, as they were trained on: [M, G]."""
        return self.loss_sums / self.row_counts
