"""What a rule answers: weights, and a word on each game that says what they are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

import torch
from torch import Tensor

from nashcore.bargaining._kernels.polling import sync_is_cheap


class Status(IntEnum):
    """How a game ended."""

    AGREED = 0
    NO_AGREEMENT = 1
    STATIONARY = 2
    UNSOLVED = 3

    @property
    def words(self) -> str:
        """The same for people."""
        return _WORDS[self]


_WORDS = {
    Status.AGREED: "agreed",
    Status.NO_AGREEMENT: "no agreement",
    Status.STATIONARY: "stationary: no common descent",
    Status.UNSOLVED: "not solved",
}


@dataclass(frozen=True)
class Weights:
    """The answer of a rule to one or many games of the batch shape [...].

    Attributes:
        weights: [..., K]; the direction is d = sum_i weights_i g_i. Only where the status is AGREED is there a direction to go.
        status: [...] (int8), a `Status` for every game. AGREED: the weights are the rule's. NO_AGREEMENT: a bargaining rule found
            no direction that everybody gains from; the weights are zero. STATIONARY: another rule found no direction of its kind:
            gradients combine to nothing (CAGrad, MGDA), no finite weights have its property (IMTL-G), or nobody is in the game.
            UNSOLVED: the search ended without an answer, or the Gramian was none; the weights are zero.
    """

    weights: Tensor
    status: Tensor

    @property
    def agreed(self) -> Tensor:
        """[...] (bool), whether there is a direction."""
        return self.status == Status.AGREED


def settled(weights: Tensor, failed: Tensor | None, failure: Status) -> Weights:
    """The games' answers, without a question to the device: weights that are not finite become zero, and UNSOLVED.

    Args:
        weights: [..., K].
        failed: [...] (bool), the games without a direction; None where every game has one.
        failure: what these are called.
    """
    status = torch.zeros(weights.shape[:-1], dtype=torch.int8, device=weights.device)
    if failed is not None:
        status = status.masked_fill_(failed, int(failure))
    if sync_is_cheap(status) and math.isfinite(float(weights.sum())):
        return Weights(weights, status)
    lost = _not_finite(weights)
    status = status.masked_fill_(lost, int(Status.UNSOLVED))
    return Weights(weights.masked_fill(lost.unsqueeze(-1), 0.0), status)


def finite(weights: Tensor) -> Tensor:
    """The weights of `settled` alone."""
    if sync_is_cheap(weights[..., 0]) and math.isfinite(float(weights.sum())):
        return weights
    return weights.masked_fill(_not_finite(weights).unsqueeze(-1), 0.0)


def _not_finite(weights: Tensor) -> Tensor:
    """Zero times what is finite is zero; a product is several times as quick as a sum over a short axis."""
    return ((weights * 0.0) @ weights.new_ones(weights.shape[-1])) != 0
