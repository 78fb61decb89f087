"""Row losses: derivatives against autograd, the two layouts against each other, and the ends of their range."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from nashcore.learning.lockstep.losses import (
    row_validation_loss,
    training_loss,
    validation_loss,
    validation_loss_gradient,
)

LOGITS = torch.randn(3, 2, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 4
LABELS = torch.tensor([0, 1, 1, 0, 0, 1, 0, 1])
TRUTH = torch.stack([1 - LABELS, LABELS]).double()


def test_training_loss_is_cross_entropy_with_its_derivative() -> None:
    margin = (LOGITS[:, 1] - LOGITS[:, 0]).requires_grad_()
    losses, dloss_dmargin = training_loss(margin, 2.0 * LABELS - 1)
    expected = cross_entropy(LOGITS, LABELS.expand(3, 8), reduction="none")
    assert torch.allclose(losses, expected, rtol=1e-12)
    (derivative,) = torch.autograd.grad(losses.sum(), margin)
    assert torch.allclose(dloss_dmargin, derivative, rtol=1e-12)


def test_validation_loss_and_its_derivative() -> None:
    logits = LOGITS.clone().requires_grad_()
    rows = torch.stack([row_validation_loss(model.T, LABELS) for model in logits])
    losses, gradient = validation_loss_gradient(LOGITS, TRUTH)
    assert torch.allclose(losses, rows, rtol=1e-12)
    assert torch.allclose(validation_loss(LOGITS, TRUTH), rows, rtol=1e-12)
    (derivative,) = torch.autograd.grad(rows.sum(), logits)
    assert torch.allclose(gradient, derivative, rtol=1e-12)


def test_a_perfectly_fitted_row_still_costs_the_f1_term() -> None:
    losses, gradient = validation_loss_gradient(torch.tensor([[-90.0], [90.0]]), torch.tensor([[0.0], [1.0]]))
    assert losses.item() == pytest.approx(1 / (1 + math.e))
    assert gradient.abs().max().item() < 1e-30


def test_slopes_keep_their_relative_accuracy_where_a_row_is_fitted() -> None:
    _, dloss_dmargin = training_loss(torch.tensor([60.0, -60.0]), torch.tensor([1.0, -1.0]))
    assert dloss_dmargin.tolist() == pytest.approx([-math.exp(-60), math.exp(-60)], rel=1e-5)
