"""Slow, independent ways to the same numbers: one ordinary torch module per model and plain autograd."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from nashcore.learning.lockstep.cohort import Cohort, Layers


class Network(torch.nn.Module):
    """The network with given dropout factors (mask times scale)."""

    def __init__(self, inputs: int, hidden: tuple[int, int]) -> None:
        super().__init__()
        self.first = torch.nn.Linear(inputs, hidden[0])
        self.second = torch.nn.Linear(*hidden)
        self.last = torch.nn.Linear(hidden[1], 2)

    def forward(self, features: Tensor, factors: tuple[Tensor, Tensor] | None = None) -> Tensor:
        one = torch.relu(self.first(features))
        one = one if factors is None else one * factors[0]
        two = torch.relu(self.second(one))
        two = two if factors is None else two * factors[1]
        return self.last(two)


def network_of(layers: Layers, model: int) -> Network:
    """A module with the parameters of one model of a cohort."""
    w1, w2, b2, w3, b3 = (view[model].detach().clone() for view in layers.parameters())
    network = Network(w1.shape[1] - 1, (w1.shape[0], w2.shape[0])).to(w1.dtype)
    values = (w1[:, :-1], w1[:, -1], w2, b2[:, 0], w3, b3[:, 0])
    for parameter, value in zip(network.parameters(), values, strict=True):
        parameter.data.copy_(value)
    return network


def flat_of(network: Network) -> Tensor:
    """Every parameter of a module as one vector, in the order of `flat_of_model`."""
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def flat_of_model(layers: Layers, model: int) -> Tensor:
    """Every number of one model of a cohort as one vector."""
    return flat_of(network_of(layers, model))


def momenta_of(cohort: Cohort, model: int) -> dict[str, Tensor]:
    """Momentum buffers of one model of a cohort, by parameter name."""
    return {name: value.detach() for name, value in network_of(cohort.momentum, model).named_parameters()}


def reference_hypergradients(
    network: torch.nn.Module,
    batch: tuple[Tensor, Tensor],
    cells: tuple[Tensor, Tensor, Tensor],
    *,
    lr: float,
    momentum: float,
    weight_decay: float,
    momenta: dict[str, Tensor],
    factors: tuple[Tensor, Tensor] | None = None,
    validation_factors: tuple[Tensor, Tensor] | None = None,
) -> Tensor:
    """Autograd through the look-ahead step, with a second-order graph: [C, B]."""
    theta = {name: value.detach().requires_grad_() for name, value in network.named_parameters()}
    weights = torch.zeros(len(batch[1]), dtype=batch[0].dtype, requires_grad=True)
    rows = cross_entropy(functional_call(network, theta, (batch[0], factors)), batch[1], reduction="none")
    gradients = torch.autograd.grad((weights * rows).sum(), list(theta.values()), create_graph=True)
    ahead = {
        name: value - lr * (momentum * momenta[name] + gradient + weight_decay * value)
        for (name, value), gradient in zip(theta.items(), gradients, strict=True)
    }
    logits = functional_call(network, ahead, (cells[0], validation_factors))
    score = torch.sigmoid(logits[torch.arange(len(logits)), cells[1]])
    losses = cross_entropy(logits, cells[1], reduction="none") + torch.sigmoid(-2 * score / (1 + score))
    out = []
    for cell in cells[2].unique():
        loss = losses[cells[2] == cell].mean()
        out.append(torch.autograd.grad(loss, weights, retain_graph=True)[0])
    return torch.stack(out)
