"""The Nash game: weights a with a_i (G a)_i = 1, by damped Newton on a self-concordant function.

Source: Nash (1950) for the solution; the stationarity condition belongs to ``1/2 a'G a - sum_i log a_i``, which is
self-concordant, so Newton's method damped by the decrement (Nesterov and Nemirovskii 1994) meets it from every
start. The function is bounded below exactly when an agreement exists.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nashcore.bargaining._kernels import polling
from nashcore.bargaining._kernels.gramian import norms_of, one_plus_cosine
from nashcore.bargaining._kernels.iterate import iterate
from nashcore.bargaining._kernels.matvec import matvec, matvec_exact

MAX_ITERATIONS = 200
POLISHING_STEPS = 2
NEAR = 0.9  # decrement below which the whole step is taken as long as decrements fall
SMALL = 0.1  # decrement below which a fall by less than half is rounding's work
NOTHING = 1e-7  # decrement whose square no float64 shows
TINY = 1e-300  # stands for an a'G a that rounding took below zero
CANCELLATION = 1e-13  # relative rounding error of a utility above which polishing pays


@dataclass(frozen=True)
class NashPoint:
    """What Newton found.

    Attributes:
        weights: [..., K].
        utilities: [..., K], G a, to the last digit that float64 can hold.
        magnitude: [..., K], a_i sum_j |G_ij| a_j, the size of what makes up a_i (G a)_i.
        agreement: [...], whether there is an agreement.
        iterations: [...], what it took; 0 for two players, who have a closed form.
    """

    weights: Tensor
    utilities: Tensor
    magnitude: Tensor
    agreement: Tensor
    iterations: Tensor


def solve_nash(gramian: Tensor, tolerance: float) -> NashPoint:
    """The Nash bargaining solution of gradients of norm near one.

    Args:
        gramian: [..., K, K], float64, diagonal near one (see `gramian.power_of_two_scales`); not checked.
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
    elif gramian.ndim == 2 and polling.on_cpu(gramian):
        return _solve_alone(gramian, norms, longest)
    else:
        weights, settled, iterations = _descend(gramian, norms, longest)
    utilities, magnitude = matvec(gramian, weights), weights * matvec(gramian.abs(), weights)
    rounding = torch.finfo(gramian.dtype).eps * magnitude.amax(-1)
    rough = (settled & (rounding > CANCELLATION)).unsqueeze(-1)
    if not polling.sync_is_cheap(settled) or bool(rough.any()):
        # Only these: a game's answer does not depend on which games are solved beside it.
        polished = _polish(gramian, weights, steps)
        weights, utilities = (
            torch.where(rough, new, old) for new, old in zip(polished, (weights, utilities), strict=True)
        )
    agreement = settled & (torch.minimum(weights, utilities) > 0).all(-1)
    return NashPoint(weights, utilities, magnitude, agreement, iterations)


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


class _Descent(NamedTuple):
    """Where the games stand."""

    weights: Tensor  # [..., K]
    last: Tensor  # [..., 1], the decrement of the last step
    within_bound: Tensor  # [..., 1] bool, weights not yet so long that there is no agreement
    done: Tensor  # [..., 1] bool
    iterations: Tensor  # [..., 1] int32


def _descend(gramian: Tensor, norms: Tensor, longest: float) -> tuple[Tensor, Tensor, Tensor]:
    """Damped Newton from equal shares: the weights [..., K], the games [...] that settled, and the iterations [...] taken."""
    identity = torch.eye(gramian.shape[-1], dtype=gramian.dtype, device=gramian.device)
    going = torch.zeros_like(norms[..., :1], dtype=torch.bool)
    start = _Descent(
        weights=norms.reciprocal(),
        last=torch.full_like(norms[..., :1], math.inf),
        within_bound=~going,
        done=going,
        iterations=torch.zeros_like(going, dtype=torch.int32),
    )
    end = iterate(
        start,
        lambda state: _step(gramian, norms, identity, longest, state),
        lambda state: state.done,
        MAX_ITERATIONS,
    )
    settled = end.done & end.within_bound & ((end.weights * norms).sum(-1, keepdim=True) <= longest)
    return end.weights, settled.squeeze(-1), end.iterations.squeeze(-1)


def _step(gramian: Tensor, norms: Tensor, identity: Tensor, longest: float, state: _Descent) -> _Descent:
    """One damped Newton step of the games that are not done."""
    weights, active = state.weights, ~state.done
    scaled = gramian * (weights.unsqueeze(-1) * weights.unsqueeze(-2))
    gains = scaled.sum(-1)
    # The best multiple of the present weights, where a'G a = K: one cheap step that Newton would take several for.
    best_multiple = gains.sum(-1, keepdim=True).clamp_min(TINY).reciprocal() * gramian.shape[-1]
    hessian = torch.addcmul(identity, scaled, best_multiple.unsqueeze(-1))
    step, squared = _newton_step(_solve, hessian, 1.0 - gains * best_multiple)
    decrement = squared.clamp_min(0).sqrt().unsqueeze(-1)
    scaled_up = weights * best_multiple.sqrt()
    # Also where rounding made a'G a negative: its best multiple is as good as infinite.
    within_bound = state.within_bound & (((scaled_up * norms).sum(-1, keepdim=True) <= longest) | state.done)
    moved = torch.addcmul(scaled_up, scaled_up, step * _damping(decrement, state.last))
    return _Descent(
        weights=torch.where(active, moved, weights),
        last=decrement,
        within_bound=within_bound,
        done=~(active & _goes_on(decrement, state.last) & within_bound),
        iterations=state.iterations + active,
    )


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
            best_multiple = players / max(float(gains.sum()), TINY)
            miss = 1.0 - best_multiple * gains
            weights = math.sqrt(best_multiple) * weights
            if not float(weights.dot(lengths)) <= longest:
                break
            hessian = matrix * np.multiply.outer(weights, weights) + identity
            step, squared = _newton_step(np.linalg.solve, hessian, miss)
            decrement = math.sqrt(max(float(squared), 0.0))
            weights = weights * (1.0 + _damping(decrement, last) * step)
            active = _goes_on(decrement, last)
            last = decrement
        settled = not active and float(weights.dot(lengths)) <= longest
        utilities, magnitude = matrix.dot(weights), weights * np.abs(matrix).dot(weights)
    found, gained = torch.from_numpy(weights), torch.from_numpy(utilities)
    if settled and np.finfo(np.float64).eps * float(magnitude.max()) > CANCELLATION:
        found, gained = _polish(gramian, found, POLISHING_STEPS)
    agreement = torch.tensor(settled and min(found.tolist() + gained.tolist()) > 0, device="cpu")
    iterations = torch.tensor(iteration, dtype=torch.int32, device="cpu")
    return NashPoint(found, gained, torch.from_numpy(magnitude), agreement, iterations)


Number = TypeVar("Number", float, Tensor)


def _damping(decrement: Number, last: Number) -> Number:
    """The share of Newton's step that is taken: all of it near the end, while decrements fall."""
    whole = ((decrement < NEAR) & (decrement < last)) * 1.0
    return whole + (1.0 - whole) / (1.0 + decrement)


def _goes_on(decrement: Number, last: Number) -> Any:
    """Whether another step pays: until the next decrement, about the square of this one, is nothing, or until rounding stops
    its fall."""
    return (decrement >= NOTHING) & ((decrement >= SMALL) | (decrement <= 0.5 * last))


Array = TypeVar("Array", Tensor, NDArray[np.float64])


def _newton_step(solve: Callable[[Array, Array], Array], hessian: Array, miss: Array) -> tuple[Array, Array]:
    """Newton's relative change of the weights [..., K] and its squared decrement [...]; ``miss`` is 1 - a_i (G a)_i."""
    step = solve(hessian, miss)
    return step, (step * miss).sum(-1)


def _solve(matrix: Tensor, right: Tensor) -> Tensor:
    """Linear systems, without a question to the device whether they could be solved."""
    solved: Tensor = torch.linalg.solve_ex(matrix, right)[0]
    return solved


def _polish(gramian: Tensor, weights: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """So many Newton steps with utilities that do not cancel; the weights and utilities they lead to."""
    identity = torch.eye(gramian.shape[-1], dtype=gramian.dtype, device=gramian.device)
    for _ in range(steps):
        hessian = gramian * (weights.unsqueeze(-1) * weights.unsqueeze(-2)) + identity
        step, _ = _newton_step(_solve, hessian, 1.0 - weights * matvec_exact(gramian, weights))
        weights = weights * (1.0 + step.clamp(-0.5, 0.5))
    return weights, matvec_exact(gramian, weights)
