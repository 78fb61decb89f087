"""The worst-off player in a ball, by looking at every coalition: behind CAGrad for a few players, exact and without iterations.

The players who hold back the worst-off are all equally off along the best direction, and for a given coalition that direction is
the root of one quadratic equation. A few players have a few coalitions (15 for four), so all are solved at once and the one that
nobody leaves or enters is the answer. The batch is the last axis throughout.
"""

from __future__ import annotations

import torch
from torch import Tensor

MOST_PLAYERS = 6  # 63 coalitions; beyond, they take more time and memory than an interior-point method
SETTLED = 1e-10  # largest error of a solved game
ROUNDING = (
    4 * torch.finfo(torch.float64).eps
)  # error that a solved game may have for every square of its terms
LOOSE = 1e-5  # largest error of a solved game, however large its terms


def try_active_sets(units: Tensor, gains: Tensor, costs: Tensor) -> tuple[Tensor, Tensor]:
    """The multipliers y of ``max_{|x| <= 1} min_i (R x + gains)_i / prices_i`` with ``R R' = units``, up to a common factor.

    With x = R'y of length one, a coalition's members have (G y + gains)_i = level prices_i and y_i >= 0, and the others have at
    least that. Eliminating member after member gives G^-1 costs and G^-1 gains of all 2^K coalitions in K sweeps.

    Args:
        units: [..., K, K], the Gramian of gradients of length at most one.
        gains: [..., K].
        costs: [..., K], positive, the largest of order one.

    Returns:
        y [..., K], non-negative, and whether [...] they meet the conditions above, as far as rounding lets one tell. They do not
        where the hull reaches the origin, or so nearly that a Gramian cannot tell.
    """
    players, batch = gains.shape[-1], gains.shape[:-1]
    matrix = units.reshape(-1, players, players).permute(1, 2, 0)
    aims = torch.stack([costs.reshape(-1, players).T, gains.reshape(-1, players).T])  # [2, K, N]
    values, products = _sweep(matrix, aims)
    steep, mixed, flat = products[:, 0, 0], products[:, 0, 1], products[:, 1, 1]
    level = (
        mixed + (mixed.square() - steep * (flat - 1.0)).sqrt()
    ) / steep  # [sets, N]; NaN where none is best
    value = (
        level.unsqueeze(1) * values[:, 0] - values[:, 1]
    )  # members: y_i; others: by how much they stay below
    member = _members(players, gains.device).unsqueeze(-1)
    miss = torch.where(member, -value / value.abs().amax(1, keepdim=True), value).amax(1)
    chosen = miss.nan_to_num(torch.inf, torch.inf).argmin(0, keepdim=True)  # [1, N]
    shares = torch.where(member, value, 0.0).gather(0, chosen.expand(1, players, -1)).squeeze(0).clamp_min(0)
    level = level.gather(0, chosen)
    utilities = (matrix * shares).sum(1)
    excess = utilities + aims[1] - level * aims[0]
    error = torch.where(shares > 0, excess.abs(), -excess).amax(0) / gains.abs().amax(-1).flatten().clamp_min(
        1
    )
    error = torch.maximum(error, ((shares * utilities).sum(0) - 1.0).abs())
    solved = error <= (SETTLED + ROUNDING * shares.sum(0).square()).clamp_max(LOOSE)  # NaN compares false
    return shares.T.reshape(gains.shape), solved.reshape(batch)


def _members(players: int, device: torch.device) -> Tensor:
    """Who is in which coalition: [2^K - 1, K] (bool), coalition number n - 1 having the binary digits of n."""
    numbers = torch.arange(1, 2**players, device=device).unsqueeze(-1)
    return (numbers >> torch.arange(players, device=device)) & 1 == 1


def _sweep(matrix: Tensor, aims: Tensor) -> tuple[Tensor, Tensor]:
    """Gauss-Jordan elimination of [K, K, N] for two right-hand sides [2, K, N], pivoting on every set of players but the empty.

    Returns:
        [2^K - 1, 2, K, N], the solutions for a set's members and what is left of the right-hand sides for the others; and
        [2^K - 1, 2, 2, N], the products of the right-hand sides with the solutions.
    """
    players = len(matrix)
    nothing = matrix.new_zeros(2, 2, matrix.shape[-1])
    # Columns first, so that what is left to eliminate shrinks along the second axis.
    table = torch.cat([torch.cat([matrix, aims.transpose(0, 1)], 1), torch.cat([aims, nothing], 1)])
    table = table.transpose(0, 1).contiguous().unsqueeze(0)  # [sets, K + 2 columns, K + 2 rows, N]
    for player in range(players):
        pivot, rest = table[:, :1], table[:, 1:]
        row = rest[:, :, player : player + 1] / pivot[:, :, player : player + 1]
        swept = torch.addcmul(rest, pivot, row, value=-1)
        swept[:, :, player] = row.squeeze(2)
        table = torch.cat([rest, swept])
    return table[1:, :, :players], -table[1:, :, players:]
