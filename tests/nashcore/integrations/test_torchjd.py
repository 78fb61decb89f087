"""The torchjd aggregators, driven by torchjd's own backward and autogram engines."""

from __future__ import annotations

import builtins
import importlib
import math
import pickle
import sys
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torchjd.autogram import Engine
from torchjd.autojac import backward, jac_to_grad, mtl_backward

from nashcore.bargaining import RULES, Status, bargain, get_rule
from nashcore.errors import InputError
from nashcore.integrations.torchjd import (
    BargainWeighting,
    GeneralisedMean,
    Nash,
    RuleAggregator,
    RuleWeighting,
)

LOSS_FREE = [name for name, rule in RULES.items() if not rule.needs_losses]


def _model(seed: int = 0) -> tuple[nn.Sequential, Tensor, Tensor]:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3)).double()
    return model, torch.randn(7, 6).double(), torch.randn(7, 3).double()


def _losses(model: nn.Module, inputs: Tensor, targets: Tensor) -> Tensor:
    return ((model(inputs) - targets) ** 2).mean(0)


def _jacobian(model: nn.Module, losses: Tensor) -> Tensor:
    """By plain autograd, one loss at a time."""
    rows = [torch.autograd.grad(loss, list(model.parameters()), retain_graph=True) for loss in losses]
    return torch.stack([torch.cat([part.flatten() for part in row]) for row in rows])


def _gradient(model: nn.Module) -> Tensor:
    return torch.cat([parameter.grad.flatten() for parameter in model.parameters()])  # type: ignore[union-attr]


@pytest.mark.parametrize("from_gramian", [False, True])
@pytest.mark.parametrize(
    ("aggregator", "power"),
    [(Nash(), 0.0), (GeneralisedMean(), -1.0), (GeneralisedMean(-math.inf), -math.inf)],
)
def test_backward_gives_the_exact_direction(aggregator: Any, power: float, from_gramian: bool) -> None:
    model, inputs, targets = _model()
    jacobian = _jacobian(model, _losses(model, inputs, targets))
    backward(_losses(model, inputs, targets))
    weights = jac_to_grad(model.parameters(), aggregator, optimize_gramian_computation=from_gramian)
    expected = bargain(jacobian @ jacobian.T, power)
    assert bool(expected.agreement)
    torch.testing.assert_close(_gradient(model), expected.weights @ jacobian)
    torch.testing.assert_close(weights, expected.weights)
    assert aggregator.agreement
    if power == 0:
        utilities = jacobian @ _gradient(model)
        torch.testing.assert_close(weights * utilities, torch.ones(3).double())


@pytest.mark.parametrize("name", LOSS_FREE)
def test_every_loss_free_rule_is_an_aggregator(name: str) -> None:
    model, inputs, targets = _model(1)
    jacobian = _jacobian(model, _losses(model, inputs, targets))
    backward(_losses(model, inputs, targets))
    jac_to_grad(model.parameters(), RuleAggregator(name))
    torch.testing.assert_close(_gradient(model), get_rule(name)(jacobian @ jacobian.T) @ jacobian)


@pytest.mark.parametrize(
    ("name", "status"),
    [("nash", Status.NO_AGREEMENT), ("mgda", Status.STATIONARY), ("mean", Status.AGREED)],
)
def test_a_rule_says_of_opposite_gradients_how_the_game_ended(name: str, status: Status) -> None:
    aggregator = RuleAggregator(name)
    assert aggregator.status is None
    aggregator(torch.tensor([[1.0, 0.0], [-1.0, 0.0]]))
    assert aggregator.status is status


def test_multi_task_backward_takes_it() -> None:
    model, inputs, targets = _model()
    body, heads = model[:2], [nn.Linear(5, 1).double() for _ in range(3)]
    features = body(inputs)
    losses = [
        ((head(features).squeeze(1) - target) ** 2).mean()
        for head, target in zip(heads, targets.T, strict=True)
    ]
    rows = [torch.autograd.grad(loss, list(body.parameters()), retain_graph=True) for loss in losses]
    jacobian = torch.stack([torch.cat([part.flatten() for part in row]) for row in rows])
    mtl_backward(losses, features=features)
    aggregator = Nash()
    jac_to_grad(body.parameters(), aggregator)
    assert aggregator.agreement
    torch.testing.assert_close(_gradient(body), bargain(jacobian @ jacobian.T).weights @ jacobian)


@pytest.mark.parametrize("weighting", [BargainWeighting(), RuleWeighting("cagrad", c=0.3)])
def test_autogram_takes_the_weighting(weighting: Any) -> None:
    model, inputs, targets = _model(2)
    rows = ((model(inputs[:3]) - targets[:3]) ** 2).mean(1)
    jacobian = _jacobian(model, rows)
    engine = Engine(model, batch_dim=0)
    losses = ((model(inputs[:3]) - targets[:3]) ** 2).mean(1)
    weights = weighting(engine.compute_gramian(losses))
    losses.backward(weights)
    torch.testing.assert_close(_gradient(model), weights @ jacobian)
    torch.testing.assert_close(weights, weighting(jacobian @ jacobian.T))


def test_training_with_it_lowers_every_loss() -> None:
    model, inputs, targets = _model(3)
    aggregator = Nash()
    before = _losses(model, inputs, targets).detach()
    for _ in range(20):
        backward(_losses(model, inputs, targets))
        jac_to_grad(model.parameters(), aggregator)
        assert aggregator.agreement
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.02 * parameter.grad  # type: ignore[operator]
                parameter.grad = None
    assert bool((_losses(model, inputs, targets) < before).all())


@pytest.mark.parametrize("aggregator", [Nash(), GeneralisedMean(-2.0)])
def test_no_agreement_is_a_zero_direction_and_says_so(aggregator: Any) -> None:
    opposed = torch.tensor([[1.0, 2.0], [-1.0, -2.0]])
    assert torch.equal(aggregator(opposed), torch.zeros(2))
    assert not aggregator.agreement
    assert aggregator.outcome is not None
    assert torch.equal(aggregator.outcome.weights, torch.zeros(2))
    # The next game is not touched by this one.
    assert torch.equal(aggregator(torch.eye(2)), type(aggregator)(*_arguments(aggregator))(torch.eye(2)))
    assert aggregator.agreement


def _arguments(aggregator: Any) -> tuple[float, ...]:
    return () if isinstance(aggregator, Nash) else (aggregator.gramian_weighting.power,)


def test_a_player_who_cannot_gain_is_named() -> None:
    aggregator = Nash()
    aggregator(torch.tensor([[1.0, 0.0], [0.0, 0.0]]))
    assert aggregator.outcome is not None
    assert aggregator.outcome.cannot_gain.tolist() == [False, True]


def test_agreement_before_the_first_call_is_refused() -> None:
    with pytest.raises(InputError, match="no outcome yet"):
        _ = Nash().agreement


def test_bargaining_power_counts_a_player_twice() -> None:
    gradients = torch.tensor([[1.0, 0.2, 0.0], [0.0, 1.0, 0.3]], dtype=torch.float64)
    once = Nash(bargaining_power=torch.tensor([2.0, 1.0]))(gradients)
    torch.testing.assert_close(once, Nash()(gradients[[0, 0, 1]]))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_the_direction_keeps_the_dtype(dtype: torch.dtype) -> None:
    gradients = torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=dtype)
    assert torch.equal(Nash()(gradients), torch.tensor([1.0, 1.0], dtype=dtype))
    assert RuleAggregator("mean")(gradients).dtype == dtype


def test_rounding_of_half_precision_is_no_bad_input() -> None:
    gradients = torch.randn(2, 50, generator=torch.Generator().manual_seed(0)).bfloat16()
    gradients = torch.cat([gradients, gradients[:1] * 3])
    assert Nash()(gradients).isfinite().all()


def test_no_gradient_flows_through_the_weights() -> None:
    gramian = torch.tensor([[1.0, 0.1], [0.1, 1.0]], requires_grad=True)
    assert not BargainWeighting()(gramian).requires_grad
    assert not RuleWeighting("mgda")(gramian).requires_grad


def test_unfit_rules_are_refused() -> None:
    with pytest.raises(InputError, match="'loss_gm' needs the losses"):
        RuleAggregator("loss_gm")
    with pytest.raises(InputError, match="Rule should be one of"):
        RuleAggregator("median")
    with pytest.raises(InputError, match="has no option 'c'"):
        RuleAggregator("mgda", c=0.5)


def test_they_describe_themselves() -> None:
    assert repr(Nash()) == "Nash()"
    assert repr(GeneralisedMean(-2)) == "GeneralisedMean(power=-2)"
    assert repr(RuleAggregator("cagrad", c=0.4)) == "RuleAggregator('cagrad', c=0.4)"


def test_a_missing_torchjd_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.split(".")[0] == "torchjd":
            raise ModuleNotFoundError("No module named 'torchjd'", name="torchjd")
        return real(name, *rest, **named)

    monkeypatch.delitem(sys.modules, "nashcore.integrations.torchjd")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"needs the package 'torchjd'\. .*\[torchjd\]"):
        importlib.import_module("nashcore.integrations.torchjd")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("players", [3, 8])
def test_half_precision_finds_the_direction_of_its_rows(players: int, dtype: torch.dtype) -> None:
    """More players than dimensions, and inner products beyond float16: the rows themselves are what is bargained about."""
    rows = torch.randn(players, 2, generator=torch.Generator().manual_seed(players)) * 200
    rows = (rows * rows[:, :1].sign() + torch.tensor([100.0, 0.0])).to(dtype)
    exact = rows.double()
    expected = bargain(exact @ exact.T).weights @ exact
    found = Nash()(rows)
    assert found.dtype == dtype
    cosine = torch.nn.functional.cosine_similarity(found.double(), expected, dim=0)
    assert float(cosine) > 0.999
    given = (rows / 200) @ (rows / 200).T  # as torchjd forms it for itself, rounded to half precision
    assert BargainWeighting()(given).isfinite().all()
    assert RuleWeighting("cagrad")(given).isfinite().all()


def test_an_overflow_of_half_precision_is_named() -> None:
    with pytest.raises(InputError, match="Found NaN or infinity"):
        BargainWeighting()(torch.full((2, 2), math.inf, dtype=torch.float16))


@pytest.mark.parametrize("aggregator", [Nash(), GeneralisedMean(-2.0), RuleAggregator("pcgrad", seed=3)])
def test_they_can_be_stored(aggregator: Any) -> None:
    again = pickle.loads(pickle.dumps(aggregator))  # noqa: S301 - our own
    gradients = torch.tensor([[1.0, 0.0], [-0.5, 2.0], [0.3, 1.0]])
    assert torch.equal(again(gradients), aggregator(gradients))


def test_a_bad_exponent_is_refused_before_training() -> None:
    with pytest.raises(InputError, match=r"'power' should be at most 1 .*Found 2"):
        GeneralisedMean(2.0)


@pytest.mark.parametrize(
    "aggregator",
    [Nash(), GeneralisedMean(-2.0), *(RuleAggregator(name) for name in LOSS_FREE if name != "pcgrad")],
)
@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16])
def test_autocast_does_not_reach_it(aggregator: Any, half: torch.dtype) -> None:
    line = torch.randn(40, generator=torch.Generator().manual_seed(1))
    aside = torch.randn(3, 40, generator=torch.Generator().manual_seed(2))
    gradients = line * torch.tensor([[1.0], [-1.0], [1.0]]) + 0.1 * aside
    expected = aggregator(gradients)
    with torch.autocast("cpu", dtype=half):
        found = aggregator(gradients)
    assert torch.equal(found, expected)
    if isinstance(aggregator, Nash):
        assert aggregator.agreement
        assert bool((gradients.double() @ found.double() > 0).all())


def test_a_training_step_under_autocast_helps_everybody_it_says_it_does() -> None:
    model, inputs, targets = _model(4)
    model, inputs, targets = model.float(), inputs.float(), targets.float()
    aggregator = Nash()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = ((model(inputs).float() - targets) ** 2).mean(0)
        jacobian = _jacobian(model, losses)
        backward(losses)
        jac_to_grad(model.parameters(), aggregator)
    assert aggregator.agreement
    assert bool((jacobian @ _gradient(model) > 0).all())


def test_pcgrad_draws_anew_at_each_call_and_goes_on_where_it_was() -> None:
    gradients = torch.randn(5, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    gramian = gradients @ gradients.T
    aggregator = RuleAggregator("pcgrad", seed=3)
    found = [aggregator(gradients) for _ in range(6)]
    for step, direction in enumerate(found):
        weights = get_rule("pcgrad", seed=3)(gramian, step=step)
        torch.testing.assert_close(direction, weights @ gradients)
    assert any(not torch.equal(found[0], other) for other in found[1:])
    later = RuleAggregator("pcgrad", seed=3)
    later.gramian_weighting.step = 4
    assert torch.equal(later(gradients), found[4])
    fixed = RuleAggregator("pcgrad", seed=3, redraw=0)
    assert all(torch.equal(fixed(gradients), found[0]) for _ in range(3))


@pytest.mark.parametrize("name", [name for name in LOSS_FREE if name != "gm"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_gramian_of_half_precision_is_as_good_as_that(name: str, dtype: torch.dtype) -> None:
    """Three agreeing gradients in a plane: what rounding made of the third component is nobody's direction."""
    rows = torch.tensor([[1.0, 0.3], [1.0, -0.2], [0.9, 0.1]])
    weights = RuleWeighting(name)((rows @ rows.T).to(dtype)).float()
    assert bool((rows @ (weights @ rows) > 0).all())
    assert float(weights.abs().max()) < 20
