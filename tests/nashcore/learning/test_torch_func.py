"""Hypergradients: both paths and the generic one against autograd through the look-ahead step."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from nashcore.errors import InputError
from nashcore.learning import hypergradients
from nashcore.learning.lockstep.cohort import Cohort, with_constant
from nashcore.learning.lockstep.hypergradient import by_contraction, by_products, cheaper_route
from nashcore.learning.lockstep.sampling import dropout_bound
from nashcore.learning.lockstep.validation_pass import validation_pass
from tests.nashcore.learning.slow_reference import momenta_of, network_of, reference_hypergradients

HIDDEN = (7, 5)
LR, MOMENTUM, DECAY = 0.05, 0.9, 5e-3


def random_cohort(seeds: int = 2, arms: int = 3, inputs: int = 6, rows: int = 9) -> Cohort:
    like = torch.zeros((), dtype=torch.float64)
    cohort = Cohort(arms, range(seeds), inputs + 1, HIDDEN, rows, like)
    cohort.theta.flat.add_(0.3 * torch.randn_like(cohort.theta.flat))
    cohort.momentum.flat.normal_()
    return cohort


def worst_relative(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).abs().max() / expected.abs().max())


@pytest.mark.parametrize("path", [by_products, by_contraction])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("validation_dropout", [False, True])
def test_both_paths_equal_autograd_through_the_look_ahead_step(path, dropout, validation_dropout) -> None:
    torch.manual_seed(0)
    cohort = random_cohort()
    features = torch.randn(2, 9, 6, dtype=torch.float64)
    labels = torch.randint(0, 2, (2, 9))
    checked, checked_labels = torch.randn(7, 6, dtype=torch.float64), torch.tensor([0, 0, 0, 1, 1, 0, 1])
    numbers = torch.tensor([0, 0, 0, 1, 1, 2, 3])  # unequal cells
    means = torch.nn.functional.one_hot(numbers).double().T
    means = means / means.sum(1, keepdim=True)
    scale = 1 / (1 - dropout)
    bounds = factors = None
    if dropout:
        bounds = tuple(
            dropout_bound("dropout", (0, 1), (0, layer), (units, 9), dropout, features)
            for layer, units in enumerate(HIDDEN)
        )
        factors = [tuple((c[s].T > 0).double() * scale for c in bounds) for s in range(2)]
    val_factors = (
        tuple((torch.rand(u, 7) > 0.3).double() / 0.7 for u in HIDDEN) if validation_dropout else None
    )
    expanded = with_constant(features.flatten(0, 1), torch.float64).view(2, 9, 7)
    batch = cohort.forward_batch(expanded, 2.0 * labels - 1, bounds, scale)
    before = [momenta_of(cohort, model) for model in range(6)]
    cohort.look_ahead(LR, MOMENTUM, DECAY)
    one_hot_labels = torch.stack([1 - checked_labels, checked_labels]).double()
    shared = validation_pass(cohort.ahead, with_constant(checked, torch.float64), one_hot_labels, val_factors)
    found = path(expanded, batch, shared, means, LR)
    assert found.shape == (6, 4, 9)
    for model in range(6):
        seed = model // 3
        expected = reference_hypergradients(
            network_of(cohort.theta, model),
            (features[seed], labels[seed]),
            (checked, checked_labels, numbers),
            lr=LR,
            momentum=MOMENTUM,
            weight_decay=DECAY,
            momenta=before[model],
            factors=factors[seed] if factors else None,
            validation_factors=tuple(f.T for f in val_factors) if val_factors else None,
        )
        assert worst_relative(found[model], expected) < 1e-12


def test_generic_path_equals_autograd_on_any_module() -> None:
    torch.manual_seed(1)
    cohort = random_cohort()
    network = network_of(cohort.theta, 4)
    batch = (torch.randn(9, 6, dtype=torch.float64), torch.randint(0, 2, (9,)))
    cells = (
        torch.randn(5, 6, dtype=torch.float64),
        torch.tensor([0, 1, 1, 0, 1]),
        torch.tensor([7, 2, 2, 7, 5]),
    )
    options = {"lr": LR, "momentum": MOMENTUM, "weight_decay": DECAY}
    expected = reference_hypergradients(network, batch, cells, momenta=momenta_of(cohort, 4), **options)
    found = hypergradients(network, batch, cells, buffers=momenta_of(cohort, 4), **options)
    assert found.shape == (3, 9)
    assert worst_relative(found, expected) < 1e-12


def test_generic_path_takes_a_convolution_and_other_losses() -> None:
    torch.manual_seed(2)
    model = torch.nn.Sequential(torch.nn.Conv1d(1, 2, 3), torch.nn.Tanh(), torch.nn.Flatten(0)).double()

    class Mean(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, x: Tensor) -> Tensor:
            return self.inner(x).view(len(x), -1).mean(1)

    def square(outputs: Tensor, targets: Tensor) -> Tensor:
        return (outputs - targets) ** 2

    network = Mean()
    x, y, v, t = (torch.randn(shape, dtype=torch.float64) for shape in ((4, 1, 6), (4,), (3, 1, 6), (3,)))
    found = hypergradients(
        network, (x, y), (v, t, torch.tensor([0, 0, 1])), lr=0.1, training_loss=square, validation_loss=square
    )
    parameters = list(network.parameters())
    for cell, rows in ((0, slice(0, 2)), (1, slice(2, 3))):
        ahead = torch.autograd.grad(square(network(v[rows]), t[rows]).mean(), parameters)
        for row in range(4):
            own = torch.autograd.grad(square(network(x[row : row + 1]), y[row : row + 1]).sum(), parameters)
            inner = sum(float((a * b).sum()) for a, b in zip(ahead, own, strict=True))
            assert float(found[cell, row]) == pytest.approx(-0.1 * inner, rel=1e-10)


def test_generic_path_refuses_bad_input() -> None:
    network = torch.nn.Linear(2, 2)
    rows, labels, numbers = (
        torch.zeros(3, 2),
        torch.zeros(3, dtype=torch.int64),
        torch.zeros(3, dtype=torch.int64),
    )
    with pytest.raises(InputError, match="at least one training row"):
        hypergradients(network, (rows[:0], labels[:0]), (rows, labels, numbers), lr=0.1)
    with pytest.raises(InputError, match="same length"):
        hypergradients(network, (rows, labels[:2]), (rows, labels, numbers), lr=0.1)
    with pytest.raises(InputError, match="'validation_loss' should give one number per row"):
        hypergradients(
            network, (rows, labels), (rows, labels, numbers), lr=0.1, validation_loss=lambda out, _: out.sum()
        )


def test_few_validation_rows_take_products_and_many_take_contraction() -> None:
    assert cheaper_route(12, 4, 105, (128, 64)) == "products"
    assert cheaper_route(4000, 4, 105, (128, 64)) == "contraction"
