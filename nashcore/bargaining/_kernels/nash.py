"""The Nash game: weights a with a_i (G a)_i = 1, by damped Newton on a self-concordant function.

Source: Nash (1950) for the solution; the stationarity condition belongs to ``1/2 a'G a - sum_i log a_i``, which is
self-concordant, so Newton's method damped by the decrement (Nesterov and Nemirovskii 1994) meets it from every
start. The function is bounded below exactly when an agreement exists.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from nashcore.bargaining._kernels import polling
from nashcore.bargaining._kernels.gramian import apply, apply_exactly, norms_of, one_plus_cosine

MAX_ITERATIONS = 200
POLISHING_STEPS = 2
NEAR = 0.9  # decrement below which the whole step is taken as long as decrements fall
SMALL = 0.1  # decrement below which a fall by less than half is rounding's work
NOTHING = 1e-7  # decrement whose square no float64 shows
CANCELLATION = 1e-13  # relative rounding error of a utility above which polishing pays


@dataclass(frozen=True)
class NashPoint:
    """What Newton found.

    Attributes:
        weights: [..., K].
        utilities: [..., K], G a, to the last digit that float64 can hold.
        terms: [..., K], a_i sum_j |G_ij| a_j, the size of what makes up a_i (G a)_i.
        agreement: [...], whether there is an agreement.
        iterations: [...], what it took; 0 for two players, who have a closed form.
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
    norms = gramian.diagonal(dim1=-2, dim2=-1).sqrt()
    # Of the weights times the norms, when a'G a = K and the hull is that near the origin.
    longest = gramian.shape[-1] ** 0.5 / tolerance
    steps = POLISHING_STEPS
    if gramian.shape[-1] == 2:
        weights, settled = solve_two(gramian, tolerance)
        iterations, steps = torch.zeros_like(settled, dtype=torch.int32), 0
    elif gramian.ndim == 2 and polling.at_hand(gramian):
        return _solve_alone(gramian, norms, longest)
    else:
        weights, settled, iterations = _descend(gramian, norms, longest)
    utilities, terms = apply(gramian, weights), weights * apply(gramian.abs(), weights)
    rounding = torch.finfo(gramian.dtype).eps * terms.amax(-1)
    if not polling.may_ask(settled) or bool((settled & (rounding > CANCELLATION)).any()):
        weights, utilities = _polish(gramian, weights, steps)
    agreement = settled & (torch.minimum(weights, utilities) > 0).all(-1)
    return NashPoint(weights, utilities, terms, agreement, iterations)


def solve_two(gramian: Tensor, tolerance: float) -> tuple[Tensor, Tensor]:
    """Two players in closed form: the bisector, a_i = 1 / (|g_i| sqrt(1 + cos)).

    Args:
        gramian: [..., 2, 2], of gradients of any length; not checked.
        tolerance: as in `solve_nash`.

    Returns:
        Weights [..., 2], zero without an agreement; and the agreement [...].
    """
    lengths = norms_of(gramian)
    rise = one_plus_cosine(gramian, lengths)
    # The hull's nearest point to the origin is at most sqrt((1 + cos) / 2) away; NaN (a zero gradient) compares false.
    agreement = rise > 2 * tolerance**2
    weights = (lengths * rise.sqrt().unsqueeze(-1)).reciprocal()
    return torch.where(agreement.unsqueeze(-1), weights, 0.0), agreement


def _descend(gramian: Tensor, norms: Tensor, longest: float) -> tuple[Tensor, Tensor, Tensor]:
    """Damped Newton from equal shares: the weights [..., K], the games [...] that settled, and the iterations [...] taken."""
    players = gramian.shape[-1]
    identity = torch.eye(players, dtype=gramian.dtype, device=gramian.device)
    weights, ones = norms.reciprocal(), torch.ones_like(norms)
    active = short = torch.ones_like(weights[..., :1], dtype=torch.bool)
    iterations = torch.zeros_like(active, dtype=torch.int32)
    last: Tensor | float = math.inf
    ending = polling.Ending()
    for _ in range(MAX_ITERATIONS):
        scaled = gramian * (weights.unsqueeze(-1) * weights.unsqueeze(-2))
        gains = scaled.sum(-1)
        # The best multiple of the present weights, where a'G a = K: one cheap step that Newton would take several for.
        ray = gains.sum(-1, keepdim=True).clamp_min(1e-300).reciprocal() * players
        hessian = torch.addcmul(identity, scaled, ray.unsqueeze(-1))
        step, decrement = _newton_step(hessian, torch.addcmul(ones, gains, ray, value=-1))
        scaled_up = weights * ray.sqrt()
        # Also where rounding made a'G a negative: its best multiple is as good as infinite.
        short = short & (((scaled_up * norms).sum(-1, keepdim=True) <= longest) | ~active)
        whole = ((decrement < NEAR) & (decrement < last)) * 1.0
        damping = whole + (1.0 - whole) / (1.0 + decrement)
        weights = torch.where(active, torch.addcmul(scaled_up, scaled_up, step * damping), weights)
        iterations += active
        # Go on until the next decrement, about the square of this one, is nothing; or until rounding stops its fall; or until
        # the weights are so long that there is no agreement.
        falls = (decrement >= SMALL) | (decrement <= 0.5 * last)
        active = active & (decrement >= NOTHING) & falls & short
        last = decrement
        if ending.reached(active):
            break
    settled = ~active & short & ((weights * norms).sum(-1, keepdim=True) <= longest)
    return weights, settled.squeeze(-1), iterations.squeeze(-1)


def _solve_alone(gramian: Tensor, norms: Tensor, longest: float) -> NashPoint:
    """The same for one game on the CPU, where calls cost more than their arithmetic: NumPy's cost the least."""
    matrix, lengths = gramian.numpy(), norms.numpy()
    players, identity = len(matrix), np.eye(len(matrix))
    last, active, iteration = math.inf, True, 0
    with np.errstate(all="ignore"):
        weights = 1.0 / lengths
        while active and iteration < MAX_ITERATIONS:
            iteration += 1
            gains = weights * matrix.dot(weights)
            ray = players / max(float(gains.sum()), 1e-300)
            miss = 1.0 - ray * gains
            weights = math.sqrt(ray) * weights
            if not float(weights.dot(lengths)) <= longest:
                break
            step = np.linalg.solve(matrix * np.multiply.outer(weights, weights) + identity, miss)
            decrement = math.sqrt(max(float(step.dot(miss)), 0.0))
            falls = decrement >= SMALL or decrement <= 0.5 * last
            active = decrement >= NOTHING and falls
            whole = decrement < NEAR and decrement < last
            weights = weights * (1.0 + (1.0 if whole else 1.0 / (1.0 + decrement)) * step)
            last = decrement
        settled = not active and float(weights.dot(lengths)) <= longest
        gains, terms = matrix.dot(weights), weights * np.abs(matrix).dot(weights)
    found, utilities = torch.from_numpy(weights), torch.from_numpy(gains)
    if settled and np.finfo(np.float64).eps * float(terms.max()) > CANCELLATION:
        found, utilities = _polish(gramian, found, POLISHING_STEPS)
    agreement = torch.tensor(settled and min(found.tolist() + utilities.tolist()) > 0)
    iterations = torch.tensor(iteration, dtype=torch.int32)
    return NashPoint(found, utilities, torch.from_numpy(terms), agreement, iterations)


def _newton_step(hessian: Tensor, miss: Tensor) -> tuple[Tensor, Tensor]:
    """Newton's relative change of the weights [..., K] and its decrement [..., 1]; ``miss`` is 1 - a_i (G a)_i."""
    step = torch.linalg.solve_ex(hessian, miss)[0]
    return step, (step * miss).sum(-1, keepdim=True).clamp_min(0).sqrt()


def _polish(gramian: Tensor, weights: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """So many Newton steps with utilities that do not cancel; the weights and utilities they lead to."""
    identity = torch.eye(gramian.shape[-1], dtype=gramian.dtype, device=gramian.device)
    for _ in range(steps):
        hessian = gramian * (weights.unsqueeze(-1) * weights.unsqueeze(-2)) + identity
        step, _ = _newton_step(hessian, 1.0 - weights * apply_exactly(gramian, weights))
        weights = weights * (1.0 + step.clamp(-0.5, 0.5))
    return weights, apply_exactly(gramian, weights)
