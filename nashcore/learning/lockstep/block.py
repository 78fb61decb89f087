"""A block of models (some seeds by some arms) with everything that a training step needs, and the step itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from nashcore.errors import InputError
from nashcore.learning.lockstep.cohort import BatchPass, Cohort, Scratch, with_constant
from nashcore.learning.lockstep.epoch_stats import Recorder
from nashcore.learning.lockstep.evaluate import evaluate
from nashcore.learning.lockstep.game import Game, Play
from nashcore.learning.lockstep.hypergradient import by_contraction, by_products, cheaper_route
from nashcore.learning.lockstep.losses import validation_loss
from nashcore.learning.lockstep.players import Players, players_of
from nashcore.learning.lockstep.sampling import dropout_bound
from nashcore.learning.lockstep.validation_pass import SharedPass, logits_of, validation_pass
from nashcore.learning.plan import Plan
from nashcore.methods import Arm

if TYPE_CHECKING:
    from nashcore.data import Part, Task


class DevicePart:
    """A part of a task on the device: features with the constant one, labels, their signs, groups one-hot."""

    def __init__(self, part: Part, groups: int, plan: Plan) -> None:
        self.features = with_constant(part.features.to(plan.device), plan.dtype)
        self.labels, self.groups = part.labels.to(plan.device), part.groups.to(plan.device)
        self.signs = (2 * self.labels - 1).to(plan.dtype)
        self.members = one_hot(self.groups, groups).to(plan.dtype)
        self.one_hot_labels = one_hot(self.labels, 2).T.to(plan.dtype)


class DeviceTask:
    """A task on the device, and its batches in an epoch."""

    def __init__(self, task: Task, plan: Plan) -> None:
        self.batches = task.train.rows // plan.batch_size
        self.groups = len(task.group_names)
        self.train, self.validation, self.test = (
            DevicePart(part, self.groups, plan) for part in (task.train, task.validation, task.test)
        )
        self.players: Players = players_of(
            task.validation.cells, task.group_names, task.label_names, self.validation.features
        )


@dataclass(frozen=True)
class State:
    """What a block needs to go back to the start of an epoch: one row per model in each tensor."""

    theta: tuple[Tensor, ...]
    momentum: tuple[Tensor, ...]
    largest_seen: Tensor
    diverged_at: Tensor

    def rows(self, index: Tensor) -> State:
        """The state of some of the models."""
        return State(
            tuple(t[index] for t in self.theta),
            tuple(t[index] for t in self.momentum),
            self.largest_seen[index],
            self.diverged_at[index],
        )

    def tensors(self) -> tuple[Tensor, ...]:
        """All of it."""
        return *self.theta, *self.momentum, self.largest_seen, self.diverged_at

    def copy_(self, other: State) -> None:
        """Take over another state's numbers, which takes no memory."""
        for place, value in zip(self.tensors(), other.tensors(), strict=True):
            place.copy_(value)

    def copied(self) -> State:
        """The same on the CPU, in memory of its own."""
        return State.of([tensor.to("cpu", copy=True) for tensor in self.tensors()])

    @staticmethod
    def of(tensors: Sequence[Tensor]) -> State:
        """The state that `tensors` told."""
        parameters = (len(tensors) - 2) // 2
        theta, momentum = tuple(tensors[:parameters]), tuple(tensors[parameters:-2])
        return State(theta, momentum, tensors[-2], tensors[-1])


class Block:
    """Models that step together.

    Args:
        arms: the block's arms.
        seeds: the block's seeds; model s * len(arms) + p is arm p of seed s.
        task: the prepared task, on the device.
        plan: the numbers of the run.
        scratch: room that blocks share which step one after the other; room of its own when left out.
    """

    def __init__(
        self,
        arms: Sequence[Arm],
        seeds: Sequence[int],
        task: DeviceTask,
        plan: Plan,
        scratch: Scratch | None = None,
    ) -> None:
        self.arms, self.seeds, self.task, self.plan = tuple(arms), tuple(seeds), task, plan
        inputs = task.train.features.shape[1]
        self.cohort = Cohort(
            len(self.arms), self.seeds, inputs, plan.hidden, plan.batch_size, task.train.features, scratch
        )
        self.game = Game(self.arms, len(self.seeds), task.players, plan.satisfied_below, plan.signed_weights)
        kinds = [arm.method.kind for arm in self.arms]
        self.plays = "meta" in kinds
        device = plan.device
        self._uniform, self._worst, self._meta = (
            torch.tensor([k == kind for k in kinds], device=device).repeat(len(self.seeds)).unsqueeze(1)
            for kind in ("uniform", "worst_rows", "meta")
        )
        self._has_worst = "worst_rows" in kinds
        self._all_cells = torch.ones(self.cohort.models, task.players.count, dtype=torch.bool, device=device)
        route = cheaper_route(len(task.validation.labels), task.players.count, inputs, plan.hidden)
        self._hypergradients = by_products if route == "products" else by_contraction
        self._scale = 1 / (1 - plan.dropout)
        self.diverged_at = torch.full((self.cohort.models,), -1, dtype=torch.int64, device=device)
        self._start_epoch()

    def _start_epoch(self, epoch: int = 0) -> None:
        """Forget the last epoch's records."""
        self._cell_losses = self.cell_losses()
        methods = [arm.method for arm in self.arms]
        unasked = [
            place
            for place, method in enumerate(methods)
            if method.kind == "meta" and not (method.rule == "nash" and method.schedule.always_in(epoch))
        ]
        self.recorder = Recorder(
            self.cohort.models,
            self.task.players.count,
            self.task.groups,
            self.plan.device,
            len(self.arms),
            unasked,
        )

    def step(self, rows: Tensor, epoch: int, batch: int) -> None:
        """One training step of every model.

        Args:
            rows: [S, B], each seed's rows of the batch.
            epoch: from 0.
            batch: from 0, which begins the epoch's records anew.
        """
        if batch == 0:
            self._start_epoch(epoch)
        plan, train, cohort = self.plan, self.task.train, self.cohort
        features = train.features[rows]
        signs = train.signs[rows]
        place = (epoch, batch)
        own_masks = plan.validation_dropout  # the update's dropout masks are not those of the hypergradients
        cohort.look_ahead(plan.lr, plan.momentum, plan.weight_decay)
        by_game: Tensor | None = None
        playing = self._all_cells
        if self.plays:
            done = cohort.forward_batch(features, signs, self._dropout_bounds("dropout", place), self._scale)
            played = self._play(features, done, place)
            by_game, playing = played.row_weights.to(plan.dtype), played.active | ~self._meta
        if own_masks or not self.plays:
            bounds = self._dropout_bounds("dropout_update" if own_masks else "dropout", place)
            done = cohort.forward_batch(features, signs, bounds, self._scale)
        losses = done.losses
        self.recorder.batch(losses.view(len(self.seeds), -1, plan.batch_size), train.members[rows])
        weights = self._weights(losses, by_game)
        in_all = losses.sum(-1) + weights.sum(-1)
        cohort.update(features, done, weights, plan.lr)
        before, self._cell_losses = self._cell_losses, self.cell_losses()
        self.recorder.outcome(before, self._cell_losses, playing)
        sound = (in_all + self._cell_losses.sum(-1)).isfinite()
        self.diverged_at = torch.where(sound | (self.diverged_at >= 0), self.diverged_at, batch)

    def _play(self, features: Tensor, done: BatchPass, place: tuple[int, int]) -> Play:
        task, plan = self.task, self.plan
        shared: SharedPass = validation_pass(
            self.cohort.ahead,
            task.validation.features,
            task.validation.one_hot_labels,
            self._validation_factors(place),
        )
        means = task.players.cell_means
        found = self._hypergradients(features, done, shared, means, plan.lr).double()
        losses = (shared.losses @ means.T).double()
        epoch, batch = place
        batches = len(task.train.labels) // plan.batch_size
        played = self.game.play(found, losses, epoch, epoch * batches + batch)
        self.recorder.game(played)
        return played

    def _weights(self, losses: Tensor, by_game: Tensor | None) -> Tensor:
        rows = losses.shape[1]
        weights = (self._uniform * rows**-0.5).to(losses.dtype).expand_as(losses)
        if self._has_worst:
            hardest = losses.topk(max(1, int(self.plan.dro_fraction * rows)), dim=1).indices
            chosen = torch.zeros_like(losses).scatter_(1, hardest, 1.0)
            weights = torch.where(self._worst, chosen, weights)
        return weights if by_game is None else torch.where(self._meta, by_game, weights)

    def _dropout_bounds(self, purpose: str, place: tuple[int, int]) -> tuple[Tensor, Tensor] | None:
        if not self.plan.dropout:
            return None
        first, second = self.plan.hidden
        shape = (first + second, self.plan.batch_size)
        both = dropout_bound(purpose, self.seeds, place, shape, self.plan.dropout, self.cohort.theta.flat)
        return both[:, :first], both[:, first:]

    def _validation_factors(self, place: tuple[int, int]) -> tuple[Tensor, Tensor] | None:
        if not (self.plan.validation_dropout and self.plan.dropout):
            return None
        first, second = self.plan.hidden
        shape = (first + second, len(self.task.validation.labels))
        both = dropout_bound(
            "dropout_validation", self.seeds, place, shape, self.plan.dropout, self.cohort.theta.flat
        )
        factors = ((both > 0).to(both.dtype) * self._scale).repeat_interleave(len(self.arms), dim=0)
        return factors[:, :first], factors[:, first:]

    def cell_losses(self) -> Tensor:
        """Mean validation loss of every playing cell, without dropout: [M, K]."""
        rows = self.task.validation
        losses = validation_loss(logits_of(self.cohort.theta, rows.features), rows.one_hot_labels)
        return losses @ self.task.players.cell_means.T

    def evaluate(self) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Metrics on the test rows (see `nashcore.learning.lockstep.evaluate.evaluate`)."""
        test = self.task.test
        return evaluate(self.cohort.theta, test.features, test.labels, test.groups, self.task.groups)

    def _live(self) -> State:
        """The tensors that the models live in."""
        layers = self.cohort
        return State(
            layers.theta.parameters(), layers.momentum.parameters(), self.game.largest_seen, self.diverged_at
        )

    def state(self) -> State:
        """A copy of what the next epoch starts from."""
        live = self._live()
        return live.rows(torch.arange(self.cohort.models, device=live.diverged_at.device))

    def copy_state_to(self, kept: State) -> None:
        """Write what the next epoch starts from into an earlier copy, which takes no memory."""
        kept.copy_(self._live())

    def restore(self, state: State) -> None:
        """Go back to a state of the same models.

        Raises:
            InputError: it is one of other models.
        """
        live = self._live()
        if [one.shape for one in live.tensors()] != [one.shape for one in state.tensors()]:
            raise InputError(
                "A checkpoint should hold the models that are trained. Found models of other sizes."
            )
        live.copy_(state)
