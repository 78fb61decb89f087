"""The Nash game: weights a with a_i (G a)_i = 1, by damped Newton on a self-concordant function.

Source: Nash (1950) for the solution; the stationarity condition belongs to ``1/2 a'G a - sum_i log a_i``, which is
self-concordant, so Newton's method damped by the decrement (Nesterov and Nemirovskii 1994) meets it from every
start. The function is bounded below exactly when an agreement exists.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from nashcore.bargaining.gramian import apply, apply_exactly

MAX_ITERATIONS = 200
POLISHING_STEPS = 2
CANCELLATION = 1e-13  # relative rounding error of a utility above which polishing pays


@dataclass(frozen=True)
class NashPoint:
    """What Newton found: weights [..., K], whether there is an agreement [...], and the iterations [...] it took."""

    weights: Tensor
    agreement: Tensor
    iterations: Tensor


def solve_nash(gramian: Tensor, tolerance: float) -> NashPoint:
    """The Nash bargaining solution of gradients of norm near one.

    Args:
        gramian: [..., K, K], float64, diagonal near one (see `gramian.binary_scales`); not checked.
        tolerance: the gradients agree when Newton's point of their hull stays farther than this from the origin.

    Returns:
        Weights; where there is no agreement they mean nothing.
    """
    norms = gramian.diagonal(dim1=-2, dim2=-1).sqrt()
    players = float(gramian.shape[-1])
    weights = 1.0 / norms
    shape, device = gramian.shape[:-2], gramian.device
    done = torch.zeros(shape, dtype=torch.bool, device=device)
    empty = done.clone()
    iterations = torch.zeros(shape, dtype=torch.int32, device=device)
    last = torch.full(shape, torch.inf, dtype=gramian.dtype, device=device)
    check_every = 1 if device.type == "cpu" else 4  # a check makes a GPU wait
    for iteration in range(1, MAX_ITERATIONS + 1):
        utilities = apply(gramian, weights)
        # The best multiple of the present weights, where a'G a = K: one cheap step that Newton would take several for.
        ray = (players / (weights * utilities).sum(-1).clamp_min(1e-300)).sqrt()
        ray = torch.where(done, 1.0, ray).unsqueeze(-1)
        weights = weights * ray
        empty = empty | (~done & (players**0.5 < tolerance * (weights * norms).sum(-1)))
        step, decrement = _newton_step(gramian, weights, utilities * ray)
        damping = torch.where(decrement < 0.25, 1.0, 1.0 / (1.0 + decrement))
        iterations += ~done
        damping = torch.where(done | empty, 0.0, damping)
        weights = weights * (1.0 + damping.unsqueeze(-1) * step)
        # Converged, or as far as rounding lets it: the decrement no longer falls although Newton converges quadratically here.
        done = done | empty | (decrement < 1e-8) | ((decrement < 0.1) & (decrement > 0.5 * last))
        last = decrement
        if iteration % check_every == 0 and bool(done.all()):
            break
    agreement = done & ~empty
    if _cancels(gramian, weights, agreement):
        weights = _polish(gramian, weights)
        agreement = agreement & (apply_exactly(gramian, weights) > 0).all(-1)
    return NashPoint(weights, agreement, iterations)


def _newton_step(gramian: Tensor, weights: Tensor, utilities: Tensor) -> tuple[Tensor, Tensor]:
    """Newton's relative change of the weights [..., K] and its decrement [...]."""
    gap = 1.0 - weights * utilities
    hessian = gramian * weights.unsqueeze(-1) * weights.unsqueeze(-2)
    hessian = hessian + torch.eye(gramian.shape[-1], dtype=gramian.dtype, device=gramian.device)
    step = torch.linalg.solve_ex(hessian, gap)[0]
    return step, (step * gap).sum(-1).clamp_min(0).sqrt()


def _cancels(gramian: Tensor, weights: Tensor, agreement: Tensor) -> bool:
    terms = weights * apply(gramian.abs(), weights)
    loss = torch.finfo(gramian.dtype).eps * terms.amax(-1)
    return bool((agreement & (loss > CANCELLATION)).any())


def _polish(gramian: Tensor, weights: Tensor) -> Tensor:
    for _ in range(POLISHING_STEPS):
        step, _ = _newton_step(gramian, weights, apply_exactly(gramian, weights))
        weights = weights * (1.0 + step.clamp(-0.5, 0.5))
    return weights


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
