"""Hypergradients: how each validation cell's loss would answer to each training row's weight, through one optimiser step.

With theta' the parameters after the step that a batch loss of zero would make, the derivative of cell c's loss at theta' with
respect to the weight of row j, taken at zero weights, is ``h_cj = -lr <grad l_c(theta'), grad CE_j(theta)>``. Both ways below
are exact; they differ only in the order of the sums. No second derivative is needed.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from nashcore.learning.lockstep.cohort import BatchPass
from nashcore.learning.lockstep.validation_pass import SharedPass

Route = Literal["products", "contraction"]


def cheaper_route(rows: int, cells: int, inputs: int, hidden: tuple[int, int]) -> Route:
    """The way with fewer multiplications, for so many validation rows and cells."""
    first, second = hidden
    products = rows * (first + second + first + second)
    contraction = cells * (first * inputs + second * first + 2 * second)
    return "products" if products <= contraction else "contraction"


def by_products(
    features: Tensor, batch: BatchPass, shared: SharedPass, cell_means: Tensor, lr: float
) -> Tensor:
    """Hypergradients from inner products between training rows and validation rows, layer by layer.

    The derivative of a row's loss in a layer's weights is an outer product of its delta and its input, so the inner product
    of two rows' derivatives is ``(input . input') (delta . delta')``, and a bias adds ``delta . delta'``. For few validation
    rows this costs a fraction of a plain step.

    Args:
        features: [S, B, F], each seed's batch, with the constant one.
        batch: the pass over it.
        shared: the pass over the validation rows, at the parameters ahead.
        cell_means: [C, V], 1 / (rows of the cell) where the row is of the cell, else 0.
        lr: learning rate.

    Returns:
        [M, C, B].
    """
    seeds, rows, inputs = features.shape
    models, validation_rows = shared.losses.shape
    cells = len(cell_means)
    input_products = torch.bmm(
        shared.features.expand(seeds, validation_rows, inputs), features.transpose(1, 2)
    )
    total = torch.bmm(shared.delta1.transpose(1, 2), batch.backprop1)
    total.view(seeds, -1, validation_rows, rows).mul_(input_products.unsqueeze(1))
    hidden1_products = torch.bmm(shared.h1.transpose(1, 2), batch.h1).mul_(batch.scale).add_(1)
    total.addcmul_(hidden1_products, torch.bmm(shared.delta2.transpose(1, 2), batch.backprop2))
    hidden2_products = torch.bmm(shared.h2.transpose(1, 2), batch.h2).mul_(batch.scale).add_(1)
    total.addcmul_(hidden2_products, (shared.delta3[:, 1] - shared.delta3[:, 0]).unsqueeze(-1))
    means = torch.bmm(cell_means.expand(models, cells, validation_rows), total)
    return means.mul_((-lr * batch.dloss_dmargin).unsqueeze(1))


def by_contraction(
    features: Tensor, batch: BatchPass, shared: SharedPass, cell_means: Tensor, lr: float
) -> Tensor:
    """Hypergradients from the cells' gradients, each contracted with every training row: for many validation rows.

    Arguments and result as in `by_products`.
    """
    seeds, rows, inputs = features.shape
    models, first, _ = batch.h1.shape
    second, cells = batch.h2.shape[1], len(cell_means)
    arms = models // seeds

    def per_cell(deltas: Tensor) -> Tensor:  # [M, H, V] -> [M, C * H, V]
        return (deltas.unsqueeze(1) * cell_means[:, None, :]).flatten(1, 2)

    weighted1, weighted2 = per_cell(shared.delta1), per_cell(shared.delta2)
    gradient1 = (weighted1.flatten(0, 1) @ shared.features).view(seeds, arms * cells * first, inputs)
    moved = torch.bmm(gradient1, features.transpose(1, 2)).view(models, cells, first, rows)
    total = moved.mul_(batch.backprop1.unsqueeze(1)).sum(2)
    gradient2 = torch.bmm(weighted2, shared.h1.transpose(1, 2))
    moved = torch.bmm(gradient2, batch.h1).mul_(batch.scale).add_(weighted2.sum(-1, keepdim=True))
    total += moved.view(models, cells, second, rows).mul_(batch.backprop2.unsqueeze(1)).sum(2)
    weighted3 = (shared.delta3[:, 1] - shared.delta3[:, 0]).unsqueeze(1) * cell_means
    gradient3 = torch.bmm(weighted3, shared.h2.transpose(1, 2))
    total += torch.bmm(gradient3, batch.h2).mul_(batch.scale).add_(weighted3.sum(-1, keepdim=True))
    return total.mul_((-lr * batch.dloss_dmargin).unsqueeze(1))
