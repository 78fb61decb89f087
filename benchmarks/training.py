"""What a training step costs, side by side: lockstep models, an ordinary PyTorch loop, and double backward.

The three are timed in turns in one process, so that whatever else the machine does slows them alike; the figures are
ratios of their fastest rounds. Data are random, of the size of adult (sex): the cost of a step does not depend on them.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from nashcore.bargaining import bargain
from nashcore.learning import Checkpoint, Plan, row_validation_loss
from nashcore.learning.lockstep import Block, DeviceTask, Place, epoch_order
from nashcore.methods import PUBLISHED, arms_of
from nashcore.options import MOMENTUM, WEIGHT_DECAY
from nashcore.runs import CHECKPOINT_SECONDS, write_checkpoint

FEATURES, TRAINING_ROWS, BATCH, DROPOUT, LR = 105, 8192, 512, 0.2, 1e-3


def run(seeds: int = 5, rounds: int = 15) -> dict[str, Any]:
    """Measure.

    Args:
        seeds: seeds of the lockstep run, each with all eight methods.
        rounds: how often each way is timed.

    Returns:
        "plain_ratio": a model-step of the lockstep run with four players, all Nash methods bargaining, over a step of an
        ordinary PyTorch loop; "goal_ratio": the same after the bargaining stage; "second_order_ratio": it over the same
        Nash step with a second-order graph; "plain_ratio_10": the first with ten players; "milliseconds": of a
        (model-)step of each; "checkpoint": what one takes in "milliseconds" (the mean of them all) and "megabytes", and the
        "percent" of the training time that one takes every `CHECKPOINT_SECONDS`; "models"; "threads"; "resident_mb": the most
        memory that the process has held.
    """
    four, ten = _Lockstep(2, seeds), _Lockstep(5, seeds)
    ways: dict[str, tuple[Callable[[int], None], int]] = {
        "lockstep": (four(0), four.models),
        "lockstep_goal": (four(49), four.models),
        "lockstep_10": (ten(0), ten.models),
        "plain": (_plain_loop(), 1),
        "second_order": (_second_order(four.on_device), 1),
    }
    best = dict.fromkeys(ways, float("inf"))
    for turn in range(rounds + 2):
        for name, (step, models) in ways.items():
            repeats = 1 if models > 1 else 8
            begun = time.perf_counter()
            for repeat in range(repeats):
                step(turn * repeats + repeat)
            seconds = (time.perf_counter() - begun) / (repeats * models)
            if turn >= 2:  # the first turns fill caches
                best[name] = min(best[name], seconds)
    return {
        "plain_ratio": best["lockstep"] / best["plain"],
        "goal_ratio": best["lockstep_goal"] / best["plain"],
        "plain_ratio_10": best["lockstep_10"] / best["plain"],
        "second_order_ratio": best["lockstep"] / best["second_order"],
        "milliseconds": {name: 1000 * seconds for name, seconds in best.items()},
        "checkpoint": _checkpoint(four, rounds),
        "models": four.models,
        "threads": torch.get_num_threads(),
        "resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


class _Lockstep:
    """A lockstep block on random rows, as a maker of step functions for an epoch."""

    def __init__(self, groups: int, seeds: int) -> None:
        cells = 2 * groups
        self.task = SimpleNamespace(
            train=_rows(TRAINING_ROWS, groups),
            validation=_rows(3 * cells, groups),
            test=_rows(cells, groups),
            group_names=tuple(map(str, range(groups))),
            label_names=("0", "1"),
            data="careful",
        )
        schedules = dict.fromkeys(PUBLISHED, ("two_stage:14",))
        self.plan = Plan(
            arms=arms_of(tuple(PUBLISHED), schedules),
            seeds=tuple(range(seeds)),
            epochs=50,
            lr=LR,
            dropout=DROPOUT,
            batch_size=BATCH,
        )
        self.models = self.plan.models
        self.on_device = DeviceTask(self.task, self.plan)  # type: ignore[arg-type]
        self.block = Block(self.plan.arms, self.plan.seeds, self.on_device, self.plan)
        self.order = epoch_order(self.plan.seeds, 0, TRAINING_ROWS, self.plan.device)

    def __call__(self, epoch: int) -> Callable[[int], None]:
        batches = TRAINING_ROWS // BATCH

        def step(turn: int) -> None:
            first = turn % batches * BATCH
            self.block.step(self.order[:, first : first + BATCH], epoch, turn)

        return step


def _checkpoint(lockstep: _Lockstep, rounds: int) -> dict[str, float]:
    """What it costs to keep the lockstep run's models, on the disk of temporary files."""
    plan = lockstep.plan
    arms = tuple(arm.name for arm in plan.arms)
    place = Place(0, tuple(range(len(arms))), tuple(range(len(plan.seeds))))
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        for epoch in range(rounds):
            parts = [(place, lockstep.block.state().copied())]
            write_checkpoint(Path(folder), Checkpoint("", {}, arms, plan.seeds, epoch, 0.0, parts))
        seconds = (time.perf_counter() - begun) / rounds
        size = max(path.stat().st_size for path in Path(folder).iterdir())
    share = seconds / (seconds + CHECKPOINT_SECONDS)
    return {"milliseconds": 1000 * seconds, "megabytes": size / 1e6, "percent": 100 * share}


def _rows(count: int, groups: int) -> SimpleNamespace:
    draws = torch.Generator().manual_seed(count)
    labels, of_groups = torch.arange(count) % 2, torch.arange(count) // 2 % groups
    features = torch.randn(count, FEATURES, generator=draws) + 0.5 * labels.unsqueeze(1)
    cells = 2 * of_groups + labels
    return SimpleNamespace(features=features, labels=labels, groups=of_groups, cells=cells, rows=count)


def _network() -> torch.nn.Module:
    return torch.nn.Sequential(
        torch.nn.Linear(FEATURES, 128),
        torch.nn.ReLU(),
        torch.nn.Dropout(DROPOUT),
        torch.nn.Linear(128, 64),
        torch.nn.ReLU(),
        torch.nn.Dropout(DROPOUT),
        torch.nn.Linear(64, 2),
    )


def _batches() -> Callable[[int], tuple[Tensor, Tensor]]:
    rows = _rows(TRAINING_ROWS, 2)
    order = torch.randperm(TRAINING_ROWS)

    def batch(turn: int) -> tuple[Tensor, Tensor]:
        first = turn * BATCH % TRAINING_ROWS
        chosen = order[first : first + BATCH]
        return rows.features[chosen], rows.labels[chosen]

    return batch


def _plain_loop() -> Callable[[int], None]:
    network, batch = _network(), _batches()
    optimizer = torch.optim.SGD(network.parameters(), lr=LR, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)

    def step(turn: int) -> None:
        features, labels = batch(turn)
        optimizer.zero_grad()
        cross_entropy(network(features), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _second_order(task: DeviceTask) -> Callable[[int], None]:
    """The Nash step as one would first write it: differentiate through a look-ahead step, once per cell."""
    network, batch = _network(), _batches()
    optimizer = torch.optim.SGD(network.parameters(), lr=LR, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)
    validation_rows, validation_labels = task.validation.features[:, :-1], task.validation.labels
    cells = [members.bool() for members in task.players.cell_means]

    def step(turn: int) -> None:
        features, labels = batch(turn)
        theta = dict(network.named_parameters())
        weights = torch.zeros(BATCH, requires_grad=True)
        loss = (weights * cross_entropy(network(features), labels, reduction="none")).sum()
        gradients = torch.autograd.grad(loss, list(theta.values()), create_graph=True)
        ahead = {}
        for (name, value), gradient in zip(theta.items(), gradients, strict=True):
            momentum = optimizer.state[value].get("momentum_buffer", torch.zeros_like(value))
            ahead[name] = value - LR * (MOMENTUM * momentum + gradient + WEIGHT_DECAY * value)
        rows = row_validation_loss(functional_call(network, ahead, (validation_rows,)), validation_labels)
        found = [torch.autograd.grad(rows[cell].mean(), weights, retain_graph=True)[0] for cell in cells]
        hypergradients = torch.stack(found).double()
        agreed = bargain(hypergradients @ hypergradients.T).weights
        useful = (-agreed @ hypergradients).clamp(min=0)
        useful = (useful / useful.norm().clamp(min=torch.finfo(useful.dtype).tiny)).float()
        optimizer.zero_grad()
        (useful * cross_entropy(network(features), labels, reduction="none")).sum().backward()
        optimizer.step()

    return step
