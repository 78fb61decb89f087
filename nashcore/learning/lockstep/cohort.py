"""Many small networks in lockstep: every model is a slice of the same tensors, and every product is one batched call.

The network is ``in -> H1 -> H2 -> 2`` with ReLU and dropout after both hidden layers, trained by SGD with momentum and weight
decay. Forward and backward passes are written out, because per-row derivatives (which ordinary back-propagation sums away)
are what hypergradients are made of, and because a row's derivative is linear in its weight: one backward pass serves both
the hypergradients and the update.

Letters: S seeds, P arms, M = S * P models (model s * P + p is arm p of seed s), F features and a constant one, H1 and H2 hidden
units, B rows. Activations lie units-first, [M, H, B], so that the models of one seed share one product with its batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nashcore.learning.lockstep.losses import training_loss
from nashcore.learning.lockstep.sampling import generator, initial_layer

_rectify_backward = torch.ops.aten.threshold_backward.grad_input


def with_constant(features: Tensor, dtype: torch.dtype) -> Tensor:
    """Features [n, F-1] with a last column of ones [n, F]: the first layer's bias becomes a weight like any other."""
    return torch.cat([features.to(dtype), features.new_ones(len(features), 1, dtype=dtype)], dim=1)


@dataclass(frozen=True)
class Layers:
    """Views of one flat vector that holds the same kind of number (parameter, momentum) of all models.

    Attributes:
        flat: everything.
        w1: [M, H1, F], the last column being the bias.
        w2: [M, H2, H1].
        b2: [M, H2, 1].
        w3: [M, 2, H2].
        b3: [M, 2, 1].
    """

    flat: Tensor
    w1: Tensor
    w2: Tensor
    b2: Tensor
    w3: Tensor
    b3: Tensor

    @staticmethod
    def zeros(models: int, inputs: int, hidden: tuple[int, int], like: Tensor) -> Layers:
        """All zeros, in the dtype and on the device of ``like``."""
        first, second = hidden
        shapes = ((first, inputs), (second, first), (second, 1), (2, second), (2, 1))
        sizes = [models * rows * columns for rows, columns in shapes]
        flat = like.new_zeros(sum(sizes))
        parts = torch.split(flat, sizes)
        views = [part.view(models, *shape) for part, shape in zip(parts, shapes, strict=True)]
        return Layers(flat, *views)

    def parameters(self) -> tuple[Tensor, ...]:
        """The five views, first layer first."""
        return self.w1, self.w2, self.b2, self.w3, self.b3


@dataclass(frozen=True)
class BatchPass:
    """What a pass over a training batch leaves: activations, and derivatives for rows of weight one.

    With ``r`` the derivative of a row's cross-entropy with respect to its margin, the derivatives with respect to the hidden
    units' inputs are ``r * backprop2`` and ``r * backprop1``.

    Attributes:
        losses: [M, B] cross-entropies.
        dloss_dmargin: [M, B], the ``r`` above.
        h1: [M, H1, B] activations without the dropout scale.
        h2: [M, H2, B] likewise.
        backprop1: [M, H1, B].
        backprop2: [M, H2, B].
        scale: the dropout scale 1 / (1 - share).
    """

    losses: Tensor
    dloss_dmargin: Tensor
    h1: Tensor
    h2: Tensor
    backprop1: Tensor
    backprop2: Tensor
    scale: float


@dataclass(frozen=True)
class Scratch:
    """Where a pass over a training batch is put. Kept between steps: fresh memory of this size costs more to obtain than to fill.

    Cohorts that step one after the other may share it, so that models in several cohorts need less memory than in one.

    Attributes:
        h1: [M, H1, B].
        backprop1: [M, H1, B].
        h2: [M, H2, B].
        backprop2: [M, H2, B].
    """

    h1: Tensor
    backprop1: Tensor
    h2: Tensor
    backprop2: Tensor

    @staticmethod
    def empty(models: int, hidden: tuple[int, int], batch: int, like: Tensor) -> Scratch:
        """Room for so many models, in the dtype and on the device of ``like``."""
        first, second = hidden
        return Scratch(*(like.new_empty(models, units, batch) for units in (first, first, second, second)))

    def part(self, models: int) -> Scratch:
        """The same room for fewer models."""
        return Scratch(self.h1[:models], self.backprop1[:models], self.h2[:models], self.backprop2[:models])


class Cohort:
    """The models of a rectangular block of seeds and arms.

    Args:
        arms: number of arms.
        seeds: the seeds; models of the same seed start from the same weights.
        inputs: features with the constant one, F.
        hidden: units of the two hidden layers.
        batch: rows in a training batch.
        like: gives dtype and device.
        scratch: room for these models or more; room of their own when left out.
    """

    def __init__(
        self,
        arms: int,
        seeds: Sequence[int],
        inputs: int,
        hidden: tuple[int, int],
        batch: int,
        like: Tensor,
        scratch: Scratch | None = None,
    ) -> None:
        self.arms, self.seeds, self.inputs, self.hidden, self.batch = (
            arms,
            tuple(seeds),
            inputs,
            hidden,
            batch,
        )
        self.models = arms * len(self.seeds)
        self.theta = Layers.zeros(self.models, inputs, hidden, like)
        self.momentum = Layers.zeros(self.models, inputs, hidden, like)
        self.ahead = Layers.zeros(self.models, inputs, hidden, like)
        self._start()
        room = Scratch.empty(self.models, hidden, batch, like) if scratch is None else scratch
        self.scratch = room.part(self.models)

    def _start(self) -> None:
        first, second = self.hidden
        dtype = self.theta.flat.dtype
        for index, seed in enumerate(self.seeds):
            models = slice(index * self.arms, (index + 1) * self.arms)
            draws = generator("weights", seed)
            weights, biases = initial_layer(draws, self.inputs - 1, first, dtype)
            self.theta.w1[models] = torch.cat([weights, biases.unsqueeze(1)], dim=1).to(
                self.theta.flat.device
            )
            for layer, bias, sizes in (
                (self.theta.w2, self.theta.b2, (first, second)),
                (self.theta.w3, self.theta.b3, (second, 2)),
            ):
                weights, biases = initial_layer(draws, *sizes, dtype)
                layer[models] = weights.to(layer.device)
                bias[models] = biases.unsqueeze(1).to(bias.device)

    def forward_batch(
        self, features: Tensor, signs: Tensor, bounds: tuple[Tensor, Tensor] | None, scale: float
    ) -> BatchPass:
        """Pass over a batch at the current parameters.

        Args:
            features: [S, B, F], each seed's batch.
            signs: [S, B], +1 for label 1 and -1 for label 0.
            bounds: dropout bounds [S, H1, B] and [S, H2, B] (see `sampling.dropout_bound`), or None for no dropout.
            scale: the dropout scale, 1 without dropout.

        Returns:
            A pass whose tensors the next call overwrites.
        """
        seeds, rows, _ = features.shape
        first = self.hidden[0]
        theta, room = self.theta, self.scratch
        h1, h2, backprop1, backprop2 = room.h1, room.h2, room.backprop1, room.backprop2
        torch.bmm(
            theta.w1.view(seeds, self.arms * first, self.inputs),
            features.transpose(1, 2),
            out=h1.view(seeds, self.arms * first, rows),
        )
        self._rectify(h1, None if bounds is None else bounds[0])
        torch.baddbmm(theta.b2, theta.w2, h1, alpha=scale, out=h2)
        self._rectify(h2, None if bounds is None else bounds[1])
        towards = theta.w3[:, 1:] - theta.w3[:, :1]
        bias = theta.b3[:, 1:] - theta.b3[:, :1]
        margin = torch.baddbmm(bias, towards, h2, alpha=scale).view(seeds, self.arms, rows)
        losses, dloss_dmargin = training_loss(margin, signs.unsqueeze(1))
        out_of_h2 = (scale * towards).transpose(1, 2).expand_as(h2)
        _rectify_backward(out_of_h2, h2, 0.0, grad_input=backprop2)
        torch.bmm((scale * theta.w2).transpose(1, 2), backprop2, out=backprop1)
        _rectify_backward(backprop1, h1, 0.0, grad_input=backprop1)
        models = self.models
        return BatchPass(
            losses.view(models, rows), dloss_dmargin.view(models, rows), h1, h2, backprop1, backprop2, scale
        )

    def _rectify(self, hidden: Tensor, bound: Tensor | None) -> None:
        if bound is None:
            hidden.clamp_(min=0)
        else:
            of_seeds = hidden.view(len(self.seeds), self.arms, *hidden.shape[1:])
            torch.clamp(of_seeds, hidden.new_zeros(()), bound.unsqueeze(1), out=of_seeds)

    def look_ahead(self, lr: float, momentum: float, weight_decay: float) -> None:
        """Put into `ahead` the parameters after the step that a batch loss of zero would make.

        This also brings the momentum up to date but for the loss's own gradient, which `update` adds: between the two calls
        the optimiser is in the middle of its step.
        """
        self.momentum.flat.mul_(momentum).add_(self.theta.flat, alpha=weight_decay)
        torch.sub(self.theta.flat, self.momentum.flat, alpha=lr, out=self.ahead.flat)

    def update(self, features: Tensor, done: BatchPass, weights: Tensor, lr: float) -> None:
        """Finish the step on ``sum_j weights_j * cross_entropy_j``; spends the pass.

        Args:
            features: the batch [S, B, F] that the pass was made with.
            done: the pass at the current parameters.
            weights: [M, B].
            lr: learning rate.
        """
        seeds, rows, _ = features.shape
        first = self.hidden[0]
        pull = (weights * done.dloss_dmargin).unsqueeze(1)
        momentum = self.momentum
        done.backprop1.mul_(pull)
        done.backprop2.mul_(pull)
        by_seed = momentum.w1.view(seeds, self.arms * first, self.inputs)
        by_seed.baddbmm_(done.backprop1.view(seeds, self.arms * first, rows), features)
        momentum.w2.baddbmm_(done.backprop2, done.h1.transpose(1, 2), alpha=done.scale)
        momentum.b2.add_(done.backprop2.sum(-1, keepdim=True))
        both = torch.cat([-pull, pull], dim=1)
        momentum.w3.baddbmm_(both, done.h2.transpose(1, 2), alpha=done.scale)
        momentum.b3.add_(both.sum(-1, keepdim=True))
        self.theta.flat.add_(momentum.flat, alpha=-lr)
