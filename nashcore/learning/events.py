"""What the trainer tells whoever listens. Arrays are numpy, [arms, replicates, ...]: arms in the plan's order, replicates as
`nashcore.learning.roster.Roster.replicates` has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nashcore.learning.lockstep.models import Models
from nashcore.learning.natural_test import NaturalTest
from nashcore.learning.result import Result
from nashcore.learning.roster import Replicate, Roster
from nashcore.learning.units import Array

if TYPE_CHECKING:
    from nashcore.learning.checkpoint import Checkpoint


@dataclass(frozen=True)
class Started:
    """Training starts.

    Attributes:
        roster: what is compared, and on what.
        epochs: epochs to come.
        batches: batches in an epoch, of the split that has most.
        notices: plain sentences about the data and the game.
    """

    roster: Roster
    epochs: int
    batches: int
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """Some batches more are done.

    Attributes:
        epoch: the epoch under way, from 0.
        batch: batches of it that are done.
        share: share of the whole run that is done.
        seconds: time since the start.
        seconds_left: what the rest will take at the mean pace so far.
    """

    epoch: int
    batch: int
    share: float
    seconds: float
    seconds_left: float


@dataclass(frozen=True)
class StageChanged:
    """From this epoch on, an arm bargains or follows its goal.

    Attributes:
        arm: name of the arm.
        epoch: from 0.
        bargains: whether it bargains from here on.
    """

    arm: str
    epoch: int
    bargains: bool


@dataclass(frozen=True)
class EpochDone:
    """An epoch is over.

    Attributes:
        epoch: from 0.
        metrics: `nashcore.metrics.METRICS` on the test rows, [arms, replicates].
        group_metrics: `GROUP_METRICS` on the test rows (losses on training and validation rows), [arms, replicates, groups].
        game: shares (see `nashcore.learning.shares.SHARES`), "bargained", the share of batches at which the model was to bargain,
            and "stage_one", 1 in an epoch in which its schedule lets it bargain, else 0; [arms, replicates]. NaN for methods
            that do not play, but for "all_losses_fell".
        player_weights: mean weight of each player, [arms, replicates, players].
        histograms: counts of batches by cosine, [arms, replicates, `DIRECTIONS`, `STATISTICS`, `BINS`].
        loss_changes: counts of steps by the largest relative change of a playing cell's validation loss, [arms, replicates,
            `CHANGE_EDGES`].

    A model that stopped has NaN throughout.
    """

    epoch: int
    metrics: Mapping[str, Array]
    group_metrics: Mapping[str, Array]
    game: Mapping[str, Array]
    player_weights: Array
    histograms: Array
    loss_changes: Array


@dataclass(frozen=True)
class Resumable:
    """So many epochs are done and told, and training can be taken up from here.

    Attributes:
        epochs: epochs done.
        checkpoint: makes the checkpoint, which costs a copy of the models; None once training has gone an epoch further.
    """

    epochs: int
    checkpoint: Callable[[], Checkpoint | None]


@dataclass(frozen=True)
class ModelStopped:
    """A model cannot go on; the others do.

    Attributes:
        arm: name of its arm.
        replicate: its split and its seed.
        epoch: from 0.
        reason: a plain sentence.
    """

    arm: str
    replicate: Replicate
    epoch: int
    reason: str


@dataclass(frozen=True)
class BlocksSplit:
    """The device ran out of memory: the epoch starts again with the models in more blocks.

    Attributes:
        epoch: from 0.
        blocks: number of blocks from here on.
    """

    epoch: int
    blocks: int


@dataclass(frozen=True)
class Finished:
    """Training is over, or was cancelled.

    Attributes:
        result: everything that was measured.
        cancelled: whether there were epochs left.
        models: each split's models after the last epoch that was finished.
    """

    result: Result
    cancelled: bool
    models: tuple[Models, ...]


Event = (
    Started
    | Progress
    | StageChanged
    | EpochDone
    | Resumable
    | ModelStopped
    | BlocksSplit
    | NaturalTest
    | Finished
)
