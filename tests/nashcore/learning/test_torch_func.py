"""Hypergradients: both paths and the generic one against autograd through the look-ahead step."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import binary_cross_entropy_with_logits

from nashcore.errors import InputError
from nashcore.learning import hypergradients
from nashcore.learning.lockstep.cohort import Cohort, with_constant
from nashcore.learning.lockstep.hypergradient import by_contraction, by_products, cheaper_route
from nashcore.learning.lockstep.losses import row_cross_entropy
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


def double_loop(
    model: torch.nn.Module,
    batch: tuple[Tensor, Tensor],
    cells: tuple[Tensor, Tensor, Tensor],
    lr: float,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
    buffers: dict[str, Tensor] | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] = row_cross_entropy,
) -> Tensor:
    """Row by row and cell by cell, through torch's own SGD: the optimizer decides who moves."""
    ahead = copy.deepcopy(model)
    optimizer = torch.optim.SGD(
        [p for p in ahead.parameters() if p.requires_grad], lr, momentum=momentum, weight_decay=weight_decay
    )
    for name, parameter in ahead.named_parameters():
        if parameter.requires_grad:
            parameter.grad = torch.zeros_like(parameter)
            if buffers and name in buffers:
                optimizer.state[parameter]["momentum_buffer"] = buffers[name].clone()
    optimizer.step()
    out = torch.zeros(len(cells[2].unique()), len(batch[1]), dtype=batch[0].dtype)
    with sdpa_kernel(SDPBackend.MATH):
        for c, cell in enumerate(cells[2].unique()):
            inside = cells[2] == cell
            of_cell = loss(ahead(cells[0][inside]), cells[1][inside]).mean()
            first = torch.autograd.grad(of_cell, [p for p in ahead.parameters() if p.requires_grad])
            for row in range(len(batch[1])):
                of_row = loss(model(batch[0][row : row + 1]), batch[1][row : row + 1]).sum()
                own = torch.autograd.grad(of_row, [p for p in model.parameters() if p.requires_grad])
                out[c, row] = -lr * sum((a * b).sum() for a, b in zip(first, own, strict=True))
    return out


class Attention(torch.nn.Module):
    """Rows [n, 4, 3] through one layer of torch's own attention, which is fused where it can be."""

    def __init__(self) -> None:
        super().__init__()
        self.into, self.out = torch.nn.Linear(3, 8), torch.nn.Linear(8, 2)
        self.attend = torch.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.attend(self.into(x)).mean(1))


def numbers_for(shape: tuple[int, ...]) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]]:
    torch.manual_seed(4)
    batch = torch.randn(5, *shape, dtype=torch.float64), torch.tensor([0, 1, 1, 0, 1])
    rows = torch.randn(4, *shape, dtype=torch.float64), torch.tensor([0, 1, 0, 1])
    return batch, (*rows, torch.tensor([3, 1, 1, 3]))


def layers(normal: torch.nn.Module) -> torch.nn.Sequential:
    torch.manual_seed(5)
    return torch.nn.Sequential(torch.nn.Linear(3, 6), normal, torch.nn.Tanh(), torch.nn.Linear(6, 2)).double()


@pytest.mark.parametrize("frozen", ["0.weight", "0.", "3.bias", "none"])
def test_only_what_requires_gradients_moves(frozen: str) -> None:
    model = layers(torch.nn.LayerNorm(6))
    batch, cells = numbers_for((3,))
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not name.startswith(frozen))
    moving = {n: torch.randn_like(p) for n, p in model.named_parameters() if p.requires_grad}
    found = hypergradients(model, batch, cells, lr=0.3, momentum=0.9, weight_decay=0.1, buffers=moving,
                           validation_loss=row_cross_entropy)  # fmt: skip
    expected = double_loop(model, batch, cells, 0.3, 0.9, 0.1, moving)
    assert worst_relative(found, expected) < 1e-12
    assert all(p.requires_grad is not n.startswith(frozen) for n, p in model.named_parameters())


@pytest.mark.parametrize(
    "model",
    [
        lambda: Attention().double(),
        lambda: Attention().double().eval(),
        lambda: layers(torch.nn.GroupNorm(2, 6)),
        lambda: layers(torch.nn.BatchNorm1d(6)).eval(),
    ],
    ids=["attention", "attention in eval mode", "group normalization", "batch normalization in eval mode"],
)
def test_what_can_be_differentiated_forward(model: Callable[[], torch.nn.Module]) -> None:
    torch.manual_seed(6)
    made = model()
    batch, cells = numbers_for((4, 3) if isinstance(made, Attention) else (3,))
    found = hypergradients(made, batch, cells, lr=0.2, validation_loss=row_cross_entropy)
    assert worst_relative(found, double_loop(made, batch, cells, 0.2)) < 1e-10
    assert torch.backends.mha.get_fastpath_enabled()


def test_what_cannot_be_is_said_with_the_way_round() -> None:
    batch, cells = numbers_for((3,))
    model = layers(torch.nn.BatchNorm1d(6))
    with pytest.raises(
        InputError, match=r"Found BatchNorm1d \(1\) that normalizes by the batch: call its eval"
    ):
        hypergradients(model, batch, cells, lr=0.1)
    model[1].eval()  # as told
    assert hypergradients(model, batch, cells, lr=0.1).isfinite().all()

    class Distances(torch.nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return -torch.cdist(x, self.weight)

    with pytest.raises(
        InputError, match=r"differentiate the model forward\. Found an operation that cannot be"
    ):
        hypergradients(Distances(3, 2, bias=False).double(), batch, cells, lr=0.1)


def test_a_model_of_one_logit() -> None:
    """Refused in a sentence with the standard losses; what the sentence says to do works, and both ways agree."""
    batch, cells = numbers_for((3,))
    torch.manual_seed(7)
    linear = torch.nn.Linear(3, 1).double()
    with pytest.raises(
        InputError, match=r"takes two or more logits a row.*Found the shape \[4, 1\]"
    ) as refused:
        hypergradients(linear, batch, cells, lr=0.1)
    assert "z = outputs.view(-1, 1), let the model give torch.cat([0 * z, z], -1)" in str(refused.value)

    class Two(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = linear

        def forward(self, x: Tensor) -> Tensor:
            z = self.inner(x).view(-1, 1)
            return torch.cat([0 * z, z], -1)

    def loss(outputs: Tensor, labels: Tensor) -> Tensor:
        return binary_cross_entropy_with_logits(outputs.squeeze(-1), labels.to(outputs), reduction="none")

    found = hypergradients(linear, batch, cells, lr=0.1, training_loss=loss, validation_loss=loss)
    assert worst_relative(found, double_loop(linear, batch, cells, 0.1, loss=loss)) < 1e-12
    two = hypergradients(Two(), batch, cells, lr=0.1, validation_loss=row_cross_entropy)
    assert worst_relative(two, found) < 1e-12


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            {"buffers": {"weights": torch.zeros(2, 3)}},
            r"keyed by the model's parameters \(weight\). Found 'weights'",
        ),
        ({"buffers": {"bias": torch.zeros(2)}}, "Found 'bias', which is frozen"),
        (
            {"buffers": {"weight": torch.zeros(3)}},
            r"buffer of 'weight' should be .* \[2, 3\].* Found a tensor of the shape \[3\]",
        ),
        ({"buffers": {"weight": torch.zeros(2, 3)}}, "torch.float64, on cpu. Found .* torch.float32"),
        ({"buffers": "weight"}, "'buffers' should be keyed by the model's parameters. Found str"),
        ({"lr": 10**400}, "'lr' should be a finite number. Found 1000"),
        ({"training_loss": lambda out, _: None}, "'training_loss' should give one number .* Found NoneType"),
        ({"lr": True}, "'lr' should be a finite number. Found True"),
        ({"momentum": float("nan")}, "'momentum' should be a finite number"),
    ],
)
def test_what_sgd_does_not_know_is_refused(options: dict[str, object], says: str) -> None:
    batch, cells = numbers_for((3,))
    model = torch.nn.Linear(3, 2).double()
    model.bias.requires_grad_(False)
    with pytest.raises(InputError, match=says):
        hypergradients(model, batch, cells, **({"lr": 0.1} | options))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="all are frozen"):
        hypergradients(model.requires_grad_(False), batch, cells, lr=0.1)


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (0, None, r"'batch' should be a tuple of tensors.*: features, labels. Found NoneType"),
        (0, (torch.zeros(4, 3).tolist(), torch.zeros(4)), "'batch' should be .* Found list, Tensor"),
        (1, (torch.zeros(4, 3), torch.zeros(4)), "'cells' should be .*cell numbers. Found Tensor, Tensor"),
        (0, (0, torch.tensor([0, 1, 2, 0])), "Labels should be whole numbers from 0 to 1, .* Found 2"),
        (0, (0, torch.tensor([0, 1, -100, 0])), "Labels should be whole numbers from 0 to 1, .* Found -100"),
        (0, (0, torch.zeros(4)), r"labels of the type torch.int64. Found torch.float32: call labels.long"),
        (1, (0, 0, torch.tensor([0.0, torch.nan])), "Cell numbers should be whole numbers. Found nan"),
        (1, (0, 0, torch.tensor([0.0, 0.5])), "Cell numbers should be whole numbers. Found 0.5"),
        (1, (0, 0, torch.zeros(2, 1)), r"in one dimension. Found the shape \[2, 1\]"),
    ],
)
def test_what_is_no_batch_and_no_cells_is_refused(place: int, value: object, says: str) -> None:
    """A cell number that is NaN made a cell of its own of every such row; the rest ended in PyTorch's or Python's words."""
    known = [
        (torch.zeros(4, 3).double(), torch.tensor([0, 1, 0, 1])),
        (torch.zeros(2, 3).double(), torch.tensor([0, 1]), torch.tensor([0, 1])),
    ]
    if isinstance(value, tuple):
        value = tuple(
            known[place][part] if isinstance(given, int) else given for part, given in enumerate(value)
        )
    batch, cells = (value if part == place else known[part] for part in (0, 1))
    with pytest.raises(InputError, match=says):
        hypergradients(torch.nn.Linear(3, 2).double(), batch, cells, lr=0.1)  # type: ignore[arg-type]


def test_autocast_does_not_reach_hypergradients() -> None:
    batch, cells = numbers_for((3,))
    model = layers(torch.nn.LayerNorm(6)).float()
    single = (batch[0].float(), batch[1]), (cells[0].float(), *cells[1:])
    expected = hypergradients(model, *single, lr=0.1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(hypergradients(model, *single, lr=0.1), expected)
