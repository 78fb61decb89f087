"""The decision of a step: whose weights are followed, the rule's or the goal's, and why.

A method asks its rule at the steps of its schedule. Where the rule has an answer, its weights are in force; where it has
none (no agreement, a stationary point, a game that its search did not solve), the goal is followed, and the status says
so. The loss plane, its sweep over T and training all decide here.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from nashcore.bargaining import RULES, Status, WeightRule, Weights, get_rule, restrict_to
from nashcore.methods.goals import GOALS, equal_shares
from nashcore.methods.method import Method
from nashcore.methods.schedule import in_conflict

_AGREED = int(Status.AGREED)  # a plain number: comparing with a member costs half as much again
NOT_ASKED = -1
"""Beside the codes of `Status`: the method was not to bargain at this step."""

Rows = slice | Tensor
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Decision:
    """What M methods follow at a step. The batch shape [M, ...] stands in front.

    Attributes:
        weights: [M, ..., K], the players' weights in force.
        status: [M, ...] int8, a code of `nashcore.bargaining.Status`, or `NOT_ASKED`.
    """

    weights: Tensor
    status: Tensor

    @property
    def asked(self) -> Tensor:
        """[M, ...] (bool), whether the rule was asked."""
        return self.status != NOT_ASKED

    @property
    def agreed(self) -> Tensor:
        """[M, ...] (bool), whether the weights are the rule's."""
        return self.status == Status.AGREED


@dataclass(frozen=True)
class PlayerGroups:
    """How players make the groups that goals speak of, where they are not the groups themselves.

    Attributes:
        means: [G, K], turns the players' losses into the groups'.
        shares: [G], each group's share of the rows.
    """

    means: Tensor
    shares: Tensor


class Decider:
    """The decisions of M methods, step after step.

    Args:
        methods: M of them.
        device: where the games are.
        groups: how players make groups; None where every player is a group, all of one size.
        seed: of rules that draw at random and whose options name no seed.
    """

    def __init__(
        self,
        methods: Sequence[Method],
        device: torch.device | str = "cpu",
        groups: PlayerGroups | None = None,
        seed: int = 0,
    ) -> None:
        self.methods, self.groups = tuple(methods), groups
        self._row = torch.arange(len(self.methods), device=device)
        self._only_in_conflict = torch.tensor(
            [method.schedule.only_in_conflict for method in self.methods], device=device
        )
        self._baselines = any(method.kind != "meta" for method in self.methods)
        self._goals = self._alike([(m.followed if m.kind == "meta" else None) for m in self.methods])
        self._questions = [None if m.rule is None else (m.rule, m.options) for m in self.methods]
        self._rules = {
            (rule, options): _aggregator(rule, dict(options), seed)
            for rule, options in filter(None, self._questions)
        }
        self._due: tuple[bool, ...] = ()
        self._asked: list[tuple[WeightRule, Rows, Tensor | None]] = []
        self._in_order = False

    def goal_weights(self, losses: Tensor) -> Tensor:
        """The players' weights under each method's goal: losses [M, ..., K] -> [M, ..., K]; zero for baselines."""
        if self.groups is None:
            means, shares = None, equal_shares(losses.shape[-1], losses)
            of_groups = losses
        else:
            means, shares = self.groups.means, self.groups.shares
            of_groups = losses @ means.T
        weights = torch.zeros_like(of_groups) if self._baselines else torch.empty_like(of_groups)
        for goal, rows in self._goals:
            weights[rows] = GOALS[goal].weights(of_groups[rows], shares)
        return weights if means is None else weights @ means

    def decide(
        self,
        step: int,
        gramian: Tensor,
        losses: Tensor,
        goal_weights: Tensor,
        active: Tensor | None = None,
        draw: int | None = None,
    ) -> Decision:
        """Which weights are in force.

        Args:
            step: from 0; schedules count in it.
            gramian: [M, ..., K, K] of the players' gradients, finite or not; not checked.
            losses: [M, ..., K], of the players.
            goal_weights: [M, ..., K], of `goal_weights`.
            active: [M, ..., K] (bool), the players in the game; None for all.
            draw: counts the decisions of a run where several are taken at a step, for rules that draw at random; None for one a
                step.
        """
        pieces: list[Weights] = []
        for rule, rows, conditional in self._asked_at(step):
            game, players = gramian[rows], None if active is None else active[rows]
            answer = rule.answer(game, losses[rows], players, step if draw is None else draw)
            if conditional is not None:
                conflict = in_conflict(game if players is None else restrict_to(game, players))
                due = conflict | ~conditional.view(-1, *(1,) * (conflict.ndim - 1))
                answer = Weights(answer.weights, torch.where(due, answer.status, NOT_ASKED))
            pieces.append(answer)
        proposed, status = self._put_together(pieces, goal_weights)
        agreed = (status == _AGREED).unsqueeze(-1)
        return Decision(torch.where(agreed, proposed, goal_weights), status)

    def _put_together(self, pieces: Sequence[Weights], like: Tensor) -> tuple[Tensor, Tensor]:
        """The answers of `_asked_at`, every method's in its row; shapes and dtype of the weights as ``like`` has them."""
        if self._in_order:  # cheaper than to write each into its place
            proposed = torch.cat([piece.weights for piece in pieces])
            return proposed.to(like.dtype), torch.cat([piece.status for piece in pieces])
        proposed = torch.empty_like(like)
        status = torch.full(like.shape[:-1], NOT_ASKED, dtype=torch.int8, device=like.device)
        for (_, rows, _), piece in zip(self._asked, pieces, strict=True):
            proposed[rows], status[rows] = piece.weights, piece.status
        return proposed, status

    def _asked_at(self, step: int) -> list[tuple[WeightRule, Rows, Tensor | None]]:
        """Every rule that some method asks at this step, these methods' rows, and which of them only in conflict."""
        due = tuple(method.schedule.bargains(step) for method in self.methods)
        if due != self._due:
            keys = [key if now else None for key, now in zip(self._questions, due, strict=True)]
            self._due = due
            self._asked = []
            for key, rows in self._alike(keys):
                mine = [
                    m.schedule.only_in_conflict for m, k in zip(self.methods, keys, strict=True) if k == key
                ]
                conditional = self._only_in_conflict[rows] if any(mine) else None
                self._asked.append((self._rules[key], rows, conditional))
            self._in_order = _in_order([rows for _, rows, _ in self._asked], len(self.methods))
        return self._asked

    def _alike(self, keys: Sequence[Key | None]) -> list[tuple[Key, Rows]]:
        """The rows of each key that is not None."""
        places: dict[Key, list[int]] = {}
        for row, key in enumerate(keys):
            if key is not None:
                places.setdefault(key, []).append(row)
        return [(key, self._rows(rows)) for key, rows in places.items()]

    def _rows(self, rows: list[int]) -> Rows:
        """A slice where the rows follow each other: a view costs less than a copy. Nothing is sent to the device."""
        if rows == list(range(rows[0], rows[-1] + 1)):
            return slice(rows[0], rows[-1] + 1)
        return torch.cat([self._row[row : row + 1] for row in rows])


def _in_order(pieces: Sequence[Rows], count: int) -> bool:
    """Whether the pieces, one after the other, are all ``count`` rows."""
    ends = [0, *(rows.stop if isinstance(rows, slice) else -1 for rows in pieces)]
    begins = [*(rows.start if isinstance(rows, slice) else -1 for rows in pieces), count]
    return begins == ends


def _aggregator(rule: str, options: dict[str, float | int], seed: int) -> WeightRule:
    if "seed" in RULES[rule].options:
        options = {"seed": seed} | options
    return get_rule(rule, check=False, **options)
