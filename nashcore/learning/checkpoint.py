"""A checkpoint: everything that the next epoch needs, as a value.

Randomness has no position to remember: every draw is a function of the seed, the epoch and the batch (see
`nashcore.learning.lockstep.sampling`). What an epoch hands on is each model's parameters and momentum, the largest norm that it
has seen of each player, and where it stopped; what was measured so far is the history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from nashcore.errors import InputError
from nashcore.learning.history import History
from nashcore.learning.lockstep.block import State
from nashcore.learning.lockstep.models import Models
from nashcore.learning.lockstep.places import Parts, Place, models_of
from nashcore.learning.plan import Plan
from nashcore.learning.roster import Replicate

if TYPE_CHECKING:
    from nashcore.data import Task

FREE = ("epochs", "device", "notices")
"""What of a plan may differ between the two parts of a run: no number of the epochs done hangs on it, but for rounding."""


class Fingerprint:
    """A digest of what training's numbers follow from: the plan, and every split's rows.

    Args:
        plan: what is trained.
    """

    def __init__(self, plan: Plan) -> None:
        self._digest = hashlib.sha256()
        for one in fields(plan):
            if one.name not in FREE:
                self._digest.update(f"{one.name}={getattr(plan, one.name)!r}\n".encode())

    def add(self, task: Task) -> None:
        """Take in a split's rows."""
        for part in (task.train, task.validation, task.test, task.natural):
            for tensor in (part.features, part.labels, part.groups):
                values = np.ascontiguousarray(tensor.numpy())
                self._digest.update(f"{values.dtype} {values.shape}\n".encode())
                self._digest.update(values.data)

    def hex(self) -> str:
        """The digest so far."""
        return self._digest.hexdigest()


def machine_of(plan: Plan) -> dict[str, str]:
    """What the last digits of training hang on beside plan and rows: another library or processor may round otherwise."""
    cuda = plan.device.type == "cuda"
    return {
        "PyTorch": torch.__version__,
        "device": torch.cuda.get_device_name(plan.device) if cuda else "CPU",
        "instructions": torch.backends.cpu.get_cpu_capability(),
    }


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Where training stands after a whole number of epochs.

    Attributes:
        fingerprint: of plan and rows (see `Fingerprint`).
        machine: see `machine_of`.
        arms: names of the arms.
        seeds: the seeds of each split.
        epochs: epochs done.
        seconds: how long they took.
        parts: the models, block by block, on the CPU.
        notices: sentences on how training was taken up before.
        history: what was measured so far; None where it is kept elsewhere, as beside a file.
    """

    fingerprint: str
    machine: Mapping[str, str]
    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    epochs: int
    seconds: float
    parts: Parts
    notices: tuple[str, ...] = ()
    history: History | None = field(default=None, repr=False)

    def models(self, split: int) -> Models:
        """One split's models."""
        return models_of(self.parts, split, self.arms, self.seeds)

    def with_history(self, measured: History) -> Checkpoint | None:
        """With what a longer history tells of the epochs done; None where it lacks one of them."""
        if len(measured.epochs) < self.epochs:
            return None
        stopped = set(self._stopped(measured))
        history = History(
            measured.roster,
            list(measured.epochs[: self.epochs]),
            {which: reason for which, reason in measured.stopped.items() if which in stopped},
            seconds=self.seconds,
        )
        return replace(self, history=history)

    def _stopped(self, measured: History) -> Iterator[tuple[str, Replicate]]:
        splits = measured.roster.splits
        for (split, arms, seeds), state in self.parts:
            for model in (state.diverged_at >= 0).nonzero().squeeze(1).tolist():
                seed, arm = divmod(model, len(arms))
                yield self.arms[arms[arm]], Replicate(splits[split], self.seeds[seeds[seed]])

    def check(self, fingerprint: str, plan: Plan) -> History:
        """The history so far, where training by this plan may go on from here.

        Raises:
            InputError: the checkpoint is of another plan, of other rows, or beyond the plan's epochs.
        """
        if self.fingerprint != fingerprint:
            raise InputError(
                "A checkpoint should be of the same rows and settings as the run that goes on from it. Found one of others: "
                "the table's file, or what the program makes of it, has changed. Train the run anew instead."
            )
        if self.epochs > plan.epochs:
            raise InputError(
                f"Epochs should be {self.epochs} or more, which are done already. Found {plan.epochs}."
            )
        if self.history is None:
            raise InputError("A checkpoint should come with what was measured before it. Found it alone.")
        return self.history

    def notices_on(self, plan: Plan) -> tuple[str, ...]:
        """What is to be said where training goes on from here: the earlier sentences, and one where the machine is another."""
        now = machine_of(plan)
        others = [
            f"{name} {then}, now {now.get(name)}"
            for name, then in self.machine.items()
            if now.get(name) != then
        ]
        if not others:
            return self.notices
        sentence = (
            f"Training went on after epoch {self.epochs} where numbers may round otherwise than before ({'; '.join(others)}): "
            "last digits may differ from those of a run in one piece."
        )
        return tuple(dict.fromkeys((*self.notices, sentence)))

    def about(self) -> dict[str, Any]:
        """Everything but the models and the history, in values that fit into JSON."""
        return {
            "fingerprint": self.fingerprint,
            "machine": dict(self.machine),
            "arms": self.arms,
            "seeds": self.seeds,
            "epochs": self.epochs,
            "seconds": self.seconds,
            "notices": self.notices,
            "places": [tuple(place) for place, _ in self.parts],
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The models as arrays by name, in memory that they share with the checkpoint."""
        return {
            f"{block}/{number}": tensor.numpy()
            for block, (_, state) in enumerate(self.parts)
            for number, tensor in enumerate(state.tensors())
        }


def checkpoint_of(about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Checkpoint:
    """The checkpoint, without its history, that `Checkpoint.about` and `Checkpoint.arrays` told.

    Raises:
        KeyError, TypeError, ValueError: they are not what these tell.
    """
    places = [Place(int(split), tuple(arms), tuple(seeds)) for split, arms, seeds in about["places"]]
    if not places:
        raise ValueError("no models")
    tensors = len(arrays) // len(places)
    states = [
        State.of([torch.from_numpy(arrays[f"{block}/{number}"]) for number in range(tensors)])
        for block in range(len(places))
    ]
    return Checkpoint(
        fingerprint=str(about["fingerprint"]),
        machine=dict(about["machine"]),
        arms=tuple(about["arms"]),
        seeds=tuple(about["seeds"]),
        epochs=int(about["epochs"]),
        seconds=float(about["seconds"]),
        parts=list(zip(places, states, strict=True)),
        notices=tuple(about["notices"]),
    )
