"""How far every player agrees with a direction: before bargaining (the goal's) and after (the one taken)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from nashcore.methods import Decider, method_text
from synthetic.simulate import PlaneResult


@dataclass(frozen=True)
class Alignment:
    """Inner products of the players' gradients with two unit directions at every recorded moment.

    Attributes:
        names: of the M methods.
        steps: [R].
        before: [R, M, S, 3], the lowest, mean and highest over the players, with the goal's own direction.
        after: [R, M, S, 3], the same with the direction taken.
        distance: [R, M, S], to the front at that moment.
    """

    names: tuple[str, ...]
    steps: Tensor
    before: Tensor
    after: Tensor
    distance: Tensor

    def frame(self) -> pd.DataFrame:
        """One row a stage ("before", "after"), method, start and moment: lowest, mean, highest, distance."""
        R, M, S, _ = self.before.shape
        both = torch.stack((self.before, self.after)).permute(0, 2, 3, 1, 4).flatten(0, 3)
        return pd.DataFrame(
            {
                "stage": pd.Categorical(["before", "after"]).repeat(M * S * R),
                "method": pd.Categorical(self.names * 2, self.names).repeat(S * R),
                "start": torch.arange(S).repeat_interleave(R).repeat(2 * M).numpy(),
                "step": self.steps.repeat(2 * M * S).numpy(),
                "lowest": both[:, 0].numpy(),
                "mean": both[:, 1].numpy(),
                "highest": both[:, 2].numpy(),
                "distance": self.distance.permute(1, 2, 0).flatten().repeat(2).numpy(),
            }
        )


def measure_alignment(result: PlaneResult, unit_gradients: bool = True) -> Alignment:
    """Both stages along the shown runs of ``result``.

    Args:
        result: of a simulation.
        unit_gradients: whether the players' gradients count with length one, which makes the numbers cosines;
            otherwise they count as they are.
    """
    path = result.trajectories
    own = Decider(result.methods).goal_weights(path.losses.movedim(1, 0)).movedim(0, 1)
    gradients = path.gradients
    players = _unit(gradients) if unit_gradients else gradients
    before, after = (
        _spread(players, _unit((weights.unsqueeze(-2) @ gradients).squeeze(-2)))
        for weights in (own, path.weights)
    )
    names = tuple(map(method_text, result.methods))
    return Alignment(names, path.steps, before, after, result.problem.front.distance(path.losses))


def _spread(players: Tensor, direction: Tensor) -> Tensor:
    """Gradients [..., K, n] and directions [..., n] -> lowest, mean and highest inner product [..., 3]."""
    products = (players @ direction.unsqueeze(-1)).squeeze(-1)
    return torch.stack((products.amin(-1), products.mean(-1), products.amax(-1)), -1)


def _unit(vectors: Tensor) -> Tensor:
    length = (vectors * vectors).sum(-1, keepdim=True).sqrt()
    return vectors / torch.where(length > 0, length, torch.ones_like(length))
