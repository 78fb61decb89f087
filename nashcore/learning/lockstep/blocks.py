"""The models of a run as one or more blocks: dividing them when memory runs out, and putting their figures together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

import numpy as np
import torch
from numpy.typing import DTypeLike
from torch import Tensor

from nashcore.errors import InputError
from nashcore.learning.events import Array, EpochDone
from nashcore.learning.lockstep.block import Block, State, Table
from nashcore.learning.lockstep.cohort import Scratch
from nashcore.learning.lockstep.models import NAMES, Models
from nashcore.learning.plan import Plan

Piece = tuple[tuple[int, ...], tuple[int, ...]]
"""Places of a block's arms and seeds in the plan."""


class Pieces:
    """All models of a plan, in rectangular blocks of arms and seeds."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self.table, self.plan = table, plan
        self.places: list[Piece] = [(tuple(range(len(plan.arms))), tuple(range(len(plan.seeds))))]
        self.blocks: list[Block] = []

        def build() -> None:
            self._build()
            self._kept = [block.state() for block in self.blocks]

        self._until_they_fit(build)

    def _build(self) -> None:
        """The blocks of the places as they are."""
        plan, table = self.plan, self.table
        most = max(len(arms) * len(seeds) for arms, seeds in self.places)
        room = Scratch.empty(most, plan.hidden, plan.batch_size, table.train.features)
        self.blocks = [
            Block([plan.arms[a] for a in arms], [plan.seeds[s] for s in seeds], table, plan, room)
            for arms, seeds in self.places
        ]

    def _until_they_fit(self, build: Callable[[], None]) -> None:
        """Build, with every block cut in two as often as the device has too little memory.

        Raises:
            InputError: the blocks are single models already.
        """
        while True:
            with suppress(torch.cuda.OutOfMemoryError):
                return build()
            self._halve()

    def _halve(self) -> None:
        self.blocks = []
        if self.plan.device.type == "cuda":
            torch.cuda.empty_cache()
        self.places = halved(self.places)

    def keep(self) -> None:
        """Remember this moment, the start of an epoch."""
        for block, kept in zip(self.blocks, self._kept, strict=True):
            block.keep(kept)

    def kept_models(self) -> Models:
        """The models as they were at the moment kept."""
        dtype = np.float32 if self.plan.dtype == torch.float32 else np.float64
        parameters = {
            name: self.collect([state.theta[place] for state in self._kept], dtype)
            for place, name in enumerate(NAMES)
        }
        return Models(tuple(arm.name for arm in self.plan.arms), self.plan.seeds, parameters)

    def divide(self) -> None:
        """Cut every block in two and go back to the start of the epoch.

        Raises:
            InputError: the blocks are single models already.
        """
        places, kept = self.places, self._kept

        def build() -> None:
            states = [_state_of(arms, seeds, places, kept) for arms, seeds in self.places]
            self._build()
            for block, state in zip(self.blocks, states, strict=True):
                block.restore(state)
            self._kept = states

        self._halve()
        self._until_they_fit(build)

    def collect(self, values: list[Tensor], dtype: DTypeLike = np.float64) -> Array:
        """Tensors [models of the block, ...], one a block, as one array [arms, seeds, ...]."""
        arms, seeds = len(self.plan.arms), len(self.plan.seeds)
        together = np.empty((arms, seeds, *values[0].shape[1:]), dtype)
        for value, (own_arms, own_seeds) in zip(values, self.places, strict=True):
            by_seed = value.cpu().double().numpy().reshape(len(own_seeds), len(own_arms), *value.shape[1:])
            together[np.ix_(own_arms, own_seeds)] = np.swapaxes(by_seed, 0, 1)
        return together

    def collect_all(self, values: list[Mapping[str, Tensor]]) -> dict[str, Array]:
        """`collect` for every name of mappings that have the same names."""
        return {name: self.collect([value[name] for value in values]) for name in values[0]}

    def epoch_done(self, epoch: int) -> EpochDone:
        """Everything that the epoch measured."""
        table, plan = self.table, self.plan
        evaluated = [block.evaluate() for block in self.blocks]
        recorders = [block.recorder for block in self.blocks]
        group_metrics = self.collect_all([by_group for _, by_group in evaluated])
        group_metrics["train_loss"] = self.collect([recorder.training_losses() for recorder in recorders])
        validation = np.full_like(group_metrics["train_loss"], np.nan)
        players = table.players
        with_rows = players.groups.tolist()
        validation[..., with_rows] = self.collect(
            [b.cell_losses() @ players.group_means.T for b in self.blocks]
        )
        group_metrics["validation_loss"] = validation
        game = self.collect_all([recorder.shares() for recorder in recorders])
        weights = self.collect([recorder.player_weights() for recorder in recorders])
        histograms = self.collect([recorder.histograms for recorder in recorders])
        playing = np.array([arm.method.kind == "meta" for arm in plan.arms])
        for name, values in game.items():
            if name != "fell":
                values[~playing] = np.nan
        weights[~playing] = np.nan
        histograms[~playing] = 0.0
        return EpochDone(
            epoch=epoch,
            metrics=self.collect_all([one for one, _ in evaluated]),
            group_metrics=group_metrics,
            game=game,
            player_weights=weights,
            histograms=histograms,
        )

    def broke_at(self) -> Array:
        """The batch at which each model broke, -1 where it has not: [arms, seeds]."""
        return self.collect([block.broke_at for block in self.blocks])


def halved(places: list[Piece]) -> list[Piece]:
    """Every piece cut in two, along the seeds while there are several, then along the arms.

    Raises:
        InputError: every piece is a single model.
    """
    out: list[Piece] = []
    for arms, seeds in places:
        if len(seeds) > 1:
            middle = len(seeds) // 2
            out += [(arms, seeds[:middle]), (arms, seeds[middle:])]
        elif len(arms) > 1:
            middle = len(arms) // 2
            out += [(arms[:middle], seeds), (arms[middle:], seeds)]
        else:
            out.append((arms, seeds))
    if len(out) == len(places):
        raise InputError(
            "The device has too little memory for even one model at a time. Choose a smaller batch or device 'cpu'."
        )
    return out


def _state_of(arms: tuple[int, ...], seeds: tuple[int, ...], places: list[Piece], kept: list[State]) -> State:
    for (old_arms, old_seeds), state in zip(places, kept, strict=True):
        if set(arms) <= set(old_arms) and set(seeds) <= set(old_seeds):
            index = [old_seeds.index(s) * len(old_arms) + old_arms.index(a) for s in seeds for a in arms]
            return state.rows(torch.tensor(index, device=state.largest_seen.device))
    raise AssertionError("every piece is a part of an older one")
