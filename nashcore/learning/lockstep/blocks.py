"""The models of a run as one or more blocks: dividing them when memory runs out, and putting their figures together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import DTypeLike
from torch import Tensor

from nashcore.errors import InputError
from nashcore.learning.events import EpochDone
from nashcore.learning.lockstep.block import Block, DeviceTask, State
from nashcore.learning.lockstep.cohort import Layers, Scratch
from nashcore.learning.lockstep.models import PARAMETERS, Models
from nashcore.learning.lockstep.validation_pass import logits_of_all
from nashcore.learning.plan import Plan
from nashcore.learning.units import Array

MOST_ON_CPU = 1000
"""Models in a block at most, where memory that runs out ends the process instead of being told: a thousand of adult's take 2 GB
while they step and are tested, as measured, and what stays of a model between epochs is a fifth of that."""


class Place(NamedTuple):
    """Where in the run a block's models stand: its split, and its arms and seeds in the plan."""

    split: int
    arms: tuple[int, ...]
    seeds: tuple[int, ...]


class Blocks:
    """All models of a run, in rectangular blocks of arms and seeds: one block a split as long as the device has memory for it.

    Args:
        tasks: the splits of the table, on the device.
        plan: what to run on each of them.
    """

    def __init__(self, tasks: Sequence[DeviceTask], plan: Plan) -> None:
        self.tasks, self.plan = tuple(tasks), plan
        arms, seeds = tuple(range(len(plan.arms))), tuple(range(len(plan.seeds)))
        self.places = [Place(split, arms, seeds) for split in range(len(self.tasks))]
        while (
            plan.device.type == "cpu" and len(self.places[0].arms) * len(self.places[0].seeds) > MOST_ON_CPU
        ):
            self.places = halved(self.places)
        self._blocks: list[Block] = []

        def build() -> None:
            self._build()
            self._kept = [block.state() for block in self]

        self._until_they_fit(build)

    def __iter__(self) -> Iterator[Block]:
        """The blocks as they are now."""
        return iter(self._blocks)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._blocks)

    def _build(self) -> None:
        """The blocks of the places as they are."""
        plan, tasks = self.plan, self.tasks
        most = max(len(arms) * len(seeds) for _, arms, seeds in self.places)
        scratch = Scratch.empty(most, plan.hidden, plan.batch_size, tasks[0].train.features)
        self._blocks = [
            Block([plan.arms[a] for a in arms], [plan.seeds[s] for s in seeds], tasks[split], plan, scratch)
            for split, arms, seeds in self.places
        ]

    def _until_they_fit(self, build: Callable[[], None]) -> None:
        """Build, with every block cut in two as often as the device has too little memory.

        Raises:
            InputError: the blocks are single models already.
        """
        while not fits(build):
            self._halve()

    def _halve(self) -> None:
        self._blocks = []
        if self.plan.device.type == "cuda":
            torch.cuda.empty_cache()
        self.places = halved(self.places)

    def keep(self) -> None:
        """Remember this moment, the start of an epoch."""
        for block, kept in zip(self, self._kept, strict=True):
            block.copy_state_to(kept)

    def kept_models(self) -> tuple[Models, ...]:
        """Each split's models as they were at the moment kept; splits may differ in their number of features."""
        dtype = np.float32 if self.plan.dtype == torch.float32 else np.float64
        arms = tuple(arm.name for arm in self.plan.arms)
        found = []
        for split in range(len(self.tasks)):
            places, states = self._of_split(split)
            parameters = {
                name: self._gather([state.theta[number] for state in states], places, 1, dtype)
                for number, name in enumerate(PARAMETERS)
            }
            found.append(Models(arms, self.plan.seeds, parameters))
        return tuple(found)

    def kept_scores(self, split: int, features: Tensor) -> Array:
        """Scores [arms, seeds, n] of a split's models, as they were at the moment kept, on rows [n, F] with the constant one."""
        places, states = self._of_split(split)
        logits = [logits_of_all(Layers(kept.theta[0], *kept.theta), features) for kept in states]
        return self._gather([each[:, 1] - each[:, 0] for each in logits], places, 1, np.float64)

    def _of_split(self, split: int) -> tuple[list[Place], list[State]]:
        """Where a split's models stand, as if it were the only one, and their state at the moment kept."""
        kept = [(p, state) for p, state in zip(self.places, self._kept, strict=True) if p.split == split]
        return [place._replace(split=0) for place, _ in kept], [state for _, state in kept]

    def split_blocks(self) -> None:
        """Cut every block in two and go back to the start of the epoch.

        Raises:
            InputError: the blocks are single models already.
        """
        places, kept = self.places, self._kept

        def build() -> None:
            states = [_state_of(place, places, kept) for place in self.places]
            self._build()
            for block, state in zip(self, states, strict=True):
                block.restore(state)
            self._kept = states

        self._halve()
        self._until_they_fit(build)

    def collect(self, values: list[Tensor], dtype: DTypeLike = np.float64) -> Array:
        """Tensors [models of the block, ...], one a block, as one array [arms, replicates, ...]."""
        return self._gather(values, self.places, len(self.tasks), dtype)

    def _gather(self, values: list[Tensor], places: list[Place], splits: int, dtype: DTypeLike) -> Array:
        arms, seeds = len(self.plan.arms), len(self.plan.seeds)
        together = np.empty((arms, splits * seeds, *values[0].shape[1:]), dtype)
        for value, (split, own_arms, own_seeds) in zip(values, places, strict=True):
            by_seed = value.cpu().double().numpy().reshape(len(own_seeds), len(own_arms), *value.shape[1:])
            replicates = [split * seeds + seed for seed in own_seeds]
            together[np.ix_(own_arms, replicates)] = np.swapaxes(by_seed, 0, 1)
        return together

    def collect_all(self, values: list[Mapping[str, Tensor]]) -> dict[str, Array]:
        """`collect` for every name of mappings that have the same names."""
        return {name: self.collect([value[name] for value in values]) for name in values[0]}

    def epoch_done(self, epoch: int) -> EpochDone:
        """Everything that the epoch measured."""
        plan = self.plan
        evaluated = [block.evaluate() for block in self]
        recorders = [block.recorder for block in self]
        group_metrics = self.collect_all([by_group for _, by_group in evaluated])
        group_metrics["train_loss"] = self.collect([recorder.training_losses() for recorder in recorders])
        validation = np.full_like(group_metrics["train_loss"], np.nan)
        with_rows = self.tasks[0].players.groups.tolist()  # every split has the same players
        validation[..., with_rows] = self.collect(
            [block.cell_losses() @ block.task.players.group_means.T for block in self]
        )
        group_metrics["validation_loss"] = validation
        game = self.collect_all([recorder.shares() for recorder in recorders])
        weights = self.collect([recorder.player_weights() for recorder in recorders])
        histograms = self.collect([recorder.histograms for recorder in recorders])
        loss_changes = self.collect([recorder.loss_changes for recorder in recorders])
        playing = np.array([arm.method.kind == "meta" for arm in plan.arms])
        for name, values in game.items():
            if name != "all_losses_fell":
                values[~playing] = np.nan
        stages = [
            float(arm.method.schedule.bargains(epoch)) if plays else np.nan
            for arm, plays in zip(plan.arms, playing, strict=True)
        ]
        game["stage_one"] = np.zeros_like(game["bargained"]) + np.array(stages)[:, None]
        weights[~playing] = np.nan
        histograms[~playing] = 0.0
        return EpochDone(
            epoch=epoch,
            metrics=self.collect_all([one for one, _ in evaluated]),
            group_metrics=group_metrics,
            game=game,
            player_weights=weights,
            histograms=histograms,
            loss_changes=loss_changes,
        )

    def diverged_at(self) -> Array:
        """The batch at which each model diverged, -1 where it has not: [arms, replicates]."""
        return self.collect([block.diverged_at for block in self])


def fits(work: Callable[[], None]) -> bool:
    """Do some work, and say whether the device had the memory for it; nothing is held on to where it had not."""
    try:
        work()
    except torch.cuda.OutOfMemoryError:
        return False
    return True


def halved(places: list[Place]) -> list[Place]:
    """Every block cut in two, along the seeds while there are several, then along the arms.

    Raises:
        InputError: every block is a single model.
    """
    out: list[Place] = []
    for split, arms, seeds in places:
        if len(seeds) > 1:
            middle = len(seeds) // 2
            out += [Place(split, arms, seeds[:middle]), Place(split, arms, seeds[middle:])]
        elif len(arms) > 1:
            middle = len(arms) // 2
            out += [Place(split, arms[:middle], seeds), Place(split, arms[middle:], seeds)]
        else:
            out.append(Place(split, arms, seeds))
    if len(out) == len(places):
        raise InputError(
            "The device has too little memory for even one model at a time. Choose a smaller batch or device 'cpu'."
        )
    return out


def _state_of(place: Place, places: list[Place], kept: list[State]) -> State:
    split, arms, seeds = place
    for (old_split, old_arms, old_seeds), state in zip(places, kept, strict=True):
        if split == old_split and set(arms) <= set(old_arms) and set(seeds) <= set(old_seeds):
            index = [old_seeds.index(s) * len(old_arms) + old_arms.index(a) for s in seeds for a in arms]
            return state.rows(torch.tensor(index, device=state.largest_seen.device))
    raise AssertionError("every block is a part of an older one")
