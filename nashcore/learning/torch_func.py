"""Hypergradients of any `torch.nn.Module`, through torch.func: for other models, and as a second opinion on the cohort's."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from numbers import Real
from typing import Any, cast

import torch
from torch import Tensor
from torch.func import functional_call, jvp, vjp, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.modules.batchnorm import _BatchNorm

from nashcore.errors import InputError, quoted
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

    The weights act through one step of `torch.optim.SGD` on ``sum_j weight_j * training_loss_j``, which moves the parameters that
    require gradients and leaves the others where they are. The cost is one backward pass per cell and one forward-mode pass per
    cell; nothing is differentiated twice. Autocast is off inside.

    Source: Ren et al., "Learning to Reweight Examples" (ICML 2018), in closed form.

    Args:
        model: maps features [n, ...] to outputs [n, ...]; its mode (train or eval) is kept as it is. A training row's loss must
            be its own: batch normalization makes it depend on the others, unless ``model.eval()`` fixed its means.
        batch: features [B, ...] and labels [B] of the training rows.
        cells: features [V, ...], labels [V] and cell numbers [V] of the validation rows; cells may differ in size.
        lr: learning rate.
        momentum: momentum of SGD.
        weight_decay: weight decay of SGD.
        buffers: momentum buffers by parameter name, of the parameters' shapes; a parameter without one has none yet.
        training_loss: outputs and labels to a loss per row [B]. The standard ones of both take two or more logits a row.
        validation_loss: outputs and labels to a loss per row [V].

    Returns:
        [C, B], one row per cell that has validation rows, in the order of their numbers.

    Raises:
        InputError: there are no rows, lengths differ, labels or cell numbers are none, a loss does not give one number per row, no
            parameter requires gradients, a buffer is no parameter's, a number is none, a model has one logit a row and the standard
            losses, or it holds what has no forward-mode derivative or ties rows to each other; the message says the way round.
    """
    if not isinstance(model, torch.nn.Module):
        raise InputError(f"Parameter 'model' should be a torch.nn.Module. Found {type(model).__name__}.")
    features, labels = _rows_of("batch", batch, ("features", "labels"))
    validation_rows, validation_labels, numbers = _rows_of(
        "cells", cells, ("features", "labels", "cell numbers")
    )
    if len(features) < 1 or len(validation_rows) < 1:
        raise InputError("Hypergradients need at least one training row and one validation row. Found none.")
    if len(features) != len(labels) or not len(validation_rows) == len(validation_labels) == len(numbers):
        raise InputError(
            "Features, labels and cell numbers should have the same length. Found different lengths."
        )
    _whole_numbers("Cell numbers", numbers)
    for name, number in {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}.items():
        _one_number(name, number)
    theta = {name: value.detach() for name, value in model.named_parameters() if value.requires_grad}
    if not theta:
        raise InputError("Hypergradients need parameters that require gradients. Found none: all are frozen.")
    frozen = {name: value.detach() for name, value in model.named_parameters() if not value.requires_grad}
    momenta = {} if buffers is None else buffers
    _check_buffers(momenta, theta, frozen)
    _no_tied_rows(model)

    def ahead_of(name: str, value: Tensor) -> Tensor:
        drift = weight_decay * value + (momentum * momenta[name] if name in momenta else 0.0)
        return value - lr * drift

    _, index = torch.unique(numbers, return_inverse=True)
    counts = torch.bincount(index)

    def cell_losses(parameters: dict[str, Tensor]) -> Tensor:
        outputs = functional_call(model, frozen | parameters, (validation_rows,))
        _enough_logits("validation_loss", validation_loss is row_validation_loss, outputs, validation_labels)
        rows = validation_loss(outputs, validation_labels)
        _one_number_a_row("validation_loss", rows, len(validation_rows))
        return rows.new_zeros(len(counts)).index_add(0, index, rows) / counts

    def row_losses(parameters: dict[str, Tensor]) -> Tensor:
        outputs = functional_call(model, frozen | parameters, (features,))
        _enough_logits("training_loss", training_loss is row_cross_entropy, outputs, labels)
        rows = training_loss(outputs, labels)
        _one_number_a_row("training_loss", rows, len(features))
        return rows

    def along(direction: dict[str, Tensor]) -> Tensor:
        return cast(tuple[Tensor, Tensor], jvp(row_losses, (theta,), (direction,)))[1]

    with warnings.catch_warnings(), _plain_operations(features.device.type):
        # Forward mode's first use in a process makes torch warn about its own use of torch.jit.script; since 2.15 everybody.
        for category in (DeprecationWarning, FutureWarning):
            warnings.filterwarnings("ignore", message=".*torch.jit", category=category)
        ahead = {name: ahead_of(name, value) for name, value in theta.items()}
        losses, pull = cast(tuple[Tensor, Callable[[Tensor], Any]], vjp(cell_losses, ahead))
        (gradients,) = vmap(pull)(torch.eye(len(counts), dtype=losses.dtype, device=losses.device))
        try:
            changes: Tensor = vmap(along, randomness="same")(gradients)
        except (NotImplementedError, RuntimeError) as refused:
            raise _no_forward_mode(refused) from refused
    return -lr * changes


@contextmanager
def _plain_operations(device: str) -> Iterator[None]:
    """Attention as the steps that it is made of, which can be differentiated forward (fused, it cannot), and no autocast."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with sdpa_kernel(SDPBackend.MATH), torch.autocast(device, enabled=False):
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


def _rows_of(name: str, given: object, parts: tuple[str, ...]) -> list[Tensor]:
    """The parts of a batch, tensors whose first dimension counts rows."""
    found = list(given) if isinstance(given, tuple | list) else []
    if len(found) != len(parts) or not all(isinstance(part, Tensor) and part.ndim for part in found):
        what = ", ".join(type(part).__name__ for part in found) or type(given).__name__
        raise InputError(
            f"Parameter {quoted(name)} should be a tuple of tensors, one row each: {', '.join(parts)}. Found {what}."
        )
    return found


def _whole_numbers(name: str, numbers: Tensor) -> None:
    if numbers.ndim != 1 or numbers.is_complex():
        found = "complex numbers" if numbers.ndim == 1 else f"the shape {list(numbers.shape)}"
        raise InputError(f"{name} should be whole numbers in one dimension. Found {found}.")
    strange = numbers[numbers.isfinite().logical_not() | (numbers != numbers.double().round())]
    if len(strange):
        raise InputError(f"{name} should be whole numbers. Found {strange[0].item():g}.")


def _one_number(name: str, value: object) -> None:
    finite = False
    if not isinstance(value, bool) and isinstance(value, Real):
        with suppress(OverflowError):  # a whole number beyond all floats
            finite = math.isfinite(float(value))
    if not finite:
        raise InputError(f"Parameter {quoted(name)} should be a finite number. Found {quoted(value)}.")


def _check_buffers(
    buffers: Mapping[str, Tensor], theta: Mapping[str, Tensor], frozen: Mapping[str, Tensor]
) -> None:
    """Momentum buffers are those of parameters that SGD moves, and look like them."""
    if not isinstance(buffers, Mapping):
        raise InputError(
            f"Parameter 'buffers' should be keyed by the model's parameters. Found {type(buffers).__name__}."
        )
    for name, buffer in buffers.items():
        if name in frozen:
            raise InputError(
                f"Parameter 'buffers' should name parameters that require gradients. Found {quoted(name)}, which is frozen."
            )
        if name not in theta:
            raise InputError(
                f"Parameter 'buffers' should be keyed by the model's parameters ({', '.join(theta)}). Found {quoted(name)}."
            )
        wanted, found = _look(theta[name]), _look(buffer)
        if found != wanted:
            raise InputError(f"The buffer of {quoted(name)} should be {wanted}. Found {found}.")


def _look(value: object) -> str:
    """A tensor's shape, type and device; another value's type."""
    if not isinstance(value, Tensor):
        return type(value).__name__
    return f"a tensor of the shape {list(value.shape)}, {value.dtype}, on {value.device}"


def _no_tied_rows(model: torch.nn.Module) -> None:
    """No batch normalization that takes its means from the batch: it would make each row's loss depend on all rows."""
    for name, module in model.named_modules():
        takes_batch = module.training or getattr(module, "running_mean", None) is None
        if isinstance(module, _BatchNorm) and takes_batch:
            raise InputError(
                f"A training row's loss should be its own. Found {type(module).__name__} ({name or 'the model'}) that "
                "normalizes by the batch: call its eval() first (it needs track_running_stats), or use LayerNorm or GroupNorm."
            )


def _enough_logits(name: str, standard: bool, outputs: object, labels: Tensor) -> None:
    """One tensor, and for the standard losses of at least two logits a row, and labels that number them."""
    if not isinstance(outputs, Tensor):
        raise InputError(f"The model should give one tensor. Found {type(outputs).__name__}.")
    if standard and (outputs.ndim != 2 or outputs.shape[1] < 2):
        raise InputError(
            f"The standard {name} takes two or more logits a row, shape [rows, classes]. Found the shape {list(outputs.shape)}: "
            "of one logit, z = outputs.view(-1, 1), let the model give torch.cat([0 * z, z], -1), or pass training_loss and "
            "validation_loss of your own."
        )

    if standard and labels.dtype != torch.int64:
        raise InputError(
            f"The standard {name} takes labels of the type torch.int64. Found {labels.dtype}: call labels.long()."
        )
    if standard:
        _whole_numbers("Labels", labels)
        strange = labels[(labels < 0) | (labels >= outputs.shape[1])]
        if len(strange):
            raise InputError(
                f"Labels should be whole numbers from 0 to {outputs.shape[1] - 1}, one for each logit. Found {strange[0].item()}."
            )


def _no_forward_mode(refused: Exception) -> Exception:
    """What to say where an operation of the model cannot be differentiated forward; other errors are the model's own."""
    said = str(refused)
    if not any(word in said for word in ("forward AD", "forward-mode", "forward mode", "jvp", "_forward_ad")):
        return refused
    first = next((line.strip() for line in said.splitlines() if line.strip()), "")
    return InputError(
        f"Hypergradients differentiate the model forward. Found an operation that cannot be: {first:.200} "
        "Write it with plain operations (of attention: softmax of the scaled products, times the values)."
    )


def _one_number_a_row(name: str, losses: object, rows: int) -> None:
    if not isinstance(losses, Tensor) or losses.shape != (rows,):
        found = f"shape {tuple(losses.shape)}" if isinstance(losses, Tensor) else type(losses).__name__
        raise InputError(
            f"Parameter {quoted(name)} should give one number per row, shape ({rows},). Found {found}."
        )
