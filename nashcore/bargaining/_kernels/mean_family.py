"""The generalised-mean family: from the Nash point along the exponent p, to the utilitarian and the egalitarian end.

The direction in the ball that maximises the power mean of the utilities with exponent p has weights a_i = b_i u_i^(p-1).
With tau = 1 / (2 - p) this reads, for every p in [-inf, 1],

    (1 - tau) log u_i + tau log(a_i / b_i) = 0,   u = G a,

linear in the logarithms and symmetric in weights and utilities: tau = 1/2 is Nash, tau = 0 is egalitarian (u_i >= 1, and only
the worst-off have weight), tau = 1 is utilitarian inside the agreement set (a_i >= b_i, and more only for those who would
lose). The solver is a primal-dual Newton method in (log a, log u) that starts at the Nash point and walks the log-odds of
tau, each game at its own pace: it moves on when the last Newton step was small.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from nashcore.bargaining._kernels.iterate import iterate
from nashcore.bargaining._kernels.matvec import matvec_exact

MAX_ITERATIONS = 1000
LOWEST_ODDS, HIGHEST_ODDS = -23.0, 30.0
# Log-odds of tau at which the ends are taken, 1e-10 and 1e-13 from the ends themselves; nearer to the egalitarian end the shares
# of duplicate players drown in rounding.
STRIDE = 1.5  # in log-odds
LARGEST_RISE = 2.0  # of a logarithm in one step
WEIGHT_FLOOR = -120.0  # logarithm that stands for zero
STEEPEST = 33.0  # log of a linear system's largest entry: beyond, rounding decides how duplicate players share a weight


def odds_of(exponent: Tensor) -> Tensor:
    """Log-odds of tau for the exponents p: 0 at Nash, positive towards p = 1, negative towards p = -inf."""
    return (-torch.log1p(-exponent)).clamp(LOWEST_ODDS, HIGHEST_ODDS)


class _Family(NamedTuple):
    """The games: their Gramians, and what each player's pair of logarithms is measured by."""

    gramian: Tensor  # [..., K, K]
    log_scale: Tensor  # [..., K]
    log_power: Tensor  # [..., K], of the bargaining powers
    target: Tensor  # [..., 1], log-odds to arrive at


class _Point(NamedTuple):
    """Where the games stand."""

    log_a: Tensor  # [..., K], of the weights
    log_v: Tensor  # [..., K], of the utilities, which G a approaches
    odds: Tensor  # [..., 1], log-odds of tau
    small: Tensor  # [...] bool, the last step was a small one
    change: Tensor  # [...], the largest change of a logarithm in it
    done: Tensor  # [...] bool
    iterations: Tensor  # [...] int32


def follow_family(
    gramian: Tensor,
    scales: Tensor,
    bargaining_power: Tensor,
    nash: Tensor,
    agreement: Tensor,
    exponent: Tensor,
) -> tuple[Tensor, Tensor]:
    """Weights of the games with exponent p, from their Nash weights.

    Args:
        gramian: [..., K, K] of the gradients divided by their scales; float64, not checked.
        scales: [..., K].
        bargaining_power: [..., K].
        nash: [..., K] Nash weights of the divided gradients.
        agreement: [...], the games to solve; the others are left as they are.
        exponent: [...], each game's p.

    Returns:
        Weights [..., K] of the divided gradients, and the iterations [...] spent. A game that did not converge has NaN weights.
    """
    target = odds_of(exponent).unsqueeze(-1)
    log_scale, log_power = scales.log(), bargaining_power.log()
    # What the players share of both moves all logarithms by one number, known beforehand: the search goes without it.
    shared_scale, shared_power = (each.mean(-1, keepdim=True) for each in (log_scale, log_power))
    family = _Family(gramian, log_scale - shared_scale, log_power - shared_power, target)
    skip = ~agreement
    start = _Point(
        log_a=torch.where(skip.unsqueeze(-1), 0.0, nash.log()),
        log_v=torch.where(skip.unsqueeze(-1), 0.0, matvec_exact(gramian, nash).log()),
        odds=torch.zeros_like(target),
        small=torch.ones_like(skip),
        change=torch.full_like(exponent, torch.inf),
        done=skip,
        iterations=torch.zeros(skip.shape, dtype=torch.int32, device=gramian.device),
    )
    end = iterate(start, lambda point: _step(family, point), lambda point: point.done, MAX_ITERATIONS)
    tau, rest = torch.sigmoid(target), torch.sigmoid(-target)
    log_a = end.log_a + tau * (shared_scale + shared_power) - rest * shared_scale
    weights = torch.where(end.done.unsqueeze(-1), log_a.exp(), torch.nan)
    return torch.where(skip.unsqueeze(-1), nash, weights), end.iterations


def _step(family: _Family, point: _Point) -> _Point:
    """A stride of the log-odds where the last step was small, and one Newton step."""
    log_a, log_v, target = point.log_a, point.log_v, family.target
    odds = point.odds + (target - point.odds).clamp(-STRIDE, STRIDE)
    odds = torch.where(point.small.unsqueeze(-1), odds, point.odds)
    tau, rest = torch.sigmoid(odds), torch.sigmoid(-odds)
    gap = rest * (log_v + family.log_scale) + tau * (log_a - family.log_scale - family.log_power)
    mismatch = matvec_exact(family.gramian, log_a.exp()) - log_v.exp()
    half, ratio = ((log_a + log_v) / 2).exp(), ((log_a - log_v) / 2).exp()
    system = rest.unsqueeze(-1) * family.gramian * ratio.unsqueeze(-1) * ratio.unsqueeze(-2)
    system = system + torch.diag_embed(tau.expand_as(ratio))
    move = torch.linalg.solve_ex(system, -(rest * ratio * mismatch + half * gap))[0]
    rise_a = move / half
    rise_v = -(gap + tau * rise_a) / rest
    steepest = torch.maximum(rise_a.amax(-1), rise_v.amax(-1)).clamp_min(1e-300)
    damping = (LARGEST_RISE / steepest).clamp_max(1.0)
    stride, moves = torch.where(point.done, 0.0, damping).unsqueeze(-1), ~point.done.unsqueeze(-1)
    log_a = (log_a + stride * rise_a).clamp_min(WEIGHT_FLOOR).where(moves, log_a)
    # One floor for all players stands for no utility: equal utilities stay equal there.
    nothing = log_a.amax(-1, keepdim=True) + rest.log() - STEEPEST
    log_v = torch.maximum(log_v + stride * rise_v, nothing).where(moves, log_v)
    small = (move.abs().amax(-1) < 0.3 * half.amax(-1)) & (damping == 1.0)
    change = (torch.stack([log_a, log_v]) - torch.stack([point.log_a, point.log_v])).abs().amax((0, -1))
    # Settled, or as far as rounding lets it.
    settled = (change < 1e-9) | ((change < 1e-4) & (change > 0.5 * point.change))
    done = point.done | ((odds == target).squeeze(-1) & small & settled)
    return _Point(log_a, log_v, odds, small, change, done, point.iterations + ~point.done)
