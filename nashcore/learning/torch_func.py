"""Hypergradients of any `torch.nn.Module`, through torch.func: for other models, and as a second opinion on the cohort's."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, cast

import torch
from torch import Tensor
from torch.func import functional_call, jvp, vjp, vmap

from nashcore.errors import InputError
from nashcore.learning.lockstep.losses import row_cross_entropy, row_validation_loss

RowLoss = Callable[[Tensor, Tensor], Tensor]


def hypergradients(
    model: torch.nn.Module,
    batch: tuple[Tensor, Tensor],
    cells: tuple[Tensor, Tensor, Tensor],
    *,
    lr: float,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
    buffers: Mapping[str, Tensor] | None = None,
    training_loss: RowLoss = row_cross_entropy,
    validation_loss: RowLoss = row_validation_loss,
) -> Tensor:
    """Derivative of each validation cell's mean loss with respect to each training row's weight, at weights of zero.

    The weights act through one step of `torch.optim.SGD` on ``sum_j weight_j * training_loss_j``. The cost is one backward
    pass per cell and one forward-mode pass per cell; nothing is differentiated twice.

    Source: Ren et al., "Learning to Reweight Examples" (ICML 2018), in closed form.

    Args:
        model: maps features [n, ...] to outputs [n, ...]; its mode (train or eval) is kept as it is.
        batch: features [B, ...] and labels [B] of the training rows.
        cells: features [V, ...], labels [V] and cell numbers [V] of the validation rows; cells may differ in size.
        lr: learning rate.
        momentum: momentum of SGD.
        weight_decay: weight decay of SGD.
        buffers: momentum buffers by parameter name; a parameter without one has none yet.
        training_loss: outputs and labels to a loss per row [B].
        validation_loss: outputs and labels to a loss per row [V].

    Returns:
        [C, B], one row per cell that has validation rows, in the order of their numbers.

    Raises:
        InputError: there are no rows, lengths differ, or a loss does not give one number per row.
    """
    (features, labels), (validation_rows, validation_labels, numbers) = batch, cells
    if len(features) < 1 or len(validation_rows) < 1:
        raise InputError("Hypergradients need at least one training row and one validation row. Found none.")
    if len(features) != len(labels) or not len(validation_rows) == len(validation_labels) == len(numbers):
        raise InputError(
            "Features, labels and cell numbers should have the same length. Found different lengths."
        )
    theta = {name: value.detach() for name, value in model.named_parameters()}
    momenta = buffers or {}

    def ahead_of(name: str, value: Tensor) -> Tensor:
        drift = weight_decay * value + (momentum * momenta[name] if name in momenta else 0.0)
        return value - lr * drift

    _, index = torch.unique(numbers, return_inverse=True)
    counts = torch.bincount(index)

    def cell_losses(parameters: dict[str, Tensor]) -> Tensor:
        rows = validation_loss(functional_call(model, parameters, (validation_rows,)), validation_labels)
        _one_number_a_row("validation_loss", rows, len(validation_rows))
        return rows.new_zeros(len(counts)).index_add(0, index, rows) / counts

    def row_losses(parameters: dict[str, Tensor]) -> Tensor:
        rows = training_loss(functional_call(model, parameters, (features,)), labels)
        _one_number_a_row("training_loss", rows, len(features))
        return rows

    ahead = {name: ahead_of(name, value) for name, value in theta.items()}
    losses, pull = cast(tuple[Tensor, Callable[[Tensor], Any]], vjp(cell_losses, ahead))
    (gradients,) = vmap(pull)(torch.eye(len(counts), dtype=losses.dtype, device=losses.device))

    def along(direction: dict[str, Tensor]) -> Tensor:
        return cast(tuple[Tensor, Tensor], jvp(row_losses, (theta,), (direction,)))[1]

    with warnings.catch_warnings():
        # Forward mode's first use in a process makes torch warn about its own use of torch.jit.script.
        warnings.filterwarnings("ignore", message=".*torch.jit", category=DeprecationWarning)
        changes: Tensor = vmap(along, randomness="same")(gradients)
    return -lr * changes


def _one_number_a_row(name: str, losses: Tensor, rows: int) -> None:
    if losses.shape != (rows,):
        raise InputError(
            f"Parameter {name!r} should give one number per row, shape ({rows},). Found shape {tuple(losses.shape)}."
        )
