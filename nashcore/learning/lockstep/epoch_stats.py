"""What is measured while an epoch runs: losses, alignment, agreement and satisfied players, without waiting for the device.

Batches are gathered and summed up a few dozen at a time, so that a step costs a handful of copies.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from nashcore.bargaining import Status, get_rule
from nashcore.learning.lockstep.game import Play
from nashcore.learning.shares import BINS, CHANGE_EDGES, DIRECTIONS, STATISTICS
from nashcore.methods import NOT_ASKED
from nashcore.metrics import alignment

GATHERED = 64
"""Batches summed up at a time."""

GAMES = 8192
"""Games solved at a time to see whether a bargain exists: few enough that a GPU is never waited for."""


class Recorder:
    """Sums over the batches of one epoch, for M models, K players and G groups of training rows.

    Args:
        models: M.
        players: K.
        groups: G.
        device: of the models.
        arms: arms in the block; model s * arms + p is arm p of seed s. One arm where left out.
        unasked: arms that play and whose status does not say whether a Nash bargain exists, because they ask no rule in this
            epoch, another rule, or Nash in conflict only: their games are solved for the record.
    """

    def __init__(
        self,
        models: int,
        players: int,
        groups: int,
        device: torch.device,
        arms: int = 1,
        unasked: Sequence[int] = (),
    ) -> None:
        self.models, self.players, self.arms, self.unasked = models, players, arms, tuple(unasked)
        self._nash = get_rule("nash", check=False)

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
                *(f"aligned_{direction}" for direction in DIRECTIONS),
                "bargained",
                "agreed",
                "stationary",
                "satisfied",
                "all_satisfied",
                "bargain_exists",
                "outcomes",
                "all_losses_fell",
            )
        }
        self.weight_sums = zeros(models, players)
        self.histograms = zeros(models, len(DIRECTIONS), len(STATISTICS), BINS)
        self.loss_changes = zeros(models, len(CHANGE_EDGES))
        self._edges = torch.stack([zeros() + edge for edge in CHANGE_EDGES])  # nothing is sent to the device
        self._played: list[Play] = []
        self._outcomes: list[tuple[Tensor, Tensor, Tensor]] = []

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
            self._sum_up_games()

    def outcome(self, before: Tensor, after: Tensor, playing: Tensor) -> None:
        """Add the cells' validation losses [M, K] before and after a step, and which cells [M, K] (bool) it was played for."""
        self._outcomes.append((before, after, playing))
        if len(self._outcomes) == GATHERED:
            self._sum_up_outcomes()

    def _sum_up_outcomes(self) -> None:
        if not self._outcomes:
            return
        before, after, playing = (torch.stack(of) for of in zip(*self._outcomes, strict=True))
        self._outcomes.clear()
        before, after, any_playing = before.double(), after.double(), playing.any(-1)
        self.sums["outcomes"] += any_playing.sum(0)
        change = (after - before) / before
        largest = torch.where(playing, change, -torch.inf).amax(-1)  # NaN where a loss is
        self.sums["all_losses_fell"] += (any_playing & (largest < 0)).sum(0)
        bins = torch.bucketize(largest.contiguous(), self._edges, right=True).sub_(1)
        bins = bins.clamp_(0, len(CHANGE_EDGES) - 1)
        self._count(self.loss_changes, bins, any_playing & ~largest.isnan())

    def _sum_up_games(self) -> None:
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
                "row_cosines": [one.row_cosines for one in self._played],
            }.items()
        }
        self._played.clear()
        active, gramian, status = gathered["active"], gathered["gramian"], gathered["status"]
        total = gathered["weights"].abs().sum(-1, keepdim=True)
        self.weight_sums += (gathered["weights"] / torch.where(total > 0, total, 1.0)).sum(0)
        self.sums["games"] += len(active)
        self.sums["with_players"] += active.any(-1).sum(0)
        for name, counted in (
            ("bargained", status != NOT_ASKED),
            ("agreed", status == Status.AGREED),
            ("stationary", status == Status.STATIONARY),
            ("bargain_exists", self._bargains(gramian, active, status)),
        ):
            self.sums[name] += counted.sum(0)
        self.sums["satisfied"] += (~active).double().mean(-1).sum(0)
        self.sums["all_satisfied"] += (~active).all(-1).sum(0)
        cosines = {
            "before_cut_by_goal": alignment(gramian, gathered["goal_weights"]),
            "before_cut": alignment(gramian, gathered["weights"]),
            "after_cut": gathered["row_cosines"],
        }
        for place, direction in enumerate(DIRECTIONS):
            self._add_cosines(place, direction, cosines[direction], active)

    def _add_cosines(self, place: int, direction: str, cosines: Tensor, active: Tensor) -> None:
        """Count a direction's cosines [batches, M, K]; a direction of length zero, from which nobody gains, has none."""
        known = active & ~cosines.isnan()
        any_known = known.any(-1)
        self.sums[f"aligned_{direction}"] += (any_known & (~known | (cosines > 0)).all(-1)).sum(0)
        values = torch.stack(
            [
                torch.where(known, cosines, torch.inf).amin(-1),
                torch.where(known, cosines, 0.0).sum(-1) / known.sum(-1).clamp(min=1),
                torch.where(known, cosines, -torch.inf).amax(-1),
            ],
            dim=-1,
        )
        bins = ((values + 1) * (BINS / 2)).clamp(0, BINS - 1).long()
        self._count(self.histograms[:, place], bins, any_known.unsqueeze(-1).expand_as(bins))

    @staticmethod
    def _count(histogram: Tensor, bins: Tensor, seen: Tensor) -> None:
        """Add to counts [..., bins] the bins [batches, ...] of those seen."""
        index = bins.movedim(0, -1)
        histogram.scatter_add_(-1, index, seen.movedim(0, -1).to(histogram.dtype))

    def _bargains(self, gramian: Tensor, active: Tensor, status: Tensor) -> Tensor:
        """Whether the Nash bargaining solution of a batch's game exists: [batches, M] (bool).

        Who asked Nash has the answer; the games of `unasked` arms are solved here, all in one batch.
        """
        exists = status == Status.AGREED
        if not self.unasked:
            return exists
        batches, players = len(exists), self.players
        found = exists.view(batches, -1, self.arms)
        games = gramian.view(batches, -1, self.arms, players, players)
        playing = active.view(batches, -1, self.arms, players)
        asked = torch.stack([games[:, :, arm] for arm in self.unasked]).flatten(0, 2)
        among = torch.stack([playing[:, :, arm] for arm in self.unasked]).flatten(0, 2)
        answers = [
            self._nash.answer(some, None, who).status == Status.AGREED
            for some, who in zip(torch.split(asked, GAMES), torch.split(among, GAMES), strict=True)
        ]
        of_arms = torch.cat(answers).view(len(self.unasked), batches, -1)
        for arm, answer in zip(self.unasked, of_arms, strict=True):
            found[:, :, arm] = answer
        return exists

    def shares(self) -> dict[str, Tensor]:
        """The epoch's figures by name, [M] each; NaN where there was nothing to take a share of.

        "bargained", the share of batches at which the model was to bargain, and what `nashcore.learning.shares.SHARES` holds.
        """
        self._sum_up_games()
        self._sum_up_outcomes()
        sums, games = self.sums, self.sums["games"]
        shares = {name: sums[name] / games for name in ("bargained", "satisfied", "all_satisfied")}
        for name in (*(f"aligned_{direction}" for direction in DIRECTIONS), "bargain_exists"):
            shares[name] = sums[name] / sums["with_players"]
        shares["agreement"] = sums["agreed"] / sums["bargained"]
        shares["stationary"] = sums["stationary"] / sums["bargained"]
        shares["all_losses_fell"] = sums["all_losses_fell"] / sums["outcomes"]
        return shares

    def player_weights(self) -> Tensor:
        """Mean weight of each player, a batch's weights taken as shares of their sum: [M, K]."""
        return self.weight_sums / self.sums["games"].unsqueeze(-1)

    def training_losses(self) -> Tensor:
        """Mean cross-entropy of each group's rows over the epoch's batches, as they were trained on: [M, G]."""
        return self.loss_sums / self.row_counts
