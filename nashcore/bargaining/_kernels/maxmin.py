"""Who holds back the worst-off player: by coalitions where the players are few, by an interior-point method for the rest.

The two searches behind CAGrad (in a ball around the mean gradient) and MGDA (in a ball around the origin).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from nashcore.bargaining._kernels import maxmin_interior_point, polling
from nashcore.bargaining._kernels.maxmin_active_sets import MOST_PLAYERS, try_active_sets
from nashcore.bargaining._kernels.nonneg_qp import minimise
from nashcore.bargaining._kernels.symmetric_eig import eigen

WELL_CONDITIONED = (
    0.01  # least diagonal entry of a Cholesky factor (unit gradients) whose rows are exact enough
)

Search = Callable[[Tensor, Tensor, Tensor, Tensor | None], Tensor]
"""From units, gains, costs and the games that need no answer to shares."""


def lift_worst_off(units: Tensor, gains: Tensor, costs: Tensor) -> Tensor:
    """The multipliers of ``max_{|x| <= 1} min_i (R x + gains)_i / prices_i`` with ``R R' = units``, up to a common factor.

    Args:
        units: [..., K, K], the Gramian of gradients of length at most one.
        gains: [..., K], what each player has at the ball's centre.
        costs: [..., K], positive, the largest of order one.

    Returns:
        y [..., K], not negative; the best x points along R'y where that is not zero. NaN where a game was not solved.
    """
    return _few_or_many(
        lambda g, h, p, skip: maxmin_interior_point.maximise_worst(_root(g), h, p, skip), units, gains, costs
    )


def shortest_of_hull(units: Tensor, costs: Tensor, rounding: float) -> Tensor:
    """The minimiser of ``y'G y`` over y >= 0 with ``costs'y = 1``, up to a factor.

    Args:
        units: [..., K, K], the Gramian of gradients of length at most one, positive semidefinite but for rounding.
        costs: [..., K], positive, the largest of order one.
        rounding: of the Gramian's eigenvalues; of all points that it cannot tell apart, the search takes the shortest.

    Returns:
        y [..., K], not negative. NaN where a game was not solved.
    """

    def search(g: Tensor, gains: Tensor, prices: Tensor, skip: Tensor | None) -> Tensor:
        ridge = rounding * torch.eye(g.shape[-1], dtype=g.dtype, device=g.device)
        return minimise(g + ridge, gains, prices, skip)

    return _few_or_many(search, units, torch.zeros_like(costs), costs)


def _few_or_many(search: Search, units: Tensor, gains: Tensor, costs: Tensor) -> Tensor:
    """The coalitions' answer, and the search's for the games without: where the hull reaches the origin, or for many players."""
    players = gains.shape[-1]
    if players > MOST_PLAYERS:
        return search(units, gains, costs, None)
    shares, solved = try_active_sets(units, gains, costs)
    if not polling.sync_is_cheap(solved):
        return torch.where(solved.unsqueeze(-1), shares, search(units, gains, costs, solved))
    left = (~solved).flatten().nonzero().squeeze(-1)
    if len(left):
        flat = shares.view(-1, players)
        some, own, their = (t.reshape(-1, *t.shape[solved.ndim :])[left] for t in (units, gains, costs))
        flat[left] = search(some, own, their, None)
    return shares


def _root(units: Tensor) -> Tensor:
    """A root R with R R' = G: Cholesky's for games that are known to be well conditioned, for the others by eigenvalues (about
    five times slower)."""
    # A broken game has broken gains too, and is answered with NaN.
    units = torch.where(units.isfinite(), units, 0.0)
    root: Tensor
    sound = None
    if polling.sync_is_cheap(units[..., 0, 0]):
        root, failed = torch.linalg.cholesky_ex(units)
        sound = (failed == 0) & (root.diagonal(dim1=-2, dim2=-1) > WELL_CONDITIONED).all(-1)
        if bool(sound.all()):
            return root
    values, vectors = eigen(units)
    by_values: Tensor = vectors * values.clamp_min(0).sqrt().unsqueeze(-2)
    # Each game by its own condition, so that its answer does not depend on which games are solved beside it.
    return by_values if sound is None else torch.where(sound[..., None, None], root, by_values)
