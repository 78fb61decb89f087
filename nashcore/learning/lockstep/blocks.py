"""The models of a run as one or more blocks: dividing them when memory runs out, and putting their figures together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from nashcore.learning.events import EpochDone
from nashcore.learning.lockstep.block import Block, DeviceTask
from nashcore.learning.lockstep.cohort import Layers, Scratch
from nashcore.learning.lockstep.models import Models
from nashcore.learning.lockstep.places import Parts, Place, gathered, halved, models_of, of_split, state_of
from nashcore.learning.lockstep.validation_pass import logits_of_all
from nashcore.learning.plan import Plan
from nashcore.learning.units import Array

MOST_ON_CPU = 1000
"""Models in a block at most, where memory that runs out ends the process instead of being told: a thousand of adult's take 2 GB
while they step and are tested, as measured, and what stays of a model between epochs is a fifth of that."""


class Blocks:
    """All models of a run, in rectangular blocks of arms and seeds: one block a split as long as the device has memory for it.

    Args:
        tasks: the splits of the table, on the device.
        plan: what to run on each of them.
        parts: what an earlier run of them came to, which these models go on from; they begin anew when left out.

    Raises:
        InputError: the device has too little memory for one model, or the parts are those of other models.
    """

    def __init__(self, tasks: Sequence[DeviceTask], plan: Plan, parts: Parts = ()) -> None:
        self.tasks, self.plan = tuple(tasks), plan
        arms, seeds = tuple(range(len(plan.arms))), tuple(range(len(plan.seeds)))
        whole = [Place(split, arms, seeds) for split in range(len(self.tasks))]
        self.places = [place for place, _ in parts] or whole
        while (
            plan.device.type == "cpu" and len(self.places[0].arms) * len(self.places[0].seeds) > MOST_ON_CPU
        ):
            self.places = halved(self.places)
        self._blocks: list[Block] = []
        self._kept_epochs: int | None = None
        self._until_they_fit(lambda: self._build(parts))

    def __iter__(self) -> Iterator[Block]:
        """The blocks as they are now."""
        return iter(self._blocks)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._blocks)

    def _build(self, parts: Parts) -> None:
        """The blocks of the places as they are, whose models go on from these states, or begin where there are none."""
        plan, tasks = self.plan, self.tasks
        most = max(len(arms) * len(seeds) for _, arms, seeds in self.places)
        scratch = Scratch.empty(most, plan.hidden, plan.batch_size, tasks[0].train.features)
        self._blocks = [
            Block([plan.arms[a] for a in arms], [plan.seeds[s] for s in seeds], tasks[split], plan, scratch)
            for split, arms, seeds in self.places
        ]
        if parts:
            for block, place in zip(self, self.places, strict=True):
                block.restore(state_of(place, parts))
        self._kept = [block.state() for block in self]

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

    def keep(self, epochs: int) -> None:
        """Remember this moment, at which so many epochs are done."""
        self._kept_epochs = None  # a moment that is half written is none
        for block, kept in zip(self, self._kept, strict=True):
            block.copy_state_to(kept)
        self._kept_epochs = epochs

    def kept(self, epochs: int) -> Parts | None:
        """A copy, on the CPU, of the moment at which so many epochs were done; None where another one is remembered."""
        if epochs != self._kept_epochs:
            return None
        return [(place, state.copied()) for place, state in self._parts()]

    def kept_models(self) -> tuple[Models, ...]:
        """Each split's models as they were at the moment kept."""
        arms, parts = tuple(arm.name for arm in self.plan.arms), self._parts()
        return tuple(models_of(parts, split, arms, self.plan.seeds) for split in range(len(self.tasks)))

    def kept_scores(self, split: int, features: Tensor) -> Array:
        """Scores [arms, seeds, n] of a split's models, as they were at the moment kept, on rows [n, F] with the constant one."""
        places, states = of_split(self._parts(), split)
        logits = [logits_of_all(Layers(kept.theta[0], *kept.theta), features) for kept in states]
        shape = len(self.plan.arms), len(self.plan.seeds), 1
        return gathered([each[:, 1] - each[:, 0] for each in logits], places, shape)

    def _parts(self) -> Parts:
        return list(zip(self.places, self._kept, strict=True))

    def split_blocks(self) -> None:
        """Cut every block in two and go back to the start of the epoch.

        Raises:
            InputError: the blocks are single models already.
        """
        parts = self._parts()
        self._halve()
        self._until_they_fit(lambda: self._build(parts))

    def collect(self, values: list[Tensor]) -> Array:
        """Tensors [models of the block, ...], one a block, as one array [arms, replicates, ...]."""
        shape = len(self.plan.arms), len(self.plan.seeds), len(self.tasks)
        return gathered(values, self.places, shape)

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
