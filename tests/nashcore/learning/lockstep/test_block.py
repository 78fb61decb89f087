"""Whole training steps against one ordinary torch module per model, torch.optim.SGD and a second-order graph."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from nashcore.bargaining import bargain
from nashcore.learning import row_validation_loss
from nashcore.learning.lockstep.block import Block, DeviceTask
from nashcore.learning.lockstep.sampling import dropout_bound, epoch_order
from nashcore.learning.plan import Plan
from nashcore.methods import GOALS
from tests.nashcore.learning.slow_reference import (
    Network,
    flat_of,
    flat_of_model,
    network_of,
    reference_hypergradients,
)
from tests.nashcore.learning.small_task import SmallTask, small_plan, small_task


def factors_of(
    plan: Plan, purpose: str, seed: int, place: tuple[int, int], rows: int
) -> tuple[Tensor, Tensor]:
    """Dropout factors [rows, units] of both hidden layers."""
    first, second = plan.hidden
    like = torch.zeros((), dtype=plan.dtype)
    bound = dropout_bound(purpose, (seed,), place, (first + second, rows), plan.dropout, like)[0]
    kept = (bound > 0).to(plan.dtype) / (1 - plan.dropout)
    return kept[:first].T, kept[first:].T


def slow_pull(
    network: Network, plan: Plan, task: SmallTask, arm, place, chosen, momenta, seed
) -> tuple[Tensor, Tensor]:
    """Row weights of a meta-learning arm before they are cut and divided, and the hypergradients, the long way."""
    checked = task.validation
    own_masks = plan.validation_dropout
    found = reference_hypergradients(
        network,
        (task.train.features[chosen].double(), task.train.labels[chosen]),
        (checked.features.double(), checked.labels, checked.cells),
        lr=plan.lr,
        momentum=plan.momentum,
        weight_decay=plan.weight_decay,
        momenta=momenta,
        factors=factors_of(plan, "dropout", seed, place, plan.batch_size),
        validation_factors=factors_of(plan, "dropout_validation", seed, place, checked.rows)
        if own_masks
        else None,
    )
    if arm.method.schedule.bargains(place[0]):
        weights = bargain(found @ found.T).weights
        if bool((weights > 0).any()):
            return -(weights @ found), found
    ahead = Network(found_inputs(network), plan.hidden).double()
    with torch.no_grad():
        named = dict(network.named_parameters())
        for name, parameter in ahead.named_parameters():
            drift = plan.momentum * momenta[name] + plan.weight_decay * named[name]
            parameter.copy_(named[name] - plan.lr * drift)
        validation_factors = (
            factors_of(plan, "dropout_validation", seed, place, checked.rows) if own_masks else None
        )
        logits = ahead(checked.features.double(), validation_factors)
        score = torch.sigmoid(logits[torch.arange(checked.rows), checked.labels])
        losses = cross_entropy(logits, checked.labels, reduction="none") + torch.sigmoid(
            -2 * score / (1 + score)
        )
    groups = len(task.group_names)
    of_groups = torch.stack([losses[checked.groups == g].mean() for g in range(groups)])
    shares = torch.stack([(checked.groups == g).double().mean() for g in range(groups)])
    group_weights = GOALS[arm.method.followed].weights(of_groups, shares)
    by_group = torch.stack(
        [found[2 * g : 2 * g + 2].mean(0) for g in range(groups)]
    )  # cells of the same size
    return -(group_weights @ by_group), found


def found_inputs(network: Network) -> int:
    return network.first.in_features


def normalised(pull: Tensor, signed: bool) -> Tensor:
    useful = pull if signed else pull.clamp(min=0)
    return useful / useful.norm() if bool(useful.any()) else useful


def slow_cell_losses(network: Network, task: SmallTask) -> Tensor:
    """Validation losses of the cells, without dropout."""
    rows = task.validation
    with torch.no_grad():
        logits = network(rows.features.double())
        losses = row_validation_loss(logits, rows.labels)
    return torch.stack([losses[rows.cells == cell].mean() for cell in rows.cells.unique()])


@pytest.mark.parametrize(
    ("groups", "validation_dropout", "signed"),
    [(2, False, False), (5, False, True), (2, True, True), (5, True, False)],
)
def test_every_method_takes_the_steps_of_an_ordinary_module_and_says_of_them_what_is_true(
    groups: int, validation_dropout: bool, signed: bool
) -> None:
    task = small_task(groups)
    plan = dataclasses.replace(
        small_plan(validation_dropout=validation_dropout, signed_weights=signed),
        dtype=torch.float64,
        weight_decay=0.01,
    )
    block = Block(plan.arms, plan.seeds, DeviceTask(task, plan), plan)
    models = [network_of(block.cohort.theta, model) for model in range(plan.models)]
    optimizers = [
        torch.optim.SGD(m.parameters(), lr=plan.lr, momentum=plan.momentum, weight_decay=plan.weight_decay)
        for m in models
    ]
    for epoch in (1, 2):  # the last bargaining epoch, and the first after it
        orders = epoch_order(plan.seeds, epoch, task.train.rows, plan.device)
        true: dict[str, list[list[float]]] = {
            name: [[] for _ in models]
            for name in ("aligned_before_cut", "aligned_after_cut", "all_losses_fell", "bargain_exists")
        }
        for batch in range(2):
            rows = orders[:, 16 * batch : 16 * batch + 16]
            block.step(rows, epoch, batch)
            for model, (network, optimizer) in enumerate(zip(models, optimizers, strict=True)):
                arm, index = plan.arms[model % len(plan.arms)], model // len(plan.arms)
                seed, place, chosen = plan.seeds[index], (epoch, batch), rows[index]
                momenta = {
                    name: optimizer.state[p].get("momentum_buffer", torch.zeros_like(p)).clone()
                    for name, p in network.named_parameters()
                }
                purpose = "dropout_update" if validation_dropout else "dropout"
                logits = network(
                    task.train.features[chosen].double(), factors_of(plan, purpose, seed, place, 16)
                )
                losses = cross_entropy(logits, task.train.labels[chosen], reduction="none")
                if arm.method.kind == "uniform":
                    weights = torch.full((16,), 0.25, dtype=torch.float64)
                elif arm.method.kind == "worst_rows":
                    weights = (losses >= losses.sort(descending=True).values[5]).double()
                else:
                    pull, found = slow_pull(network, plan, task, arm, place, chosen, momenta, seed)
                    weights = normalised(pull, signed)
                    true["aligned_before_cut"][model].append(bool((found @ pull < 0).all()))
                    true["aligned_after_cut"][model].append(bool((found @ weights < 0).all()))
                    exists = bool((bargain(found @ found.T).weights > 0).all())
                    true["bargain_exists"][model].append(exists)
                before = slow_cell_losses(network, task)
                optimizer.zero_grad()
                (weights * losses).sum().backward()
                optimizer.step()
                fell = bool((slow_cell_losses(network, task) < before).all())
                true["all_losses_fell"][model].append(fell)
        shares = block.recorder.shares()
        for name, of_models in true.items():
            for model, known in enumerate(of_models):
                if known:
                    assert shares[name][model].item() == sum(known) / 2, (name, model)
    for model, network in enumerate(models):
        assert torch.allclose(
            flat_of_model(block.cohort.theta, model), flat_of(network), rtol=1e-9, atol=1e-11
        )
    assert (block.diverged_at == -1).all()


def test_arms_of_a_seed_start_alike_and_seeds_start_apart() -> None:
    plan = small_plan()
    block = Block(plan.arms, plan.seeds, DeviceTask(small_task(), plan), plan)
    flats = [flat_of_model(block.cohort.theta, model) for model in range(plan.models)]
    assert all(torch.equal(flats[0], flat) for flat in flats[: len(plan.arms)])
    assert not torch.equal(flats[0], flats[-1])
