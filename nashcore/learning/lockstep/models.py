"""Trained models: their parameters as arrays, and what they say of new rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nashcore.errors import InputError, quoted
from nashcore.learning.lockstep.cohort import Layers, with_constant
from nashcore.learning.lockstep.validation_pass import ROWS, logits_of_all

PARAMETERS = ("w1", "w2", "b2", "w3", "b3")
"""Names of the parameters, first layer first; the first layer's last column is its bias."""

_ELEMENTS = 2**25  # numbers of a hidden layer at a time, which bounds the memory


@dataclass(frozen=True, eq=False)
class Models:
    """All models of a run after its last finished epoch. A: arms, N: seeds, F: features.

    Attributes:
        arms: names of the arms.
        seeds: the seeds.
        parameters: by `PARAMETERS`: w1 [A, N, H1, F + 1], w2 [A, N, H2, H1], b2 [A, N, H2, 1], w3 [A, N, 2, H2], b3 [A, N, 2, 1].
    """

    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    parameters: Mapping[str, NDArray[np.floating[Any]]]

    def place(self, arm: str, seed: int) -> tuple[int, int]:
        """Where a model stands: the places of its arm and of its seed.

        Raises:
            InputError: there is no such model.
        """
        if arm not in self.arms:
            raise InputError(f"Arm should be one of {', '.join(self.arms)}. Found {quoted(arm)}.")
        if seed not in self.seeds:
            raise InputError(f"Seed should be one of {', '.join(map(str, self.seeds))}. Found {seed}.")
        return self.arms.index(arm), self.seeds.index(seed)

    def scores(self, features: Tensor, arm: str, seed: int) -> NDArray[np.float64]:
        """The probability of label 1 that one model gives to rows.

        Args:
            features: [n, F], encoded as the run's own rows were.
            arm: the model's arm.
            seed: its seed.

        Returns:
            [n], from 0 to 1.

        Raises:
            InputError: there is no such model, or the rows have another number of features.
        """
        a, s = self.place(arm, seed)
        (scores,) = self._scores(features, [a * len(self.seeds) + s])
        return np.asarray(scores, dtype=np.float64)

    def all_scores(self, features: Tensor) -> NDArray[np.float64]:
        """The probability of label 1 that every model gives to rows: [n, F] -> [A, N, n].

        Raises:
            InputError: the rows have another number of features.
        """
        models = len(self.arms) * len(self.seeds)
        hidden = self.parameters["w1"].shape[2]
        each = max(1, _ELEMENTS // max(1, hidden * min(len(features), ROWS)))
        parts = [
            self._scores(features, list(range(first, min(first + each, models))))
            for first in range(0, models, each)
        ]
        found: NDArray[np.float64] = np.concatenate(parts)
        return found.reshape(len(self.arms), len(self.seeds), -1)

    def _scores(self, features: Tensor, models: list[int]) -> NDArray[np.float64]:
        """Of some models, numbered arm by arm, [m, n]."""
        views = [
            torch.from_numpy(values.reshape(-1, *values.shape[2:])[models])
            for values in (self.parameters[name] for name in PARAMETERS)
        ]
        expected = views[0].shape[-1] - 1
        if features.shape[-1] != expected:
            raise InputError(
                f"Rows should have {expected} features, as in the run. Found {features.shape[-1]}."
            )
        layers = Layers(torch.cat([view.flatten() for view in views]), *views)
        logits = logits_of_all(layers, with_constant(features, views[0].dtype)).double()
        scores: NDArray[np.float64] = (logits[:, 1] - logits[:, 0]).sigmoid().numpy()
        return scores
