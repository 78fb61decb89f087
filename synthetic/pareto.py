"""The Pareto front of a problem, how far a loss vector is from it, and how far from the fair diagonal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import torch
from torch import Tensor

FAILURE_DISTANCE = 0.1
"""A run fails when, at its end, its losses are further than this from the front."""

_AT_ONCE = 8192
"""Loss vectors compared with the whole front at once (bounds the memory)."""


@dataclass(frozen=True)
class Front:
    """A Pareto front as a fine net: a line for two losses, a surface of triangles for three.

    Attributes:
        theta: [P, n], Pareto optimal parameters (float64).
        losses: [P, K], their losses.
        cells: [F, K] (int64), rows of `losses` that are joined: segments for K = 2, triangles for K = 3.
        around: [P, D] (int64), the cells that meet in each point; points with fewer than D repeat one of
            theirs.
        unit: [K], distances are measured in ``losses / unit``.
    """

    theta: Tensor
    losses: Tensor
    cells: Tensor
    around: Tensor
    unit: Tensor

    def scaled(self, factors: Tensor) -> Front:
        """The front after multiplying loss i by ``factors[i]``; distances stay as they are."""
        return replace(self, losses=self.losses * factors, unit=self.unit * factors)

    @property
    def outline(self) -> Tensor:
        """[B] (int64), points of the net in the order of its edge: the whole line for two losses; for three the
        surface's rim, closed (the last point is the first)."""
        if self.cells.shape[-1] == 2:
            return torch.arange(len(self.losses))
        sides = torch.cat([self.cells[:, pair] for pair in ([0, 1], [1, 2], [2, 0])]).sort(-1).values
        beside: dict[int, list[int]] = {}
        for (a, b), seen in Counter(map(tuple, sides.tolist())).items():
            if seen == 1:  # a side of one triangle only lies on the rim
                beside.setdefault(a, []).append(b)
                beside.setdefault(b, []).append(a)
        first = min(beside)
        rim = [first, beside[first][0]]
        while rim[-1] != first:
            rim.append(next(point for point in beside[rim[-1]] if point != rim[-2]))
        return torch.tensor(rim)

    def distance(self, losses: Tensor) -> Tensor:
        """Euclidean distance of loss vectors [..., K] to the front -> [...]; infinite for losses not finite.

        The nearest point of the net is found first, then the nearest point of the cells that meet there.
        """
        net, unit = (self.losses / self.unit).to(losses), self.unit.to(losses)
        cells, around = self.cells.to(losses.device), self.around.to(losses.device)
        points = losses.reshape(-1, losses.shape[-1]) / unit
        finite = points.isfinite().all(-1)
        points = torch.where(finite.unsqueeze(-1), points, torch.zeros_like(points))
        found = []
        for some in torch.split(points, _AT_ONCE):
            corners = net[cells[around[torch.cdist(some, net).argmin(-1)]]]
            found.append(_to_simplex(some.unsqueeze(-2), corners).amin(-1))
        flat = torch.cat(found) if found else points.new_zeros(0)
        return torch.where(finite, flat, torch.full_like(flat, torch.inf)).reshape(losses.shape[:-1])


def _to_simplex(point: Tensor, corners: Tensor) -> Tensor:
    """Distance of points [..., K] to segments [..., 2, K] or triangles [..., 3, K]."""
    first, second = corners[..., 0, :], corners[..., 1, :]
    if corners.shape[-2] == 2:
        along = second - first
        share = ((point - first) * along).sum(-1) / (along * along).sum(-1)
        return _length(first + share.clamp(0, 1).unsqueeze(-1) * along - point)
    third = corners[..., 2, :]
    edges = torch.stack([_to_simplex(point, corners[..., pair, :]) for pair in ([0, 1], [1, 2], [2, 0])], -1)
    u, v, w = second - first, third - first, point - first
    uu, uv, vv, uw, vw = ((a * b).sum(-1) for a, b in ((u, u), (u, v), (v, v), (u, w), (v, w)))
    size = uu * vv - uv * uv
    s, t = (vv * uw - uv * vw) / size, (uu * vw - uv * uw) / size
    inside = (s >= 0) & (t >= 0) & (s + t <= 1)
    off_plane = _length(w - s.unsqueeze(-1) * u - t.unsqueeze(-1) * v)
    return torch.where(inside, off_plane, edges.amin(-1))


def _length(vectors: Tensor) -> Tensor:
    return (vectors * vectors).sum(-1).sqrt()


def gap(losses: Tensor) -> Tensor:
    """Highest minus lowest loss: [..., K] -> [...]; zero exactly on the fair diagonal."""
    return losses.amax(-1) - losses.amin(-1)


def line_front(theta: Tensor, losses: Tensor) -> Front:
    """A front through points in order: theta [P, n], losses [P, 2]."""
    points = len(losses)
    cells = torch.stack([torch.arange(points - 1), torch.arange(1, points)], -1)
    around = torch.stack([torch.arange(points) - 1, torch.arange(points)], -1).clamp(0, points - 2)
    return Front(theta, losses, cells, around, torch.ones(2, dtype=losses.dtype))


def simplex_grid(side: int) -> tuple[Tensor, Tensor]:
    """Weights of three players on an even triangular net with ``side`` steps an edge, and its triangles.

    Returns:
        weights [P, 3] (float64), each row at least zero with sum one; triangles [F, 3] (int64).
    """
    index = {(i, j): 0 for i in range(side + 1) for j in range(side + 1 - i)}
    for number, key in enumerate(index):
        index[key] = number
    weights = torch.tensor([[i, j, side - i - j] for i, j in index], dtype=torch.float64) / side
    up = [(index[i, j], index[i + 1, j], index[i, j + 1]) for i, j in index if i + j < side]
    down = [(index[i + 1, j + 1], index[i + 1, j], index[i, j + 1]) for i, j in index if i + j < side - 1]
    return weights, torch.tensor(up + down)


def surface_front(theta: Tensor, losses: Tensor, triangles: Tensor) -> Front:
    """A front over triangles [F, 3] between points: theta [P, n], losses [P, 3]."""
    touching: list[list[int]] = [[] for _ in range(len(losses))]
    for number, triangle in enumerate(triangles.tolist()):
        for point in triangle:
            touching[point].append(number)
    most = max(map(len, touching))
    around = torch.tensor([cells + cells[:1] * (most - len(cells)) for cells in touching])
    return Front(theta, losses, triangles, around, torch.ones(3, dtype=losses.dtype))
