"""Row losses of two-class logits, with their derivatives written out.

Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024): training rows count by cross-entropy, validation
rows by cross-entropy plus a smooth stand-in for one minus the F1 score, ``sigmoid(-2s/(1+s))`` with s the sigmoid of the
true class's logit.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, softplus


def training_loss(margin: Tensor, signs: Tensor) -> tuple[Tensor, Tensor]:
    """Cross-entropy of training rows and its derivative.

    Args:
        margin: [..., B], logit of class 1 minus logit of class 0.
        signs: [..., B], +1 for label 1 and -1 for label 0.

    Returns:
        The losses [..., B] and their derivatives with respect to the margin [..., B]. The derivative with respect to the
        logit of class 1 is the same, with respect to the logit of class 0 the opposite.
    """
    right = margin * signs
    return softplus(-right), -signs * torch.sigmoid(-right)


def row_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each row: logits [B, classes] and labels [B] -> [B]."""
    return cross_entropy(logits, labels, reduction="none")


def row_validation_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Validation loss of each row: logits [V, classes] and labels [V] -> [V]."""
    score = torch.sigmoid(logits.gather(-1, labels.unsqueeze(-1)).squeeze(-1))
    return row_cross_entropy(logits, labels) + torch.sigmoid(-2 * score / (1 + score))


def validation_loss(logits: Tensor, one_hot_labels: Tensor) -> Tensor:
    """Validation loss of rows in the layout of the cohort: logits [..., 2, V], one_hot_labels [2, V] one-hot -> [..., V]."""
    score = torch.sigmoid((logits * one_hot_labels).sum(-2))
    wrong_margin = (logits * (1 - 2 * one_hot_labels)).sum(-2)
    return softplus(wrong_margin) + torch.sigmoid(-2 * score / (1 + score))


def validation_loss_gradient(logits: Tensor, one_hot_labels: Tensor) -> tuple[Tensor, Tensor]:
    """`validation_loss` [..., V] and its derivative with respect to the logits [..., 2, V]."""
    away = 1 - 2 * one_hot_labels  # -1 at the true class, +1 at the other
    wrong_margin = (logits * away).sum(-2)
    score = torch.sigmoid((logits * one_hot_labels).sum(-2))
    f1 = torch.sigmoid(-2 * score / (1 + score))
    slope = -2 * f1 * (1 - f1) * score * (1 - score) / (1 + score) ** 2
    gradient = torch.sigmoid(wrong_margin).unsqueeze(-2) * away + slope.unsqueeze(-2) * one_hot_labels
    return softplus(wrong_margin) + f1, gradient
