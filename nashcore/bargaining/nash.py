"""The Nash game: weights a with a_i (G a)_i = 1, by damped Newton on a self-concordant function.

Source: Nash (1950) for the solution; the stationarity condition belongs to ``1/2 a'G a - sum_i log a_i``, which is
self-concordant, so Newton's method damped by the decrement (Nesterov and Nemirovskii 1994) meets it from every
start. The function is bounded below exactly when an agreement exists.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from nashcore.bargaining.gramian import apply, apply_exactly

MAX_ITERATIONS = 200
POLISHING_STEPS = 2
NEAR = 0.9  # decrement below which the whole step is taken as long as decrements fall
CANCELLATION = 1e-13  # relative rounding error of a utility above which polishing pays


@dataclass(frozen=True)
class NashPoint:
    """What Newton found.

    Attributes:
        weights: [..., K].
        utilities: [..., K], G a, to the last digit that float64 can hold.
        terms: [..., K], a_i sum_j |G_ij| a_j, the size of what makes up a_i (G a)_i.
        agreement: [...], whether there is an agreement.
        iterations: [...], what it took.
    """

    weights: Tensor
    utilities: Tensor
    terms: Tensor
    agreement: Tensor
    iterations: Tensor


def solve_nash(gramian: Tensor, tolerance: float) -> NashPoint:
    """The Nash bargaining solution of gradients of norm near one.

    Args:
        gramian: [..., K, K], float64, diagonal near one (see `gramian.binary_scales`); not checked.
        tolerance: the gradients agree when Newton's point of their hull stays farther than this from the origin.

    Returns:
        Weights and utilities; where there is no agreement they mean nothing.
    """
    players = gramian.shape[-1]
    norms = gramian.diagonal(dim1=-2, dim2=-1).sqrt()
    identity = torch.eye(players, dtype=gramian.dtype, device=gramian.device)
    weights, ones = norms.reciprocal(), torch.ones_like(norms)
    # What is one number a game steers the loop. A single game on the CPU steers with plain numbers, which cost nothing.
    alone = gramian.ndim == 2 and gramian.device.type == "cpu"
    active: Any = True if alone else torch.ones_like(weights[..., :1], dtype=torch.bool)
    iterations: Any = 0
    last: Any = math.inf
    longest = (
        players**0.5 / tolerance
    )  # of the weights times the norms, when a'G a = K and the hull is that near the origin
    check_every = 1 if gramian.device.type == "cpu" else 4  # a check makes a GPU wait
    for iteration in range(1, MAX_ITERATIONS + 1):
        scaled = gramian * (weights.unsqueeze(-1) * weights.unsqueeze(-2))
        gains = scaled.sum(-1)
        # The best multiple of the present weights, where a'G a = K: one cheap step that Newton would take several for.
        ray = gains.sum(-1, keepdim=True).clamp_min(1e-300).reciprocal() * players
        hessian = torch.addcmul(identity, scaled, ray.unsqueeze(-1))
        step, decrement = _newton_step(hessian, torch.addcmul(ones, gains, ray, value=-1))
        scaled_up = weights * ray.sqrt()
        length: Any = (scaled_up * norms).sum(-1, keepdim=True)
        if alone:
            decrement, length = decrement.item(), length.item()
        whole = ((decrement < NEAR) & (decrement < last)) * 1.0
        damping = whole + (1.0 - whole) / (1.0 + decrement)
        moved = torch.addcmul(scaled_up, scaled_up, step * damping)
        weights = moved if alone else torch.where(active, moved, weights)
        iterations = iterations + active
        # Go on until the next decrement, about the square of this one, is nothing; or until rounding stops its fall; or until
        # the weights are so long that there is no agreement.
        falls = (decrement >= 0.1) | (decrement <= 0.5 * last)
        active = active & (decrement >= 1e-7) & falls & (length <= longest)
        last = decrement
        if iteration % check_every == 0 and not (active if alone else bool(active.any())):
            break
    iterations, left = (
        torch.as_tensor(each, device=weights.device).reshape(gramian.shape[:-2])
        for each in (iterations, active)
    )
    settled = ~left & ((weights * norms).sum(-1) <= longest)
    utilities, terms = apply(gramian, weights), weights * apply(gramian.abs(), weights)
    agreement = settled & (utilities > 0).all(-1)
    rounding = torch.finfo(gramian.dtype).eps * terms.amax(-1)
    if bool((settled & (rounding > CANCELLATION)).any()):
        weights, utilities = _polish(gramian, weights, identity)
        agreement = settled & (utilities > 0).all(-1)
    return NashPoint(weights, utilities, terms, agreement, iterations.to(torch.int32))


def _newton_step(hessian: Tensor, miss: Tensor) -> tuple[Tensor, Any]:
    """Newton's relative change of the weights [..., K] and its decrement [..., 1]; ``miss`` is 1 - a_i (G a)_i."""
    step = torch.linalg.solve_ex(hessian, miss)[0]
    return step, (step * miss).sum(-1, keepdim=True).clamp_min(0).sqrt()


def _polish(gramian: Tensor, weights: Tensor, identity: Tensor) -> tuple[Tensor, Tensor]:
    """Newton steps with utilities that do not cancel; the weights and utilities they lead to."""
    for _ in range(POLISHING_STEPS):
        hessian = gramian * (weights.unsqueeze(-1) * weights.unsqueeze(-2)) + identity
        step, _ = _newton_step(hessian, 1.0 - weights * apply_exactly(gramian, weights))
        weights = weights * (1.0 + step.clamp(-0.5, 0.5))
    return weights, apply_exactly(gramian, weights)


def solve_two(gramian: Tensor, tolerance: float) -> tuple[Tensor, Tensor]:
    """Two players in closed form: the bisector, a_i = 1 / (|g_i| sqrt(1 + cos)).

    Args:
        gramian: [..., 2, 2], not checked.
        tolerance: as in `solve_nash`.

    Returns:
        Weights [..., 2], zero without an agreement; and the agreement [...].
    """
    squares = gramian.diagonal(dim1=-2, dim2=-1)
    product = (squares[..., 0] * squares[..., 1]).sqrt()
    cosine = gramian[..., 0, 1] / product
    # The hull's nearest point to the origin is at most sqrt((1 + cos) / 2) away; NaN (a zero gradient) compares false.
    agreement = (1.0 + cosine) > 2 * tolerance**2
    weights = (squares * (1.0 + cosine).unsqueeze(-1)).rsqrt()
    return torch.where(agreement.unsqueeze(-1), weights, 0.0), agreement
